"""Pairs of submissions, those that share most of what is rare in the class first.

Of a fingerprint that d of n submissions have, the weight is

    w(d) = log((n + 1) / d) / log((n + 1) / 2)    at least 0, at most 1

so one that only two people have counts fully, and one that everybody has hardly at all: it is how
the assignment is solved. The share of a pair is the weight of what both have, over the weight of
all that the one with less has: dead code added to a copy does not dilute it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from autograder.similar.fingerprints import Fingerprint

# Below this there is nothing to go by: a few lines can be alike by chance.
FEWEST_OWN = 12  # fingerprints of a submission, beyond what is known: some two or three lines
FEWEST_SHARED = 6  # of a pair, in weights

_CHUNK = 4096  # fingerprints that are counted at a time: bounds the memory
Matrix: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    threshold: float = 0.3  # smallest share that is listed, 0 … 1
    top: int = 50  # pairs that are listed, at most


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    first: int  # places in the list of submissions, first < second
    second: int
    share: float  # 0 … 1, of the one that has less of its own
    shared: float  # weight of what both have
    of_first: float  # share of all that the first has
    of_second: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    pairs: tuple[Pair, ...]  # the most alike first
    above: int  # pairs at or above the threshold, listed or not
    weights: Mapping[Fingerprint, float]
    shares: tuple[int, ...]  # how many pairs have a share of 0–10 %, 10–20 %, …, 90–100 %
    usual: float  # share that half of all pairs stay below
    high: float  # share that 99 of 100 pairs stay below


def rank(
    owners: Sequence[Mapping[Fingerprint, Any]], options: Options, people: Sequence[str] = ()
) -> Ranking:
    """The pairs among submissions, given what each has.

    owners  fingerprints of a submission, one mapping each
    people  whose each is: two of one person are no pair; none: all are different
    """
    holders = Counter(run for each in owners for run in each)
    weights = {run: weight(count, len(owners)) for run, count in holders.items()}
    totals = np.array([sum(weights[run] for run in each) for each in owners], dtype=np.float32)
    together = _shared_weights(owners, weights, holders)
    smaller = np.minimum.outer(totals, totals)
    shares = np.divide(together, smaller, out=np.zeros_like(together), where=smaller > 0)
    shares[together < FEWEST_SHARED] = 0
    if people:
        whose = np.array(people)
        shares[whose[:, None] == whose[None, :]] = 0
    upper = np.triu_indices(len(owners), 1)
    # Of pairs that share as much of theirs, those first that have more in common.
    order = np.lexsort((-together[upper], -shares[upper].round(2)))
    listed = order[shares[upper][order] >= max(options.threshold, 1e-9)]
    pairs = [
        _pair(int(upper[0][at]), int(upper[1][at]), together, totals)
        for at in listed[: options.top]
    ]
    every = np.clip(shares[upper], 0, 1)
    counts, _ = np.histogram(every, bins=10, range=(0, 1))
    usual, high = np.quantile(every, (0.5, 0.99)) if len(every) else (0.0, 0.0)
    return Ranking(
        pairs=tuple(pairs),
        above=len(listed),
        weights=weights,
        shares=tuple(map(int, counts)),
        usual=float(usual),
        high=float(high),
    )


def weight(holders: int, submissions: int) -> float:
    """Of a fingerprint that so many of so many submissions have."""
    if holders <= 2:
        return 1.0
    top = np.log((submissions + 1) / holders) / np.log((submissions + 1) / 2)
    return float(max(top, 0.0))


def _shared_weights(
    owners: Sequence[Mapping[Fingerprint, Any]],
    weights: Mapping[Fingerprint, float],
    holders: Mapping[Fingerprint, int],
) -> Matrix:
    """(n, n): the weight of what each two have in common."""
    n = len(owners)
    together = np.zeros((n, n), dtype=np.float32)
    rows: dict[Fingerprint, list[int]] = {}
    for at, each in enumerate(owners):
        for run in each:
            if holders[run] > 1:
                rows.setdefault(run, []).append(at)
    runs = list(rows)
    for start in range(0, len(runs), _CHUNK):
        chunk = runs[start : start + _CHUNK]
        has = np.zeros((len(chunk), n), dtype=np.float32)
        for row, run in enumerate(chunk):
            has[row, rows[run]] = np.sqrt(weights[run])
        together += has.T @ has
    return together


def _pair(first: int, second: int, together: Matrix, totals: NDArray[np.float32]) -> Pair:
    shared = float(together[first, second])
    of_first, of_second = shared / float(totals[first]), shared / float(totals[second])
    return Pair(
        first=first,
        second=second,
        share=min(max(of_first, of_second), 1.0),
        shared=shared,
        of_first=min(of_first, 1.0),
        of_second=min(of_second, 1.0),
    )
