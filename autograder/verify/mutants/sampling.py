"""A part of the mutants for when there is no time for all."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence

from autograder.verify.mutants.mutant import Mutant


def sample(mutants: Sequence[Mutant], count: int, seed: int) -> list[Mutant]:
    """`count` of them, or all if there are fewer, in their order.

    Each pick is of an operator that was picked least so far, and among those on a line that was.
    """
    left = list(mutants)
    random.Random(seed).shuffle(left)
    operators: Counter[str] = Counter()
    lines: Counter[tuple[str, str, int]] = Counter()
    picked = []
    for _ in range(min(count, len(left))):
        best = min(left, key=lambda each: (operators[each.operator], lines[_line(each)]))
        left.remove(best)
        picked.append(best.id)
        operators[best.operator] += 1
        lines[_line(best)] += 1
    return [mutant for mutant in mutants if mutant.id in picked]


def _line(mutant: Mutant) -> tuple[str, str, int]:
    return mutant.assignment, mutant.cell, mutant.line
