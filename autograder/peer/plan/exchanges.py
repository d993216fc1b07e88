"""What flows cannot say: both roles at once, and nobody who moderates twice in a row.

Moderators first and presenters with what is left may miss a plan in which both are even, and a
flow does not know which sessions are neighbours. So people exchange roles, by a search with lots,
as long as it improves what board.py counts; rotation.py repairs what that did to the rotation.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import count

from autograder.peer.plan.board import CHANGE, Board
from autograder.peer.plan.bounds import least_squares
from autograder.peer.plan.roles import (
    Past,
    Roles,
    Slot,
    give_moderators,
    give_presenters,
    in_known_order,
    part_neighbours,
)
from autograder.peer.plan.rotation import rotate

TRIES, TRIES_PER_SLOT = 4000, 40  # of exchanges, before it is left as it is
TRIES_IN_A_TURN = 40  # of exchanges of one session
HEATS = (0.0, 0.03, 0.1, 0.3)


def arrange_roles(slots: Sequence[Slot], past: Past, lots: random.Random) -> tuple[Roles, ...]:
    """Roles of each slot, as even as can be; see above for what counts how much.

    Numbers of sessions are neighbours where they differ by 1.
    """
    in_turn = give_moderators(slots, past.moderated, lots)
    moderators = part_neighbours(slots, in_turn, past, lots)
    board = Board(slots, give_presenters(slots, moderators, past.presented, lots), past)
    goal, least = _goals(board, in_turn, lots)
    _search(board, goal, lots)
    rotate(board, least, lots)
    return tuple(
        Roles(each.moderator, in_known_order(each.presenters, slot))
        for slot, each in zip(slots, board.best, strict=True)
    )


def _goals(board: Board, in_turn: Sequence[str], lots: random.Random) -> tuple[int, int]:
    """(squares of the counts of presenters, squares after each session): not below these."""
    slots, past = board.slots, board.past
    leading = least_squares(slots, past.moderated, lambda slot: min(1, len(slot.present)))
    presenting = least_squares(slots, past.presented, lambda slot: slot.room)
    goal, least = presenting.over_term, leading.over_moments + presenting.over_moments
    if board.uneven_by(goal) <= 0 and board.rotation <= least:
        return goal, least
    # Absences may be why. Nobody kept from presenting by moderating: not more even than that.
    free = give_presenters(slots, [""] * len(slots), past.presented, lots)
    both = [Roles(who, each.presenters) for who, each in zip(in_turn, free, strict=True)]
    alone = Board(slots, both, past)
    return sum(n * n for n in alone.presented.values()), alone.rotation


def _search(board: Board, goal: int, lots: random.Random) -> None:
    """From the best so far again and again, until all is as it should be or enough was tried."""
    budget = TRIES + TRIES_PER_SLOT * len(board.slots)
    for turn in count():
        uneven = board.uneven_by(goal) > 0
        amiss = [n for n in range(len(board.slots)) if uneven or board.in_a_row(n)]
        if not amiss or budget <= 0:
            break
        heat = HEATS[turn % len(HEATS)]
        if heat:  # a dead end may be left by way of sessions in which nothing is amiss
            amiss += [lots.choice(_near(board, index, lots)) for index in amiss for _ in range(6)]
        lots.shuffle(amiss)
        for index in amiss:
            budget -= _improve(board, index, heat, lots)
            if budget <= 0:
                break
        board.go_back_to_best()


def _near(board: Board, index: int, lots: random.Random) -> list[int]:
    """Sessions where somebody of this one is, too; itself where nobody is there."""
    present = board.slots[index].present
    return board.where[lots.choice(present)] if present else [index]


def _improve(board: Board, index: int, heat: float, lots: random.Random) -> int:
    """Exchanges of one session, and how many were tried.

    heat  how often one is made that is for the worse, to get out of a dead end
    """
    tried = 0
    while tried < TRIES_IN_A_TURN:
        tried += 1
        changes = _exchange(board, index, lots)
        if not changes:
            continue
        before, old = board.cost, [(n, board.roles[n]) for n, _ in changes]
        for n, roles in changes:
            board.put(n, roles)
        # With heat, the rotation is no reason against one: rotation.py makes it again.
        worse = board.cost // CHANGE > before // CHANGE if heat else board.cost > before
        if worse and lots.random() >= heat:
            for n, roles in reversed(old):
                board.put(n, roles)
        else:
            board.keep_if_best()
        if not heat and board.cost < before and not board.in_a_row(index):
            break
    return tried


def _exchange(board: Board, here: int, lots: random.Random) -> list[tuple[int, Roles]]:
    """One that is allowed, drawn by lot; [] where what was drawn is not."""
    slot, roles = board.slots[here], board.roles[here]
    if not roles.moderator:
        return []
    kind = lots.randrange(4)
    if kind == 0 and slot.moderator is None:
        there = lots.choice(board.where[roles.moderator])
        return _exchange_moderators(board, here, there)
    if kind == 1:
        there = lots.choice(board.where[lots.choice(slot.present)])
        return _exchange_presenters(board, here, there, lots)
    who = lots.choice(slot.present)
    if kind == 2 and slot.moderator is None:
        return _hand_over(slot, roles, here, who)
    free = [one for one in roles.presenters if one not in slot.presenting]
    if kind == 3 and free and who != roles.moderator and who not in roles.presenters:
        return [(here, Roles(roles.moderator, _with(roles.presenters, lots.choice(free), who)))]
    return []


def _exchange_moderators(board: Board, here: int, there: int) -> list[tuple[int, Roles]]:
    first, second = board.roles[here], board.roles[there]
    one, two = first.moderator, second.moderator
    if one == two or not two or board.slots[there].moderator is not None:
        return []
    if two not in board.slots[here].present or two in board.slots[here].presenting:
        return []
    if one in board.slots[there].presenting:
        return []
    return [
        (here, Roles(two, _with(first.presenters, two, one))),
        (there, Roles(one, _with(second.presenters, one, two))),
    ]


def _exchange_presenters(
    board: Board, here: int, there: int, lots: random.Random
) -> list[tuple[int, Roles]]:
    first, second = board.roles[here], board.roles[there]
    if here == there or not first.presenters or not second.presenters:
        return []
    one, two = lots.choice(first.presenters), lots.choice(second.presenters)
    if one in board.slots[here].presenting or two in board.slots[there].presenting:
        return []
    if one not in board.slots[there].present or two not in board.slots[here].present:
        return []
    if two in (first.moderator, *first.presenters) or one in (second.moderator, *second.presenters):
        return []
    return [
        (here, Roles(first.moderator, _with(first.presenters, one, two))),
        (there, Roles(second.moderator, _with(second.presenters, two, one))),
    ]


def _hand_over(slot: Slot, roles: Roles, here: int, who: str) -> list[tuple[int, Roles]]:
    """The moderator's role to somebody else, who gives theirs back if they present."""
    if who == roles.moderator or who in slot.presenting:
        return []
    return [(here, Roles(who, _with(roles.presenters, who, roles.moderator)))]


def _with(people: tuple[str, ...], gone: str, instead: str) -> tuple[str, ...]:
    return tuple(instead if one == gone else one for one in people)
