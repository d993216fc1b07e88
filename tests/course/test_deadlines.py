"""Due dates and extensions of course.yml."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from autograder.course import Course, load_course
from autograder.errors import CourseError


def load(root: Path, *lines: str, zone: str = "UTC", defaults: str = "") -> Course:
    place = root / "solutions" / "lstm" / "lstm.ipynb"
    place.parent.mkdir(parents=True)
    place.write_text("{}")
    own = "".join(f"    {line}\n" for line in lines)
    (root / "course.yml").write_text(
        f"id: c\ntitle: C\ntimezone: {zone}\ngroups: {{blue: [kim, ada], red: [kim]}}\n"
        f"defaults: {{{defaults}}}\nassignments:\n  lstm:\n{own}"
    )
    return load_course(root)


def due(course: Course, student: str) -> datetime | None:
    found = course.assignment("lstm").due_of(student)
    return found and found.astimezone(UTC)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+00:00")


def test_an_extension_is_a_due_date_of_ones_own_in_the_courses_zone(tmp_path: Path) -> None:
    course = load(
        tmp_path,
        "due: 2026-09-30 18:00",
        "extensions: {kim: 2026-10-07 18:00, ada: 2026-10-01}",
        zone="Asia/Seoul",
    )
    assert due(course, "kim") == at("2026-10-07 09:00")
    assert due(course, "ada") == at("2026-10-01 14:59:59")
    assert due(course, "lee") == at("2026-09-30 09:00")


def test_a_groups_extension_is_its_members_and_the_latest_of_several_counts(tmp_path: Path) -> None:
    course = load(
        tmp_path,
        "due: 2026-09-30 18:00",
        "extensions: {blue: 2026-10-01 18:00, red: 2026-10-03 18:00}",
    )
    assert due(course, "ada") == at("2026-10-01 18:00")
    assert due(course, "kim") == at("2026-10-03 18:00")


def test_a_students_own_line_counts_before_their_groups(tmp_path: Path) -> None:
    lines = ("due: 2026-09-30 18:00", "extensions: {red: 2026-10-03, kim: 2026-10-01}")
    assert due(load(tmp_path, *lines), "kim") == at("2026-10-01 23:59:59")


def test_the_due_date_may_be_that_of_the_defaults(tmp_path: Path) -> None:
    course = load(tmp_path, "extensions: {kim: 2026-10-03}", defaults="due: 2026-09-30")
    assert due(course, "kim") == at("2026-10-03 23:59:59")


@pytest.mark.parametrize(
    ("extensions", "expected"),
    [
        ("{kim: 3 days}", 'expected a date such as "2026-03-31 18:00" or "2026-03-31"'),
        ("{kim: 2026-09-29}", 'expected a date that is not before the due date "2026-09-30"'),
        ("{red: soon}", 'key "assignments.lstm.extensions.red"'),
        ("[kim]", "expected keys and values"),
    ],
)
def test_what_is_no_extension_is_told_with_its_line(
    tmp_path: Path, extensions: str, expected: str
) -> None:
    with pytest.raises(CourseError) as caught:
        load(tmp_path, "due: 2026-09-30", f"extensions: {extensions}")
    assert expected in str(caught.value)
    assert "line 9" in str(caught.value)


def test_an_extension_of_nothing_is_told(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="has no due date"):
        load(tmp_path, "extensions: {kim: 2026-10-03}")


def test_a_name_that_is_a_group_and_a_student_is_told(tmp_path: Path) -> None:
    load(tmp_path, "due: 2026-09-30", "extensions: {ada: 2026-10-03}")
    path = tmp_path / "course.yml"
    path.write_text(path.read_text().replace("red: [kim]", "ada: [kim]"))
    with pytest.raises(CourseError, match="both a group and a student") as caught:
        load_course(tmp_path)
    assert "next:  give the group another name" in str(caught.value)
