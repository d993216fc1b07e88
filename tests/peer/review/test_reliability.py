"""How far a reviewer is trusted comes from answers whose quality is known."""

from __future__ import annotations

import random
from dataclasses import replace
from statistics import fmean

import pytest

from autograder.peer.review.model import Item, Review, Round
from autograder.peer.review.reliability import (
    FLOOR,
    GUESS,
    Reliability,
    Thresholds,
    observations,
    reliabilities,
)

from .made_rounds import (
    CORRECT,
    EXTREMES,
    READABLE,
    all_three,
    known_item,
    peer_item,
    review,
    round_with,
    simulated,
    task,
)

ITEMS = (known_item("K1", 0, 0), known_item("K2", 3, 3), known_item("K3", 1, 2))


def trust(*reviews: Review, thresholds: Thresholds = Thresholds()) -> dict[str, Reliability]:  # noqa: B008
    made = asked(*reviews)
    return reliabilities(made.reviewers, observations(made, reviews, {}), thresholds)


def asked(*reviews: Review) -> Round:
    items = {item.id: item for item in (*ITEMS, peer_item("ada"))}
    return round_with([task(r.reviewer, items[r.item]) for r in reviews], list(items.values()))


def exact(reviewer: str) -> list[Review]:
    return [review(reviewer, "K1", 0, 0, 3), review(reviewer, "K2", 3, 3, 3),
            review(reviewer, "K3", 1, 2, 0)]  # fmt: skip


def always(reviewer: str, score: int) -> list[Review]:
    return [all_three(reviewer, item.id, score) for item in ITEMS]


def test_who_has_scored_nothing_that_is_known_counts_as_the_class_does() -> None:
    found = trust(all_three("new", "R-ada", 3), *exact("kim"))["new"]
    assert (found.items, found.error, found.weight, found.pool) == (0, None, 1.0, "supervised")


def test_without_any_calibration_all_count_alike_and_so_the_mean_is_the_plain_one() -> None:
    found = trust(all_three("kim", "R-ada", 3), all_three("lee", "R-ada", 0))
    assert {each.weight for each in found.values()} == {1.0}
    assert found["kim"].variance == pytest.approx(GUESS**2 + FLOOR)


def test_who_tells_right_from_wrong_counts_more_and_is_independent() -> None:
    found = trust(*exact("kim"), *always("lee", 3))
    assert found["kim"].weight > 1.5 > 1 > found["lee"].weight > 0
    assert (found["kim"].pool, found["lee"].pool) == ("independent", "supervised")
    assert found["kim"].error == 0.0


@pytest.mark.parametrize("habit", ["best", "worst", "middle", "chance"])
def test_nobody_counts_more_by_a_habit(habit: str) -> None:
    chance = random.Random(3)
    scores = {"best": [3] * 3, "worst": [0] * 3, "middle": [2] * 3}
    said = scores.get(habit) or [chance.randrange(4) for _ in ITEMS]
    reviews = [all_three("lee", i.id, s) for i, s in zip(ITEMS, said, strict=True)]
    found = trust(*reviews, *exact("kim"), *exact("min"))["lee"]
    assert 0 < found.weight < 0.7
    assert found.pool == "supervised"
    assert found.quality is not None
    assert 0 <= found.quality < 0.7


def test_even_if_everybody_is_exact_nothing_is_divided_by_zero() -> None:
    found = trust(*exact("kim"), *exact("lee"))
    assert found["kim"].weight == found["lee"].weight > 1
    assert found["kim"].variance >= FLOOR


def test_one_lucky_item_is_drawn_to_the_class_and_proves_nothing_yet() -> None:
    class_ = [*always("lee", 2), *always("min", 3), *exact("kim")]
    once = trust(review("new", "K1", 0, 0), *class_)["new"]
    assert once.error == 0.0
    assert once.pool == "supervised"
    assert once.weight == 1.0, "a supervised one counts no more than one who is not known"
    assert trust(review("new", "K1", 0, 0), *class_)["kim"].weight > 1.0


def test_the_thresholds_are_the_instructors() -> None:
    one = review("new", "K1", 0, 0)
    assert trust(one, thresholds=Thresholds(calibrated=1))["new"].pool == "independent"
    off = [review("new", "K1", 1, 1), review("new", "K2", 2, 2)]
    assert trust(*off)["new"].pool == "independent", "a level off is within the default"
    assert trust(*off, thresholds=Thresholds(agreement=0.3))["new"].pool == "supervised"


def test_a_bias_is_told_with_its_sign_and_costs_weight() -> None:
    kind = [review("kim", "K1", 1, 1), review("kim", "K3", 2, 3)]
    strict = [review("lee", "K2", 2, 2), review("lee", "K3", 0, 1)]
    found = trust(*kind, *strict)
    assert found["kim"].bias > 0 > found["lee"].bias
    assert found["kim"].weight == pytest.approx(found["lee"].weight)


def test_what_no_machine_knows_calibrates_nobody() -> None:
    one, other = exact("kim"), exact("kim")
    other = [replace(each, scores={**each.scores, READABLE: 1}) for each in other]
    assert trust(*one) == trust(*other)


def test_an_answer_left_open_is_no_error() -> None:
    half = [review("kim", "K1", 0, None), review("kim", "K2", 3, None)]
    assert trust(*half)["kim"].error == 0.0
    assert trust(review("kim", "K1", None, None))["kim"].items == 0


def test_what_an_instructor_judged_is_known_too() -> None:
    reviews = [review("kim", "R-ada", 3, 3, 3), review("lee", "R-ada", 0, 0, 0)]
    made = asked(*reviews)
    judged = {"R-ada": {READABLE: 3.0, CORRECT: 3.0}}
    seen = observations(made, reviews, judged)
    assert {each.reviewer: each.error for each in seen} == {"kim": 0.0, "lee": -1.0}
    assert EXTREMES not in judged["R-ada"], "which is judged by nobody, and counts for nobody"


def test_a_review_of_an_item_that_is_gone_is_passed_over() -> None:
    made = round_with([], [Item(id="K1", author=None, code={}, known={})])
    assert observations(made, [all_three("kim", "nowhere", 3)], {}) == []


def test_in_a_whole_class_the_careless_count_less_and_the_honest_are_not_punished() -> None:
    for seed in range(3):
        one = simulated(seed)
        seen = observations(one.made, one.reviews, {})
        found = reliabilities(one.made.reviewers, seen, Thresholds())
        honest = [each for who, each in found.items() if who not in one.careless]
        lazy = [each for who, each in found.items() if who in one.careless]
        assert fmean(each.weight for each in honest) > 2.5 * fmean(each.weight for each in lazy)
        assert sum(each.pool == "supervised" for each in honest) <= 0.05 * len(honest)
        assert sum(each.pool == "independent" for each in lazy) <= 0.25 * len(lazy)
        assert min(each.weight for each in honest) > 0.5
        assert fmean(e.quality or 0.0 for e in honest) > 0.98
        assert fmean(e.quality or 0.0 for e in lazy) < 0.65
