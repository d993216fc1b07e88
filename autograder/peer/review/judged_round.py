"""Where a round stands: everybody's scores, and how far each reviewer can be trusted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from autograder.course import Course
from autograder.peer.review.aggregate import ItemScore, aggregate
from autograder.peer.review.appeals import Appeals, read_appeals
from autograder.peer.review.files import read_reviews, round_of
from autograder.peer.review.judgements import Judgement, judged_by
from autograder.peer.review.model import Review, Round
from autograder.peer.review.reliability import (
    Judged,
    Reliability,
    Thresholds,
    observations,
    reliabilities,
)
from autograder.peer.review.spotchecks import read_spotchecks


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What one reviewer was asked to do, and has done. What was withdrawn is not asked any more."""

    asked: int
    done: float  # a review with half of its questions answered is half of one

    @property
    def share(self) -> float:
        return self.done / self.asked if self.asked else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedRound:
    made: Round
    reviews: tuple[Review, ...]
    checks: tuple[Judgement, ...]
    appeals: Appeals
    judged: Judged
    scores: tuple[ItemScore, ...]
    trust: Mapping[str, Reliability]  # by reviewer
    work: Mapping[str, Work]  # by reviewer


def judged_round(course: Course, assignment: str, thresholds: Thresholds) -> JudgedRound:
    """raises  UsageError "no-round"; CourseError "reviews-broken", "reviews-version" """
    made = round_of(course, assignment)
    reviews = read_reviews(course, made)
    checks, appeals = read_spotchecks(course, assignment), read_appeals(course, assignment)
    judged = judged_by((*checks, *appeals.decisions))
    seen = observations(made, reviews, judged)
    return JudgedRound(
        made=made,
        reviews=reviews,
        checks=checks,
        appeals=appeals,
        judged=judged,
        scores=aggregate(made, reviews, judged, thresholds),
        trust=reliabilities(made.reviewers, seen, thresholds),
        work=work_of(made, reviews),
    )


def work_of(made: Round, reviews: Sequence[Review]) -> dict[str, Work]:
    given = {(review.reviewer, review.item): review for review in reviews}
    return {
        reviewer: Work(
            asked=len(tasks),
            done=sum(_answered(made, given.get((reviewer, task.item))) for task in tasks),
        )
        for reviewer in made.reviewers
        for tasks in [made.tasks_of(reviewer)]
    }


def _answered(made: Round, review: Review | None) -> float:
    if review is None:
        return 0.0
    criteria = made.criteria_of(made.item(review.item))
    said = sum(review.scores.get(criterion.id) is not None for criterion in criteria)
    return said / len(criteria) if criteria else 0.0
