"""The plan of a term: who meets when, about what, and who leads and presents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedSession:
    """One meeting: of a study group, or of one table where all groups are mixed."""

    number: int  # from 1, the same for all groups: the n-th session of the term
    starts: datetime  # with the plan's time zone
    minutes: int
    topic: str
    assignment: str | None  # its name, where the topic is one
    moderator: str  # a student's id; "" where everybody is absent
    presenters: tuple[str, ...]
    absent: tuple[str, ...]  # members who said that they cannot come
    table: tuple[str, ...] | None  # who sits together in a cross-group session, else None

    group: str | None  # None: a table of a cross-group session
    table_number: int | None = None  # from 1, of a cross-group session
    present: tuple[str, ...]  # who is expected; of a table the same as `table`
    fixed: bool = False  # somebody arranged it by hand: planning again leaves it as it is
    revision: int = 0  # how often it was changed since it was first planned
    changed: datetime  # when it was planned or last changed, with a time zone

    @property
    def ends(self) -> datetime:
        return self.starts + timedelta(minutes=self.minutes)

    @property
    def place(self) -> tuple[int, str]:
        """Which session it is: its number, and the group or table."""
        return self.number, self.group or f"table {self.table_number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    course: str  # its id
    timezone: str
    seed: int
    groups: Mapping[str, tuple[str, ...]]  # as they were when the plan was made
    sessions: tuple[PlannedSession, ...]  # by date, then group or table
    # Student → column and row in the grid that mixes the groups, see tables.py. Kept, so that
    # sessions which are added later do not bring the same people together again.
    seats: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def sessions_of(self, group: str) -> tuple[PlannedSession, ...]:
        """By date: the group's own, and every table where one of its members sits.

        On the date of a cross-group session that is several with the same number, each with its
        `table`; where a group meets by itself, `table` is None.
        """
        members = set(self.groups.get(group, ()))
        return tuple(
            session
            for session in self.sessions
            if session.group == group or members & set(session.table or ())
        )


def session_about(plan: Plan, group: str, assignment: str) -> PlannedSession | None:
    """The first session that the group itself has about the assignment; None: there is none."""
    for session in plan.sessions:
        if session.group == group and session.assignment == assignment:
            return session
    return None
