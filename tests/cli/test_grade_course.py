"""`autograder grade` on a course: gradebook, feedback, going on after an interruption."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import NAME, Ran, command, is_root, submission


def scores(course: Path) -> dict[str, float]:
    """By student, as nbgrader's database has them."""
    with sqlite3.connect(course / "gradebook.db") as db:
        rows = db.execute(
            "select s.student_id, sum(g.auto_score) from submitted_assignment s "
            "join submitted_notebook n on n.assignment_id = s.id "
            "join grade g on g.notebook_id = n.id group by s.student_id"
        ).fetchall()
    db.close()
    return dict(rows)


def test_a_course_is_graded_into_gradebook_and_feedback(
    course: Path, graded: Ran, run: Callable[..., Ran]
) -> None:
    assert graded.status == 0
    assert scores(course) == {"ada": 11.0, "brook": 5.0}
    page = (course / "feedback" / "brook" / NAME / f"{NAME}.html").read_text()
    assert "standardize: 0 of 6 points" in page
    assert (course / "autograded" / "ada" / NAME / f"{NAME}.ipynb").exists()
    assert "brook" in graded.out
    assert "5/11" in graded.out

    submission(course, "kim", like="brook")
    second = run("grade", "--json")
    assert "2 unchanged" in second.err
    assert second.reports["ada"]["score"] == 11.0
    assert scores(course)["kim"] == 5.0


def test_an_interrupted_batch_keeps_what_is_finished_and_goes_on(
    course: Path, run: Callable[..., Ran]
) -> None:
    students = [f"s{i:02}" for i in range(24)]
    for student in students:
        submission(course, student)
    with subprocess.Popen(
        # Whoever runs the tests in the background made them ignore Ctrl-C, and that is inherited.
        ["env", "--default-signal=INT", *command("grade", "--json", "--jobs", 1)],
        cwd=course,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert "the same command goes on there" in err

    rest = run("grade", "--json")
    assert rest.status == 0
    assert "unchanged" in rest.err
    assert scores(course).keys() == {"ada", "brook", *students}


@pytest.mark.usefixtures("graded")
def test_a_locked_gradebook_loses_nothing(course: Path, run: Callable[..., Ran]) -> None:
    submission(course, "kim")
    holder = sqlite3.connect(course / "gradebook.db", isolation_level=None)
    holder.execute("begin exclusive")
    try:
        locked = run("grade", "--json")
    finally:
        holder.execute("rollback")
        holder.close()
    assert locked.status in (1, 2)
    assert "Traceback" not in locked.err
    assert "locked" in locked.err
    assert "kim" not in scores(course)

    assert run("grade").status == 0
    assert scores(course)["kim"] == 11.0


@pytest.mark.skipif(is_root(), reason="root writes to read-only files")
@pytest.mark.usefixtures("graded")
def test_a_read_only_gradebook_is_said_before_grading(
    course: Path, run: Callable[..., Ran]
) -> None:
    submission(course, "kim")
    (course / "gradebook.db").chmod(0o444)
    done = run("grade", "--json")
    assert done.status in (1, 2)
    assert "Traceback" not in done.err


@pytest.mark.usefixtures("graded")
def test_a_student_whose_file_is_broken_keeps_the_old_grade(
    course: Path, run: Callable[..., Ran]
) -> None:
    path = course / "submitted" / "ada" / NAME / f"{NAME}.ipynb"
    path.write_text("{")
    done = run("grade", "--json")
    assert done.status == 1
    assert done.reports["ada"]["status"] == "error"
    assert scores(course)["ada"] == 11.0
