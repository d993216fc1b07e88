"""groups.csv: who studies with whom, a member a line."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.course import Course, Group, load_course
from autograder.errors import CourseError

COURSE = "id: c\ntitle: A course\n"


def course(root: Path, groups: str | bytes, more: str = "", file: str = "groups.csv") -> Course:
    (root / "course.yml").write_text(COURSE + more, encoding="utf-8")
    (root / file).write_bytes(groups.encode() if isinstance(groups, str) else groups)
    return load_course(root)


@pytest.mark.parametrize(
    "text",
    [
        "group,student\nblue,ann\nblue,ben\nred,cho\n",
        "student,group\nann,blue\nben,blue\ncho,red\n",
        " Group , Student \n blue , ann \nblue,ben\n\n,\nred,cho",
        "\ufeffgroup,student\r\nblue,ann\r\nblue,ben\r\nred,cho\r\n",
        'group,student,name\nblue,ann,"A, b\nc"\nblue,ben,\nred,cho,\n',
        "group,student\nblue,ann\nred,cho\nblue,ben\n",
    ],
    ids=["usual", "any-order", "spaces", "spreadsheet", "more-columns", "mixed-lines"],
)
def test_a_file_of_that_name_is_read_by_itself(tmp_path: Path, text: str) -> None:
    assert course(tmp_path, text).groups == (
        Group(name="blue", members=("ann", "ben")),
        Group(name="red", members=("cho",)),
    )


def test_course_yml_may_name_another_file(tmp_path: Path) -> None:
    found = course(tmp_path, "group,student\nblue,ann\n", "groups: teams.csv\n", "teams.csv")
    assert found.groups == (Group(name="blue", members=("ann",)),)


def test_groups_of_course_yml_come_before_the_file(tmp_path: Path) -> None:
    found = course(tmp_path, "group,student\nblue,ann\n", "groups: {red: [ben]}\n")
    assert found.groups == (Group(name="red", members=("ben",)),)


def test_names_may_be_korean(tmp_path: Path) -> None:
    found = course(tmp_path, "group,student\n파랑,김민수\n파랑,이서연\n")
    assert found.groups == (Group(name="파랑", members=("김민수", "이서연")),)


def test_extensions_reach_the_members_of_its_groups(tmp_path: Path) -> None:
    reference = tmp_path / "solutions" / "lstm" / "lstm.ipynb"
    reference.parent.mkdir(parents=True)
    reference.write_text("{}")
    more = "assignments:\n  lstm: {due: 2026-09-01, extensions: {blue: 2026-09-08}}\n"
    found = course(tmp_path, "group,student\nblue,ann\n", more).assignment("lstm")
    late, usual = found.due_of("ann"), found.due_of("ben")
    assert late is not None
    assert usual is not None
    assert late > usual


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ("", "line 1", "no column `group`"),
        ("team,student\nblue,ann\n", "line 1", "no column `group`"),
        ("group,who\nblue,ann\n", "line 1", "no column `student`"),
        ("group,student\nblue,ann\nblue,ann\n", "line 3", "ann is in blue twice"),
        ("group,student\nblue,ann\n../x,ben\n", "line 3", "expected letters, digits"),
        ("group,student\nblue,a/b\n", "line 2", "expected a student id"),
        ("group,student\nblue,\n", "line 2", "expected a student id"),
        ("group,student\n,ann\n", "line 2", "expected letters, digits"),
        ('group,student\nx,"a\nb"\nblue,c/d\n', "line 3", "expected a student id"),
        ("group,student\nblue,김\n".encode("cp949"), "groups.csv", "not UTF-8"),
        (b"group,student\nblue,a\x00b\n", "line 2", "expected a student id"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(
    tmp_path: Path, text: str | bytes, where: str, what: str
) -> None:
    with pytest.raises(CourseError, match=what) as error:
        course(tmp_path, text)
    assert error.value.code == "groups-broken"
    assert where in error.value.where


def test_a_file_that_is_named_has_to_be_there(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="cannot be read") as error:
        course(tmp_path, "", "groups: none.csv\n")
    assert error.value.code == "groups-broken"
