"""When a group meets and who leads: from the plan, from what the command says, from its records."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from autograder.course import Course
from autograder.errors import CourseError, UsageError
from autograder.peer.pack.model import Asked, Goal, Meeting
from autograder.peer.plan import PlannedSession
from autograder.peer.record import draft_of, open_questions, read_records, records_in

LEAST_MINUTES, MOST_MINUTES = 10, 600
DEFAULT_MINUTES = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Asks:
    """What the command line says; empty or None: nothing."""

    at: str = ""
    minutes: int | None = None
    moderator: str = ""
    presenters: str = ""  # ids with commas between them


def meeting_of(
    planned: PlannedSession | None,
    asks: Asks,
    members: Sequence[str],
    timezone: str,
    now: datetime,
) -> Meeting:
    """raises  UsageError "session-time", "session-minutes", "unknown-member" """
    meeting = Meeting(timezone=timezone, minutes=DEFAULT_MINUTES)
    if planned is not None:
        starts = planned.starts.astimezone(ZoneInfo(timezone))
        meeting = replace(
            meeting,
            day=starts.date().isoformat(),
            starts=starts.isoformat(),
            minutes=planned.minutes,
            topic=planned.topic,
            number=planned.number,
            moderator=_still(planned.moderator, members),
            presenters=tuple(each for each in planned.presenters if each in members),
            absent=tuple(each for each in planned.absent if each in members),
        )
    if asks.at:
        starts = _moment(asks.at, meeting, ZoneInfo(timezone), now)
        meeting = replace(meeting, day=starts.date().isoformat(), starts=starts.isoformat())
    if asks.moderator:
        meeting = replace(meeting, moderator=_member(asks.moderator, members, "moderator"))
    if asks.presenters:
        words = [word.strip() for word in asks.presenters.split(",") if word.strip()]
        chosen = dict.fromkeys(_member(word, members, "presenters") for word in words)
        meeting = replace(meeting, presenters=tuple(chosen))
    minutes = meeting.minutes if asks.minutes is None else asks.minutes
    if not LEAST_MINUTES <= minutes <= MOST_MINUTES:
        raise UsageError(
            "session-minutes",
            f"a session of {minutes} minutes cannot be shared out",
            next=f"give --minutes from {LEAST_MINUTES} to {MOST_MINUTES}",
        )
    return replace(meeting, minutes=minutes)


def with_last_time(
    meeting: Meeting, where: Course | Path, group: str, session: str, now: datetime
) -> tuple[Meeting, tuple[Asked, ...]]:
    """(the meeting with goals and tries of last time, the questions that are still open).

    where   the course, or a folder with records/ in it
    raises  CourseError of a record that cannot be read, with file and line: a question may be lost
    """
    day = date.fromisoformat(meeting.day) if meeting.day else None
    open_ones = open_questions(where, group, before=day)
    records = read_records(records_in(where, group)).records
    today = day or now.astimezone(ZoneInfo(meeting.timezone)).date()
    draft = draft_of(today, session, earlier=records, questions=open_ones, group=group)
    goals = tuple(Goal(person=each.person, text=each.text) for each in draft.goals)
    tries = tuple(each.text for each in draft.tries)
    asked = tuple(
        Asked(id=each.id, text=each.text, asked=each.asked.isoformat()) for each in open_ones
    )
    return replace(meeting, goals=goals, tries=tries), asked


def _moment(text: str, meeting: Meeting, zone: ZoneInfo, now: datetime) -> datetime:
    """A time on the planned day or today, or a day and a time; in that zone unless it says."""
    try:
        at = time.fromisoformat(text.strip())
        day = date.fromisoformat(meeting.day) if meeting.day else now.astimezone(zone).date()
        found = datetime.combine(day, at, tzinfo=at.tzinfo or zone)
    except ValueError:
        found = _day_and_time(text, zone)
    return found.astimezone(zone)


def _day_and_time(text: str, zone: ZoneInfo) -> datetime:
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        raise UsageError(
            "session-time",
            f'"{text}" is no time',
            where="--at",
            next='write 19:00, or "2026-10-07 19:00"',
        ) from None
    return found if found.tzinfo else found.replace(tzinfo=zone)


def _still(person: str, members: Sequence[str]) -> str:
    """Who has left the group since the plan was made leads nothing."""
    return person if person in members else ""


def _member(word: str, members: Sequence[str], option: str) -> str:
    if word in members:
        return word
    near = difflib.get_close_matches(word, members, n=3, cutoff=0.5)
    advice = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(members)}"
    raise UsageError(
        "unknown-member",
        f'"{word}" is not in the group',
        where=f"--{option}",
        next=advice,
    )


def refuse_without_suite(suite: Path, assignment: str) -> None:
    """raises  CourseError "no-suite": without hidden tests nothing is known of an answer"""
    if not suite.is_dir():
        raise CourseError(
            "no-suite",
            f"{assignment} has no hidden suite, so nothing is known about the group's answers",
            where=str(suite),
            next="write one, see docs/suites.md",
        )
