"""Where two submissions agree: passages of both, numbered, so that a reader can go from one to
the other even where the order differs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from autograder.similar.fingerprints import RUN_TOKENS, Fingerprint
from autograder.similar.tokens import Token

# Of one run in the other submission: how many are looked at, and how many tried. It keeps code
# that repeats itself thousands of times cheap.
_LOOKED_AT, _TRIED = 500, 20


@dataclass(frozen=True, slots=True)
class Passage:
    first: int  # index of its first token, in each submission
    second: int
    tokens: int
    rare: bool  # most of it is shared by few others


def passages(
    ours: Mapping[Fingerprint, Sequence[int]],
    theirs: Mapping[Fingerprint, Sequence[int]],
    weights: Mapping[Fingerprint, float],
) -> tuple[Passage, ...]:
    """Longest first at each place, in the order of the first submission; each place once."""
    at_ours = {begin: run for run, places in ours.items() for begin in places}
    at_theirs = {begin: run for run, places in theirs.items() for begin in places}
    taken: set[int] = set()
    found: list[Passage] = []
    begin = -1
    for place in sorted(at_ours):
        if place < begin or at_ours[place] not in theirs:
            continue
        options = [p for p in theirs[at_ours[place]][:_LOOKED_AT] if p not in taken][:_TRIED]
        lengths = {other: _length(place, other, at_ours, at_theirs, taken) for other in options}
        if not lengths:
            continue
        other = max(lengths, key=lambda p: (lengths[p], -p))
        runs = range(lengths[other])
        taken.update(other + i for i in runs)
        mean = sum(weights[at_ours[place + i]] for i in runs) / len(runs)
        found.append(Passage(place, other, len(runs) + RUN_TOKENS - 1, mean >= 0.5))
        begin = place + len(runs)
    return tuple(found)


def _length(
    place: int,
    other: int,
    at_ours: Mapping[int, Fingerprint],
    at_theirs: Mapping[int, Fingerprint],
    taken: set[int],
) -> int:
    """How many runs in a row are the same from here on."""
    length = 0
    while (
        (run := at_ours.get(place + length)) is not None
        and run == at_theirs.get(other + length)
        and other + length not in taken
    ):
        length += 1
    return length


def numbers_by_line(
    found: Sequence[Passage], tokens: Sequence[Token], *, second: bool
) -> dict[int, int]:
    """Line → the number of the passage (from 1) that has most of its tokens."""
    counts: dict[int, dict[int, int]] = {}
    for number, passage in enumerate(found, start=1):
        begin = passage.second if second else passage.first
        for token in tokens[begin : begin + passage.tokens]:
            of_line = counts.setdefault(token.line, {})
            of_line[number] = of_line.get(number, 0) + 1
    most = {line: max(numbers, key=lambda n: numbers[n]) for line, numbers in counts.items()}
    between = {  # a line with a closing bracket alone has no token of its own
        line + 1: number
        for line, number in most.items()
        if line + 1 not in most and most.get(line + 2) == number
    }
    return most | between
