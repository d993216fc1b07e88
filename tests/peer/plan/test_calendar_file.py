"""plan.ics and plan.md: what people put into their calendars, and read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from icalendar import Calendar

from autograder.peer.plan import Plan
from autograder.peer.plan.files import files_of, names_of, write_files
from autograder.peer.plan.ical import calendar_bytes
from autograder.peer.plan.words import WORDS
from tests.peer.plan.terms import TERM, World


def events_of(plan: Plan, language: str = "en") -> dict[str, object]:
    data = calendar_bytes(plan, plan.sessions, "A course", lambda who: who, WORDS[language])
    return {str(event["uid"]): event for event in Calendar.from_ical(data).walk("VEVENT")}


def test_every_session_is_an_event_with_its_own_uid(tmp_path: Path) -> None:
    plan = World(tmp_path, TERM + "cross: 4\n").plan()
    events = events_of(plan)
    assert len(events) == len(plan.sessions) > 12
    event = events["1.blue@c.study-groups"]
    first = plan.sessions_of("blue")[0]
    assert event.start == first.starts
    assert event.end - event.start == timedelta(minutes=90)
    assert first.moderator in event["description"]


@pytest.mark.parametrize(
    ("timezone", "before", "after"),
    [("Europe/Berlin", 2, 1), ("America/New_York", -4, -5), ("Asia/Seoul", 9, 9)],
)
def test_it_is_the_same_time_of_day_when_clocks_change(
    tmp_path: Path, timezone: str, before: int, after: int
) -> None:
    plan = World(tmp_path, TERM.replace("8", "12") + f"timezone: {timezone}\n").plan()
    events = events_of(plan)
    starts = [events[f"{n}.blue@c.study-groups"].start for n in range(1, 13)]
    assert {start.hour for start in starts} == {19}
    assert starts[0].astimezone(UTC).hour == (19 - before) % 24
    assert starts[-1].astimezone(UTC).hour == (19 - after) % 24
    zones = calendar_bytes(plan, plan.sessions, "", str, WORDS["en"])
    assert f"TZID:{timezone}".encode() in zones


def test_a_time_that_the_clocks_jump_over_is_later(tmp_path: Path) -> None:
    term = 'start: 2027-03-28\ntime: "2:30"\nsessions: 1\ntimezone: Europe/Berlin\n'
    plan = World(tmp_path, term).plan(now=datetime(2027, 1, 1, tzinfo=UTC))
    assert f"{plan.sessions[0].starts:%H:%M %z}" == "03:30 +0200"


def test_a_change_counts_up_and_all_else_is_the_same_event(tmp_path: Path) -> None:
    world = World(tmp_path)
    plan = world.plan()
    world.term = TERM.replace("19:00", "20:00")
    now = datetime(2026, 9, 1, tzinfo=UTC)
    old, new = events_of(plan), events_of(world.plan(plan, now=now))
    assert old.keys() == new.keys()
    assert {event["sequence"] for event in old.values()} == {0}
    assert {event["sequence"] for event in new.values()} == {1}
    assert {event["dtstamp"].dt for event in new.values()} == {now}


def test_names_and_topics_of_any_kind_come_through(tmp_path: Path) -> None:
    topic = 'Bücher; Kapitel 1, 2 \\ "x" ' + "아주 긴 제목 " * 12
    plan = World(tmp_path, TERM, {"파랑": ["김민수", "이서연"]}).plan()
    plan = replace(plan, sessions=tuple(replace(s, topic=topic) for s in plan.sessions))
    event = events_of(plan, "ko")["1.파랑@c.study-groups"]
    assert event["summary"] == f"파랑: {topic}"
    assert "진행자: " in event["description"]


def test_every_group_gets_its_own_part(tmp_path: Path) -> None:
    world = World(tmp_path, TERM + "cross: 4\n")
    plan = world.plan()
    files = files_of(plan, world.course(), world.study_groups(), "en")
    names = {path.relative_to(tmp_path / "peer").as_posix() for path in files}
    own = {f"{group}/plan.{end}" for group in ("blue", "green") for end in ("ics", "md")}
    assert names == own | {"plan.yml", "plan.md", "plan.ics"}
    blue = files[tmp_path / "peer" / "blue" / "plan.ics"].decode()
    assert "blue@c" in blue
    assert "green@c" not in blue
    page = files[tmp_path / "peer" / "blue" / "plan.md"].decode()
    assert "## blue" in page
    assert "## green" not in page
    assert page.count("| With all groups: ") == page.count("## With all groups: ") == 2


def test_a_page_is_a_table_whatever_a_topic_says(tmp_path: Path) -> None:
    world = World(tmp_path, TERM + 'topics: ["a | b <script> *c*"]\n')
    files = files_of(world.plan(), world.course(), world.study_groups(), "en")
    page = files[tmp_path / "peer" / "plan.md"].decode()
    assert "a \\| b \\<script\\> \\*c\\*" in page


def test_two_of_one_name_are_told_apart(tmp_path: Path) -> None:
    world = World(tmp_path)
    course = world.course()
    roster = "id,first_name,last_name\nann,Kim,Lee\nben,Kim,Lee\ncho,Min,Cho\ndan,,\n"
    (tmp_path / "roster.csv").write_text(roster + "eva,,\nfay,,\ngil,,\nhue,,\n")
    from autograder.peer.groups import study_groups

    names = names_of(study_groups(replace(course, roster=tmp_path / "roster.csv")))
    assert [names(who) for who in ("ann", "ben", "cho", "dan", "gone")] == [
        *("Kim Lee (ann)", "Kim Lee (ben)", "Min Cho", "dan", "gone"),
    ]


def test_what_has_not_changed_is_not_written_again(tmp_path: Path) -> None:
    world = World(tmp_path)
    files = files_of(world.plan(), world.course(), world.study_groups(), "en")
    assert set(write_files(files)) == set(files)
    assert write_files(files) == ()
    left = [path.name for path in (tmp_path / "peer").rglob(".*")]
    assert not left
