"""The roster's column `language`."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.course import Course, languages_of, load_course
from autograder.errors import CourseError


def course(root: Path, roster: str | bytes) -> Course:
    (root / "course.yml").write_text("id: c\ntitle: A course\nlanguage: en\nroster: roster.csv\n")
    data = roster.encode() if isinstance(roster, str) else roster
    (root / "roster.csv").write_bytes(data)
    return load_course(root)


@pytest.mark.parametrize(
    ("roster", "languages"),
    [
        ("id,first_name,language\nann,Ann,ko\nben,Ben,en\ncho,Cho,\n", {"ann": "ko", "ben": "en"}),
        ("language,id\nko,ann\n", {"ann": "ko"}),
        ("id , language\n ann , ko \n", {"ann": "ko"}),
        ('id,last_name,language\nann,"a, b\nc",ko\n', {"ann": "ko"}),
        ("\ufeffid,language\r\n김민수,ko\r\n", {"김민수": "ko"}),
        ("id,language\nann\n\nben,ko\n,en\n", {"ben": "ko"}),
        ("id,language\nann,ko\nann,ko\n", {"ann": "ko"}),
        ("id,email\nann,a@example.org\n", {}),
        ("", {}),
        ("id,이름\nann,안\n".encode("cp949"), {}),
    ],
    ids=[
        *("usual", "any-order", "spaces", "quoted", "spreadsheet", "short-rows", "twice"),
        *("no-column", "empty", "another-encoding"),
    ],
)
def test_it_says_who_reads_in_which_language(
    tmp_path: Path, roster: str | bytes, languages: dict[str, str]
) -> None:
    assert languages_of(course(tmp_path, roster)) == languages


def test_without_a_roster_everybody_has_the_courses(tmp_path: Path) -> None:
    (tmp_path / "course.yml").write_text("id: c\ntitle: A course\n")
    assert languages_of(load_course(tmp_path)) == {}


@pytest.mark.parametrize(
    ("roster", "where", "what"),
    [
        ("id,language\nann,ko\nben,fr\n", "roster.csv, line 3", 'expected en or ko.*"fr"'),
        ("id,language\nann,KO\n", "roster.csv, line 2", 'expected en or ko.*"KO"'),
        ('id,x,language\nann,"a\nb",en\nben,,xx\n', "roster.csv, line 4", '"xx"'),
        ("id,language\nann,ko\nann,en\n", "roster.csv, line 3", "a second time"),
        ("name,language\nann,ko\n", "roster.csv, line 1", "no column `id`"),
        ("id,language\nann,ko\n김,ko\n".encode("cp949"), "roster.csv, line 3", "not UTF-8"),
    ],
)
def test_what_it_cannot_mean_is_told_with_its_line(
    tmp_path: Path, roster: str | bytes, where: str, what: str
) -> None:
    with pytest.raises(CourseError, match=what) as caught:
        languages_of(course(tmp_path, roster))
    assert caught.value.code == "roster-broken"
    assert caught.value.where == where
    assert caught.value.next


def test_a_roster_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    made = course(tmp_path, "id,language\n")
    (tmp_path / "roster.csv").unlink()
    with pytest.raises(CourseError, match="cannot be read"):
        languages_of(made)
