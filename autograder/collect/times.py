"""When something was handed in: times as platforms write them, and lists of them.

A time without a zone is in the course's (`timezone` in course.yml). Where that matters, because
read in UTC, or in the other of the two hours that the clocks of autumn have twice, it would fall on
the other side of the deadline, it is said.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from autograder.collect.people import text_key
from autograder.course.roster import roster_bytes, roster_text
from autograder.errors import CourseError, UsageError

# The columns of our own lists, and of Moodle's grading worksheet in English and Korean.
_WHO = {
    "student": (
        *("student", "id", "identifier", "full name", "email", "email address", "sis_id"),
        *("식별자", "성명", "이메일 주소"),
    ),
    "time": (
        *("time", "timestamp", "submitted_at", "last modified (submission)"),
        *("최종 수정 (제출)", "최종 수정(제출)"),
    ),
    "file": ("file", "filename"),
    "commit": ("commit", "sha"),
}
_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september"),
    *("october", "november", "december"),
)
_MOODLE_EN = re.compile(
    r"(?:\w+, )?(\d{1,2}) (\w+) (\d{4}),? (\d{1,2}):(\d{2})(?::(\d{2}))?\s?([AP]M)?", re.I
)
_MOODLE_KO = re.compile(
    r"(\d{4})년 (\d{1,2})월 (\d{1,2})일\D*?(오전|오후)?\s?(\d{1,2}):(\d{2})(?::(\d{2}))?"
)
_DIGITS = re.compile(
    r"(\d{4})[-_.]?(\d{2})[-_.]?(\d{2})[-_ T.]?(\d{2})[-_:.h]?(\d{2})(?:[-_:.m]?(\d{2}))?"
)
_ZONE = re.compile(r"(.*\d) ([A-Za-z][\w/+\-]*)")
_PARTICIPANT = re.compile(r"\D*?(\d+)")


@dataclass(frozen=True, slots=True)
class Told:
    """A time as it was told: the moment, and the moments that it could also have meant."""

    moment: datetime
    otherwise: tuple[datetime, ...] = ()

    def depends_on_zone(self, due: datetime | None) -> bool:
        """Would another reading fall on the other side of the deadline?"""
        if due is None:
            return False
        return any((other <= due) != (self.moment <= due) for other in self.otherwise)


def read_time(text: str, zone: str) -> Told:
    """raises ValueError if it is no time in any form that is known"""
    text = " ".join(text.replace("\u202f", " ").split())
    named = _ZONE.fullmatch(text)
    if named and named[2].lower() not in ("am", "pm"):
        local = _digits(named[1])
        return Told(local.replace(tzinfo=_zone(named[2], local, zone)).astimezone(UTC))
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        when = _in_words(text) or _digits(text)
    return in_zone(when, zone)


def in_zone(when: datetime, zone: str) -> Told:
    """A time with a zone is what it is; one without is in the course's."""
    if when.tzinfo is not None:
        return Told(when.astimezone(UTC))
    here = when.replace(tzinfo=ZoneInfo(zone))
    readings = (here.replace(fold=1), when.replace(tzinfo=UTC))
    moment = here.astimezone(UTC)
    others = {other.astimezone(UTC) for other in readings} - {moment}
    return Told(moment, tuple(sorted(others)))


def stamp(moment: datetime) -> str:
    """As nbgrader's exchange writes timestamp.txt: the zone is named."""
    form = "%Y-%m-%d %H:%M:%S.%f UTC" if moment.microsecond else "%Y-%m-%d %H:%M:%S UTC"
    return moment.astimezone(UTC).strftime(form)


@dataclass(frozen=True, slots=True)
class Listed:
    line: int
    who: Mapping[str, str]  # column → cell, of those that say who
    time: str
    file: str
    commit: str

    @property
    def participant(self) -> str:
        """Moodle's number in this assignment, as in the names of its export."""
        told = _PARTICIPANT.fullmatch(self.who.get("identifier") or self.who.get("식별자") or "")
        return told[1] if told else ""


def read_times(path: Path) -> list[Listed]:
    """A list of times: our own columns, or Moodle's grading worksheet.

    raises  UsageError if it is no such list
    """
    try:
        text = roster_text(roster_bytes(path), path)
    except CourseError as error:
        raise _no_list(path, error.what.removeprefix("the roster: ")) from None
    try:
        return list(_rows(text, path))
    except csv.Error as error:
        raise _no_list(path, f"it is no CSV: {error}") from None


def _rows(text: str, path: Path) -> Iterator[Listed]:
    reader = csv.reader(io.StringIO(text, newline=""))
    names = [text_key(name) for name in next(reader, [])]
    columns = {kind: [n for n in names if n in known] for kind, known in _WHO.items()}
    if not columns["time"] or not (columns["student"] or columns["commit"] or columns["file"]):
        raise _no_list(path, "its first line has to name the columns `student` and `time`")
    for cells in reader:
        row = dict(zip(names, (cell.strip() for cell in cells), strict=False))
        first = {kind: next((row.get(n, "") for n in of), "") for kind, of in columns.items()}
        if first["time"] in ("", "-"):
            continue  # nothing was handed in
        who = {name: row[name] for name in columns["student"] if row.get(name)}
        yield Listed(reader.line_num, who, first["time"], first["file"], first["commit"].lower())


def _no_list(path: Path, what: str) -> UsageError:
    return UsageError(
        "times-broken",
        f"the list of times: {what}",
        where=str(path),
        next="give a CSV in UTF-8 with the columns student,time, or Moodle's grading worksheet",
    )


def without_zone(year: int, month: int, day: int, hour: int, minute: int, second: int) -> datetime:
    """raises ValueError"""
    return datetime.combine(date(year, month, day), time(hour, minute, second))


def _zone(name: str, local: datetime, zone: str) -> tzinfo:
    """A zone, or an abbreviation that the course's own uses at that time."""
    for fold in (0, 1):
        here = local.replace(tzinfo=ZoneInfo(zone), fold=fold)
        if here.tzname() == name:
            return timezone(here.utcoffset() or timedelta())
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"unknown time zone {name}") from None


def _in_words(text: str) -> datetime | None:
    if told := _MOODLE_KO.search(text):
        year, month, day, half, hour, minute, second = told.groups()
        hours = _of_day(int(hour), {"오전": "AM", "오후": "PM"}.get(half or "", ""))
        return without_zone(int(year), int(month), int(day), hours, int(minute), int(second or 0))
    if (told := _MOODLE_EN.fullmatch(text)) and (month := _month(told[2])):
        hours = _of_day(int(told[4]), (told[7] or "").upper())
        day, minute, second = int(told[1]), int(told[5]), int(told[6] or 0)
        return without_zone(int(told[3]), month, day, hours, minute, second)
    return None


def _month(word: str) -> int:
    fits = [at for at, name in enumerate(_MONTHS, start=1) if name.startswith(word.lower())]
    return fits[0] if len(fits) == 1 and len(word) >= 3 else 0


def _of_day(hour: int, half: str) -> int:
    if not half:
        return hour
    return hour % 12 + (12 if half == "PM" else 0)


def _digits(text: str) -> datetime:
    told = _DIGITS.fullmatch(text.split(".")[0] if ":" in text else text)
    if told is None:
        raise ValueError(f'expected a time such as "2026-09-30 17:59:01 UTC", got "{text}"')
    return without_zone(*(int(group or 0) for group in told.groups()))


def is_ahead(moment: datetime, now: datetime) -> bool:
    """Later than now, by more than clocks differ."""
    return moment > now + timedelta(minutes=5)
