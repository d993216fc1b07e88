"""How much of a result its student sees at a moment.

A hidden test says when it shows (`always`, `after_due`, `never`), or course.yml does for all that
say nothing. Where attempts are repeated, only some of a day get an answer that informs. Neither
changes a score; instructors always see everything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from autograder.course import FeedbackRules
from autograder.report import TestResult

When = Literal["now", "later", "never"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """Which of a student's attempts at an assignment this is."""

    number: int  # from 1, of those of its calendar day
    at: datetime  # when it was handed in, with a time zone


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What is shown; see view_of.

    everything  to an instructor
    """

    everything: bool = False
    default: str = "always"  # of tests that say nothing
    past_due: bool = False
    due: datetime | None = None  # in the course's zone
    limit: int | None = None  # informative attempts a day
    next_answer: datetime | None = None  # None: this answer informs
    timezone: str = "UTC"

    def of(self, test: TestResult) -> When:
        if self.everything:
            return "now"
        match test.visible or self.default:
            case "never":
                return "never"
            case "after_due" if not self.past_due:
                return "later"
        return "now"

    def name_for(self, tests: Iterable[TestResult]) -> str:
        """What tells this view of these tests from another one; empty where all is shown."""
        if self.next_answer is not None:
            return f"all but the points until {self.next_answer.isoformat()}"
        counts = Counter(when for test in tests if (when := self.of(test)) != "now")
        until = f" until {self.due.isoformat() if self.due else 'a due date'}"
        return ", ".join(
            f"{counts[when]} {when}{until if when == 'later' else ''}" for when in sorted(counts)
        )


EVERYTHING = View(everything=True)


def view_of(
    rules: FeedbackRules,
    *,
    due: datetime | None,
    now: datetime,
    attempt: Attempt | None = None,
    timezone: str = "UTC",
) -> View:
    """
    due      of this student, extension included; None: there is none, and never a time after it
    now      when the page is made
    attempt  None: attempts are not counted
    """
    zone = ZoneInfo(timezone)
    past_due = due is not None and now > due
    return View(
        default=rules.tests,
        past_due=past_due,
        due=None if due is None else due.astimezone(zone),
        limit=rules.informative_attempts_per_day,
        next_answer=_next_answer(rules, attempt, due if past_due else None, zone),
        timezone=timezone,
    )


def this_moment() -> datetime:
    """When a page is made that is made now."""
    return datetime.now(UTC)


def day_of(moment: datetime, timezone: str) -> tuple[datetime, datetime]:
    """The calendar day in that zone: from its first moment up to that of the next."""
    zone = ZoneInfo(timezone)
    day = moment.astimezone(zone).date()
    first, following = (
        datetime.combine(each, time.min, tzinfo=zone) for each in (day, day + timedelta(days=1))
    )
    return first, following


def _next_answer(
    rules: FeedbackRules, attempt: Attempt | None, passed: datetime | None, zone: ZoneInfo
) -> datetime | None:
    """When the due date has passed, what was handed in until then has nothing to gain any more."""
    limit = rules.informative_attempts_per_day
    if limit is None or attempt is None or attempt.number <= limit:
        return None
    if passed is not None and attempt.at <= passed:
        return None
    return day_of(attempt.at, zone.key)[1]
