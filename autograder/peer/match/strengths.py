"""What one result says about a student: behaviours that hold, and behaviours that do not yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from autograder.report import Outcome, Report, TestResult

POINT = 1000  # parts of a point: values are whole numbers, and so sums are exact


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """One hidden test, of which only symbol and category are ever shown."""

    symbol: str
    name: str  # never shown
    category: str  # such as "gradients"; empty: the suite does not say
    worth: int  # in thousandths of a point


@dataclass(frozen=True, slots=True, kw_only=True)
class Strengths:
    student: str
    holds: Mapping[str, Behaviour]  # by symbol/test
    fails: Mapping[str, Behaviour]
    recognised: frozenset[str]  # of `fails`: which are a known misconception


def strengths_of(report: Report) -> Strengths:
    """Tests of which students never see how they came out are left out of account."""
    shown = {f"{t.cell}/{t.name}": t for t in report.tests if t.visible != "never"}
    passed = {key: t for key, t in shown.items() if t.outcome is Outcome.PASSED}
    return Strengths(
        student=report.student,
        holds={key: _behaviour(test) for key, test in passed.items()},
        fails={key: _behaviour(test) for key, test in shown.items() if key not in passed},
        recognised=frozenset(
            key for key, test in shown.items() if key not in passed and test.misconception
        ),
    )


def _behaviour(test: TestResult) -> Behaviour:
    return Behaviour(
        symbol=test.cell,
        name=test.name,
        category=test.category,
        worth=max(round(test.max_points * POINT), 1),
    )
