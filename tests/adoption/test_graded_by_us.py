"""What has a hidden suite is graded with it, by nbgrader's own commands."""

from __future__ import annotations

import json
from pathlib import Path

import nbgrader.api as nb
import pytest

from tests.adoption.courses import (
    CONFIG,
    FAKE_ENGINE,
    NBGRADERS_WARNINGS,
    SUITE,
    THE_LINE,
    api_of,
    config_of,
    grades,
    run_nbgrader,
    submit,
    write_suite,
)
from tests.gradebook.courses import Notebook, cell, report

pytestmark = NBGRADERS_WARNINGS
OURS = "problem1"


def half_done(notebook: Notebook) -> None:
    cell(notebook, "halve")["source"] = "def halve(x):\n    return x"


def points(student: str) -> dict[str, float]:
    """Of the engine in courses.py."""
    found: dict[str, float] = {}
    for test in report(student).tests:
        found[f"test_{test.cell}"] = found.get(f"test_{test.cell}", 0.0) + test.points
    return found


def ours(root: Path, student: str) -> dict[str, float]:
    scores = grades(root, "ps2")
    return {name: scores.get((student, OURS, name), None) for name in ("test_double", "test_halve")}


def test_one_student_as_formgraders_button_does_it(course: Path) -> None:
    """The other notebook of the assignment is nbgrader's: its answers wait for a person."""
    submit(course, "ann", "ps2")
    submit(course, "ben", "ps2")
    result = api_of(course).autograde("ps2", "ann")
    assert result["success"], result
    assert ours(course, "ann") == points("ann")
    assert ours(course, "ben") == {"test_double": None, "test_halve": None}
    assert grades(course)["ann", "problem2", "part-a"] is None
    assert (course / "autograded" / "ann" / "ps2" / "problem2.ipynb").is_file()
    page = json.loads((course / "autograded" / "ann" / "ps2" / f"{OURS}.ipynb").read_text())
    assert "double: 2.5 of 4 points" in str(cell(page, "test_double")["outputs"])


def test_all_students_with_the_real_engine(course: Path) -> None:
    (course / "nbgrader_config.py").write_text(CONFIG + THE_LINE)
    submit(course, "ann", "ps2", half_done)
    submit(course, "ben", "ps2")
    submit(course, "cem", "ps2", step="release")
    result = api_of(course, notebook=OURS).autograde("ps2", "*")
    assert result["success"], result
    assert ours(course, "ann") == {"test_double": 4.0, "test_halve": 0.0}
    assert ours(course, "ben") == {"test_double": 4.0, "test_halve": 2.5}
    assert ours(course, "cem") == {"test_double": 0.0, "test_halve": 0.0}


def test_a_failure_of_ours_leaves_the_earlier_grade_and_the_other_students(course: Path) -> None:
    for student in ("ann", "unlucky"):
        submit(course, student, "ps2")
    with nb.Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        gradebook.update_or_create_student("unlucky")
        gradebook.add_submission("ps2", "unlucky")
        gradebook.find_grade("test_double", OURS, "ps2", "unlucky").auto_score = 3.0
        gradebook.db.commit()
    result = api_of(course, notebook=OURS).autograde("ps2", "*")
    assert not result["success"]
    assert "no worker" in result["log"]
    assert ours(course, "unlucky") == {"test_double": 3.0, "test_halve": None}
    assert ours(course, "ann") == points("ann")


def test_nbgraders_own_options_mean_what_they_mean(course: Path) -> None:
    folder = submit(course, "ann", "ps2")
    api = api_of(course, notebook=OURS)
    refused = api.autograde("ps2", "ann", create=False)
    assert not refused["success"]
    assert "No student with ID 'ann'" in refused["log"]
    assert api.autograde("ps2", "ann", force=False)["success"]
    graded = course / "autograded" / "ann" / "ps2" / f"{OURS}.ipynb"
    graded.chmod(0o644)
    graded.write_text("mine")
    assert "Skipping existing" in api.autograde("ps2", "ann", force=False)["log"]
    assert graded.read_text() == "mine"
    assert api.autograde("ps2", "ann", force=True)["success"]
    assert graded.read_text() != "mine"
    assert not (graded.parent / "problem2.ipynb").exists()
    (folder / f"{OURS}.ipynb").unlink()
    assert api_of(course, notebook="problem2").autograde("ps2", "ann")["success"]
    assert ours(course, "ann") == {"test_double": 0.0, "test_halve": 0.0}, "nbgrader's own rule"


def test_points_given_by_hand_stay(course: Path) -> None:
    submit(course, "ann", "ps2")
    api = api_of(course, notebook=OURS)
    assert api.autograde("ps2", "ann")["success"]
    with nb.Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        grade = gradebook.find_grade("why", OURS, "ps2", "ann")
        grade.manual_score, grade.extra_credit = 1.5, 0.5
        gradebook.db.commit()
    assert api.autograde("ps2", "ann")["success"]
    with nb.Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        grade = gradebook.find_grade("why", OURS, "ps2", "ann")
        assert (grade.manual_score, grade.extra_credit) == (1.5, 0.5)


def test_points_that_differ_are_told_with_what_to_do(course: Path) -> None:
    source = course / "source" / "ps2" / f"{OURS}.ipynb"
    source.write_text(source.read_text().replace('"points": 4.0', '"points": 5.0'))
    assert api_of(course).generate_assignment("ps2")["success"]
    submit(course, "ann", "ps2")
    result = api_of(course, notebook=OURS).autograde("ps2", "ann")
    assert not result["success"]
    assert "test_double: suite 4.0, notebook 5.0" in result["log"]
    assert "nbgrader generate_assignment ps2 --force" in result["log"]


@pytest.mark.thorough
def test_the_line_taken_out_again_leaves_nbgrader_as_it_was(course: Path) -> None:
    submit(course, "ann", "ps2", half_done)
    assert api_of(course, notebook=OURS).autograde("ps2", "ann")["success"]
    (course / "nbgrader_config.py").write_text(CONFIG)
    result = api_of(course, notebook=OURS).autograde("ps2", "ann")
    assert result["success"], result
    # nbgrader executes the visible checks: halve(4) == 2 fails, and so does nothing else.
    assert ours(course, "ann") == {"test_double": 4.0, "test_halve": 0.0}
    assert api_of(course, notebook=OURS).generate_feedback("ps2", "ann")["success"]


@pytest.mark.thorough
def test_the_engine_sees_a_suite_that_was_corrected_meanwhile(course: Path) -> None:
    """Formgrader's process lives for days; the real sandbox grades here."""
    (course / "nbgrader_config.py").write_text(CONFIG + THE_LINE)
    submit(course, "ann", "ps2", half_done)
    api = api_of(course, config_of(course), notebook=OURS)
    assert api.autograde("ps2", "ann")["success"]
    assert ours(course, "ann") == {"test_double": 4.0, "test_halve": 0.0}
    lenient = SUITE.replace("student.halve(3) == 1.5", "student.halve(0) == 0")
    assert lenient != SUITE
    write_suite(course / "tests" / "hidden" / "ps2", lenient)
    assert api.autograde("ps2", "ann")["success"]
    assert ours(course, "ann") == {"test_double": 4.0, "test_halve": 2.5}


@pytest.mark.thorough
def test_the_command_line_for_one_student_and_for_all(course: Path) -> None:
    (course / "nbgrader_config.py").write_text(CONFIG + THE_LINE)
    submit(course, "ann", "ps2", half_done)
    submit(course, "ben", "ps2")
    submit(course, "ben", "ps1")
    done = run_nbgrader("autograde", "ps2", "--student", "ann", cwd=course)
    assert done.returncode == 0, done.stderr
    assert ours(course, "ann") == {"test_double": 4.0, "test_halve": 0.0}
    assert ours(course, "ben") == {"test_double": None, "test_halve": None}
    done = run_nbgrader("autograde", "ps2", cwd=course)
    assert done.returncode == 0, done.stderr
    assert "Skipping existing assignment" in done.stderr
    assert ours(course, "ben") == {"test_double": 4.0, "test_halve": 2.5}
    done = run_nbgrader("autograde", "ps1", "--course-dir", str(course), cwd=course.parent)
    assert done.returncode == 0, done.stderr
    assert grades(course, "ps1")["ben", "problem1", "correct_squares"] == 1.0


@pytest.mark.thorough
def test_every_notebook_of_an_assignment_may_have_a_suite(course: Path) -> None:
    (course / "nbgrader_config.py").write_text(CONFIG + THE_LINE + FAKE_ENGINE)
    hidden = course / "tests" / "hidden" / "ps2"
    (hidden / "test_doubling.py").unlink()
    for name in (OURS, "problem3"):
        write_suite(hidden / name)
    source = course / "source" / "ps2"
    (source / "problem3.ipynb").write_bytes((source / f"{OURS}.ipynb").read_bytes())
    assert api_of(course).generate_assignment("ps2")["success"]
    submit(course, "ann", "ps2")
    assert api_of(course).autograde("ps2", "ann")["success"]
    scores = grades(course, "ps2")
    for name in (OURS, "problem3"):
        assert scores["ann", name, "test_double"] == points("ann")["test_double"]
    assert scores["ann", "problem2", "part-a"] is None
