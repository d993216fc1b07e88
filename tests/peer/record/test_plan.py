"""What the plan says about a session is what its record begins with."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from autograder.peer.plan import PlannedSession
from autograder.peer.record import Additions, read_record
from autograder.peer.record.book import book_of, find_place, keep
from autograder.peer.record.place import planned_days
from autograder.peer.record.summary import summary_of
from tests.peer.plan.terms import TERM, World

NOTHING = Additions()


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path, TERM + "cross: 4\n")
    made.write(made.plan())
    return made


def sessions(world: World) -> tuple[PlannedSession, ...]:
    return world.plan().sessions_of("blue")


def kept(world: World, day: date) -> Path:
    book = book_of(world.course(), "blue", day)
    return keep(book, find_place(book, None, None, None), None, NOTHING, "en").path


def test_a_record_of_a_planned_day_has_its_topic_and_roles(world: World) -> None:
    planned = next(each for each in sessions(world) if each.table is None)
    record = read_record(kept(world, planned.starts.date()))
    assert record.moderator == planned.moderator != ""
    assert record.presenters == planned.presenters
    assert record.topic == planned.topic
    assert [each.person for each in record.attendance] == ["ann", "ben", "cho", "dan"]
    assert record.present == ()


def test_at_tables_of_several_groups_the_record_names_no_roles(world: World) -> None:
    planned = next(each for each in sessions(world) if each.table is not None)
    record = read_record(kept(world, planned.starts.date()))
    assert (record.moderator, record.presenters) == ("", ())
    assert record.session == f"session-{planned.number}"


def test_sessions_held_are_counted_against_those_planned_so_far(world: World) -> None:
    days = sorted({each.starts.date() for each in sessions(world)})
    assert len(days) == 8
    kept(world, days[0])
    kept(world, days[2])
    today = days[3] + timedelta(days=1)
    book = book_of(world.course(), "blue", today)
    found = summary_of(book, planned_days(book.plan, "blue"))
    assert (found.planned, found.planned_in_all, len(found.sessions)) == (4, 8, 2)
    assert found.missing == (days[1], days[3])
