"""Our own commands in a course that was nbgrader's before."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from autograder.course import Folders
from autograder.doctor.course_checks import course_checks
from autograder.errors import UsageError
from autograder.gradebook import course_in
from autograder.sandbox.gpus import GpuFacts
from autograder.submissions import find_adopted
from tests.adoption.courses import (
    CONFIG,
    NBGRADERS_WARNINGS,
    THE_LINE,
    api_of,
    grades,
    run_autograder,
    submit,
    write_suite,
)
from tests.gradebook.courses import reference, write_json

pytestmark = NBGRADERS_WARNINGS
SYMBOLS = {"ps2": ("double", "halve")}


def found(root: Path, *paths: Path, only: str | None = None) -> list[tuple[str, str, str, str]]:
    course = course_in(root)
    return [
        (one.student, one.assignment, one.path.name, one.problem.code if one.problem else "")
        for one in find_adopted(paths or (course.submitted,), course, SYMBOLS, only)
    ]


def test_submissions_are_the_notebooks_that_have_a_suite(course: Path) -> None:
    submit(course, "ann", "ps1")
    submit(course, "ann", "ps2")
    lacking = submit(course, "ben", "ps2")
    (lacking / "problem1.ipynb").rename(lacking / "Problem 1.ipynb")
    assert found(course) == [
        ("ann", "ps2", "problem1.ipynb", ""),
        ("ben", "ps2", "ps2", "no-notebook"),
    ]
    one = course / "submitted" / "ann" / "ps2" / "problem1.ipynb"
    assert found(course, one) == [("ann", "ps2", "problem1.ipynb", "")]


def test_a_loose_notebook_is_recognised_by_its_cells(course: Path, tmp_path: Path) -> None:
    loose = tmp_path / "dora.ipynb"
    write_json(loose, reference())
    assert found(course, loose) == [("dora", "ps2", "dora.ipynb", "")]


def test_nothing_that_has_a_suite_is_an_error_with_what_has_one(course: Path) -> None:
    submit(course, "ann", "ps1")
    with pytest.raises(UsageError, match="no submissions to assignments with a hidden suite"):
        found(course)


def test_the_doctor_warns_of_a_suite_whose_name_is_no_assignments(course: Path) -> None:
    checks = {check.name: check for check in course_checks(course_in(course), GpuFacts())}
    assert "hidden suites" not in checks
    write_suite(course / "tests" / "hidden" / "PS1")
    checks = {check.name: check for check in course_checks(course_in(course), GpuFacts())}
    assert checks["hidden suites"].found == "of no assignment in source/: PS1"


def test_a_course_of_ours_has_our_folders() -> None:
    assert course_in(Path(__file__).parents[2]).folders == Folders()


@pytest.mark.thorough
def test_grading_release_and_check_by_command_line(course: Path) -> None:
    """ps2 has a notebook that is nbgrader's; ps3 is a single one, which we grade as a batch."""
    (course / "nbgrader_config.py").write_text(CONFIG + THE_LINE)
    write_json(course / "source" / "ps3" / "ps3.ipynb", reference())
    write_suite(course / "tests" / "hidden" / "ps3")
    assert api_of(course).generate_assignment("ps3")["success"]
    submit(course, "ann", "ps2")
    submit(course, "ann", "ps3")

    done = run_autograder("grade", "--json", cwd=course)
    (line,) = [json.loads(line) for line in done.stdout.splitlines()]
    assert (line["assignment"], line["score"]) == ("ps3", 6.5)
    assert done.returncode == 1, done.stderr
    assert "nbgrader autograde ps2 (the same engine)" in done.stderr
    assert grades(course)["ann", "ps3", "test_halve"] == 2.5
    assert (course / "feedback" / "ann" / "ps3" / "ps3.html").is_file()

    done = run_autograder("grade", "--json", "--no-gradebook", cwd=course)
    assert {json.loads(line)["assignment"] for line in done.stdout.splitlines()} == {"ps2", "ps3"}
    assert done.returncode == 0, done.stderr

    done = run_autograder("release", "ps2", cwd=course)
    assert done.returncode == 2
    assert "nbgrader generate_assignment ps2" in done.stderr

    done = run_autograder("check", "release/ps2/problem1.ipynb", cwd=course)
    assert "not started yet" in done.stdout

    (course / "nbgrader_config.py").write_text(CONFIG)
    done = run_autograder("grade", cwd=course)
    assert done.returncode == 2
    assert THE_LINE.strip() in done.stderr
