"""What is compared: every run of K tokens, as in Schleimer, Wilkerson and Aiken, "Winnowing: local
algorithms for document fingerprinting", SIGMOD 2003.

Their second step, which keeps one fingerprint of several to save room, is left out: what students
write for one assignment is short, and every run that is dropped is evidence for or against.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import TypeAlias

from autograder.similar.tokens import WALL, Token

# A line or two. Shorter runs are shared by everybody; longer ones break at each small edit.
RUN_TOKENS = 10

Fingerprint: TypeAlias = tuple[str, ...]


def fingerprints_of(
    tokens: Sequence[Token], without: Set[Fingerprint] = frozenset()
) -> dict[Fingerprint, list[int]]:
    """Each run and where it begins in the tokens; none across a wall, none that is excluded."""
    labels = [token.label for token in tokens]
    found: dict[Fingerprint, list[int]] = {}
    wall = -1
    for end, label in enumerate(labels, start=1):
        if label == WALL:
            wall = end - 1
        begin = end - RUN_TOKENS
        if begin > wall:
            run = tuple(labels[begin:end])
            if run not in without:
                found.setdefault(run, []).append(begin)
    return found
