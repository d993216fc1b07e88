"""Moderators and presenters: everybody equally often, by flows of minimal cost.

Each session sends a unit per role to one of those who are there, and each person pays for the n-th
role more than for the one before: 1, 3, 5, …, which add up to the square of the count. The cheapest
flow has the smallest sum of squares, and that is as even as absences allow: it has differences of
at most 1 wherever there is any way to it. Behind that, and never against it, it keeps what an
earlier plan said, then makes a rotation of it, and then draws lots.

A rotation is even at any moment: it has the smallest sum of squares of the counts after each
session, added up over all sessions. The n-th role of somebody adds 2n − 1 to the square after its
own session and after each one that follows, and so costs (2n − 1) · (sessions from it on). That
is a cost of an edge, from a session to somebody's n-th role, and the flow is exact: it is never
cheaper to have the later session as the earlier role.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import networkx as nx

LOTS = 8  # how many different lots there are where nobody has a turn
ROW = 10  # what somebody costs who is dear, in changes of the earlier plan
PASSES = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A session whose roles are to be given out."""

    number: int
    present: tuple[str, ...]
    presenters: int  # wanted; fewer where too few are there
    moderator: str | None = None  # who volunteered
    presenting: tuple[str, ...] = ()  # who volunteered
    before: Roles | None = None  # in the earlier plan

    @property
    def room(self) -> int:
        """How many can present beside a moderator."""
        return max(0, min(self.presenters, len(self.present) - 1))


@dataclass(frozen=True, slots=True)
class Roles:
    moderator: str  # "" where nobody is there
    presenters: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What weighs from before: counts by student, a newcomer's lent ones among them."""

    moderated: Mapping[str, int]
    presented: Mapping[str, int]
    moderated_at: frozenset[tuple[str, int]] = frozenset()  # (student, number of the session)


def give_moderators(
    slots: Sequence[Slot], moderated: Mapping[str, int], lots: random.Random
) -> tuple[str, ...]:
    wanted = [_wanted_moderator(slot) for slot in slots]
    return tuple(one[0] if one else "" for one in _evenly(wanted, moderated, lots, turns=True))


def _wanted_moderator(slot: Slot, dear: frozenset[str] = frozenset()) -> _Wanted:
    able = tuple(one for one in slot.present if one not in slot.presenting)
    return _Wanted(
        number=slot.number,
        who=(slot.moderator,) if slot.moderator else able,
        count=min(1, len(slot.present)),
        before=(slot.before.moderator,) if slot.before else (),
        busy=slot.before.presenters if slot.before else (),
        dear=dear,
    )


def part_neighbours(
    slots: Sequence[Slot], moderators: Sequence[str], past: Past, lots: random.Random
) -> tuple[str, ...]:
    """As even as before, and fewer who moderate two numbers in a row.

    All slots of one number are given out again, where that is dear which makes a row with the
    numbers before and after. That helps where a number has many slots; see exchanges.py for others.
    """
    found = list(moderators)
    for _ in range(PASSES):
        held = {(who, slots[n].number) for n, who in enumerate(found) if who} | past.moderated_at
        rows = {n for who, n in held if (who, n - 1) in held or (who, n + 1) in held}
        again = [n for n in rows if sum(slot.number == n for slot in slots) > 1]
        if not again:
            break
        number = lots.choice(sorted(again))
        _give_again(slots, found, number, past, lots)
    return tuple(found)


def _give_again(
    slots: Sequence[Slot], found: list[str], number: int, past: Past, lots: random.Random
) -> None:
    here = [n for n, slot in enumerate(slots) if slot.number == number]
    beside = {who for who, n in past.moderated_at if abs(n - number) == 1}
    beside |= {found[n] for n, slot in enumerate(slots) if abs(slot.number - number) == 1}
    counts = Counter(past.moderated)
    counts.update(who for n, who in enumerate(found) if who and n not in here)
    wanted = [_wanted_moderator(slots[n], frozenset(beside)) for n in here]
    for n, chosen in zip(here, _evenly(wanted, counts, lots), strict=True):
        found[n] = chosen[0] if chosen else ""


def give_presenters(
    slots: Sequence[Slot],
    moderators: Sequence[str],
    presented: Mapping[str, int],
    lots: random.Random,
) -> tuple[Roles, ...]:
    wanted = [
        _Wanted(
            number=slot.number,
            who=tuple(who for who in slot.present if who not in (moderator, *slot.presenting)),
            count=slot.room - len(slot.presenting),
            before=slot.before.presenters if slot.before else (),
        )
        for slot, moderator in zip(slots, moderators, strict=True)
    ]
    asked = [
        _Wanted(number=slot.number, who=(who,), count=1)
        for slot in slots
        for who in slot.presenting
    ]
    given = _evenly([*wanted, *asked], presented, lots)[: len(wanted)]
    return tuple(
        Roles(moderator, in_known_order((*slot.presenting, *chosen), slot))
        for slot, moderator, chosen in zip(slots, moderators, given, strict=True)
    )


def in_known_order(chosen: Sequence[str], slot: Slot) -> tuple[str, ...]:
    """As the earlier plan had them, so that an order alone is no change."""
    before = slot.before.presenters if slot.before else ()
    return tuple(sorted(chosen, key=lambda who: before.index(who) if who in before else 99))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    number: int  # of the session
    who: tuple[str, ...]  # can do it
    count: int
    before: tuple[str, ...] = ()
    busy: tuple[str, ...] = ()  # had another role, which somebody else would have to take
    dear: frozenset[str] = frozenset()  # only if nobody else can do it as evenly


def moments_from(numbers: Iterable[int]) -> dict[int, int]:
    """Session → how many there are from it on: after so many moments a role in it counts."""
    return {number: n for n, number in enumerate(sorted(set(numbers), reverse=True), start=1)}


def _evenly(
    wanted: Sequence[_Wanted],
    counts: Mapping[str, int],
    lots: random.Random,
    *,
    turns: bool = False,
) -> list[tuple[str, ...]]:
    """Whom each gets. People who never meet are counted by themselves: it is much faster.

    turns  the lots give everybody a turn, the same in each round, so that the last of a round is
           not the first of the next
    """
    wanted = [replace(each, count=max(0, min(each.count, len(each.who)))) for each in wanted]
    people = nx.Graph()
    for index, each in enumerate(wanted):
        if each.count:
            people.add_edges_from((("slot", index), ("who", one)) for one in each.who)
    given: list[tuple[str, ...]] = [()] * len(wanted)
    components = [sorted(part) for part in nx.connected_components(people)]
    for part in sorted(components):
        indices = [index for kind, index in part if kind == "slot"]
        flow = _cheapest([wanted[index] for index in indices], counts, lots, turns=turns)
        for index, chosen in zip(indices, flow, strict=True):
            given[index] = chosen
    return given


def _cheapest(
    wanted: Sequence[_Wanted], counts: Mapping[str, int], lots: random.Random, *, turns: bool
) -> list[tuple[str, ...]]:
    chances = Counter(who for each in wanted for who in each.who)
    least = min(counts.get(who, 0) for who in chances)
    had = {who: counts.get(who, 0) - least for who in chances}
    top = _highest(wanted, had)
    moments = moments_from(each.number for each in wanted)
    total = sum(each.count for each in wanted)
    order = lots.sample(sorted(chances), len(chances))
    turn = {who: n for n, who in enumerate(order)}
    moment = max(LOTS, len(order) * len(moments)) * total + 1  # more than all lots together
    keep = moment * 2 * (top + 1) * len(moments) * total  # more than any rotation and these
    unit = 2 * (2 * keep + ROW * keep) * (total + 1)  # more than all of that together
    roles = {
        who: [(who, level) for level in range(had[who], min(had[who] + chance, top + 1))]
        for who, chance in chances.items()
    }
    graph = nx.DiGraph()
    graph.add_node("all", demand=total)
    for index, each in enumerate(wanted):
        graph.add_node(index, demand=-each.count)
        for who in each.who:
            lot = turn[who] * moments[each.number] if turns else lots.randrange(LOTS)
            cost = lot + ROW * keep * (who in each.dear)
            cost += keep * (bool(each.before and who not in each.before) + (who in each.busy))
            source: Hashable = index
            if each.count > 1:  # nobody has a role of a session twice
                source = (index, who)
                graph.add_edge(index, source, capacity=1)
            for role in roles[who]:
                price = (2 * role[1] + 1) * (unit + moment * moments[each.number])
                graph.add_edge(source, role, weight=cost + price)
    for role in (role for each in roles.values() for role in each):
        graph.add_edge(role, "all", capacity=1)
    _, flow = nx.network_simplex(graph)
    return [
        tuple(
            who
            for who in each.who
            if any(flow[(index, who) if each.count > 1 else index].get(role) for role in roles[who])
        )
        for index, each in enumerate(wanted)
    ]


def _highest(wanted: Sequence[_Wanted], had: Mapping[str, int]) -> int:
    """The highest count that is needed; all that are as even as can be have the same."""
    graph = nx.DiGraph()
    graph.add_node("all", demand=sum(each.count for each in wanted))
    chances: Counter[str] = Counter()
    for index, each in enumerate(wanted):
        graph.add_node(index, demand=-each.count)
        for who in each.who:
            graph.add_edge(index, ("who", who), capacity=1)
            chances[who] += 1
    for who, chance in chances.items():
        for level in range(had[who], had[who] + chance):
            graph.add_edge(("who", who), ("level", level), capacity=1, weight=2 * level + 1)
            graph.add_edge(("level", level), "all", weight=0)
    _, flow = nx.network_simplex(graph)
    return max(
        (level for who in chances for (_, level), units in flow["who", who].items() if units),
        default=0,
    )
