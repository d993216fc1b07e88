"""Rounds that are made up: who reviews whom, by a rubric of three questions, and what they say."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from statistics import fmean
from typing import Any

from autograder.course import Course
from autograder.peer.review.files import keep_reviews, write_round
from autograder.peer.review.model import Criterion, Item, Level, Review, Round, Task, Text

NOW = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
CORRECT, EXTREMES, READABLE = "softmax.correct", "softmax.extremes", "softmax.readable"
Scores = Mapping[str, int | None]


def _criterion(identity: str, weight: float = 1.0) -> Criterion:
    words = Text(en="?", ko="?")
    levels = tuple(Level(value=value, text=words) for value in range(4))
    return Criterion(id=identity, symbol="softmax", text=words, levels=levels, weight=weight)


RUBRIC = (_criterion(CORRECT, 2.0), _criterion(EXTREMES), _criterion(READABLE))


def peer_item(author: str) -> Item:
    return Item(id=f"R-{author}", author=author, code={"softmax": f"# by {author}"})


def known_item(identity: str, correct: float, extremes: float) -> Item:
    known = {CORRECT: correct, EXTREMES: extremes}
    return Item(id=identity, author=None, code={"softmax": "pass"}, known=known)


def task(reviewer: str, item: Item, at: int = 0) -> Task:
    kind: Any = "peer" if item.known is None else "calibration"
    label = "ABCDEFGHIJ"[at]
    return Task(reviewer=reviewer, item=item.id, kind=kind, label=label, added_at=NOW, due=None)


def review(
    reviewer: str,
    item: str,
    correct: int | None,
    extremes: int | None = None,
    readable: int | None = None,
    comments: Mapping[str, str] | None = None,
) -> Review:
    return Review(
        reviewer=reviewer,
        item=item,
        scores={CORRECT: correct, EXTREMES: extremes, READABLE: readable},
        comments=comments or {},
        received_at=NOW,
        saved_at=NOW,
        source="",
    )


def all_three(reviewer: str, item: str, score: int) -> Review:
    return review(reviewer, item, score, score, score)


def round_with(
    tasks: Sequence[Task], items: Sequence[Item], name: str = "cross_entropy", **changes: Any
) -> Round:
    made = Round(
        assignment=name,
        made_at=NOW,
        seed=7,
        k=3,
        due=None,
        avoid_own_group=False,
        rubric=RUBRIC,
        items=tuple(items),
        tasks=tuple(tasks),
    )
    return replace(made, **changes)


def keep(course: Course, made: Round, reviews: Sequence[Review]) -> None:
    """As `assign` and `collect` leave them."""
    write_round(course, made)
    for reviewer in made.reviewers:
        own = [each for each in reviews if each.reviewer == reviewer]
        if own:
            keep_reviews(course, made.assignment, reviewer, own)


def later(days: float) -> datetime:
    return NOW + timedelta(days=days)


@dataclass(frozen=True)
class Simulated:
    """A class whose answers have a true quality, some of whom review without looking."""

    made: Round
    reviews: tuple[Review, ...]
    truth: Mapping[str, Mapping[str, int]]  # author → criterion → the right score
    careless: frozenset[str]

    def plain_mean(self, author: str, criterion: Criterion) -> float:
        item = f"R-{author}"
        given = [r.scores[criterion.id] for r in self.reviews if r.item == item]
        return fmean(criterion.share(one) for one in given if one is not None)


CARELESS: Sequence[Callable[[random.Random], int]] = (
    lambda chance: 3,  # everything is splendid
    lambda chance: 2,  # what most get
    lambda chance: chance.randrange(4),
)


def simulated(
    seed: int, *, students: int = 60, calibration: int = 3, careless: float = 0.2
) -> Simulated:
    """k = 3; the honest err by 0.6 of a level, and are kind or strict by 0.3."""
    chance = random.Random(f"{seed} class")
    names = [f"s{at:02}" for at in range(students)]
    truth = {n: {c.id: chance.choice([0, 1, 2, 3, 3]) for c in RUBRIC} for n in names}
    known = [
        known_item(f"K{at}", *pair) for at, pair in enumerate([(0, 0), (1, 2), (3, 3), (3, 0)])
    ]
    items = [*map(peer_item, names), *known]
    lazy = set(chance.sample(names, round(students * careless)))
    tasks, reviews = [], []
    for at, name in enumerate(names):
        habit = CARELESS[at % len(CARELESS)] if name in lazy else None
        kindness = chance.gauss(0, 0.3)
        own = [items[(at + step) % students] for step in (1, 7, 19)]
        own += chance.sample(known, calibration)
        for item in own:
            right = {READABLE: 2, **(item.known or truth[item.author or ""])}
            said = {
                name_of: habit(chance)
                if habit is not None
                else min(3, max(0, round(score + kindness + chance.gauss(0, 0.6))))
                for name_of, score in right.items()
            }
            tasks.append(task(name, item, own.index(item)))
            reviews.append(replace(all_three(name, item.id, 0), scores=said))
    made = round_with(tasks, items, seed=seed)
    return Simulated(made, tuple(reviews), truth, frozenset(lazy))
