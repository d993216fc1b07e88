"""The pairs that are worth most together: a matching of greatest weight (Edmonds 1965).

networkx has it (Galil 1986). Weights are whole numbers, so nothing is rounded; students are
numbered in the order of their ids, so that the same class always gives the same pairs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import combinations

import networkx

Worth = tuple[int, int]  # compared in this order, summed over all pairs
Pairing = tuple[tuple[int, ...], ...]  # of two, or three, each in order
# With so many, every three is tried as the one of three; with more, the one who is left over
# joins the pair where that is worth most.
EVERY_THREE = 9


def best_pairs(
    count: int, worth: Callable[[int, int], Worth], allowed: Callable[[int, int], bool]
) -> Pairing:
    """Pairs of 0 … count − 1: as many as have a partner, then the most that they are worth.

    worth    of two, the lower number first
    allowed  may they be a pair at all, and have they anything to exchange?
    returns  sorted; whoever is in none of them has nobody
    """
    edges = {(a, b): worth(a, b) for a, b in combinations(range(count), 2) if allowed(a, b)}
    people = sorted({one for pair in edges for one in pair})
    best = _matched(people, edges)
    left = [one for one in people if not any(one in pair for pair in best)]
    if not left:
        return best
    if len(people) <= EVERY_THREE:
        tried = (_with_three(three, people, edges) for three in _threes(people, edges))
        return max([best, *tried], key=lambda pairing: _value(pairing, edges))
    return _joined(best, left, edges)


def _matched(people: Iterable[int], edges: dict[tuple[int, int], Worth]) -> Pairing:
    among = set(people)
    usable = {pair: worth for pair, worth in edges.items() if among.issuperset(pair)}
    beyond = 1 + sum(sorted((second for _, second in usable.values()), reverse=True)[: len(among)])
    graph = networkx.Graph()
    graph.add_nodes_from(sorted(among))
    graph.add_weighted_edges_from(
        (a, b, least * beyond + both) for (a, b), (least, both) in sorted(usable.items())
    )
    found = networkx.max_weight_matching(graph, maxcardinality=True)
    return tuple(sorted((min(pair), max(pair)) for pair in found))


def _threes(
    people: Sequence[int], edges: dict[tuple[int, int], Worth]
) -> Iterable[tuple[int, int, int]]:
    """Three of whom each has something to exchange with one of the others."""
    for three in combinations(people, 3):
        inside = [pair for pair in combinations(three, 2) if pair in edges]
        if len({one for pair in inside for one in pair}) == 3:
            yield three


def _with_three(
    three: tuple[int, int, int], people: Sequence[int], edges: dict[tuple[int, int], Worth]
) -> Pairing:
    others = [one for one in people if one not in three]
    return tuple(sorted((three, *_matched(others, edges))))


def _joined(best: Pairing, left: Sequence[int], edges: dict[tuple[int, int], Worth]) -> Pairing:
    """Each of those left over with the pair where that is worth most; one to a pair."""
    found = dict.fromkeys(best, ())
    groups: list[tuple[int, ...]] = list(found)
    for one in left:
        pairs = [each for each in groups if len(each) == 2]
        fitting = [each for each in pairs if any(_edge(one, two) in edges for two in each)]
        if fitting:
            chosen = max(fitting, key=lambda each: _of_group(tuple(sorted((*each, one))), edges))
            groups[groups.index(chosen)] = tuple(sorted((*chosen, one)))
    return tuple(sorted(groups))


def _value(pairing: Pairing, edges: dict[tuple[int, int], Worth]) -> tuple[int, int, int]:
    """People with a partner, then what it is worth."""
    worths = [_of_group(group, edges) for group in pairing]
    return (
        sum(len(group) for group in pairing),
        sum(least for least, _ in worths),
        sum(both for _, both in worths),
    )


def _of_group(group: tuple[int, ...], edges: dict[tuple[int, int], Worth]) -> Worth:
    """Of three, half of what the three pairs are worth: each has but half of a partner's time.

    Doubled, so that a half stays whole.
    """
    inside = [edges[pair] for pair in combinations(group, 2) if pair in edges]
    times = 2 if len(group) == 2 else 1
    return times * sum(least for least, _ in inside), times * sum(both for _, both in inside)


def _edge(one: int, other: int) -> tuple[int, int]:
    return min(one, other), max(one, other)
