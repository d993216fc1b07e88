"""The records of a group, by date, wherever the group keeps them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date as Date
from pathlib import Path

from autograder.course import Course
from autograder.errors import AutograderError
from autograder.peer.groups import study_groups
from autograder.peer.places import records_folder
from autograder.peer.record.model import Attendance, Point, Question, Record, Records
from autograder.peer.record.people import People
from autograder.peer.record.questions import merged, questions_over, same
from autograder.peer.record.reading import read_record
from autograder.peer.record.trouble import broken

MOST_FILES = 2000  # of one group: five and a half years of daily sessions


def records_in(where: Course | Path, group: str = "") -> Path:
    """Where a group's records lie: in a course below peer/GROUP/, in a folder below records/."""
    return where / "records" if isinstance(where, Path) else records_folder(where, group)


def people_of(where: Course | Path) -> People:
    """All who study in groups of the course; in a mere folder nobody is unknown."""
    if isinstance(where, Path):
        return People()
    return People.of(member for group in study_groups(where) for member in group.members)


def record_path(where: Course | Path, group: str, date: Date, session: str) -> Path:
    return records_in(where, group) / f"{date.isoformat()}-{session}.md"


def read_records(folder: Path, people: People | None = None) -> Records:
    """All of a folder, by date; files that cannot be read are told with the others.

    people  who may be named; None: anybody
    """
    found: list[Record] = []
    problems: list[AutograderError] = []
    for path in _files(folder):
        try:
            found.append(read_record(path, people))
        except AutograderError as error:
            problems.append(error)
    found.sort(key=lambda record: (record.date, record.session, record.path.name))
    sessions, conflicts = _one_of_each(found)
    try:
        questions_over(sessions)
    except AutograderError as error:
        problems.append(error)
    return Records(records=tuple(sessions), problems=(*problems, *conflicts))


def questions_of(records: Sequence[Record], before: Date | None = None) -> tuple[Question, ...]:
    """As the records of the days before a day have them; None: as all have them.

    records  by date
    raises   CourseError "question-conflict"
    """
    earlier = [record for record in records if before is None or record.date < before]
    return questions_over(earlier)


def open_questions(
    where: Course | Path, group: str = "", before: Date | None = None
) -> tuple[Question, ...]:
    """What was still open after the sessions before a day, the oldest first.

    where   a course, or the folder of a group that has none (`autograder peer run`)
    before  None: after all sessions there are
    raises  CourseError of the first record that cannot be read: a question may be lost with it
    """
    found = read_records(records_in(where, group), people_of(where))
    if found.problems:
        raise found.problems[0]
    return tuple(each for each in questions_of(found.records, before) if each.is_open)


def _files(folder: Path) -> list[Path]:
    """Markdown files; what other programs leave beside them begins with a dot or is a README."""
    if not folder.is_dir():
        return []
    found = (path for path in folder.glob("*.md") if path.is_file())
    named = (path for path in found if path.name[0] != "." and path.stem.lower() != "readme")
    return sorted(named)[:MOST_FILES]


def _one_of_each(records: Sequence[Record]) -> tuple[list[Record], list[AutograderError]]:
    """Two files of one session become one record, unless they contradict each other."""
    found: dict[tuple[Date, str], Record] = {}
    problems: list[AutograderError] = []
    for record in records:
        key = record.date, record.session.casefold()
        earlier = found.get(key)
        if earlier is None:
            found[key] = record
            continue
        against = contradictions(earlier, record)
        if against:
            problems.append(
                broken(
                    record.path,
                    0,
                    f"{earlier.path.name} is about the same session and says otherwise: "
                    f"{'; '.join(against)}",
                    "put both into one file, or give one of them another `session:` or `date:`",
                    code="record-conflict",
                )
            )
        found[key] = _together(earlier, record)
    return list(found.values()), problems


def contradictions(one: Record, other: Record, *, attendance: bool = True) -> list[str]:
    """What two records of one session cannot both be right about.

    attendance  that of who was present too
    """
    found = []
    for key in ("group", "assignment", "topic", "moderator"):
        mine, theirs = getattr(one, key), getattr(other, key)
        if mine and theirs and mine != theirs:
            found.append(f"{key} {mine}, {key} {theirs}")
    if one.presenters and other.presenters and set(one.presenters) != set(other.presenters):
        found.append(f"presenters {', '.join(one.presenters)} and {', '.join(other.presenters)}")
    if not attendance:
        return found
    disputed = {*one.present} & {*other.absent} | {*one.absent} & {*other.present}
    found += [f"{who} present and absent" for who in sorted(disputed)]
    return found


def _together(one: Record, other: Record) -> Record:
    present = {*one.present, *other.present}
    who = {each.person: each for each in (*other.attendance, *one.attendance)}
    return Record(
        path=one.path,
        date=one.date,
        session=one.session,
        group=one.group or other.group,
        assignment=one.assignment or other.assignment,
        topic=one.topic or other.topic,
        moderator=one.moderator or other.moderator,
        presenters=one.presenters or other.presenters,
        attendance=tuple(
            Attendance(person=p, present=p in present, remark=who[p].remark, line=who[p].line)
            for p in who
        ),
        goals=(*one.goals, *other.goals),
        questions=merged((*one.questions, *other.questions)),
        decisions=_distinct((*one.decisions, *other.decisions)),
        keep=_distinct((*one.keep, *other.keep)),
        problems=_distinct((*one.problems, *other.problems)),
        tries=_distinct((*one.tries, *other.tries)),
        notes="\n\n".join(filter(None, (one.notes, other.notes))),
        further=tuple(dict.fromkeys((*one.further, *other.further))),
    )


def _distinct(points: Iterable[Point]) -> tuple[Point, ...]:
    found: dict[str, Point] = {}
    for point in points:
        if point.done or same(point.text) not in found:
            found[same(point.text)] = point
    return tuple(found.values())
