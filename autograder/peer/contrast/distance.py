"""How far two answers are apart, and which few of a group are furthest from each other.

Four aspects, each from 0 (the same) to 1, and their weighted mean: which operators an answer asks
torch for, how it is written, its memory, its time.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import combinations

from autograder.peer.contrast.model import Form, Measured
from autograder.peer.contrast.operators import weight_of

WEIGHTS = {"operators": 0.4, "form": 0.3, "memory": 0.15, "time": 0.15}
# Below this two answers are variants of one. On the shipped assignments copies with other names are
# at 0, answers with the same operators in another form at 0.1 to 0.2, others from there to 0.9.
LEAST = 0.15
# What a loop, a helper, a branch counts against a statement.
_OF_FORM = {"statements": 1.0, "loops": 8.0, "comprehensions": 4.0, "branches": 2.0, "helpers": 3.0}
_MOST_TIMES = 64.0  # a ratio that is as far as can be
# Ratios that mean nothing: an allocation more or less, and what a machine does on the side.
_SAME_MEMORY, _SAME_TIME = 1.1, 1.5
_SMALL_BYTES, _SHORT_S = 4096, 20e-6  # added to both, so that what is tiny makes no ratio
_MOST_SHOWN = 4


def distance(a: Measured, b: Measured) -> float:
    """0 … 1, symmetric."""
    parts = aspects(a, b)
    return sum(WEIGHTS[name] * part for name, part in parts.items())


def aspects(a: Measured, b: Measured) -> dict[str, float]:
    return {
        "operators": _counted(_damped(a.operators), _damped(b.operators)),
        "form": (_counted(_counts(a.form), _counts(b.form)) + _of_calls(a.form, b.form)) / 2,
        "memory": _apart(a.peak_bytes, b.peak_bytes, _SMALL_BYTES, _SAME_MEMORY),
        "time": _apart(a.duration_s, b.duration_s, _SHORT_S, _SAME_TIME),
    }


def most_contrasting(
    measured: Mapping[str, Measured], most: int = 3, least: float = LEAST
) -> tuple[str, ...]:
    """The labels of up to `most` answers whose nearest two are as far apart as can be.

    Exact, by trying all choices; a study group has a handful of answers. Of choices that are as
    good the one whose distances have the larger sum, then the first in the order of the labels.

    least    two that are nearer are never shown together
    returns  nothing where no two are that far apart
    """
    labels = sorted(measured)
    apart = {
        (a, b): round(distance(measured[a], measured[b]), 9) for a, b in combinations(labels, 2)
    }
    for count in range(min(most, _MOST_SHOWN, len(labels)), 1, -1):
        best = max(combinations(labels, count), key=lambda chosen: _dispersion(chosen, apart))
        if _dispersion(best, apart)[0] >= least:
            return best
    return ()


def _dispersion(
    chosen: Sequence[str], apart: Mapping[tuple[str, str], float]
) -> tuple[float, float]:
    """(distance of the nearest two, sum of all)."""
    between = [apart[pair] for pair in combinations(chosen, 2)]
    return min(between), sum(between)


def _damped(operators: Mapping[str, int]) -> dict[str, float]:
    """A loop asks for the same a thousand times; that it does once is most of what there is to
    know. What only looks at memory in another way counts little."""
    return {name: weight_of(name) * math.log1p(count) for name, count in operators.items()}


def _counts(form: Form) -> dict[str, float]:
    return {name: weight * getattr(form, name) for name, weight in _OF_FORM.items()}


def _of_calls(a: Form, b: Form) -> float:
    return _counted(_damped(a.calls), _damped(b.calls))


def _counted(a: Mapping[str, float], b: Mapping[str, float]) -> float:
    """Bray and Curtis's dissimilarity of two tables of counts; 0 where both are empty."""
    names = sorted(a.keys() | b.keys())
    whole = sum(a.values()) + sum(b.values())
    if not whole:
        return 0.0
    return min(1.0, sum(abs(a.get(name, 0.0) - b.get(name, 0.0)) for name in names) / whole)


def _apart(a: float, b: float, small: float, same: float) -> float:
    """The logarithm of a ratio, from 0 where it is hardly one to 1 where it is huge."""
    larger, smaller = max(a, b) + small, min(a, b) + small
    beyond = math.log(larger / smaller / same) / math.log(_MOST_TIMES / same)
    return min(1.0, max(0.0, beyond))
