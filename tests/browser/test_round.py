"""An assignment's whole way through JupyterLab, clicked by a student and by an instructor.

Formgrader generates and releases it; the student fetches it, fills in the stubs, runs the visible
checks, validates, submits; the instructor collects, presses autograde, reads what the hidden tests
found, comments, gives extra credit, releases feedback; the student opens the page of feedback.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FrameLocator, expect

from autograder.catalogue import read_misconception
from tests.browser import answers, pictures
from tests.browser.accounts import (
    NAME,
    STUDENT,
    TOP,
    make_exchange,
    make_instructor,
    make_student,
)
from tests.browser.formgrader import Formgrader
from tests.browser.lab import opened
from tests.browser.servers import jupyterlab
from tests.browser.student import Student

COMMENT = "Nearly there: what is the sum over two samples?"
EXTRA = 0.5


@pytest.mark.thorough  # tests/round is the same round on the command line
@pytest.mark.needs_browser
def test_a_round_in_jupyterlab(tmp_path: Path, browser: Browser) -> None:
    with both_at_their_desks(tmp_path, browser) as (formgrader, student):
        the_instructor_releases(formgrader)
        the_student_fetches_and_sees_a_check_fail(student)
        the_student_corrects_validates_and_submits(student)
        points = the_instructor_collects_and_grades(formgrader)
        the_instructor_sees_what_the_hidden_tests_found(formgrader)
        the_instructor_comments_and_releases_feedback(formgrader)
        the_student_reads_the_feedback(student, points + EXTRA)
        take_the_page_of_feedback(tmp_path, browser)
        assert formgrader.lab.complaints == []
        assert student.lab.complaints == []


@contextmanager
def both_at_their_desks(tmp_path: Path, browser: Browser) -> Iterator[tuple[Formgrader, Student]]:
    exchange = make_exchange(tmp_path / "exchange")
    theirs = make_student(tmp_path / "student", exchange)
    course = make_instructor(tmp_path / "instructor", exchange)
    with jupyterlab(theirs) as one, jupyterlab(course) as other:
        course.run("nbgrader", "db", "student", "import", "roster.csv")
        with opened(browser, one) as desk, opened(browser, other) as lectern:
            yield Formgrader(lectern, NAME), Student(desk, NAME)


def the_instructor_releases(formgrader: Formgrader) -> None:
    formgrader.open()
    assert "Successfully created" in formgrader.press(NAME, "assign")
    assert "Successfully released" in formgrader.press(NAME, "release")


def the_student_fetches_and_sees_a_check_fail(student: Student) -> None:
    assert student.lab.entries("Nbgrader") == ["Assignment List", "Course List"]
    student.fetch()
    student.open_notebook()
    student.lab.code("import torch").run()
    softmax, check = student.lab.code("def softmax("), student.lab.code("p = softmax(")
    softmax.write(answers.OVERFLOWS)
    softmax.run()
    check.run()
    check.shows("AssertionError: two logits of 1000 should give one half each, got [nan, nan]")
    student.save()
    table = check.below("%load_ext autograder\n%check")
    table.run()
    table.shows("0 of 3 functions pass their visible checks")
    table.shows("two logits of 1000 should give one half each")
    pictures.take(student.lab, "jupyterlab-check", showing=table.place)
    softmax.write(answers.SOFTMAX)
    for cell in (softmax, check, table):
        cell.run()
    softmax.shows_nothing()
    check.shows_nothing()
    table.shows("1 of 3 functions pass their visible checks")


def the_student_corrects_validates_and_submits(student: Student) -> None:
    student.lab.code("def log_softmax(").write(answers.LOG_SOFTMAX)
    # An honest student who tries the stub that is left before writing it.
    assert "NotImplementedError" in student.validate()
    student.lab.code("def cross_entropy(").write(answers.CROSS_ENTROPY)
    student.run_everything_anew()
    student.lab.code("generator = ").shows("step 60")
    assert "Success! Your notebook passes all the tests." in student.validate()
    student.submit()
    pictures.take(student.lab, "jupyterlab-assignments", height=340)


def the_instructor_collects_and_grades(formgrader: Formgrader) -> float:
    """Returns the points in formgrader's list: of all but of what only the hidden tests ask for."""
    formgrader.open_assignments()
    assert "Successfully collected" in formgrader.press(NAME, "collect")
    formgrader.open_submissions()
    log = formgrader.press(STUDENT, "autograde")
    assert "Successfully autograded" in log
    assert "GradeWithAutograder" in log
    score = formgrader.row(STUDENT).locator(".score")
    expect(score).to_have_text(re.compile(r"^[\d.]+ / [\d.]+$"))
    pictures.take(formgrader.lab, "formgrader-submissions", height=450)
    points, of = (float(each) for each in score.inner_text().split(" / "))
    assert of == total_of_the_notebook(formgrader.lab.account.folder)
    assert 0 < points < of
    return points


def the_instructor_sees_what_the_hidden_tests_found(formgrader: Formgrader) -> None:
    formgrader.open_submission(STUDENT)
    shows_the_table_and_the_explanation(formgrader.page)
    explanation = formgrader.page.locator("[id^=explanation]")
    pictures.take(formgrader.lab, "formgrader-submission", showing=explanation, at="end")


def the_instructor_comments_and_releases_feedback(formgrader: Formgrader) -> None:
    formgrader.extra_credit("cross_entropy", str(EXTRA))
    box = formgrader.comment("cross_entropy", COMMENT)
    pictures.take(formgrader.lab, "formgrader-comment", showing=box)
    formgrader.open_assignments()
    assert "Successfully generated" in formgrader.press(NAME, "generate-feedback")
    assert "Successfully released" in formgrader.press(NAME, "release-feedback")


def the_student_reads_the_feedback(student: Student, points: float) -> None:
    page = student.fetch_feedback()
    expect(page.locator("body")).to_contain_text(f"{NAME} (Score: {points} / ")
    expect(page.locator("body")).to_contain_text(COMMENT)
    shows_the_table_and_the_explanation(page)
    page.get_by_text("see explanation 1").first.click()
    expect(page.locator("[id^=explanation]")).to_be_in_viewport()


def shows_the_table_and_the_explanation(page: FrameLocator) -> None:
    for symbol in ("softmax", "log_softmax"):
        expect(page.get_by_text(re.compile(rf"^{symbol}: ([\d.]+) of \1 points"))).to_be_visible()
    expect(page.get_by_text("failed").first).to_be_visible()
    file = TOP / "solutions" / NAME / "misconceptions" / f"{answers.MISTAKE}.py"
    expect(page.get_by_text(read_misconception(file).title["en"])).to_be_visible()


def total_of_the_notebook(course: Path) -> float:
    notebook = json.loads((course / "assignments" / NAME / f"{NAME}.ipynb").read_text())
    cells = [cell["metadata"].get("nbgrader", {}) for cell in notebook["cells"]]
    return float(sum(cell.get("points", 0) for cell in cells if cell.get("grade")))


def take_the_page_of_feedback(tmp_path: Path, browser: Browser) -> None:
    (page,) = (tmp_path / "student" / "notebooks").glob(f"*/feedback/*/{NAME}.html")
    pictures.take_page(browser, page, "cross_entropy: ", "feedback")
