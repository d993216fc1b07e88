"""Which session a command means, and its file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date as Date
from pathlib import Path
from zoneinfo import ZoneInfo

from autograder.atomic import write_whole
from autograder.errors import AutograderError
from autograder.peer.plan import Plan, PlannedSession, session_about
from autograder.peer.record.model import Record
from autograder.peer.record.trouble import refused

_NAME = re.compile(r"\w[\w.-]{0,79}")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
ATTRIBUTES = ".gitattributes"
# Two people who add a line at the same place: git keeps both (gitattributes(5), "union").
UNION = "*.md merge=union\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A session, and the record that it has or will have."""

    date: Date
    session: str
    record: Record | None  # None: there is none yet
    planned: PlannedSession | None

    def path(self, folder: Path) -> Path:
        if self.record is not None:
            return self.record.path
        return folder / f"{self.date.isoformat()}-{self.session}.md"


def day(text: str) -> Date:
    """raises  UsageError "unknown-date" """
    try:
        if _DATE.fullmatch(text.strip()):
            return Date.fromisoformat(text.strip())
    except ValueError:  # the 31st of February
        pass
    raise refused("unknown-date", f'there is no day "{text}"', "write it as 2026-10-07")


def place_of(
    records: Sequence[Record],
    *,
    group: str,
    plan: Plan | None,
    name: str | None,
    date: Date | None,
    today: Date,
) -> Place:
    """The session that a name and a day mean; either may be left out.

    A name alone is the last session with it, else the planned one, else today's. A day alone is
    its only session, else the planned one, else one that is called "session".

    raises  UsageError "session-name", "which-session"
    """
    _check_name(name)
    if name is not None and date is None:
        date = _day_of(name, records, group, plan) or today
    when = date or today
    of_day = [record for record in records if record.date == when]
    if name is None and len(of_day) > 1:
        names = ", ".join(record.session for record in of_day)
        what = f"there are {len(of_day)} sessions on {when}: {names}"
        raise refused("which-session", what, "name one of them: autograder peer record NAME")
    if name is None and of_day:
        name = of_day[0].session
    planned = _planned(plan, group, when, name)
    session = name or _name_of(planned)
    there = (each for each in of_day if each.session.casefold() == session.casefold())
    return Place(date=when, session=session, record=next(there, None), planned=planned)


def write_record(path: Path, text: str, before: str | None) -> None:
    """The file whole, or as it was; with the folder's attributes for git, if it has none.

    before  what the file held when it was read; None: there was none
    raises  AutograderError "record-refused"; UsageError "changed-meanwhile"
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        attributes = path.parent / ATTRIBUTES
        if not attributes.exists():
            attributes.write_text(UNION, encoding="utf-8")
        there = path.read_bytes() if path.exists() else None
        if there != (None if before is None else before.encode()):
            what = "somebody else has just changed this record"
            raise refused("changed-meanwhile", what, "run the command again", str(path))
    except OSError as error:
        raise _not_written(error, path) from None
    put(path, text)


def put(path: Path, text: str) -> None:
    """The file with this text, or as it was. raises  AutograderError "record-refused" """
    try:
        write_whole(path, text)
    except OSError as error:
        raise _not_written(error, path) from None


def _not_written(error: OSError, path: Path) -> AutograderError:
    return AutograderError(
        "record-refused",
        f"it cannot be written: {error.strerror or error}",
        where=str(error.filename or path),
        next="make room or rights there",
    )


def planned_days(plan: Plan | None, group: str) -> tuple[Date, ...] | None:
    """The days for which the plan has a session of the group; None: there is no plan."""
    if plan is None:
        return None
    return tuple(sorted({_day(plan, each) for each in plan.sessions_of(group)}))


def _check_name(name: str | None) -> None:
    if name is not None and not _NAME.fullmatch(name):
        raise refused(
            "session-name",
            f'a session cannot be called "{name}": the name is part of a file\'s',
            'use letters, digits, "_", "-" and "."',
        )


def _day_of(name: str, records: Sequence[Record], group: str, plan: Plan | None) -> Date | None:
    held = [each.date for each in records if each.session.casefold() == name.casefold()]
    if held:
        return held[-1]
    about = session_about(plan, group, name) if plan is not None else None
    return None if about is None or plan is None else _day(plan, about)


def _planned(plan: Plan | None, group: str, when: Date, name: str | None) -> PlannedSession | None:
    """The group's own of that day, else the one in which its members sit at several tables."""
    if plan is None:
        return None
    of_day = [each for each in plan.sessions_of(group) if _day(plan, each) == when]
    fitting = [each for each in of_day if name in (None, each.assignment, _name_of(each))]
    return min(fitting, key=lambda each: each.table is not None, default=None)


def _name_of(planned: PlannedSession | None) -> str:
    if planned is None:
        return "session"
    return planned.assignment or f"session-{planned.number}"


def _day(plan: Plan, planned: PlannedSession) -> Date:
    return planned.starts.astimezone(ZoneInfo(plan.timezone)).date()
