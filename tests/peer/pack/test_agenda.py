"""The agenda shares out exactly the session's minutes, whatever the pack contains."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from autograder.peer.pack.agenda import agenda_of, most_concepts, shared
from autograder.peer.pack.concepts import shared_out
from autograder.peer.pack.model import Meeting, Pack
from autograder.peer.pack.page import page_of
from tests.peer.pack.packs import a_pack, concept


def of_minutes(minutes: int, pack: Pack | None = None, **meeting: object) -> Pack:
    pack = pack or a_pack()
    return replace(pack, meeting=replace(pack.meeting, minutes=minutes, **meeting))  # type: ignore[arg-type]


@pytest.mark.parametrize("minutes", [10, 11, 37, 45, 60, 90, 119, 600])
@pytest.mark.parametrize("concepts", [0, 1, 7])
def test_the_slots_add_up_to_the_session_and_follow_each_other(minutes: int, concepts: int) -> None:
    some = tuple(concept(number) for number in range(concepts))
    slots = agenda_of(of_minutes(minutes, a_pack(concepts=some)))
    assert sum(slot.minutes for slot in slots) == minutes
    assert all(before.ends == after.begins for before, after in pairwise(slots))
    assert slots[0].begins == "19:00"


def test_weights_that_do_not_divide_the_minutes_leave_nothing_over() -> None:
    for minutes in range(1, 200):
        given = shared([8, 8, 8, 16, 6, 1], minutes)
        assert sum(given) == minutes
        assert min(given) >= 0


def test_what_is_around_the_work_does_not_grow_where_there_is_little_of_it() -> None:
    pack = a_pack(concepts=(concept(1),), contrasts=(), wrong=None, questions=(), further=())
    slots = agenda_of(of_minutes(60, pack))
    assert [slot.minutes for slot in slots] == [9, 42, 9]


def test_the_clock_is_the_courses_also_in_the_night_in_which_it_is_put_back() -> None:
    """In Berlin 2026-10-25 03:00 is 02:00 again: an hour later it is 02:30 a second time."""
    starts = "2026-10-25T02:30:00+02:00"
    pack = of_minutes(60, None, starts=starts, timezone="Europe/Berlin")
    slots = agenda_of(pack)
    assert (slots[0].begins, slots[-1].ends) == ("02:30", "02:30")


def test_without_a_time_it_counts_from_the_beginning() -> None:
    slots = agenda_of(of_minutes(90, None, starts=""))
    assert (slots[0].begins, slots[-1].ends) == ("0:00", "1:30")


def test_every_slot_leads_to_a_section_of_the_page() -> None:
    for pack in (a_pack(), a_pack(concepts=(), contrasts=(), questions=(), wrong=None)):
        page = page_of(pack)
        for slot in agenda_of(pack):
            assert f'href="#{slot.anchor}"' in page
            assert f'<section id="{slot.anchor}"' in page


def test_what_there_is_no_time_for_stands_at_the_end_and_every_symbol_has_its_turn() -> None:
    some = [concept(n) for n in range(5)] + [concept(9, "cross_entropy")]
    now, later = shared_out(some, 3)
    assert [each.id for each in now] == ["softmax-0", "softmax-1", "cross_entropy-9"]
    assert [each.id for each in later] == ["softmax-2", "softmax-3", "softmax-4"]
    assert shared_out(some, 10) == (tuple(some), ())
    assert most_concepts(10) == 1 < most_concepts(60) < most_concepts(120)


def test_a_meeting_of_nothing_is_still_a_scrum_and_a_retrospective() -> None:
    pack = a_pack(
        concepts=(),
        later_concepts=(),
        contrasts=(),
        wrong=None,
        questions=(),
        further=(),
        meeting=Meeting(minutes=30),
    )
    assert [slot.anchor for slot in agenda_of(pack)] == ["scrum", "retrospective"]
