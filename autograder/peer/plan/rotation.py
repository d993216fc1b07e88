"""A rotation at any moment of the term, of roles that are even over the whole of it.

The flows of roles.py make one. Where others had to be moved, so that both roles are even or nobody
moderates twice in a row, it is made again here: of all exchanges between two sessions, one after
the other, those that improve it, until none does. Only what has no place in the earlier plan is
moved, for it costs less than a change of that (board.py).
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from itertools import combinations

from autograder.peer.plan.board import Board
from autograder.peer.plan.roles import Roles, Slot

ATTEMPTS = 4
DISTURBED = 5  # sessions, between two of them
EXCHANGES = 12_000  # after about as many it is left as it is: a second


def rotate(board: Board, least: int, lots: random.Random) -> None:
    """The best that exchanges find becomes the board's best.

    least  no rotation can be below: then nothing has to be looked for
    """
    board.go_back_to_best()
    free = [index for index in range(len(board.slots)) if _is_new(board, index)]
    budget = EXCHANGES
    for attempt in range(ATTEMPTS):
        if board.rotation <= least or not free or budget <= 0:
            break
        if attempt:  # out of a dead end
            _disturb(board, free, lots)
        budget -= _descend(board, free, budget)
        board.keep_if_best()
        board.go_back_to_best()


def _descend(board: Board, free: Sequence[int], budget: int) -> int:
    """How many exchanges were tried, about the budget at most."""
    cost, tried = board.cost + 1, 0
    while board.cost < cost and tried < budget:
        cost = board.cost
        for place, here in enumerate(free):
            _improve_alone(board, here)
            for there in free[place + 1 :]:
                tried += _improve_both(board, here, there)
            if tried >= budget:
                break
    return tried


def _disturb(board: Board, free: Sequence[int], lots: random.Random) -> None:
    for _ in range(DISTURBED):
        here = lots.choice(free)
        slot = board.slots[here]
        roles = _swapped(board.roles[here], lots.choice(slot.present), lots.choice(slot.present))
        if _fits(slot, roles):
            board.put(here, roles)


def _is_new(board: Board, index: int) -> bool:
    """Not as the earlier plan had it."""
    before, roles = board.slots[index].before, board.roles[index]
    if not roles.moderator:
        return False
    return (
        before is None
        or before.moderator != roles.moderator
        or set(before.presenters) != set(roles.presenters)
    )


def _improve_alone(board: Board, here: int) -> None:
    """Another of those who are there with a role, where that is as even over the term."""
    for one, two in combinations(board.slots[here].present, 2):
        _try(board, {here: _swapped(board.roles[here], one, two)})


def _improve_both(board: Board, here: int, there: int) -> int:
    """Two people change places in both sessions, or the sessions all of their roles.

    Returns how many exchanges there were to try.
    """
    others = set(board.slots[there].present)
    shared = [who for who in board.slots[here].present if who in others]
    for one, two in combinations(shared, 2):
        first, second = board.roles[here], board.roles[there]
        changes = {here: _swapped(first, one, two), there: _swapped(second, one, two)}
        if changes[here] != first and changes[there] != second:
            _try(board, changes)
    _try(board, {here: board.roles[there], there: board.roles[here]})
    return len(shared) * (len(shared) - 1) // 2


def _swapped(roles: Roles, one: str, two: str) -> Roles:
    other = {one: two, two: one}
    presenters = tuple(other.get(who, who) for who in roles.presenters)
    if set(presenters) == set(roles.presenters):  # an order alone is no change
        presenters = roles.presenters
    return Roles(other.get(roles.moderator, roles.moderator), presenters)


def _try(board: Board, changes: Mapping[int, Roles]) -> None:
    """Make the changes if they are allowed and for the better."""
    old = {index: board.roles[index] for index in changes}
    if changes == old or not all(_fits(board.slots[n], roles) for n, roles in changes.items()):
        return
    cost = board.cost
    for index, roles in changes.items():
        board.put(index, roles)
    if board.cost >= cost:
        for index, roles in old.items():
            board.put(index, roles)


def _fits(slot: Slot, roles: Roles) -> bool:
    """Everybody is there, and those who volunteered have what they asked for."""
    return (
        slot.moderator in (None, roles.moderator)
        and set(slot.presenting) <= set(roles.presenters)
        and len(roles.presenters) == slot.room
        and {roles.moderator, *roles.presenters} <= set(slot.present)
    )
