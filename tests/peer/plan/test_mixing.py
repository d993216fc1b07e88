"""Cross-group sessions: who meets whom, and how often."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from itertools import combinations

import pytest

from autograder.peer.plan.grid import field_of, prime_power, rounds
from autograder.peer.plan.mixing import (
    Round,
    least_repetitions,
    repetitions,
    same_group,
    seat_rounds,
    seats_of,
)

Groups = Mapping[str, Sequence[str]]


def groups_of(*sizes: int) -> Groups:
    return {f"g{n}": [f"g{n}s{k}" for k in range(size)] for n, size in enumerate(sizes)}


def mixed(
    groups: Groups, sessions: int, missing: float = 0.0, seed: int = 1
) -> tuple[list[Round], list[list[list[str]]]]:
    lots = random.Random(seed)
    seats = seats_of(groups, {}, lots)
    people = [who for members in groups.values() for who in members]
    wanted = [
        Round(number=n, present=tuple(who for who in people if lots.random() >= missing))
        for n in range(sessions)
    ]
    return wanted, seat_rounds(wanted, seats, groups, [], lots)


@pytest.mark.parametrize("order", [2, 3, 4, 5, 7, 8, 9, 11, 13, 16])
def test_it_is_a_field(order: int) -> None:
    field = field_of(order)
    everything = set(range(order))
    for a in range(order):
        assert set(field.minus[a]) == everything
        assert set(field.times[a]) == (everything if a else {0})


def test_only_prime_powers_have_a_field() -> None:
    assert [prime_power(n) for n in (1, 6, 7, 10, 12, 14, 15)] == [2, 7, 7, 11, 13, 16, 16]
    with pytest.raises(ValueError, match="no power of a prime"):
        field_of(12)


@pytest.mark.parametrize("sizes", [(5,) * 12, (4,) * 8, (5,) * 5, (5,) * 3, (6,) * 10])
def test_the_rounds_of_the_grid_repeat_nothing_and_mix_all(sizes: Sequence[int]) -> None:
    groups = groups_of(*sizes)
    found = rounds(seats_of(groups, {}, random.Random(1)), 5)
    tables = [table for tables in found for table in tables]
    assert len(found) >= min(len(sizes), sizes[0])
    assert repetitions(tables) == same_group(tables, groups) == 0


@pytest.mark.parametrize(
    ("sizes", "sessions"),
    [
        ((5,) * 12, 4),
        ((5,) * 12, 13),
        ((4, 5, 6) * 4, 8),
        ((5,) * 8, 7),
        ((5,) * 4, 5),
        ((6,) * 3, 4),
    ],
)
def test_nobody_meets_anybody_twice_while_that_is_avoidable(
    sizes: Sequence[int], sessions: int
) -> None:
    groups = groups_of(*sizes)
    _, found = mixed(groups, sessions)
    tables = [table for tables in found for table in tables]
    assert repetitions(tables) == same_group(tables, groups) == 0
    assert sum(len(table) * (len(table) - 1) for table in tables) > 0


@pytest.mark.parametrize("missing", [0.0, 0.1, 0.4])
def test_everybody_who_is_there_sits_at_one_table_of_an_even_size(missing: float) -> None:
    for seed in range(3):
        wanted, found = mixed(groups_of(4, 5, 6, 5, 4, 6), 4, missing, seed)
        for each, tables in zip(wanted, found, strict=True):
            assert sorted(who for table in tables for who in table) == sorted(each.present)
            sizes = [len(table) for table in tables]
            assert max(sizes) - min(sizes) <= 1
            assert min(sizes) >= 2


def test_where_repetitions_cannot_be_avoided_it_has_the_least_number() -> None:
    """3 groups of 5 in tables of 3: 10 others, 2 met in a session, so the sixth repeats 15."""
    groups = groups_of(5, 5, 5)
    _, found = mixed(groups, 6)
    tables = [table for tables in found for table in tables]
    assert repetitions(tables) == least_repetitions(tables, groups) == 15


def test_repetitions_are_counted_by_pairs() -> None:
    assert repetitions([["a", "b", "c"], ["b", "a"], ["a", "b", "d"]]) == 2
    assert least_repetitions([["a", "b"]] * 3, {"x": ["a"], "y": ["b"]}) == 2
    assert same_group([["a", "b", "c"]], {"x": ["a", "c"], "y": ["b"]}) == 1


def test_a_newcomer_takes_the_seat_that_was_left() -> None:
    groups = groups_of(4, 4, 4)
    seats = seats_of(groups, {}, random.Random(1))
    changed = {**groups, "g1": ["g1s0", "g1s1", "g1s3", "new"]}
    again = seats_of(changed, seats, random.Random(2))
    assert again["new"] == seats["g1s2"]
    assert all(again[who] == seats[who] for who in again if who != "new")
    assert len(set(again.values())) == 12


def test_what_is_past_is_not_met_again() -> None:
    groups = groups_of(*[5] * 6)
    lots = random.Random(1)
    seats = seats_of(groups, {}, lots)
    people = tuple(who for members in groups.values() for who in members)
    first = seat_rounds([Round(number=1, present=people)], seats, groups, [], lots)[0]
    wanted = [Round(number=n, present=people) for n in (2, 3, 4)]
    later = seat_rounds(wanted, seats, groups, first, random.Random(7))
    met = {pair for table in first for pair in combinations(sorted(table), 2)}
    again = {pair for tables in later for t in tables for pair in combinations(sorted(t), 2)}
    assert met
    assert not met & again


def test_a_table_that_was_arranged_stays() -> None:
    groups = groups_of(4, 4, 4)
    lots = random.Random(1)
    people = tuple(who for members in groups.values() for who in members)
    friends = ("g0s0", "g0s1", "g1s0")
    wanted = Round(number=1, present=people, fixed=[friends])
    tables = seat_rounds([wanted], seats_of(groups, {}, lots), groups, [], lots)[0]
    assert sorted(friends) in [sorted(table) for table in tables]
    assert sorted(who for table in tables for who in table) == sorted(people)
