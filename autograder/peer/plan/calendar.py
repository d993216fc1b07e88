"""Which sessions a plan has: what is past or was arranged by hand stays, and the rest follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from autograder.peer.groups import StudyGroup
from autograder.peer.plan.dates import common_dates, session_date, session_start
from autograder.peer.plan.model import Plan, PlannedSession
from autograder.peer.plan.term import Term


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A session to be planned: of a group, or of all groups together."""

    number: int
    group: str | None
    starts: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    past: tuple[PlannedSession, ...]
    fixed: tuple[PlannedSession, ...]  # to come, and arranged by hand
    freed: tuple[PlannedSession, ...]  # was arranged, but for somebody who is in the group no more
    meetings: tuple[Meeting, ...]  # by number, the groups in their order


def calendar_of(
    term: Term, groups: Sequence[StudyGroup], earlier: Plan | None, now: datetime
) -> Calendar:
    sessions = earlier.sessions if earlier else ()
    past = tuple(session for session in sessions if session.starts <= now)
    arranged = [session for session in sessions if session.starts > now and session.fixed]
    here = {student: group.name for group in groups for student in group.ids}
    fixed = tuple(session for session in arranged if _still_fits(session, here))
    done = max((session.number for session in past), default=0)
    started = [
        Meeting(number=session.number, group=session.group, starts=session.starts)
        for session in sessions
        if session.number <= done and session.starts > now and session.group
    ]
    names = [group.name for group in groups]
    held = {session.place for session in fixed}
    meetings = [
        meeting
        for meeting in (*started, *_to_come(term, names, sessions, done, now))
        if (meeting.number, meeting.group) not in held
        and (meeting.group is None or meeting.group in names)
    ]
    return Calendar(
        past=past,
        fixed=fixed,
        freed=tuple(session for session in arranged if session not in fixed),
        meetings=tuple(meetings),
    )


def _to_come(
    term: Term, names: Sequence[str], sessions: Sequence[PlannedSession], done: int, now: datetime
) -> list[Meeting]:
    """Numbers after those of which the first group has had its session."""
    last = [session.starts.date() for session in sessions if session.number == done]
    wanted = max(0, term.sessions - done)
    dates = _later_dates(term, min(last, default=None), wanted, now)
    found = []
    for number, common in enumerate(dates, start=done + 1):
        together = term.is_cross(number)
        for group in [None] if together else names:
            when = session_start(term, session_date(term, common, group), group)
            found.append(Meeting(number=number, group=group, starts=when))
    return found


def _later_dates(term: Term, after: date | None, wanted: int, now: datetime) -> tuple[date, ...]:
    """Those that are to come, once a term has begun; a plan that is new has all of its dates."""
    if after is None:
        return common_dates(term, None, wanted)
    dates = common_dates(term, after, wanted)
    while dates and session_start(term, dates[0], None) <= now:
        dates = common_dates(term, dates[0], wanted)
    return dates


def _still_fits(session: PlannedSession, here: dict[str, str]) -> bool:
    """Everybody with a role in it is still there: in the group, or in any for a table."""
    roles = [who for who in (session.moderator, *session.presenters) if who]
    if session.group is None:
        return all(who in here for who in roles)
    return all(here.get(who) == session.group for who in roles)
