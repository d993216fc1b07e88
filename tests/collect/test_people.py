"""Whose it is: by the roster, by what the instructor says, and never by a guess."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from autograder.collect import add_open, read_matches
from autograder.collect.naming import naming_rule
from autograder.collect.people import Clue, People
from autograder.course import load_course, students_of
from autograder.errors import CourseError, UsageError
from tests.collect.exports import (
    OTHER,
    by_student,
    make_course,
    notebook,
    run,
    statuses,
    submitted,
    zipped,
)

TWO_KIMS = """id,first_name,last_name,email,sis_id
kim1,민수,김,kim1@example.org,20230001
kim2,민수,김,kim2@example.org,20230002
jo,Jo,O'Neill-Smith,Jo@Example.org,20230003
am,Anna,Müller,,
1,Short,Id,,
"""


def people(tmp_path: Path, said: dict[str, str] | None = None) -> People:
    course = load_course(make_course(tmp_path / "course", roster=TWO_KIMS))
    return People(students_of(course), said or {})


@pytest.mark.parametrize(
    ("text", "student"),
    [
        ("kim1", "kim1"),
        ("JO@example.ORG", "jo"),
        ("20230002", "kim2"),
        ("20230002_김민수", "kim2"),
        ("김민수(20230001)", "kim1"),
        ("Jo O'Neill-Smith", "jo"),
        ("oneillsmithjo", "jo"),
        ("O'NEILL SMITH,  Jo", "jo"),
        ("Mu\u0308ller, Anna", "am"),
        ("lab1-kim2", "kim2"),
        ("lab 2, kim1@example.org, final", "kim1"),
    ],
)
def test_a_text_that_says_who_it_is(tmp_path: Path, text: str, student: str) -> None:
    assert people(tmp_path).match(Clue(shown=text, texts=(text,))).student == student


@pytest.mark.parametrize(
    ("text", "how", "candidates"),
    [
        ("김민수", "ambiguous-name", ("kim1", "kim2")),
        ("김 민 수", "ambiguous-name", ("kim1", "kim2")),
        ("kim1 kim2", "contradictory", ("kim1", "kim2")),
        ("20230001 20230002", "contradictory", ("kim1", "kim2")),
        ("20230003_김민수", "contradictory", ("jo", "kim1", "kim2")),
        ("Muller Anna", "unmatched", ("am",)),
        ("Anna", "unmatched", ()),
        ("week 1", "unmatched", ()),
        ("", "unmatched", ()),
    ],
)
def test_what_does_not_say_it_matches_nobody(
    tmp_path: Path, text: str, how: str, candidates: tuple[str, ...]
) -> None:
    match = people(tmp_path).match(Clue(shown=text, texts=(text,)))
    assert (match.student, match.how, match.candidates) == (None, how, candidates)


def test_what_the_instructor_says_counts_before_everything(tmp_path: Path) -> None:
    known = people(tmp_path, {"김민수": "kim2", "kim1": "kim2"})
    assert known.match(Clue(shown="김민수", texts=("김민수",))).student == "kim2"
    assert known.match(Clue(shown="kim1", texts=("kim1",))).how == "as you said"


def test_two_of_one_name_are_listed_and_told_apart_by_a_file_of_matches(tmp_path: Path) -> None:
    course = make_course(tmp_path / "course", roster=TWO_KIMS)
    files = {
        "김민수_71_assignsubmission_file/a.ipynb": notebook("one of them"),
        "=HYPERLINK(1)_72_assignsubmission_file/a.ipynb": notebook("nobody"),
        "Jo O'Neill-Smith_73_assignsubmission_file/a.ipynb": notebook("jo"),
    }
    source = zipped(tmp_path / "s.zip", files)
    matches = tmp_path / "matches.csv"

    first = run(course, source)
    assert submitted(course) == {"jo": notebook("jo")}, "the others wait for a person"
    assert add_open(matches, first.rows) == 2
    assert add_open(matches, first.rows) == 0, "each once"

    rows = list(csv.reader(matches.read_text(encoding="utf-8").splitlines()))
    assert rows == [
        ["found", "student", "candidates"],
        ["김민수_71", "", "kim1 kim2"],
        ["'=HYPERLINK(1)_72", "", ""],  # no spreadsheet computes it
    ]
    matches.write_text("found,student,candidates\n김민수_71,kim2,\n'=HYPERLINK(1)_72,am,\n")
    second = run(course, source, said=read_matches(matches))
    assert not second.open
    assert submitted(course)["kim2"] == notebook("one of them")
    assert submitted(course)["am"] == notebook("nobody")


def test_a_match_with_somebody_who_is_not_on_the_roster_is_wrong_usage(tmp_path: Path) -> None:
    course = make_course(tmp_path / "course")
    with pytest.raises(UsageError, match="nobody on the roster has the id nemo"):
        run(course, zipped(tmp_path / "s.zip", {}), said={"x": "nemo"})


def test_somebody_who_is_not_on_the_roster_is_listed(tmp_path: Path) -> None:
    course = make_course(tmp_path / "course")
    files = {"stranger/doubling.ipynb": notebook(), "kim/doubling.ipynb": notebook("kim")}
    result = run(course, zipped(tmp_path / "s.zip", files))
    assert [(row.status, row.found) for row in result.open] == [("unmatched", "stranger")]
    assert submitted(course) == {"kim": notebook("kim")}


@pytest.mark.parametrize(
    ("roster", "what"),
    [
        ("id,first_name\nkim,A\nkim,B\n", "kim is here twice"),
        ("name\nkim\n", "no column `id`"),
        ("id\n../../kim\n", "cannot be an id"),
        ("id\na/b\n", "cannot be an id"),
    ],
)
def test_a_roster_that_cannot_be_meant(tmp_path: Path, roster: str, what: str) -> None:
    course = make_course(tmp_path / "course", roster=roster)
    with pytest.raises(CourseError, match=what):
        run(course, zipped(tmp_path / "s.zip", {}))


def test_without_a_roster_nothing_can_be_matched(tmp_path: Path) -> None:
    course = make_course(tmp_path / "course")
    text = (course / "course.yml").read_text().replace("roster: roster.csv\n", "")
    (course / "course.yml").write_text(text)
    with pytest.raises(CourseError, match=r"names none") as caught:
        run(course, zipped(tmp_path / "s.zip", {}))
    assert "roster.csv" in caught.value.next


NAMED = {
    "kim_doubling.ipynb": notebook("kim"),
    "lee_doubling.ipynb": notebook("lee"),
    "ada_halving.ipynb": notebook("ada", name=OTHER),
    "who is this.ipynb": notebook("?"),
}


@pytest.mark.parametrize(
    "pattern",
    [
        "{student}_{assignment}.ipynb",
        r"(?P<student_id>\w+?)_(?P<assignment>\w+)\.ipynb",
        r"(?P<student_id>\w+)_(?P<file_id>doubling)\.ipynb",
    ],
)
def test_loose_notebooks_by_a_naming_rule(tmp_path: Path, pattern: str) -> None:
    course = make_course(tmp_path / "course")
    result = run(course, zipped(tmp_path / "s.zip", NAMED), pattern=pattern)
    assert submitted(course) == {"kim": notebook("kim"), "lee": notebook("lee")}
    assert "who is this.ipynb" in {row.found for row in result.open}


def test_the_naming_rule_of_course_yml(tmp_path: Path) -> None:
    rule = 'collect: {pattern: "{assignment}/{any} {email}.ipynb"}\n'
    course = make_course(tmp_path / "course", more=rule)
    files = {
        "doubling/final work kim@example.org.ipynb": notebook("kim"),
        "halving/x lee@example.org.ipynb": notebook("lee", name=OTHER),
    }
    result = run(course, zipped(tmp_path / "s.zip", files))
    assert submitted(course) == {"kim": notebook("kim")}
    assert "1 files of other assignments" in " ".join(result.remarks)


@pytest.mark.parametrize(
    ("pattern", "what"),
    [
        ("{assignment}.ipynb", "where the student stands"),
        ("{studnet}.ipynb", 'no "studnet"'),
        ("(?P<student>", "no regular expression"),
        ("{}.ipynb", "no "),
    ],
)
def test_a_naming_rule_that_cannot_be_meant(pattern: str, what: str) -> None:
    with pytest.raises(UsageError, match=what):
        naming_rule(pattern)


def test_what_in_braces_may_be_told_twice() -> None:
    rule = naming_rule("{student}/{student}.ipynb")
    assert rule.read(("kim", "kim.ipynb")) == {"student": "kim"}
    assert rule.read(("kim", "lee.ipynb")) is None


def test_which_of_several_notebooks(tmp_path: Path) -> None:
    course = make_course(tmp_path / "course")
    files = {
        "kim/scratch.ipynb": b'{"cells": [], "nbformat": 4, "nbformat_minor": 5, "metadata": {}}',
        "kim/my answer.ipynb": notebook("kim"),
        "lee/Copy of doubling (2).ipynb": notebook("lee"),
        "lee/old.ipynb": notebook("lee, old"),
        "ada/a.ipynb": notebook("ada"),
        "ada/b.ipynb": notebook("ada, too"),
        "brook/doubling.ipynb": b"not a notebook at all",
    }
    result = run(course, zipped(tmp_path / "s.zip", files))
    assert submitted(course) == {
        "kim": notebook("kim"),
        "lee": notebook("lee"),
        "brook": b"not a notebook at all",  # grading says what is wrong with it
    }
    assert statuses(result)["ada"] == "ambiguous-attempts"
    assert "ada/a.ipynb; ada/b.ipynb" in by_student(result)["ada"].why
