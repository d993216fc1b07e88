"""Dates, spans and rhythms of peer.yml, as people write them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time, timedelta

MAX_SPAN_DAYS = 400
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_EVERY = re.compile(r"(?:(\d{1,2})\s+)?(day|week)s?")


@dataclass(frozen=True, slots=True)
class Rhythm:
    days: int  # from one session to the next
    weekdays_only: bool = False


def day(text: str) -> date:
    """raises  ValueError, saying what was expected"""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(f'expected a date such as "2026-09-07", got "{text}"') from None


def days(text: str) -> frozenset[date]:
    """A date, or all from one to another: "2026-10-01 .. 2026-10-08".

    raises  ValueError, saying what was expected
    """
    first, dots, last = text.partition("..")
    begin, end = day(first), day(last if dots else first)
    if not timedelta(0) <= end - begin <= timedelta(days=MAX_SPAN_DAYS):
        raise ValueError(
            f"expected the earlier date first, and at most {MAX_SPAN_DAYS} days, got {text!r}"
        )
    return frozenset(begin + timedelta(days=n) for n in range((end - begin).days + 1))


def clock(text: str) -> time:
    """raises  ValueError, saying what was expected"""
    match = re.fullmatch(r"(\d{1,2}):(\d{2})", text.strip())
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        raise ValueError(f'expected a time of day such as "19:00", got "{text}"')
    return time(int(match[1]), int(match[2]))


def rhythm(text: str) -> Rhythm:
    """raises  ValueError, saying what was expected"""
    word = text.strip().lower()
    if word == "weekday":
        return Rhythm(1, weekdays_only=True)
    match = _EVERY.fullmatch(word)
    if match is None or match[1] == "0":
        raise ValueError(
            f'expected "day", "weekday", "week", or a number of them as in "2 weeks", got "{text}"'
        )
    return Rhythm(int(match[1] or 1) * (7 if match[2] == "week" else 1))


def weekday(text: str) -> int:
    """0 for Monday. Three letters are enough.

    raises  ValueError, saying what was expected
    """
    word = text.strip().lower()
    found = [n for n, name in enumerate(WEEKDAYS) if len(word) >= 3 and name.startswith(word)]
    if len(found) != 1:
        raise ValueError(f'expected a day of the week such as "thursday", got "{text}"')
    return found[0]


def whole(text: object, least: int, most: int, why: str = "") -> int:
    """raises  ValueError, saying what was expected"""
    said = str(text).strip()
    if not re.fullmatch(r"-?\d{1,9}", said) or not least <= int(said) <= most:
        raise ValueError(f'expected a whole number from {least} to {most}{why}, got "{text}"')
    return int(said)
