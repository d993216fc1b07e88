"""Statistics of scores and tests. What would mean nothing is None, with the reason beside it.

source  Ebel & Frisbie, Essentials of Educational Measurement, 5th ed. 1991: difficulty and
        discrimination. Crocker & Algina, Introduction to Classical and Modern Test Theory, 1986,
        chapters 7 (alpha) and 14 (item-total correlations, corrected for the item's own part).
        Iglewicz & Hoaglin, How to Detect and Handle Outliers, 1993: the modified z-score.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

FEWEST = 10  # students; a correlation of fewer says more about chance than about the test
FEWEST_FOR_OUTLIERS = 5
_MODIFIED_Z = 3.5  # Iglewicz & Hoaglin's own limit
_NORMAL_MAD = 0.6745  # the median deviation of a normal distribution, in standard deviations
_TIMES_MEDIAN = 2.0  # where nearly all are alike, nothing below this is worth a look

TOO_FEW = f"fewer than {FEWEST} students"
ALL_ALIKE = "everybody passes, or nobody"
FLAT = "all have the same points in the other tests"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How numbers lie; the quartiles interpolate linearly, sd is that of a sample (n − 1)."""

    n: int
    low: float
    q1: float
    median: float
    q3: float
    high: float
    mean: float
    sd: float | None  # None: of a single number


@dataclass(frozen=True, slots=True)
class Figure:
    """A statistic, or why there is none."""

    value: float | None
    why_not: str = ""


def spread(values: Sequence[float]) -> Spread | None:
    """None of nothing."""
    if not values:
        return None
    several = len(values) > 1
    q1, median, q3 = statistics.quantiles(
        values if several else [*values, *values], n=4, method="inclusive"
    )
    return Spread(
        n=len(values),
        low=min(values),
        q1=q1,
        median=median,
        q3=q3,
        high=max(values),
        mean=statistics.fmean(values),
        sd=statistics.stdev(values) if several else None,
    )


def discrimination(passed: Sequence[bool], rest: Sequence[float]) -> Figure:
    """Point-biserial correlation of a test with the points of all others (item-rest).

    r = (M₁ − M₀) / s · √(p · (1 − p))  with M₁, M₀ the means of `rest` of those who passed and of
    those who did not, s its standard deviation (of the population), p the share that passed

    rest  each student's points without those of this test: with them it would correlate with itself
    """
    if len(passed) < FEWEST:
        return Figure(None, TOO_FEW)
    share = sum(passed) / len(passed)
    if share in (0.0, 1.0):
        return Figure(None, ALL_ALIKE)
    s = statistics.pstdev(rest)
    if s == 0.0:
        return Figure(None, FLAT)
    right = statistics.fmean(r for r, p in zip(rest, passed, strict=True) if p)
    wrong = statistics.fmean(r for r, p in zip(rest, passed, strict=True) if not p)
    return Figure((right - wrong) / s * math.sqrt(share * (1.0 - share)))


def alpha(rows: Sequence[Sequence[float]]) -> Figure:
    """Cronbach's alpha, k/(k−1) · (1 − Σ var / var Σ), of points in k tests, a row a student."""
    if len(rows) < FEWEST:
        return Figure(None, TOO_FEW)
    tests = len(rows[0])
    if tests < 2:
        return Figure(None, "fewer than two tests")
    whole = statistics.variance([math.fsum(row) for row in rows])
    if whole == 0.0:
        return Figure(None, "all have the same score")
    parts = math.fsum(statistics.variance(column) for column in zip(*rows, strict=True))
    return Figure(tests / (tests - 1) * (1.0 - parts / whole))


def outliers(values: Mapping[str, float]) -> dict[str, float]:
    """Who has far more than the others → how many times the median.

    Far more: the modified z-score of the logarithm, 0.6745 · (ln x − median) / MAD, is above 3.5,
    and the value is at least twice the median. Medians, because a few who are far out must not hide
    each other; logarithms, because times and sizes differ by factors.
    """
    logs = {name: math.log(value) for name, value in values.items() if value > 0}
    if len(logs) < FEWEST_FOR_OUTLIERS:
        return {}
    middle = statistics.median(logs.values())
    mad = statistics.median(abs(x - middle) for x in logs.values())
    return {
        name: math.exp(x - middle)
        for name, x in logs.items()
        if x - middle >= math.log(_TIMES_MEDIAN) and _NORMAL_MAD * (x - middle) > _MODIFIED_Z * mad
    }
