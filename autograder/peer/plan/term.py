"""peer.yml: the term of the study groups, as people write it, checked against the course."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from autograder.course import Course
from autograder.course.document import Document, KeyPath
from autograder.course.problems import Problem, nearest
from autograder.course.schema import Name, StudentId, Title, time_zone
from autograder.errors import CourseError
from autograder.peer.groups import StudyGroup
from autograder.peer.places import TERM_FILE
from autograder.peer.plan.quantities import Rhythm, clock, day, days, rhythm, weekday, whole
from autograder.peer.plan.sections import Section, problem_at, read_document, read_section, refuse

MAX_SESSIONS = 200
Role = Literal["moderator", "presenter"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Volunteer:
    student: str
    session: int  # its number
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupTerm:
    """What one group has of its own."""

    topics: tuple[str, ...] = ()
    time: time | None = None
    weekday: int | None = None  # 0: Monday


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    start: date
    time: time
    minutes: int
    timezone: str
    every: Rhythm
    sessions: int
    presenters: int  # of a session, beside its moderator
    cross: int | None  # every n-th session mixes the groups
    skip: frozenset[date]
    topics: tuple[str, ...]  # names of assignments, and free texts
    cross_topics: tuple[str, ...]
    groups: Mapping[str, GroupTerm]
    absences: Mapping[str, frozenset[date]]
    volunteers: tuple[Volunteer, ...]

    def is_cross(self, number: int) -> bool:
        return self.cross is not None and number % self.cross == 0

    def of_group(self, name: str) -> GroupTerm:
        return self.groups.get(name, GroupTerm())


def read_term(course: Course, groups: Sequence[StudyGroup]) -> Term:
    """The term of these groups.

    raises  CourseError "no-term"; with file, line and key for everything that is wrong in peer.yml
    """
    path = course.root / TERM_FILE
    if not path.is_file():
        raise CourseError(
            "no-term",
            f"there is no {TERM_FILE}, which says when the study groups meet",
            where=str(course.root),
            next="`autograder peer plan --init` writes one to start from",
        )
    document = read_document(path, TERM_FILE)
    section, problems = read_section(TermSection, document)
    if section is not None:
        problems += _contradictions(section, document, groups)
    refuse(TERM_FILE, problems)
    assert section is not None
    return _term(section, course)


def default_seed(course: Course) -> int:
    """The same for a course, whenever and wherever it is planned."""
    return zlib.crc32(course.id.encode())


def _reads(read: Any) -> BeforeValidator:
    """Reads text; leaves anything else for pydantic to refuse."""
    return BeforeValidator(lambda value: read(value) if isinstance(value, str) else value)


def _cross(value: object) -> object:
    why = ' (every n-th session), or "none"'
    return None if value == "none" else whole(value, 1, MAX_SESSIONS, why)


def _sessions(value: object) -> int:
    if str(value).strip() == "0":
        raise ValueError("a term of 0 sessions has nothing to plan: expected at least 1")
    return whole(value, 1, MAX_SESSIONS)


def _role(value: object) -> object:
    if value not in ("moderator", "presenter"):
        raise ValueError(f'expected "moderator" or "presenter", got "{value}"')
    return value


Day = Annotated[date, _reads(day)]
Days = Annotated[frozenset[date], _reads(days)]
Time = Annotated[time, _reads(clock)]


class VolunteerSection(Section):
    session: Annotated[int, BeforeValidator(lambda text: whole(text, 1, MAX_SESSIONS))]
    role: Annotated[Role, BeforeValidator(_role)] = "moderator"


class GroupSection(Section):
    topics: tuple[Title, ...] = ()
    time: Time | None = None
    day: Annotated[int, _reads(weekday)] | None = None


class TermSection(Section):
    start: Day
    time: Time
    sessions: Annotated[int, BeforeValidator(_sessions)]
    every: Annotated[Rhythm, _reads(rhythm)] = Rhythm(7)
    minutes: Annotated[int, BeforeValidator(lambda text: whole(text, 5, 600))] = 90
    timezone: Annotated[str, AfterValidator(time_zone)] | None = None
    presenters: Annotated[int, BeforeValidator(lambda text: whole(text, 0, 20))] = 1
    cross: Annotated[int | None, BeforeValidator(_cross)] = None
    cross_topics: tuple[Title, ...] = ()
    skip: tuple[Days, ...] = ()
    topics: tuple[Title, ...] | None = None
    groups: dict[Name, GroupSection] = Field(default_factory=dict)
    absences: dict[StudentId, tuple[Days, ...]] = Field(default_factory=dict)
    volunteers: dict[StudentId, tuple[VolunteerSection, ...]] = Field(default_factory=dict)


def _contradictions(
    section: TermSection, document: Document, groups: Sequence[StudyGroup]
) -> Iterator[Problem]:
    sizes = {group.name: len(group.members) for group in groups}
    students = [student for group in groups for student in group.ids]
    for name in section.groups:
        if name not in sizes:
            what = f'there is no study group "{name}"'
            yield problem_at(
                document, ("groups", name), "unknown-group", what, nearest(name, sizes)
            )
    for key, named in (("absences", section.absences), ("volunteers", section.volunteers)):
        for student in named:
            if student not in students:
                what = f'"{student}" is in no study group'
                near = nearest(student, students)
                advice = near if near.startswith("did") else "remove the line if they have left"
                yield problem_at(document, (key, student), "unknown-student", what, advice)
    yield from _of_sizes(section, document, sizes)
    yield from _of_days(section, document)
    yield from _of_volunteers(section, document, groups)


def _of_sizes(
    section: TermSection, document: Document, sizes: Mapping[str, int]
) -> Iterator[Problem]:
    """A group of one is told of in the plan: it has no presenters whatever peer.yml says."""
    for name, size in sizes.items():
        if 1 < size <= section.presenters:
            what = (
                f"{section.presenters} presenters and a moderator are more than the {size} members "
                f'of the group "{name}"'
            )
            advice = f"at most {size - 1}, or give the group more members"
            yield problem_at(document, ("presenters",), "too-many-presenters", what, advice)
    if section.cross is not None and len(sizes) < 2:
        what = "there is one group, and nobody to mix it with"
        yield problem_at(document, ("cross",), "nothing-to-mix", what, "write `cross: none`")


def _of_days(section: TermSection, document: Document) -> Iterator[Problem]:
    for name, own in section.groups.items():
        if own.day is not None and section.every.days % 7:
            what = "a group has a day of its own only where sessions are weeks apart"
            path = ("groups", name, "day")
            yield problem_at(document, path, "bad-value", what, "remove it, or `every: week`")


def _of_volunteers(
    section: TermSection, document: Document, groups: Sequence[StudyGroup]
) -> Iterator[Problem]:
    home = {student: group.name for group in groups for student in group.ids}
    taken: dict[tuple[str | None, int, str], list[str]] = {}
    for student, wishes in section.volunteers.items():
        for index, wish in enumerate(wishes):
            path: KeyPath = ("volunteers", student, index)
            if wish.session > section.sessions:
                what = f"there is no session {wish.session}: the term has {section.sessions}"
                yield problem_at(document, path, "bad-value", what, "correct the number")
            if section.cross is not None and wish.session % section.cross == 0:
                continue  # the tables are not known yet: planning says who had to stand back
            others = taken.setdefault((home.get(student), wish.session, wish.role), [])
            others.append(student)
            room = 1 if wish.role == "moderator" else section.presenters
            if len(others) > room:
                what = f"{' and '.join(others)} volunteer as {wish.role} of session {wish.session}"
                advice = f"there is room for {room}: remove one of them"
                yield problem_at(document, path, "too-many-volunteers", what, advice)


def _term(section: TermSection, course: Course) -> Term:
    return Term(
        start=section.start,
        time=section.time,
        minutes=section.minutes,
        timezone=section.timezone or course.timezone,
        every=section.every,
        sessions=section.sessions,
        presenters=section.presenters,
        cross=section.cross,
        skip=frozenset().union(*section.skip),
        topics=_assignments(course) if section.topics is None else section.topics,
        cross_topics=section.cross_topics,
        groups={
            name: GroupTerm(topics=own.topics, time=own.time, weekday=own.day)
            for name, own in section.groups.items()
        },
        absences={who: frozenset().union(*dates) for who, dates in section.absences.items()},
        volunteers=tuple(
            Volunteer(student=student, session=wish.session, role=wish.role)
            for student, wishes in section.volunteers.items()
            for wish in wishes
        ),
    )


def _assignments(course: Course) -> tuple[str, ...]:
    """All of them, in the order in which they are due; those without a date at the end."""
    dated = sorted(
        (assignment.due.timestamp(), assignment.name)
        for assignment in course.assignments
        if assignment.due is not None
    )
    undated = [assignment.name for assignment in course.assignments if assignment.due is None]
    return (*(name for _, name in dated), *undated)
