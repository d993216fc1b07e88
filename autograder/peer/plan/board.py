"""The roles of all sessions as they stand, and what is amiss with them as one number.

It counts, each thing more than all that come after it: even counts of moderators over the term,
even counts of presenters, few who moderate twice in a row, few changes of the earlier plan, and
a rotation: even counts after each session, see roles.py.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from autograder.peer.plan.roles import Past, Roles, Slot, moments_from

CHANGE = 10**10
IN_A_ROW = 10**4 * CHANGE
PRESENTERS = 10**4 * IN_A_ROW
MODERATORS = 10**6 * PRESENTERS


class Board:
    """The roles as they stand, and their cost, kept up to date with each exchange."""

    def __init__(self, slots: Sequence[Slot], given: Sequence[Roles], past: Past) -> None:
        self.slots, self.past = slots, past
        self.moderated, self.presented = Counter(past.moderated), Counter(past.presented)
        self.at = Counter(past.moderated_at)
        self.moments = moments_from(slot.number for slot in slots)
        # Student → numbers of the sessions in which they have the role, in order.
        self.moderates: dict[str, list[int]] = defaultdict(list)
        self.presents: dict[str, list[int]] = defaultdict(list)
        self.where: dict[str, list[int]] = {}  # student → slots they are at
        for index, slot in enumerate(slots):
            for who in slot.present:
                self.where.setdefault(who, []).append(index)
        self.roles = [Roles("", ()) for _ in slots]
        self.cost = 0
        for index, roles in enumerate(given):
            self.put(index, roles)
        self.best, self.best_cost = list(self.roles), self.cost

    def put(self, index: int, roles: Roles) -> None:
        """Give the slot these roles instead of those that it has."""
        slot, old = self.slots[index], self.roles[index]
        if old.moderator:
            self.moderated[old.moderator] -= 1
            self.cost -= MODERATORS * (2 * self.moderated[old.moderator] + 1)
            self.at[old.moderator, slot.number] -= 1
            self.cost -= IN_A_ROW * self._neighbours(old.moderator, slot.number)
            self._take(self.moderates[old.moderator], self.past.moderated, old.moderator, slot)
        for who in old.presenters:
            self.presented[who] -= 1
            self.cost -= PRESENTERS * (2 * self.presented[who] + 1)
            self._take(self.presents[who], self.past.presented, who, slot)
        for who in roles.presenters:
            self.cost += PRESENTERS * (2 * self.presented[who] + 1)
            self.presented[who] += 1
            self._add(self.presents[who], self.past.presented, who, slot)
        if roles.moderator:
            self.cost += MODERATORS * (2 * self.moderated[roles.moderator] + 1)
            self.moderated[roles.moderator] += 1
            self.cost += IN_A_ROW * self._neighbours(roles.moderator, slot.number)
            self.at[roles.moderator, slot.number] += 1
            self._add(self.moderates[roles.moderator], self.past.moderated, roles.moderator, slot)
        self.cost += CHANGE * (_changes(slot, roles) - _changes(slot, old))
        self.roles[index] = roles

    @property
    def rotation(self) -> int:
        """Squares of the counts after each session, added up."""
        return self.cost % CHANGE

    def keep_if_best(self) -> None:
        if self.cost < self.best_cost:
            self.best, self.best_cost = list(self.roles), self.cost

    def go_back_to_best(self) -> None:
        for index, roles in enumerate(self.best):
            if roles != self.roles[index]:
                self.put(index, roles)

    def in_a_row(self, index: int) -> bool:
        moderator = self.roles[index].moderator
        return bool(moderator and self._neighbours(moderator, self.slots[index].number))

    def uneven_by(self, goal: int) -> int:
        return sum(n * n for n in self.presented.values()) - goal

    def _add(self, numbers: list[int], had: Mapping[str, int], who: str, slot: Slot) -> None:
        place = bisect_left(numbers, slot.number)
        numbers.insert(place, slot.number)
        self.cost += self._share(numbers, place, had.get(who, 0))

    def _take(self, numbers: list[int], had: Mapping[str, int], who: str, slot: Slot) -> None:
        place = bisect_left(numbers, slot.number)
        self.cost -= self._share(numbers, place, had.get(who, 0))
        del numbers[place]

    def _share(self, numbers: Sequence[int], place: int, had: int) -> int:
        """What one role adds to the squares after each session: its own, and that it makes each
        later role of the same person a higher one.
        """
        later = sum(self.moments[number] for number in numbers[place + 1 :])
        return (2 * (had + place) + 1) * self.moments[numbers[place]] + 2 * later

    def _neighbours(self, who: str, number: int) -> int:
        return self.at[who, number - 1] + self.at[who, number + 1]


def _changes(slot: Slot, roles: Roles) -> int:
    if slot.before is None or not roles.moderator:
        return 0
    others = sum(who not in slot.before.presenters for who in roles.presenters)
    return others + (roles.moderator != slot.before.moderator)
