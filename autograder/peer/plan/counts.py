"""How often everybody had which role, and what a newcomer starts with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from autograder.peer.groups import StudyGroup
from autograder.peer.plan.model import PlannedSession
from autograder.peer.plan.roles import Past, Slot


def moderated(sessions: Iterable[PlannedSession]) -> Counter[str]:
    return Counter(session.moderator for session in sessions if session.moderator)


def presented(sessions: Iterable[PlannedSession]) -> Counter[str]:
    return Counter(who for session in sessions for who in session.presenters)


def weight_of(held: Sequence[PlannedSession], groups: Iterable[StudyGroup]) -> Past:
    """What weighs of sessions that are past or arranged.

    Somebody who came later is lent what the others of the group had on average by then, so that
    nobody has to make up for sessions in which they were not there.
    """
    credit_moderated: Counter[str] = Counter()
    credit_presented: Counter[str] = Counter()
    first = _first_numbers(held)
    for group in groups:
        own_first = {who: first.get(who) for who in group.ids}
        for who in sorted(group.ids, key=lambda one: own_first[one] or 10**6):
            begin = own_first[who]
            before = [each for each in held if begin is None or each.number < begin]
            others = [
                one
                for one in group.ids
                if one != who and one in first and (begin is None or first[one] < begin)
            ]
            if others and before:
                credit_moderated[who] = _average(others, moderated(before), credit_moderated)
                credit_presented[who] = _average(others, presented(before), credit_presented)
    return Past(
        moderated=moderated(held) + credit_moderated,
        presented=presented(held) + credit_presented,
        moderated_at=frozenset((each.moderator, each.number) for each in held if each.moderator),
    )


def weight_before(weight: Past, coming: Sequence[PlannedSession]) -> Past:
    """Without what is to come, so that it weighs when it is time for it: as a slot, see below."""
    return Past(
        moderated=Counter(weight.moderated) - moderated(coming),
        presented=Counter(weight.presented) - presented(coming),
        moderated_at=weight.moderated_at - {(each.moderator, each.number) for each in coming},
    )


def slot_as_arranged(session: PlannedSession) -> Slot:
    """A slot in which nothing is left to be given."""
    return Slot(
        number=session.number,
        present=session.present,
        presenters=len(session.presenters),
        moderator=session.moderator,
        presenting=session.presenters,
    )


def _first_numbers(held: Iterable[PlannedSession]) -> dict[str, int]:
    first: dict[str, int] = {}
    for session in held:
        for who in (*session.present, *session.absent):
            first[who] = min(session.number, first.get(who, session.number))
    return first


def _average(others: Sequence[str], counts: Counter[str], lent: Counter[str]) -> int:
    return sum(counts[one] + lent[one] for one in others) // len(others)
