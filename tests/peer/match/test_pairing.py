"""Which pairs are best, held against all pairings that there are."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import combinations

import pytest

from autograder.peer.match.pairing import Pairing, best_pairs

Worths = dict[tuple[int, int], tuple[int, int]]


def pairings(people: tuple[int, ...], threes: int) -> Iterator[Pairing]:
    """Every way to put people into pairs and so many threes; some may stay alone."""
    if not people:
        yield ()
        return
    first, rest = people[0], people[1:]
    yield from pairings(rest, threes)
    for other in rest:
        for found in pairings(tuple(p for p in rest if p != other), threes):
            yield ((first, other), *found)
    if threes:
        for two in combinations(rest, 2):
            for found in pairings(tuple(p for p in rest if p not in two), threes - 1):
                yield ((first, *two), *found)


def value(pairing: Pairing, worths: Worths) -> tuple[int, int, int]:
    placed = least = both = 0
    for group in pairing:
        inside = [worths[pair] for pair in combinations(group, 2) if pair in worths]
        if {one for pair in combinations(group, 2) if pair in worths for one in pair} != {*group}:
            return (-1, 0, 0)
        times = 2 if len(group) == 2 else 1
        placed += len(group)
        least += times * sum(worth[0] for worth in inside)
        both += times * sum(worth[1] for worth in inside)
    return placed, least, both


def a_class(count: int, seed: int, share: float = 0.7) -> Worths:
    made = random.Random(seed)
    found = {}
    for pair in combinations(range(count), 2):
        if made.random() < share:
            given, received = made.randrange(6), made.randrange(6)
            if given + received:
                found[pair] = min(given, received), given + received
    return found


def found_for(count: int, worths: Worths) -> Pairing:
    return best_pairs(count, lambda a, b: worths[a, b], lambda a, b: (a, b) in worths)


@pytest.mark.parametrize("count", range(2, 9))
@pytest.mark.parametrize("seed", range(3))
def test_no_pairing_of_a_small_class_is_better(count: int, seed: int) -> None:
    worths = a_class(count, 100 * count + seed)
    mine = found_for(count, worths)
    best = max(value(each, worths) for each in pairings(tuple(range(count)), 0))
    with_three = max(value(each, worths) for each in pairings(tuple(range(count)), 1))
    people = {one for pair in worths for one in pair}
    expected = with_three if best[0] < len(people) else best
    assert value(mine, worths) == expected


@pytest.mark.parametrize("count", [3, 5, 7])
def test_an_odd_class_has_one_three_and_nobody_is_left(count: int) -> None:
    worths = a_class(count, count, share=1.1)
    found = found_for(count, worths)
    assert sorted(one for group in found for one in group) == list(range(count))
    assert sorted(map(len, found)) == [2] * (count // 2 - 1) + [3]


def test_in_a_large_odd_class_the_one_left_over_joins_a_pair() -> None:
    worths = a_class(31, 1, share=1.1)
    found = found_for(31, worths)
    assert sorted(one for group in found for one in group) == list(range(31))
    assert sorted(map(len, found)) == [2] * 14 + [3]


def test_two_who_both_give_are_better_than_much_from_one_side() -> None:
    worths = {(0, 1): (0, 90), (2, 3): (0, 90), (0, 2): (5, 10), (1, 3): (5, 10)}
    assert found_for(4, worths) == ((0, 2), (1, 3))


def test_more_partners_are_better_than_worthier_ones() -> None:
    worths = {(0, 1): (1, 2), (1, 2): (9, 18), (2, 3): (1, 2)}
    assert found_for(4, worths) == ((0, 1), (2, 3))


@pytest.mark.parametrize("count", [0, 1, 2])
def test_where_nothing_can_be_exchanged_there_is_no_pair(count: int) -> None:
    assert found_for(count, {}) == ()


def test_the_same_class_has_the_same_pairs() -> None:
    worths = dict.fromkeys(combinations(range(10), 2), (1, 2))
    backwards = dict(reversed(worths.items()))
    assert found_for(10, worths) == found_for(10, backwards)
