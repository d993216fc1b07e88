"""peer/plan.yml: what is written is read again, and what somebody broke is told with its line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from autograder.course.problems import BrokenCourse
from autograder.peer.plan import plan_text, read_plan
from tests.peer.plan.terms import TERM, World

KOREAN = {"파랑": ["김민수", "이서연", "박지훈"], "초록": ["최유진", "정하늘", "강도윤"]}


def test_nothing_was_planned_yet(tmp_path: Path) -> None:
    assert read_plan(World(tmp_path).course()) is None


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    more = 'cross: 4\ntopics: ["3장: 역전파", "no", "a # b", "[x]"]\n'
    world = World(tmp_path, TERM + more, KOREAN)
    plan = world.plan()
    world.write(plan)
    assert read_plan(world.course()) == plan
    assert "김민수" in plan_text(plan)


def test_a_session_that_is_fixed_stays_fixed(tmp_path: Path) -> None:
    world = World(tmp_path)
    plan = world.plan()
    text = plan_text(plan)
    path = world.write(plan)
    path.write_text(text.replace("  revision: 0\n", "  revision: 0\n  fixed: true\n", 1))
    found = read_plan(world.course())
    assert found is not None
    assert [each.fixed for each in found.sessions].count(True) == 1
    assert replace(found.sessions[0], fixed=False) == plan.sessions[0]


@pytest.mark.parametrize(
    ("written", "instead", "what"),
    [
        ("number: 1\n", "numbr: 1\n", 'did you mean "number"'),
        ("starts: 2026-09-07 19:00", "starts: tomorrow", "expected a date and time"),
        ("starts: 2026-09-07 19:00", "starts: 2026-09-07 19:00+02:00", "expected a date and time"),
        ("minutes: 90", "minutes: long", "expected a whole number"),
        ("moderator: ", "moderator: who_", "is not among those who are present"),
        ("presenters: [", "presenters: [who_", "is not among those who are present"),
        ("present: [ann,", "present: [ann, ann,", "somebody is here twice"),
        ("group: blue", "group: green", "is here twice, first on line"),
        ("group: blue", "table: 0", "expected a whole number of at least 1"),
        ("  group: blue\n", "", "a session is of a group, or of a table"),
        ("format: 1", "format: 2", "expected one value"),
        ("groups:\n", "groups:\n  red: kim\n", "expected a list"),
        ("presenters: [", "presenters: [[", "YAML"),
        ("timezone: Asia/Seoul", "timezone: Asia/Soul", "did you mean"),
    ],
)
def test_what_was_broken_by_hand_is_told_with_its_line(
    tmp_path: Path, written: str, instead: str, what: str
) -> None:
    world = World(tmp_path)
    text = plan_text(world.plan())
    path = world.write(world.plan())
    assert written in text
    path.write_text(text.replace(written, instead, 1))
    with pytest.raises(BrokenCourse, match=what) as error:
        read_plan(world.course())
    assert "peer/plan.yml, line " in str(error.value)
