"""How far each reviewer's scores can be trusted, seen where the right score is known.

An item of known quality is one made for calibration, or one that an instructor has judged since.
All scores are shares: 0 is a criterion's worst level, 1 its best. For reviewer r and item i

    e     = the mean of (given - known) over the item's known criteria that r has scored
    q     = the mean of its squares
    s_r²  = (K s² + sum of q over r's items) / (K + number of r's items)
    v_r   = s_r² + FLOOR
    w_r   = (s² + FLOOR) / v_r

where s² is the class's own mean of q, drawn to GUESS² by K items in the same way. So w is 1 for
whom nothing is known of, and tells by how many of these a reviewer counts. Criteria of one item are
no independent evidence: an item is one observation, however many criteria of it are known.

source  the inverse of the variance as weight, and errors split into bias and spread per grader:
        Piech et al. 2013, Tuned models of peer assessment in MOOCs (arXiv 1307.2579), model PG1.
        The shrunk variance is the mean of the data's with K prior observations, as for the
        conjugate prior of a normal variance (Gelman et al., Bayesian Data Analysis, section 2.6).
        That the start is pessimistic and calibration raises it, that one who always gives the
        class's average counts little, and the two pools: Mechanical TA 2 (Zarkoob, Abdolhosseini,
        Leyton-Brown, arXiv 2101.10078; Zarkoob et al. 2023, Better peer grading through Bayesian
        inference, whose model is richer than a few items for each of a few dozen reviewers can
        feed).

Biases are told, and never subtracted: see aggregate.py.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import fmean
from typing import Literal

from autograder.peer.review.model import Item, Review, Round

PRIOR_ITEMS = 2.0  # K: how many items of its own outweigh what is assumed of a reviewer
GUESS = 1 / 3  # the error that is assumed before anything is known: a level of four
FLOOR = 0.01  # a tenth of the scale, squared: nobody is more exact than the scale itself

Pool = Literal["independent", "supervised"]
Judged = Mapping[str, Mapping[str, float]]  # item → criterion → the score that an instructor gave


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    least: int = 2  # scores of a criterion, below which there is none
    calibrated: int = 2  # items of known quality, below which a reviewer stays supervised
    agreement: float = 0.34  # root of the mean squared error, above which one stays so


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One reviewer's scores of one item of known quality."""

    reviewer: str
    item: str
    error: float  # -1 … 1; above 0: too kind
    squared: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    reviewer: str
    items: int  # of known quality, that they have scored
    bias: float  # drawn to the class's; above 0: too kind
    error: float | None  # root of the mean squared error as it is; None: nothing is known
    variance: float  # s_r² + FLOOR; of a supervised reviewer not below the class's
    weight: float  # 1: as one of whom nothing is known
    pool: Pool
    # 1 up to the agreed error, 0 from twice that on, in proportion between. None: nothing is known
    quality: float | None


@dataclass(frozen=True, slots=True)
class Class:
    """What is assumed of a reviewer before anything is seen."""

    squared: float  # s²
    bias: float

    @property
    def variance(self) -> float:
        return self.squared + FLOOR


def observations(made: Round, reviews: Iterable[Review], judged: Judged) -> list[Observation]:
    """Of every review whose item has a known score for something that the review has scored."""
    items = {item.id: item for item in made.items}
    found = []
    for review in reviews:
        item = items.get(review.item)
        errors = _errors(made, item, review, judged) if item is not None else []
        if errors:
            squared = fmean(error * error for error in errors)
            found.append(
                Observation(
                    reviewer=review.reviewer,
                    item=review.item,
                    error=fmean(errors),
                    squared=squared,
                )
            )
    return found


def reliabilities(
    reviewers: Iterable[str],
    seen: Iterable[Observation],
    thresholds: Thresholds,
    *,
    without: str | None = None,
) -> dict[str, Reliability]:
    """Every reviewer's; those of whom nothing is known have the class's.

    without  a student whose own reviews are left out of everything: what one says about others
             must not move what one gets
    """
    by_reviewer: dict[str, list[Observation]] = defaultdict(list)
    for each in seen:
        if each.reviewer != without:
            by_reviewer[each.reviewer].append(each)
    prior = class_of(each for some in by_reviewer.values() for each in some)
    return {
        reviewer: _reliability(reviewer, by_reviewer.get(reviewer, []), prior, thresholds)
        for reviewer in reviewers
    }


def class_of(seen: Iterable[Observation]) -> Class:
    some = list(seen)
    many = PRIOR_ITEMS + len(some)
    return Class(
        squared=(PRIOR_ITEMS * GUESS**2 + math.fsum(each.squared for each in some)) / many,
        bias=math.fsum(each.error for each in some) / many,
    )


def _reliability(
    reviewer: str, own: list[Observation], prior: Class, thresholds: Thresholds
) -> Reliability:
    many = PRIOR_ITEMS + len(own)
    shrunk = (PRIOR_ITEMS * prior.squared + math.fsum(each.squared for each in own)) / many
    error = math.sqrt(fmean(each.squared for each in own)) if own else None
    trusted = (
        error is not None and len(own) >= thresholds.calibrated and error <= thresholds.agreement
    )
    # Nobody who has not shown that they can tell right from wrong counts for more than average.
    variance = shrunk + FLOOR if trusted else max(shrunk + FLOOR, prior.variance)
    return Reliability(
        reviewer=reviewer,
        items=len(own),
        bias=(PRIOR_ITEMS * prior.bias + math.fsum(each.error for each in own)) / many,
        error=error,
        variance=variance,
        weight=prior.variance / variance,
        pool="independent" if trusted else "supervised",
        quality=None if error is None else _quality(error, thresholds.agreement),
    )


def _quality(error: float, agreed: float) -> float:
    if error <= agreed:
        return 1.0
    return max(0.0, 2.0 - error / agreed) if agreed else 0.0


def _errors(made: Round, item: Item | None, review: Review, judged: Judged) -> list[float]:
    assert item is not None
    known = {**(item.known or {}), **judged.get(item.id, {})}
    return [
        criterion.share(score) - criterion.share(known[criterion.id])
        for criterion in made.criteria_of(item)
        if criterion.id in known and (score := review.scores.get(criterion.id)) is not None
    ]
