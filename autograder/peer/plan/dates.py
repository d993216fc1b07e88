"""When the sessions of a term are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from autograder.peer.plan.term import Term


def common_dates(term: Term, after: date | None, count: int) -> tuple[date, ...]:
    """The next `count` dates of the rhythm that are not skipped.

    after  only later ones; None: from the start
    """
    return tuple(islice(_dates(term, after), count))


def session_date(term: Term, common: date, group: str | None) -> date:
    """The group's own day of that week, the common one otherwise, and where its own is skipped.

    group  None: all groups together
    """
    own = None if group is None else term.of_group(group).weekday
    if own is None:
        return common
    moved = common + timedelta(days=(own - common.weekday()) % 7)
    return common if moved in term.skip else moved


def session_start(term: Term, when: date, group: str | None) -> datetime:
    own = None if group is None else term.of_group(group).time
    return existing(when, own or term.time, term.timezone)


def existing(when: date, clock: time, timezone: str) -> datetime:
    """A time that comes twice is the first; one that the clocks jump over, as much later."""
    zone = ZoneInfo(timezone)
    return datetime.combine(when, clock, tzinfo=zone).astimezone(UTC).astimezone(zone)


def _dates(term: Term, after: date | None) -> Iterator[date]:
    """Endless: skipped dates are finitely many."""
    when = term.start
    while True:
        weekend = term.every.weekdays_only and when.weekday() > 4
        if not weekend and when not in term.skip and (after is None or when > after):
            yield when
        when += timedelta(days=term.every.days)
