"""Who reads whose answer.

At first everybody gives k reviews and every answer gets as many as any other (a difference of 1 at
most where the numbers do not divide): a flow with bounds, over a few random candidates for each
reviewer first, because it is quick and looks random, and over all if these do not suffice. So a
refusal is a proof.

Later on something is missing, or somebody joins: each missing review goes along an alternating path
to the reviewer who has least to do. That spreads the load as evenly as it can be spread (N. Harvey,
R. Ladner, L. Lovász, T. Tamir, Semi-matchings for bipartite graphs and load balancing, 2003).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import networkx as nx

from autograder.errors import UsageError

Allowed = Callable[[str, str], bool]  # (reviewer, author): may they read it?
Pair = tuple[str, str]  # reviewer, author

_CANDIDATES = 6  # times k: of so many authors, a random graph nearly always has a solution


def may_read(groups: Mapping[str, str], *, avoid_own_group: bool) -> Allowed:
    """groups  student → the name of their group; who is in none is in nobody's group"""

    def allowed(reviewer: str, author: str) -> bool:
        if reviewer == author:
            return False
        own = groups.get(reviewer)
        return not (avoid_own_group and own is not None and own == groups.get(author))

    return allowed


def distribute(
    reviewers: Sequence[str],
    authors: Sequence[str],
    k: int,
    allowed: Allowed,
    seed: int,
    *,
    advice: str = "",
) -> tuple[Pair, ...]:
    """k authors for each reviewer, and nearly as many reviewers for each author as for any other.

    advice  what else could be done where it is impossible
    raises  UsageError "reviews-impossible", with the reason and a k that would do
    """
    chance = random.Random(f"{seed} reviews")
    readers, read = _shuffled(reviewers, chance), _shuffled(authors, chance)
    choices = {reader: [each for each in read if allowed(reader, each)] for reader in readers}
    _check_that_all_have_enough(choices, k, advice)
    few = {
        reader: chance.sample(own, min(len(own), _CANDIDATES * k))
        for reader, own in choices.items()
    }
    even = next(_bounds(k * len(readers), len(read), k), None)
    found = _flow(few, read, k, *even) if even else None
    found = found or _most_even(choices, read, k)
    if found is None:
        what = f"there is no way to give everybody {k} answers and every answer {k} readers"
        raise _impossible(what, choices, read, k, advice)
    return found


def _check_that_all_have_enough(choices: Mapping[str, Sequence[str]], k: int, advice: str) -> None:
    reader, fewest = min(((r, len(own)) for r, own in choices.items()), key=lambda each: each[1])
    if fewest < k:
        there = f"there is only {fewest}" if fewest == 1 else f"there are only {fewest}"
        what = f"{k} answers for everybody are too many: {there} for {reader}"
        read = sorted({author for own in choices.values() for author in own})
        raise _impossible(what, choices, read, k, advice)


def _impossible(
    what: str, choices: Mapping[str, Sequence[str]], read: Sequence[str], k: int, advice: str
) -> UsageError:
    """The greatest k that would do is told. Where one will do, so will every smaller one: of a
    solution in fractions, the same part of everything is a solution too."""
    most, too_many = 0, min(*map(len, choices.values()), k - 1) + 1
    while too_many - most > 1:
        middle = (most + too_many) // 2
        if _loosely(choices, read, middle):
            most = middle
        else:
            too_many = middle
    ways = [f"-k {most} would do"] * bool(most) + [advice] * bool(advice)
    return UsageError(
        "reviews-impossible", what, next="; or ".join(ways) or "wait until more have handed in"
    )


def _most_even(
    choices: Mapping[str, Sequence[str]], read: Sequence[str], k: int
) -> tuple[Pair, ...] | None:
    """Over all choices, with the smallest difference between two answers; None: there is no way."""
    if not _loosely(choices, read, k):
        return None
    bounds = _bounds(k * len(choices), len(read), k)
    found = (_flow(choices, read, k, least, most) for least, most in bounds)
    return next(pairs for pairs in found if pairs is not None)


def _loosely(choices: Mapping[str, Sequence[str]], read: Sequence[str], k: int) -> bool:
    """Is there any way at all, however uneven?"""
    if k * len(choices) < k * len(read):
        return False
    return _flow(choices, read, k, k, len(choices)) is not None


def _bounds(reviews: int, items: int, k: int) -> Iterator[tuple[int, int]]:
    """How many reviews an item gets, least and most: the most even first, and never below k."""
    for spread in range(reviews + 1):
        for least in range(reviews // items, k - 1, -1):
            if reviews <= (least + spread) * items:
                yield least, least + spread


def _flow(
    choices: Mapping[str, Sequence[str]], read: Sequence[str], k: int, least: int, most: int
) -> tuple[Pair, ...] | None:
    """k for each reader, least … most for each author; None: there is no such thing."""
    total = k * len(choices)
    graph = nx.DiGraph()
    for reader, own in choices.items():
        graph.add_edge("source", ("r", reader), capacity=k)
        graph.add_edges_from((("r", reader), ("a", author), {"capacity": 1}) for author in own)
    for author in read:
        graph.add_edge(("a", author), "sink", capacity=least)
        if most > least:
            graph.add_edge(("a", author), "more", capacity=most - least)
    graph.add_edge("more", "sink", capacity=total - least * len(read))
    value, flow = nx.maximum_flow(
        graph, "source", "sink", flow_func=nx.algorithms.flow.shortest_augmenting_path
    )
    if value < total:
        return None
    return tuple(
        (reader, author)
        for reader in choices
        for (_, author), used in flow["r", reader].items()
        if used
    )


@dataclass(frozen=True, slots=True)
class Given:
    """What top_up found: who gives to whom, and what nobody could give."""

    pairs: tuple[tuple[str, str], ...]  # (taker, giver)
    missing: Mapping[str, int]  # taker → how many are missing; only where some are


def top_up(
    needs: Mapping[str, int],
    load: Mapping[str, int],
    most: Mapping[str, int],
    allowed: Allowed,
    seed: str,
) -> Given:
    """Gives each taker what it needs, a giver once each, from those who have least to do.

    Whoever has nothing comes first: a second one is given when everybody has a first, as far as
    that goes. Takers are answers and givers reviewers, or the other way round.

    needs    taker → how many
    load     giver → how much they have to do already
    most     giver → how much they may have in the end
    allowed  (taker, giver)
    """
    chance = random.Random(seed)
    takers, givers = _shuffled(sorted(needs), chance), _shuffled(sorted(load), chance)
    search = _Search({t: [g for g in givers if allowed(t, g)] for t in takers}, load, most)
    missing: dict[str, int] = {}
    most_needed = max(needs.values(), default=0)
    for turn in range(most_needed, 0, -1):  # who needs most is the one who has least
        for taker in takers:
            if needs[taker] >= turn and not search.give(taker):
                missing[taker] = missing.get(taker, 0) + 1
    return Given(tuple((t, g) for t in takers for g in sorted(search.taken[t])), missing)


class _Search:
    """Alternating paths: what was given may be passed on, nothing that was given is lost."""

    def __init__(
        self,
        choices: Mapping[str, Sequence[str]],
        load: Mapping[str, int],
        most: Mapping[str, int],
    ) -> None:
        self.choices = choices
        self.load = dict(load)
        self.most = most
        self.taken: dict[str, set[str]] = {taker: set() for taker in choices}
        self.takers_of: dict[str, set[str]] = {giver: set() for giver in load}

    def give(self, taker: str) -> bool:
        reached = self._reached(taker)
        free = [giver for giver in reached if self.load[giver] < self.most[giver]]
        if not free:
            return False
        giver = min(free, key=lambda each: self.load[each])  # of equals the one reached first
        self.load[giver] += 1
        while True:
            taking = reached[giver]
            self.taken[taking].add(giver)
            self.takers_of[giver].add(taking)
            if taking == taker:
                return True
            before = self._came_from[taking]
            self.taken[taking].discard(before)
            self.takers_of[before].discard(taking)
            giver = before

    def _reached(self, start: str) -> dict[str, str]:
        """giver → the taker that would take them; nearest first."""
        reached: dict[str, str] = {}
        self._came_from: dict[str, str] = {}  # taker → the giver that they would give up
        queue = [start]
        seen = {start}
        for taker in queue:
            for giver in self.choices[taker]:
                if giver in reached or giver in self.taken[taker]:
                    continue
                reached[giver] = taker
                for other in sorted(self.takers_of[giver] - seen):
                    seen.add(other)
                    self._came_from[other] = giver
                    queue.append(other)
        return reached


def _shuffled(names: Iterable[str], chance: random.Random) -> list[str]:
    mixed = list(names)
    chance.shuffle(mixed)
    return mixed
