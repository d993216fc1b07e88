"""timestamp.txt beside a submission → when it was handed in.

nbgrader's own reading takes "18:00:00 KST" for 18:00 in UTC, "+0900" for fifteen minutes, and a
time without a day for one of today. Here a zone is either known, or the time is not.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil import parser

from autograder.errors import GradebookError

FILE = "timestamp.txt"
AHEAD = timedelta(minutes=5)  # of this clock: two machines are never quite of one mind
_MOST_BYTES = 1000
_UTC = ("UTC", "GMT", "UCT", "Z")
_NO_ZONES = ("AM", "PM")
_LAST_WORD = re.compile(r"\s+([A-Za-z][\w+/-]*)$")
# What a text leaves open is taken from here, and then differs.
_SOME_DAY, _ANOTHER = datetime(2001, 1, 1, 0), datetime(2002, 2, 2, 1)  # noqa: DTZ001


def submitted_at(folder: Path, zones: Iterable[str] = ()) -> datetime | None:
    """In UTC without a zone, as nbgrader keeps it. None: nothing says when, so it is never late.

    zones   whose abbreviations may stand there, such as Asia/Seoul for KST
    raises  GradebookError "timestamp-invalid"
    """
    path = folder / FILE
    try:
        with path.open("rb") as file:
            words = file.read(_MOST_BYTES).decode("utf-8-sig").strip()
        return read_time(words, zones) if words else None
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _invalid(path, error.strerror or str(error)) from error
    except Exception as error:  # dateutil has several kinds, and the text may be anything
        reason = "it is not a date and a time" if not str(error) else str(error).splitlines()[0]
        raise _invalid(path, reason[:100]) from error


def read_time(words: str, zones: Iterable[str] = ()) -> datetime:
    """A date and a time; without a zone in UTC, as nbgrader's exchange writes and reads it.

    raises  ValueError, and whatever else dateutil raises at odd text
    """
    last = _LAST_WORD.search(words)
    zone = last[1] if last and last[1].upper() not in _NO_ZONES else ""
    naive = _complete(words.removesuffix(zone) if zone else words)
    if naive.tzinfo is None:
        naive = naive.replace(tzinfo=_zone(zone, naive, zones) if zone else UTC)
    return naive.astimezone(UTC).replace(tzinfo=None)


def ahead(when: datetime) -> timedelta | None:
    """By how much a time of submission (UTC, without a zone) has not come yet; None: it has."""
    by = when - datetime.now(UTC).replace(tzinfo=None)
    return by if by > AHEAD else None


def from_the_future(folder: Path, when: datetime, by: timedelta) -> GradebookError:
    return GradebookError(
        "timestamp-ahead",
        f"the time of submission, {when} UTC, is {by} ahead of this machine's clock; it counts",
        where=str(folder / FILE),
        next="see which of the two clocks is wrong, and correct the file if it is the student's",
    )


def _complete(words: str) -> datetime:
    with warnings.catch_warnings():
        warnings.simplefilter("error", parser.UnknownTimezoneWarning)
        readings = {parser.parse(words, default=day) for day in (_SOME_DAY, _ANOTHER)}
    if len(readings) != 1:
        raise ValueError("it lacks the date or the time")
    reading: datetime = readings.pop()
    return reading


def _zone(word: str, local: datetime, zones: Iterable[str]) -> tzinfo:
    """UTC, an abbreviation that one of the zones uses at that time, or a name like Asia/Seoul."""
    if word.upper() in _UTC:
        return UTC
    for name in zones:
        for fold in (0, 1):
            if local.replace(tzinfo=ZoneInfo(name), fold=fold).tzname() == word:
                offset = local.replace(tzinfo=ZoneInfo(name), fold=fold).utcoffset()
                return UTC if offset is None else timezone(offset)
    try:
        return ZoneInfo(word)
    except (ZoneInfoNotFoundError, OSError):
        raise ValueError(f'the time zone "{word}" is not known') from None


def _invalid(path: Path, reason: str) -> GradebookError:
    return GradebookError(
        "timestamp-invalid",
        f"the time of submission cannot be read: {reason}",
        where=str(path),
        next="correct the file: 2026-03-01 23:59:00 UTC",
    )
