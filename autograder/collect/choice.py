"""Which of a student's attempts counts.

latest_on_time  the last one before the deadline; if all are late, the first: it costs least
last            the last one, late or not
best            the one with the highest score after the penalty; of equals the earliest

An attempt whose time is not known is late if the platform says so, and else on time.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from autograder.collect.attempts import Attempt
from autograder.course import LatePolicy

DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Chosen:
    attempt: Attempt | None  # None: it cannot be told which one was last
    why: str


def choose(attempts: Sequence[Attempt], rule: str, due: datetime | None) -> Chosen:
    """By time; `best` is provisional until the attempts are graded: the latest on time.

    attempts  of one student, at least one
    """
    on_time = [attempt for attempt in attempts if not is_late(attempt, due)]
    if rule == "last":
        chosen, why = latest(attempts), "the last"
    elif on_time:
        chosen, why = latest(on_time), "the latest on time"
    else:
        chosen, why = first(attempts), "all are late: the first"
    if chosen is None and rule == "best":
        chosen = attempts[0]
    if chosen is None:
        return Chosen(None, f"{len(attempts)} attempts, and nothing says which counts")
    return Chosen(chosen, why if len(attempts) > 1 else "the only one")


def latest(attempts: Sequence[Attempt]) -> Attempt | None:
    """The one after all others; None if that is not known."""
    return next((a for a in attempts if all(b is a or _is_after(a, b) for b in attempts)), None)


def first(attempts: Sequence[Attempt]) -> Attempt | None:
    """The one before all others; None if that is not known."""
    return next((a for a in attempts if all(b is a or _is_after(b, a) for b in attempts)), None)


def _is_after(one: Attempt, other: Attempt) -> bool:
    """False also if it is not known.

    What was collected later and has no time was handed in later: exports have the last hand-in.
    """
    if one.time is not None and other.time is not None and one.time != other.time:
        return one.time > other.time
    if one.layout == other.layout and one.order is not None and other.order is not None:
        return one.order > other.order  # a rebase gives a row of commits one moment
    if one.first_seen is not None and other.first_seen is not None:
        return one.first_seen > other.first_seen
    return False


def is_late(attempt: Attempt, due: datetime | None) -> bool:
    if attempt.time is not None:
        return due is not None and seconds_late(attempt.time, due) > 0
    return bool(attempt.late)


def seconds_late(time: datetime, due: datetime) -> int:
    """Whole ones: 18:00:00.4 is 18:00:00 for everybody who reads it."""
    return math.floor((time - due).total_seconds())


def after_penalty(
    score: float, attempt: Attempt, due: datetime | None, policy: LatePolicy | None
) -> float:
    """As autograder.gradebook.late has nbgrader compute it: per day begun, nothing after cutoff."""
    if policy is None or due is None or attempt.time is None:
        return score
    late_s = seconds_late(attempt.time, due)
    if late_s <= 0:
        return score
    if policy.cutoff_s is not None and late_s > policy.cutoff_s:
        return 0.0
    return max(0.0, score - score * policy.penalty_per_day * math.ceil(late_s / DAY_S))
