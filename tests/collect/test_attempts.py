"""Which attempt counts, what is kept, and what is never overwritten."""

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from autograder.collect.times import read_time
from autograder.course import load_course
from autograder.errors import CourseError, UsageError
from autograder.store import only_batch
from tests.collect.exports import (
    NAME,
    by_student,
    files_below,
    make_course,
    notebook,
    run,
    statuses,
    submitted,
    timestamp,
    zipped,
)

RULE = "{student}_{time}.ipynb"
# Due at 18:00 in Seoul.
FILES = {
    "kim_20260929T101500.ipynb": notebook("early"),
    "kim_20260930T175900.ipynb": notebook("on time"),
    "kim_20260930T180100.ipynb": notebook("late"),
    "lee_20261001T100000.ipynb": notebook("lee, late"),
    "lee_20261002T100000.ipynb": notebook("lee, later"),
}


def collected(tmp_path: Path, settings: str = "", **wanted: Any) -> tuple[Path, Any]:
    course = make_course(tmp_path / "course", settings=settings)
    source = zipped(tmp_path / "s.zip", FILES)
    return course, run(course, source, pattern=RULE, **wanted)


def test_the_latest_on_time_counts_and_of_late_ones_the_first(tmp_path: Path) -> None:
    course, result = collected(tmp_path)
    assert submitted(course) == {"kim": notebook("on time"), "lee": notebook("lee, late")}
    assert timestamp(course, "kim") == "2026-09-30 08:59:00 UTC"
    assert timestamp(course, "lee") == "2026-10-01 01:00:00 UTC"
    assert {who: row.attempts for who, row in by_student(result).items()} == {"kim": 3, "lee": 2}


def test_the_last_counts_if_course_yml_says_so(tmp_path: Path) -> None:
    course, result = collected(tmp_path, "    attempts: last\n")
    assert submitted(course) == {"kim": notebook("late"), "lee": notebook("lee, later")}
    assert by_student(result)["kim"].late is True


def test_an_extension_moves_a_students_own_deadline(tmp_path: Path) -> None:
    course, _ = collected(tmp_path, "    extensions: {lee: 2026-10-02}\n")
    assert submitted(course)["lee"] == notebook("lee, later")
    assert submitted(course)["kim"] == notebook("on time")


def test_at_the_very_second_is_on_time(tmp_path: Path) -> None:
    course = make_course(tmp_path / "course")
    files = {
        "kim_20260930T180000.ipynb": notebook("at"),
        "kim_20260930T180001.ipynb": notebook("after"),
    }
    run(course, zipped(tmp_path / "s.zip", files), pattern=RULE)
    assert submitted(course) == {"kim": notebook("at")}


def test_a_part_of_a_second_is_not_late(tmp_path: Path) -> None:
    course = make_course(tmp_path / "course")
    times = tmp_path / "times.csv"
    times.write_text("student,time\nkim,2026-09-30 18:00:00.4\nlee,2026-09-30 18:00:01.0\n")
    files = {f"{who}/doubling.ipynb": notebook(who) for who in ("kim", "lee")}
    rows = by_student(run(course, zipped(tmp_path / "s.zip", files), times=times))
    assert (rows["kim"].late, rows["lee"].late) == (False, True)


def test_every_attempt_is_kept_with_where_it_came_from(tmp_path: Path) -> None:
    course, _ = collected(tmp_path)
    kept = files_below(course / "attempts" / NAME / "kim")
    notebooks = {data for name, data in kept.items() if name.endswith(".ipynb")}
    assert notebooks == {notebook("early"), notebook("on time"), notebook("late")}
    (origin,) = (
        json.loads(data)
        for name, data in kept.items()
        if name.startswith("20260930T085900Z") and name.endswith("origin.json")
    )
    assert origin["file"] == "kim_20260930T175900.ipynb"
    assert origin["source"].endswith("s.zip")
    assert origin["time_from"] == "its name"


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    course, _ = collected(tmp_path)
    before = files_below(course)
    again = run(course, tmp_path / "s.zip", pattern=RULE)
    assert {row.status for row in by_student(again).values()} == {"unchanged"}
    assert again.new_attempts == 0
    after = files_below(course)
    assert {k: v for k, v in after.items() if k != ".autograder/lock"} == {
        k: v for k, v in before.items() if k != ".autograder/lock"
    }


def test_what_was_collected_before_still_counts(tmp_path: Path) -> None:
    course = make_course(tmp_path / "course")
    for name, data in FILES.items():  # one after the other, as exports of several days
        run(course, zipped(tmp_path / "one.zip", {name: data}), pattern=RULE)
    assert submitted(course) == {"kim": notebook("on time"), "lee": notebook("lee, late")}


def test_a_dry_run_says_the_same_and_writes_nothing(tmp_path: Path) -> None:
    course, dry = collected(tmp_path, dry_run=True)
    assert set(files_below(course)) == set(files_below(make_course(tmp_path / "untouched")))
    wet = run(course, tmp_path / "s.zip", pattern=RULE)
    assert dry.rows == wet.rows


def test_what_somebody_put_there_stays(tmp_path: Path) -> None:
    course = make_course(tmp_path / "course")
    by_hand = course / "submitted" / "kim" / NAME / f"{NAME}.ipynb"
    by_hand.parent.mkdir(parents=True)
    by_hand.write_bytes(notebook("by hand"))
    source = zipped(tmp_path / "s.zip", FILES)

    result = run(course, source, pattern=RULE)

    assert statuses(result)["kim"] == "not-replaced"
    assert submitted(course)["kim"] == notebook("by hand")

    result = run(course, source, pattern=RULE, replace=True)

    assert statuses(result)["kim"] == "replaced"
    assert submitted(course)["kim"] == notebook("on time")
    aside = list((course / "attempts" / NAME / "kim").glob(f"replaced-*/{NAME}/{NAME}.ipynb"))
    assert [path.read_bytes() for path in aside] == [notebook("by hand")]
    assert not run(course, source, pattern=RULE).open


def test_what_was_edited_after_it_was_collected_stays(tmp_path: Path) -> None:
    course, _ = collected(tmp_path)
    path = course / "submitted" / "kim" / NAME / f"{NAME}.ipynb"
    path.write_bytes(notebook("repaired by the instructor"))
    assert statuses(run(course, tmp_path / "s.zip", pattern=RULE))["kim"] == "not-replaced"
    assert path.read_bytes() == notebook("repaired by the instructor")


def test_a_notebook_under_another_name_is_not_overwritten_either(tmp_path: Path) -> None:
    course = make_course(tmp_path / "course")
    other = course / "submitted" / "kim" / NAME / "my work.ipynb"
    other.parent.mkdir(parents=True)
    other.write_bytes(notebook("by hand"))
    assert statuses(run(course, zipped(tmp_path / "s.zip", FILES), pattern=RULE))["kim"] == (
        "not-replaced"
    )
    assert [path.name for path in other.parent.iterdir()] == ["my work.ipynb"]


def test_a_run_that_was_killed_in_between_is_finished_by_the_next(tmp_path: Path) -> None:
    course, _ = collected(tmp_path)
    late = next((course / "attempts" / NAME / "kim").glob("*T0901*/*.ipynb"))
    path = course / "submitted" / "kim" / NAME / f"{NAME}.ipynb"
    path.write_bytes(late.read_bytes())  # the notebook of one attempt, the time of another
    run(course, tmp_path / "s.zip", pattern=RULE)
    assert submitted(course)["kim"] == notebook("on time")
    assert timestamp(course, "kim") == "2026-09-30 08:59:00 UTC"


def test_no_batch_may_run_meanwhile(tmp_path: Path) -> None:
    course = make_course(tmp_path / "course")
    with only_batch(course), pytest.raises(UsageError, match="grading this course already"):
        run(course, zipped(tmp_path / "s.zip", FILES), pattern=RULE)


def test_others_may_read_what_was_collected(tmp_path: Path) -> None:
    course, _ = collected(tmp_path)
    path = course / "submitted" / "kim" / NAME / f"{NAME}.ipynb"
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


def test_nbgrader_reads_the_same_time(tmp_path: Path) -> None:
    from nbgrader.utils import parse_utc

    course, _ = collected(tmp_path)
    assert parse_utc(timestamp(course, "kim")) == datetime.fromisoformat("2026-09-30 08:59:00")
    due = load_course(course).assignment(NAME).due
    assert due is not None
    assert due.isoformat() == "2026-09-30T18:00:00+09:00"


SAME = datetime.fromisoformat("2026-09-30 08:59:00+00:00")


@pytest.mark.parametrize(
    "text",
    [
        "2026-09-30 17:59",
        "2026-09-30T17:59:00",
        "2026-09-30 08:59:00 UTC",
        "2026-09-30 17:59:00 KST",
        "2026-09-30T08:59:00Z",
        "2026-09-30 17:59:00 Asia/Seoul",
        "2026-09-30 10:59:00+02:00",
        "2026-09-30-17-59-00",
        "20260930_1759",
        "30 September 2026, 5:59 PM",
        "Wednesday, 30 September 2026, 17:59",
        "2026년 9월 30일 수요일 17:59",
        "2026년 09월 30일, 수요일, 오후 5:59",
    ],
)
def test_a_time_in_any_usual_form(text: str) -> None:
    assert read_time(text, "Asia/Seoul").moment == SAME


@pytest.mark.parametrize(
    "text",
    ["", "soon", "2026-09-30 10:00 XYZ", "2026-13-01 10:00", "30/09/2026", "2026-09-30 25:00"],
)
def test_what_is_no_time_is_refused_rather_than_guessed(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_time(text, "UTC")


def test_a_time_that_is_late_or_not_by_its_zone_is_remarked(tmp_path: Path) -> None:
    course = make_course(tmp_path / "course")
    files = {
        "kim_20260930T170000.ipynb": notebook("kim"),  # 17:00 in Seoul, or in UTC?
        "lee_20260930T080000.ipynb": notebook("lee"),
        "ada_20270101T000000.ipynb": notebook("ada"),
    }
    rows = by_student(run(course, zipped(tmp_path / "s.zip", files), pattern=RULE))
    assert "zone" in rows["kim"].remarks[0]
    assert rows["lee"].remarks == ()
    assert "future" in rows["ada"].remarks[0]


def test_the_hour_that_comes_twice_is_remarked_and_read_as_the_first(tmp_path: Path) -> None:
    told = read_time("2026-10-25 02:30", "Europe/Berlin")
    assert told.moment == datetime.fromisoformat("2026-10-25T00:30:00+00:00")
    assert told.depends_on_zone(datetime.fromisoformat("2026-10-25T01:00:00+00:00"))
    assert not told.depends_on_zone(None)


def test_files_own_times_count_only_when_asked_for(tmp_path: Path) -> None:
    course = make_course(tmp_path / "course")
    source = tmp_path / "source"
    source.mkdir()
    (source / "kim.ipynb").write_bytes(notebook("kim"))
    assert by_student(run(course, source, dry_run=True))["kim"].time == ""
    assert by_student(run(course, source, file_times=True))["kim"].time.endswith("UTC")


def untimed(tmp_path: Path, course: Path, day: int, **files: bytes) -> Any:
    """An export without times, collected on a day of October."""
    laid = {f"kim/{name}.ipynb": data for name, data in files.items()}
    when = datetime(2026, 10, day, tzinfo=UTC)
    return by_student(run(course, zipped(tmp_path / f"{day}.zip", laid), now=when))["kim"]


def test_what_was_collected_later_was_handed_in_later(tmp_path: Path) -> None:
    course = make_course(tmp_path / "course")
    untimed(tmp_path, course, 1, doubling=notebook("first"))
    untimed(tmp_path, course, 2, doubling=notebook("second"))
    row = untimed(tmp_path, course, 3, doubling=notebook("first"))
    assert submitted(course) == {"kim": notebook("second")}
    assert row.attempts == 2


def test_two_at_once_are_settled_by_a_later_one(tmp_path: Path) -> None:
    course = make_course(tmp_path / "course")
    row = untimed(tmp_path, course, 1, a=notebook("a"), b=notebook("b"))
    assert row.status == "ambiguous-attempts"
    row = untimed(tmp_path, course, 2, doubling=notebook("c"))
    assert (row.status, row.attempts) == ("collected", 3)
    assert submitted(course) == {"kim": notebook("c")}


def test_two_at_once_are_settled_by_putting_one_there(tmp_path: Path) -> None:
    course = make_course(tmp_path / "course")
    untimed(tmp_path, course, 1, a=notebook("a"), b=notebook("b"))
    path = course / "submitted" / "kim" / NAME / f"{NAME}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_bytes(notebook("b"))
    row = untimed(tmp_path, course, 2, a=notebook("a"), b=notebook("b"))
    assert (row.status, row.why) == ("unchanged", "what lies in submitted/")


def test_the_rule_may_stand_under_defaults_and_is_checked(tmp_path: Path) -> None:
    course = make_course(tmp_path / "a", more="defaults: {attempts: last}\n")
    run(course, zipped(tmp_path / "s.zip", FILES), pattern=RULE)
    assert submitted(course)["kim"] == notebook("late")
    broken = make_course(tmp_path / "b", settings="    attempts: first\n")
    with pytest.raises(CourseError, match='expected "latest_on_time" or "last" or "best"'):
        run(broken)
