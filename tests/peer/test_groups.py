"""The study groups of a course: known students, and nobody in two groups."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.course import Course, load_course
from autograder.errors import CourseError, UsageError
from autograder.peer.groups import group_of, study_group, study_groups

ROSTER = "id,first_name,last_name\nann,Ann,Example\nben,,\n김민수,민수,김\n"


def course(root: Path, groups: str, roster: str | None = ROSTER, csv: str | None = None) -> Course:
    text = "id: c\ntitle: A course\n" + ("roster: roster.csv\n" if roster else "") + groups
    (root / "course.yml").write_text(text, encoding="utf-8")
    if roster:
        (root / "roster.csv").write_text(roster, encoding="utf-8")
    if csv is not None:
        (root / "groups.csv").write_text(csv, encoding="utf-8")
    return load_course(root)


def test_members_have_what_the_roster_says_of_them(tmp_path: Path) -> None:
    blue = study_groups(course(tmp_path, "groups: {blue: [김민수, ann]}\n"))[0]
    assert blue.ids == ("김민수", "ann")
    assert [member.name for member in blue.members] == ["민수 김", "Ann Example"]


def test_without_a_roster_nobody_is_unknown(tmp_path: Path) -> None:
    blue = study_group(course(tmp_path, "groups: {blue: [zoe]}\n", roster=None), "blue")
    assert blue.members[0].name == "zoe"


def test_a_group_of_one_is_a_group(tmp_path: Path) -> None:
    groups = study_groups(course(tmp_path, "groups: {solo: [ben]}\n"))
    assert groups[0].ids == ("ben",)
    assert group_of("ben", groups) == groups[0]
    assert group_of("ann", groups) is None


@pytest.mark.parametrize(
    ("groups", "code", "what"),
    [
        ("", "no-groups", "no study groups"),
        ("groups: {blue: [ann, zoe]}\n", "unknown-student", "zoe of the group"),
        ("groups:\n  blue: [ann]\n  red: [ben, ann]\n", "member-in-two-groups", '"blue" and "red"'),
        ("groups: {blue: [ann, ann]}\n", "member-in-two-groups", "twice"),
        ("groups: {blue: []}\n", "empty-group", '"blue" is empty'),
        ("groups: {reviews: [ann]}\n", "reserved-group", "peer/reviews/"),
    ],
)
def test_what_cannot_be_a_group_is_told(tmp_path: Path, groups: str, code: str, what: str) -> None:
    with pytest.raises(CourseError, match=what) as error:
        study_groups(course(tmp_path, groups))
    assert error.value.code == code
    assert error.value.next


def test_it_is_told_where_course_yml_says_it(tmp_path: Path) -> None:
    with pytest.raises(CourseError) as error:
        study_groups(course(tmp_path, "groups:\n  blue: [ann]\n  red: [ben, ann]\n"))
    assert error.value.where == 'course.yml, line 6, key "groups.red"'


def test_a_member_of_two_groups_in_a_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match='"blue" and "red"'):
        study_groups(course(tmp_path, "", csv="group,student\nblue,ann\nred,ann\n"))


def test_a_near_name_is_suggested(tmp_path: Path) -> None:
    with pytest.raises(CourseError) as error:
        study_groups(course(tmp_path, "groups: {blue: [benn]}\n"))
    assert "ben" in error.value.next


def test_a_group_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match='no study group "bleu"') as error:
        study_group(course(tmp_path, "groups: {blue: [ann]}\n"), "bleu")
    assert error.value.next == "did you mean blue?"
