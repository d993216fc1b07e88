"""A plan as a calendar file (RFC 5545), which calendars take again after a change.

An event keeps its UID as long as it is the same session of the same group or table; SEQUENCE counts
its changes and DTSTAMP says when the last one was, so that a calendar knows what is newer, and a
plan that did not change gives the same file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from icalendar import Calendar, Event

from autograder.peer.plan.model import Plan, PlannedSession
from autograder.peer.plan.words import Words


def calendar_bytes(
    plan: Plan,
    sessions: Iterable[PlannedSession],
    title: str,
    names: Callable[[str], str],
    words: Words,
) -> bytes:
    """names  of a student's id, for people"""
    calendar = Calendar()
    calendar.add("prodid", "-//autograder//peer plan//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", title)
    calendar.add("x-wr-timezone", plan.timezone)
    for session in sessions:
        calendar.add_component(_event(plan, session, names, words))
    if calendar.events:
        calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _event(plan: Plan, session: PlannedSession, names: Callable[[str], str], words: Words) -> Event:
    event = Event()
    event.add("uid", uid_of(plan.course, session))
    event.add("dtstart", session.starts)
    event.add("dtend", session.ends)
    event.add("dtstamp", session.changed)
    event.add("last-modified", session.changed)
    event.add("sequence", session.revision)
    event.add("summary", summary_of(session, words))
    event.add("description", _description(session, names, words))
    event.add("status", "CONFIRMED")
    return event


def uid_of(course: str, session: PlannedSession) -> str:
    place = session.group or f"table.{session.table_number}"
    return f"{session.number}.{place}@{course}.study-groups"


def summary_of(session: PlannedSession, words: Words) -> str:
    if session.group is None:
        return words.at_table.format(table=session.table_number, topic=session.topic)
    return words.session.format(group=session.group, topic=session.topic)


def _description(session: PlannedSession, names: Callable[[str], str], words: Words) -> str:
    lines = [f"{words.moderator}: {names(session.moderator) or words.nobody}"]
    for heading, people in (
        (words.presenters, session.presenters),
        (words.together, session.table or ()),
        (words.absent, session.absent),
    ):
        if people:
            lines.append(f"{heading}: {', '.join(names(who) for who in people)}")
    return "\n".join(lines)
