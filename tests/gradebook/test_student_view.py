"""The autograded notebook shows an instructor everything; a page what its student may see."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import nbgrader.api as nb
import pytest
from nbgrader.converters import Autograde, GenerateFeedback

from autograder.feedback import Attempt
from autograder.gradebook import record, render_feedback
from autograder.gradebook.attempts import CountAttempt
from autograder.gradebook.config import course_config, course_directory
from autograder.gradebook.generate import silent_log
from autograder.report import Report
from tests.gradebook.courses import NAME, report, submit

DUE = datetime(2026, 9, 30, 9, tzinfo=UTC)
LONG_AGO, FAR_AWAY = "2020-01-01 12:00", "2099-01-01 12:00"


@pytest.fixture
def course(course: Path) -> Path:
    settings(course)
    return course


def settings(course: Path, own: str = "due: 2026-09-30 18:00") -> None:
    lines = ["id: c", "title: C", "timezone: Asia/Seoul", "assignments:", f"  {NAME}: {{{own}}}"]
    (course / "course.yml").write_text("\n".join(lines) + "\n")


def hidden(student: str = "ann", visible: str = "after_due") -> Report:
    """Every test of `double` shows later, and the catalogue's words about it with it."""
    made = report(student)
    return replace(
        made,
        tests=tuple(
            replace(test, visible=visible if test.cell == "double" else "", category="values")
            for test in made.tests
        ),
    )


def graded(course: Path, made: Report, **counted: Any) -> None:
    notebook = submit(course, made.student).read_bytes()
    assert all(saved.error is None for saved in record(course, [(made, notebook)], **counted))


def ours(course: Path, now: datetime = DUE) -> str:
    (page,) = render_feedback(course, [("ann", NAME)], now=now)
    assert page.error is None, page.error
    assert page.path is not None
    return page.path.read_text()


def nbgraders(course: Path) -> str:
    """As `nbgrader generate_feedback` and formgrader's button make it."""
    shutil.rmtree(course / "feedback", ignore_errors=True)
    config = course_config(course)
    coursedir = course_directory(config)
    coursedir.assignment_id = NAME
    converter = GenerateFeedback(coursedir=coursedir, config=config, log=silent_log(), force=True)
    converter.start()
    return (course / "feedback" / "ann" / NAME / f"{NAME}.html").read_text()


def autograded(course: Path) -> str:
    return (course / "autograded" / "ann" / NAME / f"{NAME}.ipynb").read_text()


def test_an_instructor_sees_all_and_the_page_has_what_may_be_seen(course: Path) -> None:
    graded(course, hidden())
    assert "students: after the due date" in autograded(course)
    assert "<b>shape</b>" in json.dumps(json.loads(autograded(course))).replace(
        "&lt;", "<"
    ).replace("&gt;", ">")
    before, after = ours(course), ours(course, DUE + timedelta(seconds=1))
    assert "behaviours tested: 3" in before
    assert "(2, 3) in double" not in before
    assert "One is added" not in before, "what was recognised says how a test came out"
    assert "(2, 3) in double" in after
    assert "students: after the due date" not in after


@pytest.mark.parametrize(("due", "shows"), [(LONG_AGO, True), (FAR_AWAY, False)])
def test_nbgraders_own_pages_hide_the_same(course: Path, due: str, shows: bool) -> None:
    settings(course, f"due: {due}")
    graded(course, hidden())
    theirs = nbgraders(course)
    assert ("(2, 3) in double" in theirs) == shows
    assert theirs == ours(course, datetime.now(UTC))


def test_more_time_given_in_formgrader_counts(course: Path) -> None:
    graded(course, hidden())
    with nb.Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        gradebook.find_submission(NAME, "ann").extension = timedelta(days=2)
        gradebook.db.commit()
    assert "2026-10-02 18:00 (Asia/Seoul)" in ours(course, DUE + timedelta(days=1))


def test_without_course_yml_the_due_date_is_nbgraders(course: Path) -> None:
    (course / "course.yml").unlink()
    graded(course, hidden())
    with nb.Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        gradebook.find_assignment(NAME).duedate = DUE.replace(tzinfo=None)
        gradebook.db.commit()
    assert "2026-09-30 09:00 (UTC)" in ours(course)
    assert "(2, 3) in double" in ours(course, DUE + timedelta(seconds=1))


def test_an_attempt_over_the_limit_has_a_page_of_points(course: Path) -> None:
    settings(course, "feedback: {informative_attempts_per_day: 1}")
    graded(course, hidden(visible=""), count=lambda made, when: Attempt(number=2, at=DUE))
    assert "here are the points alone" in ours(course)
    assert "here are the points alone" in nbgraders(course)
    assert "behaviours hold" not in ours(course)
    assert "double: 2.5 of 4 points" in ours(course)


def test_what_is_damaged_or_older_is_not_shown_where_something_is_to_be_hidden(
    course: Path,
) -> None:
    settings(course, "feedback: {tests: after_due}")
    graded(course, hidden(visible=""))
    path = course / "autograded" / "ann" / NAME / f"{NAME}.ipynb"
    node = json.loads(path.read_text())
    for cell in node["cells"]:
        for output in cell.get("outputs", ()):
            output["metadata"] = {}
    path.unlink()
    path.write_text(json.dumps(node))
    (page,) = render_feedback(course, [("ann", NAME)], now=DUE)
    assert page.error is not None
    assert page.error.code == "autograded-broken"
    assert not (course / "feedback" / "ann").exists()


def test_nothing_that_a_page_is_made_of_is_on_it(course: Path) -> None:
    graded(course, hidden())
    page = ours(course)
    kept = [
        output["metadata"]["autograder"]
        for cell in json.loads(autograded(course))["cells"]
        for output in cell.get("outputs", ())
    ]
    assert len(kept) == 2
    assert "max_points" in str(kept)
    assert "max_points" not in page
    assert "after_due" not in page


def second_attempt(root: Path) -> CountAttempt:
    """In place of autograder.attempts.open_count: what was graded before is no matter here."""
    return lambda made, handed_in: Attempt(number=2, at=handed_in or DUE)


@pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")  # nbgrader's own
def test_nbgraders_own_autograde_counts_attempts_too(course: Path) -> None:
    settings(course, "feedback: {informative_attempts_per_day: 1}")
    submit(course, "ann", timestamp="2026-09-29 12:00:00 UTC")
    config = course_config(course)
    config.GradeWithAutograder.attempts = f"{__name__}.second_attempt"
    coursedir = course_directory(config)
    coursedir.assignment_id = NAME
    Autograde(coursedir=coursedir, config=config).start()
    page = nbgraders(course)
    assert "from 2026-09-30 00:00 (Asia/Seoul) on" in page
    assert "behaviours hold" not in page
    assert "behaviours hold" in autograded(course)
