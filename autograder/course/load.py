"""course.yml and the folders beside it → Course."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from autograder.course.document import Document, KeyPath, Unreadable, dotted, parse
from autograder.course.model import (
    Assignment,
    Course,
    Group,
    LatePolicy,
    Limits,
    SandboxDefaults,
)
from autograder.course.problems import BrokenCourse, Problem
from autograder.course.schema import (
    AssignmentSection,
    CourseSection,
    LateSection,
    LimitsSection,
    SettingsSection,
    read,
)
from autograder.errors import CourseError

COURSE_FILE = "course.yml"
MAX_FILE_BYTES = 1 << 20  # a course of a thousand assignments has a tenth of this
END_OF_DAY = time(23, 59, 59)


def find_course(start: Path) -> Path | None:
    """The nearest folder at or above `start` that holds a course.yml; None if there is none."""
    start = start.resolve()
    return next(
        (folder for folder in (start, *start.parents) if os.path.isfile(folder / COURSE_FILE)), None
    )


def load_course(root_or_file: Path) -> Course:
    """The course in a folder, or of a course.yml.

    raises  CourseError, telling everything that is wrong with the file
    """
    try:
        return _load(_file(root_or_file))
    except OSError as error:
        raise CourseError(
            "course-unreadable",
            f"the course cannot be read: {error.strerror}",
            where=str(error.filename or root_or_file),
        ) from None


def place_of(course: Course, *paths: KeyPath) -> str:
    """Where course.yml has the first of these keys that it has: file, line and key, for an error.

    Read afresh: a course keeps what its file says, and not where.
    """
    try:
        document = parse(_text(course.root / COURSE_FILE))
    except (CourseError, Unreadable, OSError):
        return COURSE_FILE
    path = next((path for path in paths if path in document.lines), paths[0][:1])
    return f'{COURSE_FILE}, line {document.line(path)}, key "{dotted(path)}"'


def _file(root_or_file: Path) -> Path:
    path = root_or_file.resolve()
    return path / COURSE_FILE if path.is_dir() else path


def _load(file: Path) -> Course:
    try:
        document = parse(_text(file))
    except Unreadable as error:
        raise BrokenCourse(file.name, [error.problem]) from None
    section, problems = read(document)
    problems += document.problems
    if section is not None:
        problems += _missing_files(section, document, file.parent)
        problems += _bad_dates(section, document)
    if section is None or problems:
        raise BrokenCourse(file.name, problems)
    return _course(section, file.parent)


def _text(file: Path) -> str:
    """The file's text; raises CourseError, Unreadable or OSError."""
    try:
        with file.open("rb") as stream:
            raw = stream.read(MAX_FILE_BYTES + 1)
    except FileNotFoundError:
        raise CourseError(
            "course-missing",
            f"there is no {file.name} here",
            where=str(file.parent),
            next="go to the course's folder, or make a course with `autograder init DIR`",
        ) from None
    if len(raw) > MAX_FILE_BYTES:
        raise Unreadable(Problem(code="course-syntax", what="larger than 1 MiB", line=0))
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        what = f"the byte 0x{raw[error.start]:02X} is not UTF-8"
        advice = "save the file as UTF-8"
        raise Unreadable(
            Problem(code="course-encoding", what=what, line=line, next=advice)
        ) from None


def _missing_files(section: CourseSection, document: Document, root: Path) -> Iterator[Problem]:
    if section.roster is not None and not (root / section.roster).is_file():
        what = f'there is no file "{section.roster}"'
        yield _problem(document, ("roster",), "missing-roster", what, "paths start at course.yml")
    for name in section.assignments or {}:
        reference = Path("solutions", name, f"{name}.ipynb")
        if (root / reference).is_file():
            continue
        missing = reference if (root / reference.parent).is_dir() else f"{reference.parent}/"
        what = f'the assignment "{name}" has no {missing}'
        advice = f"put its reference notebook at {reference}, or remove the assignment"
        yield _problem(document, ("assignments", name), "missing-reference", what, advice)


def _bad_dates(section: CourseSection, document: Document) -> Iterator[Problem]:
    holders: dict[KeyPath, SettingsSection] = {("defaults",): section.defaults}
    holders |= {("assignments", name): each for name, each in (section.assignments or {}).items()}
    for path, settings in holders.items():
        try:
            _due(settings.due, section.timezone)
        except (ValueError, OverflowError):
            what = (
                f'expected a date such as "2026-03-31 18:00" or "2026-03-31", got "{settings.due}"'
            )
            yield _problem(document, (*path, "due"), "bad-value", what, "")


def _problem(document: Document, path: KeyPath, code: str, what: str, advice: str) -> Problem:
    line, key = document.line(path), dotted(path)
    return Problem(code=code, what=what, line=line, key=key, next=advice)


def _due(text: str | None, timezone: str) -> datetime | None:
    """A date without a time means the end of that day; without a zone, the course's own."""
    if text is None:
        return None
    try:
        due = datetime.combine(date.fromisoformat(text), END_OF_DAY)
    except ValueError:
        due = datetime.fromisoformat(text)
    return due if due.tzinfo else due.replace(tzinfo=ZoneInfo(timezone))


def _course(section: CourseSection, root: Path) -> Course:
    sections = section.assignments
    if sections is None:
        sections = {name: AssignmentSection() for name in _folders_with_reference(root)}
    return Course(
        root=root,
        id=section.id,
        title=section.title,
        language=section.language,
        roster=root / section.roster if section.roster else None,
        groups=tuple(Group(name=name, members=who) for name, who in section.groups.items()),
        # The section's keys are the model's: what one of them gains, the other has to have.
        sandbox=SandboxDefaults(**section.sandbox.model_dump()),
        db_url=_db_url(section.database, root),
        assignments=tuple(_assignment(name, own, section, root) for name, own in sections.items()),
    )


def _folders_with_reference(root: Path) -> list[str]:
    references = (root / "solutions").glob("*/*.ipynb")
    return sorted(file.stem for file in references if file.stem == file.parent.name)


def _assignment(name: str, own: AssignmentSection, course: CourseSection, root: Path) -> Assignment:
    settings = _over(course.defaults, own)
    return Assignment(
        name=name,
        title=own.title or name.replace("_", " ").capitalize(),
        reference=root / "solutions" / name / f"{name}.ipynb",
        suite=root / "tests" / "hidden" / name,
        misconceptions=root / "solutions" / name / "misconceptions",
        proof=root / "solutions" / name / "proof.json",
        release=root / "assignments" / name / f"{name}.ipynb",
        limits=_limits(course.defaults.limits, own.limits),
        device=settings.device,
        forbidden=tuple(dict.fromkeys(settings.forbidden)),
        execute=settings.execute,
        carry_errors=settings.carry_errors,
        due=_due(settings.due, course.timezone),
        late=_late(settings.late),
    )


def _over(defaults: SettingsSection, own: AssignmentSection) -> SettingsSection:
    """The defaults, with each key that the assignment sets replaced as a whole."""
    set_here = own.model_fields_set - {"title"}
    return defaults.model_copy(update={key: getattr(own, key) for key in set_here})


def _late(late: LateSection | None) -> LatePolicy | None:
    if late is None:
        return None
    return LatePolicy(penalty_per_day=late.penalty_per_day, cutoff_s=late.cutoff)


def _limits(defaults: LimitsSection, own: LimitsSection) -> Limits:
    """Limit by limit: the assignment's, else the course's, else ours."""
    said = defaults.model_dump(exclude_none=True) | own.model_dump(exclude_none=True)
    units = {"call": "s", "test": "s", "notebook": "s"}
    return Limits(**{f"{key}_{units.get(key, 'bytes')}": value for key, value in said.items()})


def _db_url(url: str | None, root: Path) -> str:
    """SQLite's relative paths start at the course's folder, wherever the command was called."""
    prefix = "sqlite:///"
    if url is None:
        return f"{prefix}{root / '.autograder' / 'results.db'}"
    name = url.removeprefix(prefix)
    if name == url or name.startswith(("/", ":")) or not name:
        return url
    return f"{prefix}{root / name}"
