"""Moderators and presenters: everybody equally often, as far as there is any way to it."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Sequence

import pytest

from autograder.peer.plan.exchanges import arrange_roles
from autograder.peer.plan.roles import Past, Roles, Slot, give_moderators, give_presenters

NOTHING = Past(moderated={}, presented={})


def arranged(slots: Sequence[Slot], past: Past = NOTHING, seed: int = 1) -> tuple[Roles, ...]:
    return arrange_roles(slots, past, random.Random(seed))


def slots_of(people: str, sessions: int, presenters: int) -> list[Slot]:
    return [
        Slot(number=n + 1, present=tuple(people), presenters=presenters) for n in range(sessions)
    ]


def squares(given: Sequence[Roles]) -> tuple[int, int]:
    """Of moderators and of presenters: the smaller, the more even."""
    moderated = Counter(each.moderator for each in given if each.moderator)
    presented = Counter(who for each in given for who in each.presenters)
    return sum(n * n for n in moderated.values()), sum(n * n for n in presented.values())


def best_of_all(slots: Sequence[Slot]) -> tuple[int, int]:
    """By trying everything there is."""
    options = []
    for slot in slots:
        ways = [
            Roles(who, others)
            for who in slot.present
            for others in itertools.combinations(set(slot.present) - {who}, slot.room)
        ]
        options.append(ways or [Roles("", ())])
    return min(squares(given) for given in itertools.product(*options))


def small_cases(count: int) -> list[list[Slot]]:
    """Few people with many absences, in which evenness is hard to have."""
    found = []
    for seed in range(count):
        lots = random.Random(seed)
        people = "abcd"[: lots.randint(2, 4)]
        sessions = lots.randint(2, {2: 6, 3: 4, 4: 3}[len(people)])
        presenters = lots.randrange(len(people))
        found.append(
            [
                Slot(
                    number=n + 1,
                    present=tuple(who for who in people if lots.random() < 0.75),
                    presenters=presenters,
                )
                for n in range(sessions)
            ]
        )
    return found


def test_it_is_as_even_as_trying_everything_finds() -> None:
    cases = small_cases(80)
    missed = [case for case in cases if squares(arranged(case)) != best_of_all(case)]
    assert not missed


def test_flows_alone_would_miss_some_of_them() -> None:
    """That the exchanges are needed at all; otherwise the test above shows nothing of them."""
    lots = random.Random(1)

    def by_flows(case: Sequence[Slot]) -> tuple[Roles, ...]:
        return give_presenters(case, give_moderators(case, {}, lots), {}, lots)

    assert any(squares(by_flows(case)) != best_of_all(case) for case in small_cases(80))


@pytest.mark.parametrize("size", [2, 3, 4, 5, 6])
@pytest.mark.parametrize("presenters", [1, 2, 3])
def test_nobody_has_a_role_more_than_once_more_often_than_another(
    size: int, presenters: int
) -> None:
    given = arranged(slots_of("abcdef"[:size], 16, min(presenters, size - 1)))
    for counts in (
        Counter(each.moderator for each in given),
        Counter(who for each in given for who in each.presenters),
    ):
        assert len(counts) == size
        assert max(counts.values()) - min(counts.values()) <= 1


def test_those_with_a_role_are_different_people_who_are_there() -> None:
    for case in small_cases(60):
        for slot, roles in zip(case, arranged(case), strict=True):
            people = [who for who in (roles.moderator, *roles.presenters) if who]
            assert len(set(people)) == len(people)
            assert set(people) <= set(slot.present)
            assert len(roles.presenters) == slot.room


def test_nobody_moderates_twice_in_a_row() -> None:
    given = arranged(slots_of("abc", 16, 1))
    assert all(a.moderator != b.moderator for a, b in itertools.pairwise(given))


def test_a_row_is_avoided_across_what_is_past() -> None:
    past = Past(moderated={}, presented={}, moderated_at=frozenset({("a", 0)}))
    assert all(arranged(slots_of("ab", 2, 1), past, seed)[0].moderator == "b" for seed in range(5))


def test_a_volunteer_gets_the_role_and_it_counts() -> None:
    slots = slots_of("abcd", 4, 1)
    slots[2] = Slot(number=3, present=tuple("abcd"), presenters=1, moderator="c", presenting=("a",))
    given = arranged(slots)
    assert given[2] == Roles("c", ("a",))
    assert Counter(each.moderator for each in given) == Counter("abcd")
    assert Counter(each.presenters[0] for each in given) == Counter("abcd")


def test_what_was_before_is_made_up_for() -> None:
    given = arranged(slots_of("abc", 3, 1), Past(moderated={"a": 2, "b": 1}, presented={}))
    counts = Counter(each.moderator for each in given) + Counter({"a": 2, "b": 1})
    assert sorted(counts.values()) == [2, 2, 2]


def test_the_earlier_plan_is_kept_where_it_is_even() -> None:
    slots = slots_of("abcde", 15, 2)
    first = arranged(slots)
    again = [
        Slot(number=s.number, present=s.present, presenters=2, before=roles)
        for s, roles in zip(slots, first, strict=True)
    ]
    assert arranged(again, seed=99) == first


def test_other_lots_give_another_plan_and_the_same_lots_the_same() -> None:
    slots = slots_of("abcde", 15, 2)
    assert arranged(slots, seed=1) == arranged(slots, seed=1) != arranged(slots, seed=2)
