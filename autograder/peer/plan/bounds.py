"""What no plan can go below: roles given one by one to whoever had the fewest, absent or not.

Where a plan is as even as that, nothing better has to be looked for.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import networkx as nx

from autograder.peer.plan.roles import Slot


@dataclass(frozen=True, slots=True)
class Least:
    over_term: int  # sum of the squares of all counts at the end
    over_moments: int  # what roles add to the squares after each session, added up


def least_squares(
    slots: Sequence[Slot], had: Mapping[str, int], room: Callable[[Slot], int]
) -> Least:
    """room  how many people of a session have the role"""
    start = sum(count * count for count in had.values())
    added = moments = 0
    numbers = sorted({slot.number for slot in slots})
    for people, own in _apart(slots):
        wanted: Counter[int] = Counter()
        for slot in own:
            wanted[slot.number] += room(slot)
        counts = [had.get(who, 0) for who in people]
        heapq.heapify(counts)
        so_far = 0
        for number in numbers:
            for _ in range(wanted[number]):
                so_far += 2 * counts[0] + 1
                heapq.heapreplace(counts, counts[0] + 1)
            moments += so_far
        added += so_far
    return Least(start + added, moments)


def _apart(slots: Sequence[Slot]) -> list[tuple[set[str], list[Slot]]]:
    """People who never meet, with their sessions."""
    people = nx.Graph()
    for slot in slots:
        people.add_nodes_from(slot.present)
        nx.add_path(people, slot.present)
    return [
        (part, [slot for slot in slots if part & set(slot.present)])
        for part in nx.connected_components(people)
    ]
