"""What is rare in a class counts, what everybody has does not."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

import pytest

from autograder.similar.fingerprints import Fingerprint
from autograder.similar.ranking import FEWEST_SHARED, Options, rank, weight


def having(*numbers: int) -> Mapping[Fingerprint, None]:
    return {(str(number),): None for number in numbers}


def test_a_fingerprint_of_two_counts_fully_and_one_of_all_hardly() -> None:
    assert weight(1, 300) == weight(2, 300) == 1
    assert weight(2, 2) == 1
    assert 0.5 < weight(20, 300) < weight(3, 300) < 1
    assert weight(300, 300) < 0.01


def test_shares_are_those_of_a_slow_obvious_computation() -> None:
    random = Random(5)
    owners = [having(*random.sample(range(60), random.randint(5, 40))) for _ in range(25)]
    counts = {run: sum(run in each for each in owners) for each in owners for run in each}
    ranking = rank(owners, Options(threshold=0, top=1000))
    found = {(pair.first, pair.second): pair.share for pair in ranking.pairs}
    expected = {}
    for i, ours in enumerate(owners):
        for j in range(i + 1, len(owners)):
            theirs = owners[j]
            total = [sum(weight(counts[run], 25) for run in each) for each in (ours, theirs)]
            both = sum(weight(counts[run], 25) for run in ours if run in theirs)
            if both >= FEWEST_SHARED:
                expected[i, j] = both / min(total)
    assert len(expected) > 20
    assert found == pytest.approx(expected, rel=1e-4)
    assert sum(ranking.shares) == 25 * 24 / 2


def test_what_all_share_does_not_make_a_pair() -> None:
    common = range(100)
    owners = [having(*common, *range(1000 + 50 * i, 1050 + 50 * i)) for i in range(40)]
    assert rank(owners, Options(threshold=0.1)).pairs == ()
    copied = [*owners, having(*common, *range(1000, 1040))]
    (pair,) = rank(copied, Options(threshold=0.1)).pairs
    assert (pair.first, pair.second) == (0, 40)
    assert pair.share > 0.9


def test_added_code_does_not_dilute_a_copy() -> None:
    owners = [having(*range(100)), having(*range(100), *range(500, 900))]
    (pair,) = rank(owners, Options()).pairs
    assert (pair.of_first, pair.of_second) == pytest.approx((1.0, 0.2))
    assert pair.share == 1


@pytest.mark.parametrize("count", [0, 1])
def test_nobody_and_a_single_student_have_no_pairs(count: int) -> None:
    ranking = rank([having(*range(50))] * count, Options(threshold=0))
    assert (ranking.pairs, ranking.above, sum(ranking.shares)) == ((), 0, 0)


def test_the_list_is_cut_and_says_how_many_there_were() -> None:
    owners = [having(*range(20 * (i // 2), 20 * (i // 2) + 20)) for i in range(30)]
    ranking = rank(owners, Options(top=4))
    assert (len(ranking.pairs), ranking.above) == (4, 15)


def test_a_few_lines_in_common_are_no_evidence() -> None:
    owners = [having(*range(5), *range(100, 130)), having(*range(5))]
    assert rank(owners, Options(threshold=0)).pairs == ()


def test_two_submissions_of_one_person_are_no_pair() -> None:
    owners = [having(*range(50))] * 3
    ranking = rank(owners, Options(), ["kim", "kim", "lee"])
    assert {(pair.first, pair.second) for pair in ranking.pairs} == {(0, 2), (1, 2)}
