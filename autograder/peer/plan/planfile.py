"""peer/plan.yml: the plan as a file, for programs, and for people who arrange a session by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import yaml
from pydantic import AfterValidator, BeforeValidator, Field

from autograder.course import Course
from autograder.course.document import Document, KeyPath
from autograder.course.problems import Problem
from autograder.course.schema import Name, StudentId, Title, student_id, time_zone
from autograder.peer.places import peer_folder
from autograder.peer.plan.model import Plan, PlannedSession
from autograder.peer.plan.sections import (
    Section,
    problem_at,
    read_document,
    read_section,
    refuse,
)

PLAN_FILE = "plan.yml"
FORMAT = "1"  # of the file
_HEAD = """\
# The study groups' plan. `autograder peer plan` wrote it, and reads it when it plans again: what is
# past stays, and what is to come changes as little as it can. To arrange a session by hand, change
# it here and add `fixed: true` to it; planning again then leaves it as it is.
"""


def plan_path(course: Course) -> Path:
    return peer_folder(course) / PLAN_FILE


def read_plan(course: Course) -> Plan | None:
    """The plan as it is kept; None: nothing was planned yet.

    raises  CourseError with file, line and what was expected
    """
    path = plan_path(course)
    if not path.is_file():
        return None
    file = path.relative_to(course.root).as_posix()
    document = read_document(path, file)
    section, problems = read_section(PlanSection, document)
    if section is not None:
        problems += _contradictions(section, document)
    refuse(file, problems)
    assert section is not None
    return _plan(section)


def plan_text(plan: Plan) -> str:
    """What plan.yml holds; the same for the same plan."""
    content = {
        "format": int(FORMAT),
        "course": plan.course,
        "timezone": plan.timezone,
        "seed": plan.seed,
        "groups": {name: list(who) for name, who in plan.groups.items()},
        "seats": {who: list(seat) for who, seat in sorted(plan.seats.items())},
        "sessions": [_entry(session) for session in plan.sessions],
    }
    return _HEAD + yaml.dump(
        content, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100
    )


def _local(text: object) -> object:
    """A time of the plan's own zone, without one."""
    if not isinstance(text, str):
        return text
    try:
        when = datetime.fromisoformat(text.strip())
    except ValueError:
        when = None
    if when is None or when.tzinfo is not None or len(text.strip()) <= len("2026-09-07"):
        raise ValueError(f'expected a date and time such as "2026-09-07 19:00", got "{text}"')
    return when


def _moment(text: object) -> object:
    try:
        when = datetime.fromisoformat(str(text))
    except ValueError:
        when = None
    if when is None or when.tzinfo is None:
        raise ValueError(f'expected a time such as "2026-09-01T08:30:00+00:00", got "{text}"')
    return when


def _student_or_nobody(text: str) -> str:
    return student_id(text) if text else text


def _seat(seat: tuple[int, ...]) -> tuple[int, ...]:
    if len(seat) != 2 or min(seat) < 0 or max(seat) > 2000:
        raise ValueError("expected a column and a row, such as [3, 0]")
    return seat


Seat = Annotated[tuple[int, ...], AfterValidator(_seat)]


class SessionSection(Section):
    number: Annotated[int, Field(ge=1, le=1000)]
    group: Name | None = None
    table: Annotated[int, Field(ge=1, le=10_000)] | None = None
    starts: Annotated[datetime, BeforeValidator(_local)]
    minutes: Annotated[int, Field(ge=1, le=1440)]
    topic: Title
    assignment: Name | None = None
    moderator: Annotated[str, AfterValidator(_student_or_nobody)] = ""
    presenters: tuple[StudentId, ...] = ()
    present: tuple[StudentId, ...] = ()
    absent: tuple[StudentId, ...] = ()
    fixed: bool = False
    revision: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    changed: Annotated[datetime, BeforeValidator(_moment)]


class PlanSection(Section):
    format: Literal["1"]
    course: Name
    timezone: Annotated[str, AfterValidator(time_zone)]
    seed: int = 0
    groups: dict[Name, tuple[StudentId, ...]] = Field(default_factory=dict)
    seats: dict[StudentId, Seat] = Field(default_factory=dict)
    sessions: tuple[SessionSection, ...] = ()


def _contradictions(section: PlanSection, document: Document) -> Iterator[Problem]:
    seen: dict[tuple[int, object], int] = {}
    for index, entry in enumerate(section.sessions):
        path: KeyPath = ("sessions", index)
        for key, what, advice in _wrong_with(entry):
            yield problem_at(document, (*path, key), "plan-contradiction", what, advice)
        place = entry.number, entry.group or entry.table
        if place in seen:
            what = (
                f"session {entry.number} of {place[1]} is here twice, first on line {seen[place]}"
            )
            yield problem_at(document, path, "plan-contradiction", what, "keep one of the two")
        seen.setdefault(place, document.line(path))


def _wrong_with(entry: SessionSection) -> Iterator[tuple[str, str, str]]:
    """(key, what, next)"""
    if (entry.group is None) == (entry.table is None):
        what = "a session is of a group, or of a table of a cross-group session"
        yield "number", what, "write one of the keys `group` and `table`"
    if entry.moderator and entry.moderator not in entry.present:
        what = f"the moderator {entry.moderator} is not among those who are present"
        yield "moderator", what, "name one of `present`, or add them there"
    for who in entry.presenters:
        if who not in entry.present:
            what = f"the presenter {who} is not among those who are present"
            yield "presenters", what, "name one of `present`, or add them there"
    if len({entry.moderator, *entry.presenters}) <= len(entry.presenters):
        yield "presenters", "somebody has two roles in this session", "name different people"
    if len(set(entry.present)) < len(entry.present) or set(entry.present) & set(entry.absent):
        yield "present", "somebody is here twice, or both present and absent", "keep one of them"


def _plan(section: PlanSection) -> Plan:
    zone = ZoneInfo(section.timezone)
    return Plan(
        course=section.course,
        timezone=section.timezone,
        seed=section.seed,
        groups=section.groups,
        seats={who: (seat[0], seat[1]) for who, seat in section.seats.items()},
        sessions=tuple(sorted((_session(entry, zone) for entry in section.sessions), key=in_order)),
    )


def in_order(session: PlannedSession) -> tuple[datetime, int, str, int]:
    """By date; then the groups by name, and the tables by number."""
    when = session.starts.astimezone(UTC)
    return when, session.number, session.group or "", session.table_number or 0


def _session(entry: SessionSection, zone: ZoneInfo) -> PlannedSession:
    return PlannedSession(
        number=entry.number,
        starts=entry.starts.replace(tzinfo=zone),
        minutes=entry.minutes,
        topic=entry.topic,
        assignment=entry.assignment,
        moderator=entry.moderator,
        presenters=entry.presenters,
        absent=entry.absent,
        table=None if entry.table is None else entry.present,
        group=entry.group,
        table_number=entry.table,
        present=entry.present,
        fixed=entry.fixed,
        revision=entry.revision,
        changed=entry.changed,
    )


def _entry(session: PlannedSession) -> dict[str, Any]:
    """In the order in which a person reads it; what says nothing is left out."""
    place = {"group": session.group} if session.group else {"table": session.table_number}
    content: dict[str, Any] = {
        "number": session.number,
        **place,
        "starts": session.starts.replace(tzinfo=None).isoformat(" ", "minutes"),
        "minutes": session.minutes,
        "topic": session.topic,
        "assignment": session.assignment,
        "moderator": session.moderator,
        "presenters": list(session.presenters),
        "present": list(session.present),
        "absent": list(session.absent),
        "fixed": session.fixed,
        "revision": session.revision,
        "changed": session.changed.astimezone(UTC).isoformat(timespec="seconds"),
    }
    optional = ("assignment", "absent", "fixed")
    return {key: value for key, value in content.items() if value or key not in optional}


class _Dumper(yaml.SafeDumper):
    """Lists of people on one line each, everything else on lines of its own."""

    def represent_sequence(self, tag: str, sequence: Any, flow_style: bool | None = None) -> Any:
        plain = not any(isinstance(item, dict) for item in sequence)
        return super().represent_sequence(tag, sequence, flow_style=plain)

    def ignore_aliases(self, data: Any) -> bool:
        return True
