"""Who reads whose answer: everybody equally much, nobody their own, and a refusal is a proof."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from itertools import combinations

import pytest

from autograder.errors import UsageError
from autograder.peer.review.distribute import Allowed, distribute, may_read, top_up


def class_of(*sizes: int) -> tuple[list[str], dict[str, str]]:
    """Students in groups of these sizes."""
    people = [f"{group}-{n}" for group, size in enumerate(sizes) for n in range(size)]
    return people, {student: student.partition("-")[0] for student in people}


def is_possible(reviewers: Sequence[str], authors: Sequence[str], k: int, allowed: Allowed) -> bool:
    """By trying everything: k answers for each reviewer, and k readers or more for each answer."""

    def can_go_on(at: int, read: Counter[str]) -> bool:
        if at == len(reviewers):
            return all(read[author] >= k for author in authors)
        left = (len(reviewers) - at) * k
        if sum(max(0, k - read[author]) for author in authors) > left:
            return False
        choices = [author for author in authors if allowed(reviewers[at], author)]
        return any(can_go_on(at + 1, read + Counter(few)) for few in combinations(choices, k))

    return can_go_on(0, Counter())


@pytest.mark.parametrize("k", [1, 2, 3, 5])
@pytest.mark.parametrize("sizes", [(1,) * 6, (2, 2, 2), (4, 4), (5, 6, 4, 6), (6,) * 10])
@pytest.mark.parametrize("avoid", [False, True])
def test_everybody_gives_k_and_every_answer_gets_k(
    sizes: tuple[int, ...], k: int, avoid: bool
) -> None:
    people, groups = class_of(*sizes)
    if k > len(people) - (max(sizes) if avoid else 1):
        with pytest.raises(UsageError, match="too many"):
            distribute(people, people, k, may_read(groups, avoid_own_group=avoid), seed=k)
        return
    pairs = distribute(people, people, k, may_read(groups, avoid_own_group=avoid), seed=k)
    assert set(Counter(reviewer for reviewer, _ in pairs).values()) == {k}
    assert set(Counter(author for _, author in pairs).values()) == {k}
    assert len(set(pairs)) == len(pairs) == k * len(people)
    assert all(reviewer != author for reviewer, author in pairs)
    if avoid:
        assert all(groups[reviewer] != groups[author] for reviewer, author in pairs)


@pytest.mark.parametrize("seed", range(60))
def test_it_is_refused_exactly_where_there_is_no_way(seed: int) -> None:
    chance = random.Random(seed)
    sizes = chance.choice([(2,), (3,), (1, 2), (1, 3), (2, 2), (1, 1, 2), (2, 3), (5,), (1, 4)])
    people, groups = class_of(*sizes)
    authors = chance.sample(people, chance.randint(max(1, len(people) - 2), len(people)))
    k, allowed = chance.randint(1, 3), may_read(groups, avoid_own_group=chance.random() < 0.6)
    if is_possible(people, authors, k, allowed):
        pairs = distribute(people, authors, k, allowed, seed)
        assert all(allowed(*pair) for pair in pairs)
        assert set(Counter(reviewer for reviewer, _ in pairs).values()) == {k}
        assert min(Counter(author for _, author in pairs)[author] for author in authors) >= k
        return
    with pytest.raises(UsageError) as caught:
        distribute(people, authors, k, allowed, seed)
    assert caught.value.code == "reviews-impossible"
    less = max((n for n in range(1, k) if is_possible(people, authors, n, allowed)), default=0)
    would_do = f"-k {less} would do" if less else "wait until more have handed in"
    assert caught.value.next == would_do


@pytest.mark.parametrize("readers", [7, 9, 11])
def test_where_some_are_not_read_the_others_are_read_equally_often(readers: int) -> None:
    people, groups = class_of(readers)
    pairs = distribute(people, people[:5], 3, may_read(groups, avoid_own_group=False), 4)
    counts = [Counter(author for _, author in pairs)[author] for author in people[:5]]
    assert max(counts) - min(counts) <= 1
    assert sum(counts) == 3 * readers


def test_the_same_seed_gives_the_same_and_another_one_another() -> None:
    people, groups = class_of(4, 4, 4)
    allowed = may_read(groups, avoid_own_group=True)
    first = distribute(people, people, 3, allowed, 1)
    assert distribute(people, people, 3, allowed, 1) == first
    assert set(distribute(people, people, 3, allowed, 2)) != set(first)


def test_who_reads_whom_does_not_follow_from_the_order_of_names() -> None:
    """With circles of neighbours, knowing one pair would give away all others."""
    people, groups = class_of(40)
    pairs = distribute(people, people, 3, may_read(groups, avoid_own_group=False), 3)
    steps = Counter((people.index(a) - people.index(r)) % 40 for r, a in pairs)
    assert len(steps) > 20


def test_one_group_alone_cannot_read_others_and_the_advice_is_told() -> None:
    people, groups = class_of(5)
    allowed = may_read(groups, avoid_own_group=True)
    with pytest.raises(UsageError) as caught:
        distribute(people, people, 2, allowed, 1, advice="leave out --not-own-group")
    assert "leave out --not-own-group" in caught.value.next


def best_by_trying(
    needs: dict[str, int], load: dict[str, int], most: dict[str, int], allowed: Allowed
) -> tuple[int, list[int]]:
    """(how many can be given at most, the most even loads then, the largest first)"""
    takers = sorted(needs)
    found: list[tuple[int, list[int]]] = []

    def go(at: int, loads: dict[str, int], given: int) -> None:
        if at == len(takers):
            found.append((-given, sorted(loads.values(), reverse=True)))
            return
        open_to = [g for g in loads if allowed(takers[at], g) and loads[g] < most[g]]
        for count in range(min(needs[takers[at]], len(open_to)) + 1):
            for few in combinations(open_to, count):
                go(at + 1, {g: n + (g in few) for g, n in loads.items()}, given + count)

    go(0, load, 0)
    return min((given, sum(n * n for n in loads)) for given, loads in found)  # type: ignore[return-value]


@pytest.mark.parametrize("seed", range(40))
def test_what_is_missing_is_spread_as_evenly_as_it_can_be(seed: int) -> None:
    chance = random.Random(seed)
    takers, givers = [f"t{n}" for n in range(3)], [f"g{n}" for n in range(4)]
    pairs = {(t, g) for t in takers for g in givers if chance.random() < 0.6}
    needs = {taker: chance.randint(0, 2) for taker in takers}
    load = {giver: chance.randint(0, 2) for giver in givers}
    most = {giver: load[giver] + chance.randint(0, 2) for giver in givers}

    def allowed(taker: str, giver: str) -> bool:
        return (taker, giver) in pairs

    given = top_up(needs, load, most, allowed, str(seed))
    after = Counter(giver for _, giver in given.pairs)
    loads = {giver: load[giver] + after[giver] for giver in givers}
    assert set(given.pairs) <= pairs
    assert len(set(given.pairs)) == len(given.pairs)
    assert all(loads[giver] <= most[giver] for giver in givers)
    for taker in takers:
        got = sum(each == taker for each, _ in given.pairs)
        assert got + given.missing.get(taker, 0) == needs[taker]
    best = best_by_trying(needs, load, most, allowed)
    assert (-len(given.pairs), sum(n * n for n in loads.values())) == best


def test_who_has_no_review_at_all_comes_before_who_has_two() -> None:
    given = top_up({"two": 1, "none": 3}, {"a": 0}, {"a": 1}, lambda t, g: True, "1")
    assert given.pairs == (("none", "a"),)
    assert given.missing == {"none": 2, "two": 1}
