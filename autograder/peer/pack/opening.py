"""From when on a session about an assignment may be held: when no member can hand in on time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from autograder.course import Assignment, Course
from autograder.errors import UsageError


def opens_at(course: Course, assignment: Assignment, members: Iterable[str]) -> datetime | None:
    """The latest due date of the members, in the course's zone; None: there is none.

    Extensions count, of course.yml and given in nbgrader: a pack shows right answers.

    raises  GradebookError if the gradebook cannot be read
    """
    there = _given_in_nbgrader(course)
    found = []
    for member in members:
        both = (assignment.due_of(member), there.get((member, assignment.name)))
        found += [due for due in both if due is not None]
    return max(found).astimezone(ZoneInfo(course.timezone)) if found else None


def refuse_before(opens: datetime | None, now: datetime, *, what: str, group: str) -> None:
    """raises  UsageError "session-too-early" that says when it opens"""
    if opens is None or now > opens:
        return
    raise UsageError(
        "session-too-early",
        f"a session about {what} shows right answers, and the group {group} may still hand in",
        where=f"due {in_words(opens)}",
        next=f"run the command again after {in_words(opens)}",
    )


def still_open_for_others(course: Course, assignment: Assignment, now: datetime) -> datetime | None:
    """Until when somebody else of the course may hand in on time; None: nobody may."""
    dates = [each.due for each in assignment.extensions]
    dates += [assignment.due] if assignment.due is not None else []
    later = [due for due in dates if due >= now]
    return max(later).astimezone(ZoneInfo(course.timezone)) if later else None


def in_words(moment: datetime) -> str:
    """2026-09-30 18:00 KST (UTC+09:00)."""
    offset = moment.strftime("%z")
    name = moment.tzname() or ""
    known = name if name.isalpha() else ""
    zone = f"UTC{offset[:3]}:{offset[3:5]}" if offset.strip("+-0") else "UTC"
    named = f"{known} ({zone})" if known not in ("", "UTC") else zone
    return f"{moment:%Y-%m-%d %H:%M} {named}"


def _given_in_nbgrader(course: Course) -> dict[tuple[str, str], datetime | None]:
    if not (course.root / course.folders.gradebook).is_file():
        return {}
    from autograder.gradebook import due_dates  # importing nbgrader takes a second or two

    return due_dates(course.root)
