"""Which items an instructor should look at, and what was found there.

Four reasons, an item has the first that holds:

    no score      too few reviewed it: without a person it has no score at all
    uncertain     its score could well be another one: reviewers disagree, or are not trusted
    supervised    somebody reviewed it who has not shown yet that they can; drawn with a probability
    by chance     drawn from all others, so that nobody can know that their reviews are not read

The draws depend on the round's seed, which is secret, and on the item: whoever asks twice gets
the same list, and no reviewer can work it out. That some reviews are checked at random is what
makes honest work pay for all of them: where everybody gives the best score, reviewers agree
perfectly, and comparing them with each other finds nothing (de Alfaro and Shavlovsky 2015,
Incentives for truthful peer grading, arXiv 1604.03178, who saw classes do so). Checks that go
where the reports give reason need fewer of them (Zarkoob, Fu, Leyton-Brown 2019, Report-sensitive
spot-checking in peer-grading systems, arXiv 1906.05884). Mechanical TA has teaching assistants
look at all reviews of those who have not shown proficiency, and at some of the others' (Wright,
Thornton, Leyton-Brown 2015).
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from autograder.course import Course
from autograder.peer.review.aggregate import ItemScore
from autograder.peer.review.files import read_json, round_folder, write_json
from autograder.peer.review.judgements import Judgement, checked_words, item_at, scores_from
from autograder.peer.review.model import SCHEMA, Review, Round
from autograder.peer.review.reliability import Reliability
from autograder.peer.review.turns import in_turn

FILE = "spotchecks.json"
Reason = Literal["no score", "uncertain", "supervised", "by chance"]
_ORDER: tuple[Reason, ...] = ("no score", "uncertain", "supervised", "by chance")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """How much is looked at."""

    uncertain: float = 0.25  # a standard error above this, as a share of the scale
    supervised: float = 0.5  # of the items that a supervised reviewer has read
    chance: float = 0.1  # of all others


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    item: str
    reason: Reason
    uncertainty: float | None  # of the item's most doubtful criterion; None: it has no score


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    checks: tuple[Judgement, ...] = ()  # oldest first
    schema: int = SCHEMA


def to_look_at(
    made: Round,
    scores: Iterable[ItemScore],
    reviews: Iterable[Review],
    trust: Mapping[str, Reliability],
    shares: Shares,
    *,
    checked: Iterable[str] = (),
) -> tuple[Candidate, ...]:
    """The most doubtful first; without what was looked at before, unless it has no score still."""
    supervised = {r.item for r in reviews if trust[r.reviewer].pool == "supervised"}
    done = set(checked)
    found = [
        Candidate(item=score.item, reason=reason, uncertainty=doubt)
        for score in scores
        if score.state != "withdrawn" and (score.item not in done or score.missing)
        for doubt in [_doubt(score)]
        if (reason := _reason(made, score, doubt, score.item in supervised, shares)) is not None
    ]
    return tuple(sorted(found, key=_order))


def read_spotchecks(course: Course, assignment: str) -> tuple[Judgement, ...]:
    """All of them, oldest first. raises  CourseError "reviews-broken", "reviews-version" """
    kept = read_json(round_folder(course, assignment) / FILE, _Kept)
    return kept.checks if kept is not None else ()


def keep_spotcheck(
    course: Course,
    made: Round,
    item: str,
    written: Sequence[str],
    note: str,
    *,
    by: str,
    now: datetime,
) -> Judgement:
    """What an instructor says about an item; an earlier word about it stays in the file.

    written  "CRITERION=SCORE" each
    raises   UsageError "unknown-item", those of scores_from, "reviews-not-written"
    """
    judgement = Judgement(
        item=item,
        scores=scores_from(written, made.criteria_of(item_at(made, item))),
        note=checked_words(note, what="the note") if note.strip() else "",
        by=by,
        at=now,
    )
    path = round_folder(course, made.assignment) / FILE
    with in_turn(course, made.assignment):
        before = read_spotchecks(course, made.assignment)
        write_json(path, _Kept(checks=(*before, judgement)))
    return judgement


def _doubt(score: ItemScore) -> float | None:
    if score.missing:
        return None
    return max((each.uncertainty for each in score.criteria.values()), default=None)


def _reason(
    made: Round, score: ItemScore, doubt: float | None, supervised: bool, shares: Shares
) -> Reason | None:
    if doubt is None:
        return "no score"
    if doubt > shares.uncertain:
        return "uncertain"
    if supervised and _drawn(made, "supervised", score.item) < shares.supervised:
        return "supervised"
    if _drawn(made, "chance", score.item) < shares.chance:
        return "by chance"
    return None


def _drawn(made: Round, purpose: str, item: str) -> float:
    return random.Random(f"{made.seed} spotcheck {purpose} {item}").random()


def _order(candidate: Candidate) -> tuple[int, float, str]:
    return (_ORDER.index(candidate.reason), -(candidate.uncertainty or 0.0), candidate.item)
