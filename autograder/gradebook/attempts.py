"""Which of a student's attempts a submission is: asked when it is written, counted elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from autograder.feedback import Attempt
from autograder.report import Report

# (what was graded, when it was handed in) → its place among the attempts; None: they do not count
CountAttempt = Callable[[Report, datetime | None], Attempt | None]


def not_counted(report: Report, handed_in: datetime | None) -> Attempt | None:
    return None


def in_utc(when: datetime | None) -> datetime | None:
    """nbgrader's times are in UTC without saying so."""
    return when if when is None or when.tzinfo is not None else when.replace(tzinfo=UTC)
