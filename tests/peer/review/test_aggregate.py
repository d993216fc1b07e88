"""What the reviews of an answer come to."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from pathlib import Path
from statistics import fmean

import pytest

from autograder.peer.review.aggregate import ItemScore, aggregate, combined
from autograder.peer.review.model import Review
from autograder.peer.review.reliability import Judged, Thresholds

from .made_rounds import (
    CORRECT,
    NOW,
    READABLE,
    RUBRIC,
    all_three,
    known_item,
    peer_item,
    review,
    round_with,
    simulated,
    task,
)

PEOPLE = ("ada", "kim", "lee", "min")
ITEMS = [*map(peer_item, PEOPLE), known_item("K1", 0, 0), known_item("K2", 3, 3)]


def scores(*reviews: Review, judged: Judged | None = None, least: int = 2) -> dict[str, ItemScore]:
    items = {item.id: item for item in ITEMS}
    made = round_with([task(r.reviewer, items[r.item]) for r in reviews], ITEMS)
    found = aggregate(made, reviews, judged or {}, Thresholds(least=least))
    assert [each.author for each in found] == list(PEOPLE), "calibration gets nobody a score"
    return {each.author: each for each in found}


def test_with_equal_weights_it_is_the_mean_on_the_criterions_own_levels() -> None:
    found = scores(all_three("kim", "R-ada", 3), all_three("lee", "R-ada", 2))["ada"]
    assert found.criteria[CORRECT].score == pytest.approx(2.5)
    assert (found.state, found.reviews) == ("scored", 2)
    assert found.share == pytest.approx(2.5 / 3)


def test_criteria_count_by_their_weights() -> None:
    found = scores(review("kim", "R-ada", 3, 0, 0), review("lee", "R-ada", 3, 0, 0))["ada"]
    assert found.share == pytest.approx(2 / 4), "correct has weight 2 of 4"


def test_no_review_is_no_score_and_never_a_zero() -> None:
    found = scores(all_three("kim", "R-ada", 3), all_three("lee", "R-ada", 3))["lee"]
    assert (found.share, found.uncertainty, found.state) == (None, None, "too-few")
    assert found.criteria == {}
    assert found.missing == tuple(criterion.id for criterion in RUBRIC)


def test_one_review_is_too_few_unless_one_is_enough() -> None:
    assert scores(all_three("kim", "R-ada", 3))["ada"].share is None
    assert scores(all_three("kim", "R-ada", 3), least=1)["ada"].share == 1.0


def test_what_reviewers_left_open_is_told_as_missing_and_the_rest_is_scored() -> None:
    found = scores(review("kim", "R-ada", 3, 3, None), review("lee", "R-ada", 3, 3, 1))["ada"]
    assert found.missing == (READABLE,)
    assert found.criteria[CORRECT].score == 3.0
    assert found.share is None


def test_whom_calibration_has_shown_to_be_careless_hardly_counts() -> None:
    calibrated = [
        *(all_three(who, "K1", 0) for who in ("kim", "min")),
        *(all_three(who, "K2", 3) for who in ("kim", "min")),
        *(all_three("lee", item, 3) for item in ("K1", "K2")),
    ]
    said = [review("kim", "R-ada", 0), review("min", "R-ada", 0), review("lee", "R-ada", 3)]
    found = scores(*calibrated, *said)["ada"].criteria[CORRECT]
    assert found.share < 0.15 < 1 / 3, "the plain mean"
    assert found.reviews == 3


def test_a_score_lies_between_those_that_were_given() -> None:
    chance = random.Random(5)
    for _ in range(200):
        given = [(chance.random(), chance.uniform(0.01, 0.5)) for _ in range(chance.randint(1, 6))]
        share, uncertainty = combined(given)
        shares = [each for each, _ in given]
        assert min(shares) - 1e-12 <= share <= max(shares) + 1e-12
        assert 0 < uncertainty < 2


def test_reviewers_who_differ_make_it_less_sure_than_their_errors_explain() -> None:
    agreed = combined([(0.6, 0.05), (0.7, 0.05), (0.65, 0.05)])[1]
    differing = combined([(0.0, 0.05), (1.0, 0.05), (1.0, 0.05)])[1]
    assert agreed == pytest.approx(math.sqrt(0.05 / 3))
    assert differing > 2 * agreed


def test_what_an_instructor_judged_is_the_score_and_the_rest_stays_the_reviewers() -> None:
    said = [all_three("kim", "R-ada", 3), all_three("lee", "R-ada", 3)]
    found = scores(*said, judged={"R-ada": {CORRECT: 1.0}})["ada"]
    assert found.criteria[CORRECT].score == 1.0
    assert (found.criteria[CORRECT].by, found.criteria[CORRECT].uncertainty) == ("instructor", 0.0)
    assert found.criteria[READABLE].by == "peers"


def test_an_instructors_judgement_needs_no_review() -> None:
    all_judged = {criterion.id: 2.0 for criterion in RUBRIC}
    found = scores(judged={"R-min": all_judged})["min"]
    assert (found.state, found.share) == ("scored", pytest.approx(2 / 3))


def test_what_was_withdrawn_is_said_to_be() -> None:
    made = round_with([], [replace(peer_item("ada"), withdrawn_at=NOW)])
    assert aggregate(made, [], {}, Thresholds())[0].state == "withdrawn"


@pytest.mark.parametrize("seed", range(3))
def test_what_a_student_says_about_others_never_moves_what_they_get(seed: int) -> None:
    one = simulated(seed, students=24)
    judged = {"R-s03": {CORRECT: 0.0}, "R-s09": {READABLE: 3.0}}
    before = {s.author: s for s in aggregate(one.made, one.reviews, judged, Thresholds())}
    moved = 0
    for name in list(before)[:8]:
        for score in (0, 3):
            said = tuple(
                all_three(name, r.item, score) if r.reviewer == name else r for r in one.reviews
            )
            after = {s.author: s for s in aggregate(one.made, said, judged, Thresholds())}
            assert after[name] == before[name]
            moved += after != before
    assert moved >= 15, "others' scores do move, unless somebody had said just that before"


def root_mean_square(errors: list[float]) -> float:
    return math.sqrt(fmean(error * error for error in errors))


@pytest.mark.parametrize("seed", range(6))
def test_weighting_comes_nearer_to_the_truth_than_the_plain_mean(seed: int) -> None:
    """With 20 % who do not look: by a tenth at least, for every class; the figures are in docs."""
    one = simulated(seed)
    found = aggregate(one.made, one.reviews, {}, Thresholds())
    weighted, plain = [], []
    for score in found:
        for criterion in RUBRIC:
            right = criterion.share(one.truth[score.author][criterion.id])
            weighted.append(score.criteria[criterion.id].share - right)
            plain.append(one.plain_mean(score.author, criterion) - right)
    assert root_mean_square(weighted) < 0.9 * root_mean_square(plain)


def test_in_a_class_where_all_are_honest_weighting_does_no_harm() -> None:
    worse = []
    for seed in range(4):
        one = simulated(seed, careless=0.0)
        for score in aggregate(one.made, one.reviews, {}, Thresholds()):
            for criterion in RUBRIC:
                right = criterion.share(one.truth[score.author][criterion.id])
                weighted = (score.criteria[criterion.id].share - right) ** 2
                worse.append(weighted - (one.plain_mean(score.author, criterion) - right) ** 2)
    assert fmean(worse) < 0.001


def test_the_example_of_the_documentation_is_what_is_computed(root: Path) -> None:
    """docs/peer-review.md, the table of the example."""
    text = (root / "docs" / "peer-review.md").read_text(encoding="utf-8")
    example = text.partition("### An example with numbers")[2].partition("\n### ")[0]
    rows = {
        cells[0]: cells[1:]
        for line in example.splitlines()
        if line.startswith("| ") and not line.startswith("| reviewer")
        for cells in [[cell.strip() for cell in line.strip("|").split("|")]]
    }
    assert list(rows) == ["kim", "lee", "min", "together"]
    calibration = {"kim": (0, 3), "lee": (3, 3), "min": (1, 2)}  # what they gave K1 and K2
    said = {"kim": 1, "lee": 3, "min": 1}
    reviews = [all_three(who, item, score) for who, pair in calibration.items()
               for item, score in zip(("K1", "K2"), pair, strict=True)]  # fmt: skip
    reviews += [review(who, "R-ada", score) for who, score in said.items()]
    items = {item.id: item for item in ITEMS}
    made = round_with([task(r.reviewer, items[r.item]) for r in reviews], ITEMS)
    from autograder.peer.review.reliability import observations, reliabilities

    trust = reliabilities(said, observations(made, reviews, {}), Thresholds(), without="ada")
    for who in said:
        each = trust[who]
        assert rows[who] == [
            " and ".join(map(str, calibration[who])),
            f"{each.error:.2f}",
            f"{each.variance:.3f}",
            f"{each.weight:.2f}",
            each.pool,
            str(said[who]),
        ]
    ada = aggregate(made, reviews, {}, Thresholds())[0].criteria[CORRECT]
    assert rows["together"][-1] == f"{ada.score:.2f}"
    assert f"± {ada.uncertainty:.2f}" in example


@pytest.fixture
def root() -> Path:
    return Path(__file__).parents[3]
