"""course.yml and the folders beside it → Course."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from autograder.course.deadlines import deadline_problems, due_at, extensions_of
from autograder.course.document import Document, KeyPath, Unreadable, dotted, parse
from autograder.course.folders import (
    NBGRADER_CONFIG,
    Folders,
    SuitePlace,
    names_of_suites,
    notebooks_of,
    place_without_suite,
    suite_places,
)
from autograder.course.groups import with_groups_of_file
from autograder.course.model import (
    Assignment,
    CollectDefaults,
    Course,
    FeedbackRules,
    Group,
    LatePolicy,
    Limits,
    SandboxDefaults,
)
from autograder.course.problems import BrokenCourse, Problem
from autograder.course.schema import (
    AssignmentSection,
    CourseSection,
    FeedbackSection,
    LateSection,
    LimitsSection,
    SettingsSection,
    read,
)
from autograder.errors import CourseError

COURSE_FILE = "course.yml"
MAX_FILE_BYTES = 1 << 20  # a course of a thousand assignments has a tenth of this


def find_course(start: Path) -> Path | None:
    """The nearest folder at or above `start` that holds a course.yml, else a configuration of
    nbgrader's, which may be that of a course without course.yml; None if there is none.
    """
    start = start.resolve()
    for file in (COURSE_FILE, NBGRADER_CONFIG):
        for folder in (start, *start.parents):
            if os.path.isfile(folder / file):
                return folder
    return None


def load_course(
    root_or_file: Path, folders: Folders | None = None, *, only: str | None = None
) -> Course:
    """The course in a folder, or of a course.yml.

    folders  of an existing nbgrader course, which need not have a course.yml; None: ours
    only     with `folders`: an assignment; the others are not looked at
    raises   CourseError, telling everything that is wrong with the file
    """
    try:
        return _load(_file(root_or_file), folders or Folders(), only)
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


def _load(file: Path, folders: Folders, only: str | None) -> Course:
    if folders.adopted and not file.exists():
        return _course(_section_of(folders, file.parent), file.parent, folders, only)
    try:
        document = parse(_text(file))
    except Unreadable as error:
        raise BrokenCourse(file.name, [error.problem]) from None
    with_groups_of_file(document, file.parent)
    section, problems = read(document)
    problems += document.problems
    if section is not None:
        problems += _missing_files(section, document, file.parent, folders)
        problems += deadline_problems(section, document)
    if section is None or problems:
        raise BrokenCourse(file.name, problems)
    return _course(section, file.parent, folders, only)


def _section_of(folders: Folders, root: Path) -> CourseSection:
    """What a course.yml with nothing but the required keys would say."""
    name = folders.course_id or root.name or "course"
    return CourseSection.model_construct(id=name, title=name)


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


def _missing_files(
    section: CourseSection, document: Document, root: Path, folders: Folders
) -> Iterator[Problem]:
    if section.roster is not None and not (root / section.roster).is_file():
        what = f'there is no file "{section.roster}"'
        yield _problem(document, ("roster",), "missing-roster", what, "paths start at course.yml")
    for name in section.assignments or {}:
        reference = Path(folders.source, name, f"{name}.ipynb")
        if (root / reference).is_file():
            continue
        if folders.adopted and _has_notebook(root, folders, name):
            continue
        missing = reference if (root / reference.parent).is_dir() else f"{reference.parent}/"
        what = f'the assignment "{name}" has no {missing}'
        advice = f"put its reference notebook at {reference}, or remove the assignment"
        yield _problem(document, ("assignments", name), "missing-reference", what, advice)


def _problem(document: Document, path: KeyPath, code: str, what: str, advice: str) -> Problem:
    line, key = document.line(path), dotted(path)
    return Problem(code=code, what=what, line=line, key=key, next=advice)


def _has_notebook(root: Path, folders: Folders, name: str) -> bool:
    """NAME, or NAME.NOTEBOOK for the settings of one of several notebooks."""
    assignment, _, notebook = name.rpartition(".")
    single = root / folders.source / assignment / f"{notebook}.ipynb"
    return bool(notebooks_of(root, folders, name)) or (assignment != "" and single.is_file())


def _course(section: CourseSection, root: Path, folders: Folders, only: str | None) -> Course:
    places = _adopted(section, root, folders, only) if folders.adopted else _ours(section, root)
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
        timezone=section.timezone,
        collect=CollectDefaults(**section.collect.model_dump()),
        folders=folders,
        assignments=tuple(
            _assignment(place, own, section, root / folders.release) for place, own in places
        ),
    )


def _ours(section: CourseSection, root: Path) -> Iterator[tuple[SuitePlace, AssignmentSection]]:
    sections = section.assignments
    if sections is None:
        sections = {name: AssignmentSection() for name in _folders_with_reference(root)}
    for name, own in sections.items():
        source = root / "solutions" / name
        yield (
            SuitePlace(
                name=name,
                notebook=source / f"{name}.ipynb",
                suite=root / "tests" / "hidden" / name,
                catalogue=source,
            ),
            own,
        )


def _adopted(
    section: CourseSection, root: Path, folders: Folders, only: str | None
) -> Iterator[tuple[SuitePlace, AssignmentSection]]:
    """What course.yml names, and whatever else has a hidden suite."""
    listed = section.assignments or {}
    names = [*listed, *names_of_suites(root, folders)] if only is None else _named(only)
    for name in dict.fromkeys(names):
        places = suite_places(root, folders, name)
        if not places and name in listed:
            alone = place_without_suite(root, folders, name)
            places = [alone] if alone else []
        for place in places:
            yield place, listed.get(place.name, listed.get(name, AssignmentSection()))


def _folders_with_reference(root: Path) -> list[str]:
    references = (root / "solutions").glob("*/*.ipynb")
    return sorted(file.stem for file in references if file.stem == file.parent.name)


def _named(only: str) -> list[str]:
    """Itself, and that of which it may be one notebook."""
    return [only, only.rpartition(".")[0]]


def _assignment(
    place: SuitePlace, own: AssignmentSection, course: CourseSection, release: Path
) -> Assignment:
    settings = _over(course.defaults, own)
    return Assignment(
        name=place.name,
        title=own.title or place.name.replace("_", " ").capitalize(),
        reference=place.notebook,
        suite=place.suite,
        misconceptions=place.catalogue / "misconceptions",
        proof=place.catalogue / "proof.json",
        release=release / place.notebook.parent.name / place.notebook.name,
        limits=_limits(course.defaults.limits, own.limits),
        device=settings.device,
        forbidden=tuple(dict.fromkeys(settings.forbidden)),
        execute=settings.execute,
        carry_errors=settings.carry_errors,
        due=None if settings.due is None else due_at(settings.due, course.timezone),
        extensions=extensions_of(own.extensions, course.groups, course.timezone),
        late=_late(settings.late),
        attempts=settings.attempts,
        feedback=_feedback(course.defaults.feedback, own.feedback),
    )


def _over(defaults: SettingsSection, own: AssignmentSection) -> SettingsSection:
    """The defaults, with each key that the assignment sets replaced as a whole."""
    set_here = own.model_fields_set - {"title", "extensions"}
    return defaults.model_copy(update={key: getattr(own, key) for key in set_here})


def _late(late: LateSection | None) -> LatePolicy | None:
    if late is None:
        return None
    return LatePolicy(penalty_per_day=late.penalty_per_day, cutoff_s=late.cutoff)


def _feedback(defaults: FeedbackSection, own: FeedbackSection) -> FeedbackRules:
    """Key by key: the assignment's, else the course's, else ours."""
    said = defaults.model_dump(exclude_none=True) | own.model_dump(exclude_none=True)
    a_day = said.pop("informative_attempts_per_day", 0) or None
    return FeedbackRules(informative_attempts_per_day=a_day, **said)


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
