"""What the reviews of an item come to: a score for each criterion, and how sure it is.

The score is the mean of what reviewers gave, weighted by 1 / v_r (reliability.py), which has the
least variance of all weighted means if errors are independent. So it lies between the lowest and
the highest score that somebody gave, and can be explained to whom it is about. A reviewer's bias
is not subtracted first: from two or three items of calibration it is hardly known, on a scale
with ends it is another one for good answers than for bad ones (who always gives the best level is
too kind to bad answers only), and the result could be a score that nobody gave. A constant bias
costs weight instead, since v_r has its square. (With hundreds of grades a reviewer, subtracting
it pays: Piech et al. 2013.)

The uncertainty is the standard error 1 / sqrt(sum of 1 / v_r). Where reviewers differ by more
than their own errors explain, it grows by the root of chi² / (n - 1), as is usual for
measurements that disagree (Birge 1932; Review of Particle Physics, Introduction, "unconstrained
averaging").

A criterion with fewer scores than `least` has none: no review is no score, and never a zero. What
an instructor has judged is the score. And nothing that a student says about others moves what
that student gets: for an author's item everything is computed as if the author had reviewed
nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from autograder.peer.review.model import Criterion, Item, Review, Round
from autograder.peer.review.reliability import (
    Judged,
    Observation,
    Reliability,
    Thresholds,
    observations,
    reliabilities,
)

State = Literal["scored", "too-few", "withdrawn"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionScore:
    score: float  # on the criterion's own levels
    share: float  # 0 … 1
    uncertainty: float  # standard error, as a share; 0 of what an instructor has judged
    reviews: int  # with a score for it
    by: Literal["peers", "instructor"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemScore:
    """What one student's answer came to."""

    item: str
    author: str
    state: State
    reviews: int  # of the item
    criteria: Mapping[str, CriterionScore]  # those that have enough scores
    missing: tuple[str, ...]  # those that have not
    share: float | None  # 0 … 1 by the criteria's weights; None if any is missing
    uncertainty: float | None  # of it, if all criteria erred alike: no reviewer's are independent


def reviewed_items(made: Round) -> tuple[Item, ...]:
    """Those that are there to be scored, and not to calibrate by."""
    return tuple(item for item in made.items if item.known is None and item.author is not None)


def item_by(made: Round, student: str) -> Item | None:
    """A student's item; not one for calibration that has some of their code in it."""
    return next((item for item in reviewed_items(made) if item.author == student), None)


def aggregate(
    made: Round, reviews: Sequence[Review], judged: Judged, thresholds: Thresholds
) -> tuple[ItemScore, ...]:
    """Of every student's item, in the order of the round."""
    seen = observations(made, reviews, judged)
    by_item: dict[str, list[Review]] = {}
    for review in reviews:
        by_item.setdefault(review.item, []).append(review)
    return tuple(
        _item_score(made, item, by_item.get(item.id, []), seen, judged, thresholds)
        for item in reviewed_items(made)
    )


def combined(scores: Iterable[tuple[float, float]]) -> tuple[float, float]:
    """(share, variance) of each → the weighted mean and its standard error. One or more."""
    pairs = list(scores)
    weights = [1.0 / variance for _, variance in pairs]
    total = math.fsum(weights)
    mean = math.fsum(w * share for w, (share, _) in zip(weights, pairs, strict=True)) / total
    chi2 = math.fsum(w * (share - mean) ** 2 for w, (share, _) in zip(weights, pairs, strict=True))
    scale = max(1.0, chi2 / (len(pairs) - 1)) if len(pairs) > 1 else 1.0
    return mean, math.sqrt(scale / total)


def _item_score(
    made: Round,
    item: Item,
    reviews: Sequence[Review],
    seen: Sequence[Observation],
    judged: Judged,
    thresholds: Thresholds,
) -> ItemScore:
    assert item.author is not None
    trust = reliabilities(
        [review.reviewer for review in reviews], seen, thresholds, without=item.author
    )
    decided = judged.get(item.id, {})
    criteria: dict[str, CriterionScore] = {}
    for criterion in made.criteria_of(item):
        found = _criterion_score(criterion, reviews, trust, decided, thresholds)
        if found is not None:
            criteria[criterion.id] = found
    missing = tuple(c.id for c in made.criteria_of(item) if c.id not in criteria)
    share, uncertainty = (None, None) if missing else _whole(made.criteria_of(item), criteria)
    return ItemScore(
        item=item.id,
        author=item.author,
        state="withdrawn" if item.withdrawn_at else "too-few" if missing else "scored",
        reviews=len(reviews),
        criteria=criteria,
        missing=missing,
        share=share,
        uncertainty=uncertainty,
    )


def _criterion_score(
    criterion: Criterion,
    reviews: Sequence[Review],
    trust: Mapping[str, Reliability],
    decided: Mapping[str, float],
    thresholds: Thresholds,
) -> CriterionScore | None:
    given = [
        (criterion.share(score), trust[review.reviewer].variance)
        for review in reviews
        if (score := review.scores.get(criterion.id)) is not None
    ]
    if criterion.id in decided:
        share, uncertainty = criterion.share(decided[criterion.id]), 0.0
    elif len(given) >= max(1, thresholds.least):
        share, uncertainty = combined(given)
    else:
        return None
    return CriterionScore(
        score=score_at(criterion, share),
        share=share,
        uncertainty=uncertainty,
        reviews=len(given),
        by="instructor" if criterion.id in decided else "peers",
    )


def score_at(criterion: Criterion, share: float) -> float:
    """The inverse of Criterion.share."""
    lowest, highest = criterion.values[0], criterion.values[-1]
    return lowest + share * (highest - lowest)


def _whole(
    criteria: Sequence[Criterion], scores: Mapping[str, CriterionScore]
) -> tuple[float, float]:
    total = math.fsum(criterion.weight for criterion in criteria)
    share = math.fsum(c.weight * scores[c.id].share for c in criteria) / total
    uncertainty = math.fsum(c.weight * scores[c.id].uncertainty for c in criteria) / total
    return share, uncertainty
