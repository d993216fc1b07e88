"""Cross-group sessions: who sits at which table, so that people meet as many others as can be.

The grid gives rounds without any repetition. What it does not fit (uneven groups, absences, more
rounds than it has, what was before) is improved by exchanging people between tables of a round:
always the best exchange, with what was just moved left alone for a while, so that the search gets
out of dead ends. Tables differ by one person at most. Of what an earlier plan had, only that is
changed which makes it better.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from autograder.peer.plan.grid import Seat, rounds
from autograder.peer.plan.tablesearch import Room, Seating, cost_of, search

Tables = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """A cross-group session to be seated."""

    number: int
    present: tuple[str, ...]
    before: Tables | None = None  # in the earlier plan
    fixed: Tables = ()  # tables that somebody arranged


def seats_of(
    groups: Mapping[str, Sequence[str]],
    earlier: Mapping[str, Seat],
    lots: random.Random,
) -> dict[str, Seat]:
    """A seat for everybody: the one they had, one that was left in their group's column, a new one.

    Columns and rows are drawn by lot.
    """
    taken = {who: seat for who, seat in earlier.items() if any(who in g for g in groups.values())}
    columns = _columns(groups, earlier, lots)
    rows = max(len(members) for members in groups.values())
    for name, members in groups.items():
        column = columns[name]
        used = {taken[who][1] for who in members if who in taken and taken[who][0] == column}
        left = [seat[1] for who, seat in earlier.items() if seat[0] == column and who not in taken]
        others = [row for row in range(max(rows, len(members))) if row not in left]
        lots.shuffle(others)
        free = iter([row for row in (*dict.fromkeys(left), *others) if row not in used])
        for who in members:
            if who not in taken or taken[who][0] != column:
                taken[who] = (column, next(free))
    return taken


def seat_rounds(
    to_seat: Sequence[Round],
    seats: Mapping[str, Seat],
    groups: Mapping[str, Sequence[str]],
    past: Iterable[Sequence[str]],
    lots: random.Random,
) -> list[list[list[str]]]:
    """The tables of each round.

    past  tables that were
    """
    people = sorted({who for each in to_seat for who in each.present})
    if not people:
        return [[] for _ in to_seat]
    past = list(past)
    size = table_size(groups)
    room = Room.of(people, groups, past)
    given = _rounds_of_grid({who: seats[who] for who in people}, size, lots)
    seatings: list[Seating] = []
    for each in to_seat:
        start = _kept(each) if each.before else _least_repeating(room, given, each.present)
        biggest = max(len(set(members) & {*each.present}) for members in groups.values())
        leeway = 0.4 if each.before else 0.3  # what was told to people is not undone lightly
        count = _how_many(len(each.present), sum(map(bool, start)), size, biggest, leeway)
        seating = Seating.of(room, each.present, start, each.fixed, count, new=not each.before)
        seatings.append(seating)
    was = [table for each in to_seat for table in each.before or ()]
    enough = cost_of(repetitions([*past, *was]), same_group(was, groups))
    search(room, seatings, lots, enough)
    return [seating.named(people) for seating in seatings]


def table_size(groups: Mapping[str, Sequence[str]]) -> int:
    """About as many as in a group, and no more than there are groups."""
    mean = sum(len(members) for members in groups.values()) / len(groups)
    return max(2, min(len(groups), round(mean)))


def repetitions(tables: Iterable[Sequence[str]]) -> int:
    """How often somebody meets somebody again."""
    met: set[tuple[str, str]] = set()
    again = 0
    for table in tables:
        for pair in combinations(sorted(table), 2):
            again += pair in met
            met.add(pair)
    return again


def same_group(tables: Iterable[Sequence[str]], groups: Mapping[str, Sequence[str]]) -> int:
    """How many pairs of a group sit together."""
    home = {who: name for name, members in groups.items() for who in members}
    pairs = (pair for table in tables for pair in combinations(table, 2))
    return sum(home.get(a, a) == home.get(b, b) for a, b in pairs)


def least_repetitions(tables: Iterable[Sequence[str]], groups: Mapping[str, Sequence[str]]) -> int:
    """What no arrangement with tables of these sizes can go below.

    Who meets others n times in all, and has m others outside of their group, meets somebody again
    n − m times at least; each repetition has two such people. Counting pairs of the whole class
    gives no more, as adding up shows.
    """
    home = {who: name for name, members in groups.items() for who in members}
    met: Counter[str] = Counter()
    for table in tables:
        for a, b in combinations(table, 2):
            if home.get(a, a) != home.get(b, b):
                met.update((a, b))
    sizes = Counter(home.get(who, who) for who in met.keys() | home.keys())
    over = sum(max(0, met[who] - (sizes.total() - sizes[home.get(who, who)])) for who in met)
    return -(-over // 2)


def _columns(
    groups: Mapping[str, Sequence[str]], earlier: Mapping[str, Seat], lots: random.Random
) -> dict[str, int]:
    """Where most of a group had their seats; a free one for a group that is new."""
    found: dict[str, int] = {}
    for name, members in groups.items():
        had = [earlier[who][0] for who in members if who in earlier]
        best = max(set(had), key=lambda column: (had.count(column), -column), default=None)
        if best is not None and best not in found.values():
            found[name] = best
    free = [n for n in range(len(groups)) if n not in found.values()]
    lots.shuffle(free)
    new = [name for name in groups if name not in found]
    free += range(max([*found.values(), len(groups)]) + 1, 10_000)
    return found | dict(zip(new, free, strict=False))


def _rounds_of_grid(seats: Mapping[str, Seat], size: int, lots: random.Random) -> list[Tables]:
    """In an order drawn by lot, and the round by rows, which is no line, last."""
    found: list[Tables] = [*rounds(seats, size)]
    head, last = found[:-1], found[-1:]
    lots.shuffle(head)
    return head + last


def _kept(each: Round) -> Tables:
    """The earlier plan's tables; who is new takes a place later."""
    assert each.before is not None
    here = set(each.present)
    return [[who for who in table if who in here] for table in each.before]


def _least_repeating(room: Room, given: Sequence[Tables], present: Sequence[str]) -> Tables:
    """The round of the grid that brings the fewest together who have met."""
    here = set(present)
    options = [[[who for who in table if who in here] for table in tables] for tables in given]
    return min(options, key=room.cost_of)


def _how_many(people: int, tables: int, size: int, biggest: int, leeway: float) -> int:
    """As many tables as there are, unless they would be too small or large; then, as many as keep
    the biggest group apart, and at least two people at each.
    """
    if biggest <= tables <= people // 2 and abs(people / tables - size) <= leeway * size:
        return tables
    return max(1, min(people // 2, max(biggest, -(-people // size)))) if people else 0
