"""The search behind mixing.py: people change places until nobody meets anybody twice, or nearly."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

SAME_GROUP, AGAIN, EACH = 10_000, 100, 1  # of a pair at a table: what it costs
MOST_EXCHANGES = 2000  # of 60 people; fewer of more, so that it takes a second or two
LOOK = 8  # exchanges after which it is looked which rounds are amiss
REST = 3  # how long somebody stays where they were moved, in exchanges of each round
FORBIDDEN = np.int64(1 << 40)

Matrix = NDArray[np.int64]


@dataclass(slots=True)
class Room:
    """Who has met whom, and who is of one group."""

    people: Sequence[str]
    place: Mapping[str, int]
    same: Matrix  # (n, n), 1: of one group
    met: Matrix  # (n, n), how often

    @classmethod
    def of(
        cls,
        people: Sequence[str],
        groups: Mapping[str, Sequence[str]],
        past: Iterable[Sequence[str]],
    ) -> Room:
        place = {who: n for n, who in enumerate(people)}
        same = np.zeros((len(people), len(people)), dtype=np.int64)
        room = cls(people, place, same, np.zeros_like(same))
        for members in groups.values():
            room._count(same, members)
        for table in past:
            room._count(room.met, table)
        return room

    def cost_of(self, tables: Iterable[Sequence[str]]) -> int:
        """Of seating a round like this now."""
        weights = self.weights()
        pairs = (pair for table in tables for pair in combinations(table, 2))
        return sum(int(weights[self.place[a], self.place[b]]) for a, b in pairs)

    def weights(self, met: Matrix | None = None) -> Matrix:
        """What it costs to bring two together once more; met: how often they did."""
        met = self.met if met is None else met
        return SAME_GROUP * self.same + AGAIN * (met > 0) + EACH * met

    def _count(self, into: Matrix, people: Iterable[str]) -> None:
        for a, b in combinations([self.place[who] for who in people if who in self.place], 2):
            into[a, b] += 1
            into[b, a] += 1


@dataclass(slots=True)
class Seating:
    """A round: at which table each sits. Who is absent sits at none."""

    table: NDArray[np.int64]  # (n,), −1: absent
    movable: NDArray[np.bool_]  # (n,)
    count: int
    new: bool  # nothing of it was told to anybody yet
    together: Matrix  # (n, n), 1: at one table
    same: int = 0  # pairs of a group at a table, counted twice

    @classmethod
    def of(
        cls,
        room: Room,
        present: Sequence[str],
        start: Iterable[Sequence[str]],
        fixed: Iterable[Sequence[str]],
        count: int,
        *,
        new: bool,
    ) -> Seating:
        """`count` tables beside the fixed ones, as even as can be, near to how they start."""
        arranged = [[room.place[who] for who in table if who in room.place] for table in fixed]
        held = {one for table in arranged for one in table}
        here = {room.place[who] for who in present}
        tables = [[room.place[who] for who in t if room.place[who] not in held] for t in start]
        seated = {one for table in tables for one in table} | held
        waiting = sorted(here - seated)
        count = max(0, count - len(arranged)) or (1 if here - held else 0)
        _fit([t for t in tables if t], waiting, count, room.weights(), tables)
        n = len(room.people)
        nobody = np.zeros((n, n), dtype=np.int64)
        self = cls(np.full(n, -1), np.zeros(n, bool), count, new, nobody)
        for number, one in enumerate([*tables, *arranged]):
            self.table[one] = number
            self.movable[one] = number < len(tables)
        self.sit(room, self.table)
        return self

    def sit(self, room: Room, table: NDArray[np.int64]) -> None:
        """Have everybody sit there, and the room know who meets whom."""
        together = ((table[:, None] == table[None, :]) & (table >= 0)[:, None]).astype(np.int64)
        together.flat[:: len(table) + 1] = 0
        room.met += together - self.together
        self.table, self.together = table, together
        self.same = int((together * room.same).sum())

    def named(self, people: Sequence[str]) -> list[list[str]]:
        found = [
            [people[int(n)] for n in np.flatnonzero(self.table == table)]
            for table in range(int(self.table.max(initial=-1)) + 1)
        ]
        return [table for table in found if table]


def _fit(
    filled: list[list[int]],
    waiting: list[int],
    count: int,
    weights: Matrix,
    into: list[list[int]],
) -> None:
    """Makes `count` tables of those: the smallest give way, and large ones give to small ones."""
    tables = sorted(filled, key=len, reverse=True) if len(filled) > count else filled
    for extra in tables[count:]:
        waiting = waiting + extra
    into[:] = [*tables[:count], *([] for _ in range(count - len(tables)))]
    for one in waiting:
        least = min(map(len, into))
        best = min((t for t in into if len(t) == least), key=lambda t: weights[one, t].sum())
        best.append(one)
    while into and max(map(len, into)) - min(map(len, into)) > 1:
        small = min(into, key=len)
        options = [(t, one) for t in into if len(t) == max(map(len, into)) for one in t]
        table, one = min(
            options, key=lambda o: weights[o[1], small].sum() - weights[o[1], o[0]].sum()
        )
        table.remove(one)
        small.append(one)


def cost_of(repetitions: int, same_group: int) -> int:
    """As _total counts: every pair twice."""
    return 2 * (AGAIN * repetitions + SAME_GROUP * same_group)


def search(room: Room, seatings: Sequence[Seating], lots: random.Random, enough: int) -> None:
    """Improves them in place.

    enough  what those that are not new had cost: they are left alone unless it is more now
    """
    kept = [seating for seating in seatings if not seating.new]
    for seating in kept:
        _descend(room, seating, kept, enough)
    new = [seating for seating in seatings if seating.new]
    people = max(1, len(room.people))
    steps = min(MOST_EXCHANGES, MOST_EXCHANGES * 3600 // people**2 + 20)
    _wander(room, new, steps, lots)


def _descend(room: Room, seating: Seating, kept: Sequence[Seating], enough: int) -> None:
    """Only what makes it better by a pair of a group or a repetition."""
    while _total(room, kept) > enough:
        best, first, second = _best(room, seating, np.zeros(len(room.people), bool), None)
        if best > -AGAIN // 2:
            return
        _make(room, seating, first, second)


def _wander(room: Room, seatings: Sequence[Seating], steps: int, lots: random.Random) -> None:
    resting = [np.zeros(len(room.people), dtype=np.int64) for _ in seatings]
    noise = np.random.default_rng(lots.randrange(1 << 32))
    best_cost, best = _total(room, seatings), [seating.table.copy() for seating in seatings]
    amiss: list[int] = []
    for step in range(steps):
        if best_cost <= _least(room):
            break
        if step % LOOK == 0:
            amiss = [n for n, seating in enumerate(seatings) if _cost(room, seating) > 0]
        if not amiss:
            continue
        index = lots.choice(amiss)
        delta, first, second = _best(room, seatings[index], resting[index] > step, noise)
        if delta >= FORBIDDEN // 2:
            continue
        _make(room, seatings[index], first, second)
        for one in (first, second) if second >= 0 else (first,):
            resting[index][one] = step + REST * len(amiss) + lots.randrange(10)
        cost = _total(room, seatings)
        if cost < best_cost:
            best_cost, best = cost, [seating.table.copy() for seating in seatings]
    for seating, table in zip(seatings, best, strict=True):
        seating.sit(room, table)


def _total(room: Room, seatings: Sequence[Seating]) -> int:
    """Pairs of a group in these seatings, and all repetitions of the term."""
    same = sum(seating.same for seating in seatings)
    return SAME_GROUP * same + AGAIN * int(np.maximum(room.met - 1, 0).sum())


def _least(room: Room) -> int:
    """What _total cannot go below: see least_repetitions in mixing.py; both count a pair twice."""
    outside = len(room.people) - 1 - room.same.sum(axis=1)
    others = (room.met * (1 - room.same)).sum(axis=1)
    over = int(np.maximum(others - outside, 0).sum())
    return AGAIN * (over + over % 2)


def _cost(room: Room, seating: Seating) -> int:
    return seating.same + int((seating.together * (room.met > 1)).sum())


def _best(
    room: Room,
    seating: Seating,
    resting: NDArray[np.bool_],
    noise: np.random.Generator | None,
) -> tuple[int, int, int]:
    """(change of cost, who, with whom they change places): the best exchange of the round.

    The third is −1 − table where somebody moves to a smaller table and nobody comes back.
    """
    weights = room.weights(room.met - seating.together)
    table, n = seating.table, len(room.people)
    at = np.zeros((n, seating.count), dtype=np.int64)
    able = np.flatnonzero(seating.movable & (table >= 0))
    at[able, table[able]] = 1
    beside = weights @ at  # (n, tables): what it costs somebody to sit there
    own = np.zeros(n, dtype=np.int64)
    own[able] = beside[able, table[able]]
    free = able[~resting[able]]
    if not len(free):
        return int(FORBIDDEN), 0, 0
    there = beside[np.ix_(free, table[free])]
    swap = there + there.T - own[free][:, None] - own[free][None, :]
    swap -= 2 * weights[np.ix_(free, free)]
    swap[table[free][:, None] == table[free][None, :]] = FORBIDDEN
    sizes = at.sum(axis=0)
    move = beside[free] - own[free][:, None]
    move[sizes[table[free]][:, None] <= sizes[None, :]] = FORBIDDEN
    both = np.concatenate([swap, move], axis=1)
    least = both.min()
    choices = np.argwhere(both == least)
    row, column = choices[0 if noise is None else int(noise.integers(len(choices)))]
    other = int(free[column]) if column < len(free) else -1 - int(column - len(free))
    return int(least), int(free[row]), other


def _make(room: Room, seating: Seating, first: int, second: int) -> None:
    table = seating.table.copy()
    if second >= 0:
        table[[first, second]] = table[[second, first]]
    else:
        table[first] = -1 - second
    seating.sit(room, table)
