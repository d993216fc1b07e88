"""Due dates and extensions of course.yml → points in time with a zone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from autograder.course.document import Document, KeyPath, dotted
from autograder.course.model import Extension
from autograder.course.problems import Problem
from autograder.course.schema import CourseSection, SettingsSection

END_OF_DAY = time(23, 59, 59)


def due_at(text: str, timezone: str) -> datetime:
    """A date without a time means the end of that day; without a zone, the course's own.

    Where the clocks are changed, a time that comes twice is the later one, and one that never
    comes is counted on from the change: in doubt, what is kinder to a student.

    raises  ValueError, OverflowError if this is no date
    """
    try:
        due = datetime.combine(date.fromisoformat(text), END_OF_DAY)
    except ValueError:
        due = datetime.fromisoformat(text)
    if due.tzinfo is not None:
        return due
    zone = ZoneInfo(timezone)
    readings = (due.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    return max(readings, key=lambda reading: reading.astimezone(UTC))


def extensions_of(
    written: Mapping[str, str], groups: Mapping[str, Iterable[str]], timezone: str
) -> tuple[Extension, ...]:
    """By student. A student's own line counts before those of their groups, the latest of these."""
    own: dict[str, datetime] = {}
    by_group: dict[str, datetime] = {}
    for name, text in written.items():
        due = due_at(text, timezone)
        if name not in groups:
            own[name] = due
        for student in groups.get(name, ()):
            by_group[student] = max(due, by_group.get(student, due))
    return tuple(
        Extension(student=student, due=due) for student, due in sorted((by_group | own).items())
    )


def deadline_problems(section: CourseSection, document: Document) -> Iterator[Problem]:
    holders: dict[KeyPath, SettingsSection] = {("defaults",): section.defaults}
    holders |= {("assignments", name): each for name, each in (section.assignments or {}).items()}
    for path, settings in holders.items():
        if settings.due is not None and _when(settings.due, section.timezone) is None:
            yield _no_date(document, (*path, "due"), settings.due)
    for name, own in (section.assignments or {}).items():
        due = own.due if "due" in own.model_fields_set else section.defaults.due
        path = ("assignments", name, "extensions")
        if own.extensions and due is None:
            what = "there is nothing to extend: the assignment has no due date"
            advice = "add a line `due: …`, or remove the extensions"
            yield _problem(document, path, what, advice)
        for who, text in own.extensions.items():
            yield from _extension_problems(section, document, (*path, who), text, due)


def _extension_problems(
    section: CourseSection, document: Document, path: KeyPath, text: str, due: str | None
) -> Iterator[Problem]:
    when = _when(text, section.timezone)
    if when is None:
        yield _no_date(document, path, text)
        return
    regular = None if due is None else _when(due, section.timezone)
    if regular is not None and when < regular:
        what = f'expected a date that is not before the due date "{due}", got "{text}"'
        yield _problem(document, path, what, "an extension is the new due date of that student")
    who = str(path[-1])
    if who in section.groups and any(who in members for members in section.groups.values()):
        what = f'"{who}" is both a group and a student'
        yield _problem(document, path, what, "give the group another name")


def _when(text: str, timezone: str) -> datetime | None:
    """None: this is no date."""
    try:
        return due_at(text, timezone)
    except (ValueError, OverflowError):
        return None


def _no_date(document: Document, path: KeyPath, got: str) -> Problem:
    what = f'expected a date such as "2026-03-31 18:00" or "2026-03-31", got "{got}"'
    return _problem(document, path, what, "")


def _problem(document: Document, path: KeyPath, what: str, advice: str) -> Problem:
    line = document.line(path)
    return Problem(code="bad-value", what=what, line=line, key=dotted(path), next=advice)
