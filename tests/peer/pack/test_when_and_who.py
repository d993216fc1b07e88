"""When a session opens, when it begins, who leads it, and what was left open last time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from autograder.errors import AutograderError, CourseError, UsageError
from autograder.peer.groups import study_group
from autograder.peer.pack.gathering import opens
from autograder.peer.pack.meeting import Asks, meeting_of
from autograder.peer.pack.opening import in_words, still_open_for_others
from autograder.peer.plan import PlannedSession
from tests.peer.pack.groups import NAME, NOW, PEOPLE, ACourse, make_class

MEMBERS = ("kim", "ada", "ohm")


@pytest.fixture
def its(tmp_path: Path) -> ACourse:
    return make_class(tmp_path / "course", {"blue": ["kim", "ada"], "red": ["ohm", "lee"]})


def opening(its: ACourse, group: str, now: datetime) -> datetime | None:
    course = its.course
    return opens(course, course.assignment(NAME), study_group(course, group), now)


def planned(**changes: Any) -> PlannedSession:
    given: dict[str, Any] = {
        "number": 3,
        "starts": datetime(2026, 10, 7, 10, 0, tzinfo=UTC),
        "minutes": 45,
        "topic": "Softmax",
        "assignment": NAME,
        "moderator": "kim",
        "presenters": ("ada", "gone"),
        "absent": ("ohm", "gone"),
        "table": None,
        "group": "blue",
        "present": MEMBERS,
        "changed": NOW,
    }
    return PlannedSession(**given | changes)


def test_before_the_due_date_it_is_refused_with_the_time_in_the_courses_zone(its: ACourse) -> None:
    due = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)  # 18:00 in Seoul
    for now in (due - timedelta(days=30), due - timedelta(seconds=1), due):
        with pytest.raises(UsageError, match="may still hand in") as error:
            opening(its, "blue", now)
        assert error.value.code == "session-too-early"
        assert "2026-10-05 18:00 KST (UTC+09:00)" in error.value.where
        assert "2026-10-05 18:00" in error.value.next
    assert opening(its, "blue", due + timedelta(seconds=1)) == due


def test_the_latest_date_of_the_group_counts_and_no_other_groups(its: ACourse) -> None:
    its.settings(its_extensions={"ada": "2026-10-09 12:00"})
    after = datetime(2026, 10, 6, tzinfo=UTC)
    assert opening(its, "red", after) is not None
    with pytest.raises(UsageError) as error:
        opening(its, "blue", after)
    assert "2026-10-09 12:00" in error.value.where
    until = still_open_for_others(its.course, its.course.assignment(NAME), after)
    assert until is not None
    assert in_words(until).startswith("2026-10-09 12:00 KST")


def test_without_a_due_date_it_is_open(its: ACourse) -> None:
    its.settings(its_due=None)
    assert opening(its, "blue", NOW) is None


def test_the_plan_says_when_and_who_and_what_the_command_says_comes_first() -> None:
    found = meeting_of(planned(), Asks(), MEMBERS, "Asia/Seoul", NOW)
    assert (found.day, found.starts) == ("2026-10-07", "2026-10-07T19:00:00+09:00")
    assert (found.minutes, found.number, found.topic) == (45, 3, "Softmax")
    assert (found.moderator, found.presenters, found.absent) == ("kim", ("ada",), ("ohm",))
    asks = Asks(at="20:30", minutes=90, moderator="ohm", presenters="kim, ada,kim")
    said = meeting_of(planned(), asks, MEMBERS, "Asia/Seoul", NOW)
    assert said.starts == "2026-10-07T20:30:00+09:00"
    assert (said.minutes, said.moderator, said.presenters) == (90, "ohm", ("kim", "ada"))


def test_without_a_plan_the_moderator_is_left_open() -> None:
    found = meeting_of(None, Asks(), MEMBERS, "Asia/Seoul", NOW)
    assert (found.starts, found.moderator, found.presenters) == ("", "", ())
    at = meeting_of(None, Asks(at="2026-12-01 08:15"), MEMBERS, "Asia/Seoul", NOW)
    assert at.starts == "2026-12-01T08:15:00+09:00"
    in_utc = meeting_of(None, Asks(at="2026-12-01T08:15Z"), MEMBERS, "Asia/Seoul", NOW)
    assert in_utc.starts == "2026-12-01T17:15:00+09:00"


@pytest.mark.parametrize(
    ("asks", "code"),
    [
        (Asks(at="soon"), "session-time"),
        (Asks(at="25:00"), "session-time"),
        (Asks(minutes=0), "session-minutes"),
        (Asks(minutes=9999), "session-minutes"),
        (Asks(moderator="kimm"), "unknown-member"),
        (Asks(presenters="ada,nobody"), "unknown-member"),
    ],
)
def test_what_cannot_be_is_told(asks: Asks, code: str) -> None:
    with pytest.raises(UsageError) as error:
        meeting_of(None, asks, MEMBERS, "UTC", NOW)
    assert error.value.code == code
    assert error.value.next


def test_somebody_else_of_the_course_cannot_lead_a_group(its: ACourse) -> None:
    assert "ohm" in PEOPLE
    with pytest.raises(UsageError, match="not in the group"):
        its.order(asks=Asks(moderator="ohm"))


RECORD = """---
date: 2026-09-30
session: lstm
group: blue
---
## Attendance
- [x] kim
- [ ] ada
## Goals
- [ ] kim: read chapter 3
- [x] ada: finish the plots
## Questions
- [ ] Why the mean?
- [x] Why the sum?
  - because
## Retrospective
### Try
- shorter rounds
"""


def record(its: ACourse, text: str, name: str = "2026-09-30-lstm") -> Path:
    path = its.root / "peer" / "blue" / "records" / f"{name}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_what_was_left_open_comes_back(its: ACourse) -> None:
    record(its, RECORD)
    order = its.order()
    assert [(each.text, each.asked) for each in order.questions] == [
        ("Why the mean?", "2026-09-30")
    ]
    assert [(each.person, each.text) for each in order.meeting.goals] == [("kim", "read chapter 3")]
    assert order.meeting.tries == ("shorter rounds",)


@pytest.mark.parametrize(
    "text",
    ["", "no front matter", RECORD.replace("2026-09-30", "soon"), f"<<<<<<< HEAD\n{RECORD}"],
)
def test_a_record_that_cannot_be_read_is_an_error_with_its_place(its: ACourse, text: str) -> None:
    path = record(its, text)
    with pytest.raises(CourseError) as error:
        its.order()
    assert path.name in error.value.where


def test_two_records_that_contradict_each_other_are_an_error(its: ACourse) -> None:
    record(its, RECORD.replace("group: blue", "group: blue\nmoderator: kim"))
    record(its, RECORD.replace("group: blue", "group: blue\nmoderator: ada"), "2026-09-30-again")
    with pytest.raises(AutograderError):
        its.order()


def test_an_assignment_without_a_suite_has_no_session(its: ACourse) -> None:
    suite = its.root / "tests" / "hidden" / NAME
    suite.rename(suite.with_name("aside"))
    with pytest.raises(CourseError, match="no hidden suite"):
        its.order()
