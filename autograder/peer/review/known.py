"""What grading knows about an answer, as scores of the rubric's criteria.

A criterion is known by the last part of its id:

    correct    from the tests of ordinary behaviour
    extremes   from the tests of the categories "extremes" and "dtype and device", if there is one
               of the first

Whether all of these passed: then it is the best level. Else the share of their points, and at most
the level below the best: a fault that a reviewer could have found is never worth "no fault".
Whatever else is asked (is it readable?) no machine knows: such a criterion is left out, and nobody
is calibrated by it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from autograder.peer.review.model import Criterion
from autograder.report import Outcome

CORRECT, EXTREMES = "correct", "extremes"
_AT_THE_EDGES = ("extremes", "dtype and device")


class Tested(Protocol):
    """One hidden test's result: a report's, or one fresh from a sandbox."""

    @property
    def cell(self) -> str: ...
    @property
    def outcome(self) -> str: ...
    @property
    def points(self) -> float: ...
    @property
    def max_points(self) -> float: ...
    @property
    def category(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    score: float  # on the criterion's levels
    why: str  # for the organiser; never shown to a reviewer


def known_scores(
    criteria: Iterable[Criterion], symbol: str, tests: Sequence[Tested]
) -> dict[str, Known]:
    """By criterion id, of those about this symbol that grading can answer."""
    own = [test for test in tests if test.cell == symbol]
    found = {}
    for criterion in criteria:
        asked = _tests_for(criterion, own) if criterion.symbol == symbol else []
        if asked:
            found[criterion.id] = _known(criterion, asked)
    return found


def _tests_for(criterion: Criterion, tests: Sequence[Tested]) -> list[Tested]:
    kind = criterion.id.rpartition(".")[2]
    edges = [test for test in tests if test.category in _AT_THE_EDGES]
    if kind == EXTREMES:
        return edges if any(test.category == "extremes" for test in edges) else []
    if kind == CORRECT:
        return [test for test in tests if test.category not in _AT_THE_EDGES]
    return []


def _known(criterion: Criterion, tests: Sequence[Tested]) -> Known:
    values = criterion.values
    passed = sum(test.outcome == Outcome.PASSED for test in tests)
    if passed == len(tests):
        return Known(score=values[-1], why=f"all {passed} tests passed")
    most = math.fsum(test.max_points for test in tests)
    share = math.fsum(test.points for test in tests) / most if most else passed / len(tests)
    score = values[0] + share * (values[-1] - values[0])
    return Known(
        score=min(score, float(values[-2])),
        why=f"{passed} of {len(tests)} tests passed, {share:.0%} of their points",
    )
