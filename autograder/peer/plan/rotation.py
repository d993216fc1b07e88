"""A rotation at any moment of the term, of roles that are even over the whole of it.

The flows of roles.py make one. Where others had to be moved, so that both roles are even or nobody
moderates twice in a row, it is made again here: of all exchanges between two sessions, one after
the other, those that improve it, until none does. Only what has no place in the earlier plan is
moved, for it costs less than a change of that (board.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

from autograder.peer.plan.board import Board
from autograder.peer.plan.roles import Roles, Slot

PASSES = 30  # over all sessions; a few are enough


def rotate(board: Board, least: int) -> None:
    """The best that exchanges find becomes the board's best.

    least  no rotation can be below: then nothing has to be looked for
    """
    board.go_back_to_best()
    free = [index for index in range(len(board.slots)) if _is_new(board, index)]
    for _ in range(PASSES):
        if board.rotation <= least:
            break
        cost = board.cost
        for here in free:
            _improve_alone(board, here)
        for here, there in combinations(free, 2):
            _improve_both(board, here, there)
        if board.cost == cost:
            break
    board.keep_if_best()


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


def _improve_both(board: Board, here: int, there: int) -> None:
    """Two people change places in both sessions, or the sessions all of their roles."""
    others = set(board.slots[there].present)
    shared = [who for who in board.slots[here].present if who in others]
    for one, two in combinations(shared, 2):
        first, second = board.roles[here], board.roles[there]
        changes = {here: _swapped(first, one, two), there: _swapped(second, one, two)}
        if changes[here] != first and changes[there] != second:
            _try(board, changes)
    _try(board, {here: board.roles[there], there: board.roles[here]})


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
