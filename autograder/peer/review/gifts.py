"""What this platform gave as extra credit, so that it can be told from what a person gave.

nbgrader has one number a cell. So each of our gifts is kept with the whole number that it left
there; and what is about to be written is kept before it is, since the gradebook and this file
cannot be written at once: a command that was killed in between finds out which of the two had come
about.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from autograder.course import Course
from autograder.peer.review.files import read_json, round_folder, write_json
from autograder.peer.review.model import SCHEMA

FILE = "credit.json"
_SAME = 1e-6  # points: sums of what was entered as decimals


@dataclass(frozen=True, slots=True, kw_only=True)
class Gift:
    """To one student: what of the cell's extra credit is ours."""

    cell: str  # grade_id
    points: float
    total: float  # that it left in the cell
    pending: tuple[float, float] | None = None  # points and total that are about to be written


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """Once that credit was written, for the record."""

    at: datetime
    by: str
    points: float  # the most that anybody could get
    what_for: str
    students: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Gifts:
    by_student: Mapping[str, Gift] = field(default_factory=dict)
    history: tuple[Applied, ...] = ()
    schema: int = SCHEMA

    def settled(self, student: str, now: float | None) -> Gift | None:
        """The gift as it came about, by what the cell has now."""
        gift = self.by_student.get(student)
        if gift is None or gift.pending is None:
            return gift
        points, total = gift.pending
        if same(now or 0.0, total):
            return replace(gift, points=points, total=total, pending=None)
        return replace(gift, pending=None)


def read_gifts(course: Course, assignment: str) -> Gifts:
    """raises  CourseError "reviews-broken", "reviews-version" """
    return read_json(round_folder(course, assignment) / FILE, Gifts) or Gifts()


def write_gifts(course: Course, assignment: str, gifts: Gifts) -> None:
    """raises  UsageError "reviews-not-written" """
    write_json(round_folder(course, assignment) / FILE, gifts)


def with_pending(gifts: Gifts, planned: Iterable[tuple[str, Gift, float, float]]) -> Gifts:
    """planned  (student, the gift so far, its new points, the new total)"""
    pending = {
        student: replace(gift, pending=(points, total)) for student, gift, points, total in planned
    }
    return replace(gifts, by_student={**gifts.by_student, **pending})


def same(one: float, other: float) -> bool:
    return math.isclose(one, other, abs_tol=_SAME)
