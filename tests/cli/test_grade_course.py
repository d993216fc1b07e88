"""`autograder grade` on a course: gradebook, feedback, going on after an interruption."""

from __future__ import annotations

import os
import platform
import random
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Callable, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from autograder import __version__
from autograder.store import only_batch

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


@pytest.mark.thorough
def test_a_batch_that_is_ended_in_every_way_comes_to_what_an_undisturbed_one_comes_to(
    course: Path, run: Callable[..., Ran], tmp_path: Path
) -> None:
    students = [f"s{i:02}" for i in range(20)]
    for student in students:
        submission(course, student, like=random.Random(student).choice(["ada", "brook"]))
    undisturbed = Path(shutil.copytree(course, tmp_path / "undisturbed"))
    asked = ("grade", "--json", "--seed", 5, "--jobs", 2)
    wanted = run(*asked, cwd=undisturbed)
    assert wanted.status == 0

    for number, after in ((2, signal.SIGINT), (7, signal.SIGTERM), (12, signal.SIGKILL)):
        status, err = ended_by(course, after, asked, after_lines=number)
        if after is signal.SIGKILL:
            assert status == -signal.SIGKILL
        else:
            assert status == 128 + after
            assert "Traceback" not in err
            assert "the same command goes on there" in err
    # After the last report the feedback is still to be written.
    ended_by(course, signal.SIGKILL, asked, after_lines=len(students) + 2)

    last = run(*asked)
    assert last.status == 0
    assert f"{len(students) + 2} unchanged" in last.err
    assert told(last) == told(wanted)
    assert len(last.out.splitlines()) == len(students) + 2
    assert scores(course) == scores(undisturbed)
    assert pages(course) == pages(undisturbed)
    assert len(pages(course)) == len(students) + 2
    with sqlite3.connect(course / ".autograder" / "results.db") as db:
        kept = db.execute("select count(*), count(distinct student) from autograder_results")
        assert kept.fetchone() == (len(students) + 2, len(students) + 2)
    db.close()


def ended_by(
    course: Path, number: signal.Signals, arguments: Sequence[object], *, after_lines: int
) -> tuple[int, str]:
    """Exit status and words of the command that a signal reached after so many reports."""
    with subprocess.Popen(
        # Whoever runs the tests in the background made them ignore Ctrl-C, and that is inherited.
        ["env", "--default-signal=INT", *command(*arguments)],
        cwd=course,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        for _ in range(after_lines):
            assert process.stdout.readline()
        process.send_signal(number)
        _, err = process.communicate(timeout=60)
    return process.returncode, err


def told(ran: Ran) -> dict[str, dict[str, Any]]:
    """The reports, without what differs between any two runs."""
    apart = ("duration_s", "notebook", "provenance")
    return {
        student: {key: value for key, value in report.items() if key not in apart}
        for student, report in ran.reports.items()
    }


def pages(course: Path) -> dict[Path, bytes]:
    found = (course / "feedback").glob("[!.]*/*/*.html")
    return {path.relative_to(course): path.read_bytes() for path in found}


@pytest.mark.usefixtures("graded")
@pytest.mark.thorough
def test_a_seed_that_is_asked_for_is_graded_with(course: Path, run: Callable[..., Ran]) -> None:
    other = run("grade", "--json", "--seed", 5, "submitted/ada")
    assert [report["seed"] for report in other.reports.values()] == [5]
    assert "unchanged" not in other.err
    kept = run("grade", "--json", "submitted/ada")
    assert "1 unchanged" in kept.err
    assert kept.out == other.out, "a kept report is printed as it was"


@pytest.mark.thorough
@pytest.mark.usefixtures("graded")
def test_a_second_batch_on_the_course_refuses_and_says_who_is_first(
    course: Path, run: Callable[..., Ran]
) -> None:
    with only_batch(course):
        second = run("grade", "--json")
    assert (second.status, second.out) == (2, "")
    assert f"process {os.getpid()} on" in second.err


@pytest.mark.thorough
def test_each_report_says_where_it_comes_from(graded: Ran, run: Callable[..., Ran]) -> None:
    origin = run("grade", "--json").reports["ada"]["provenance"]
    assert origin["python"] == platform.python_version()
    assert origin["torch"] == metadata.version("torch")
    assert origin["platform"] == __version__
    assert (origin["sandbox"], origin["device"], origin["attempts"]) == ("local", "cpu", 1)
    assert all(len(origin[f"{name}_sha256"]) == 64 for name in ("submission", "suite", "reference"))


@pytest.mark.usefixtures("graded")
@pytest.mark.thorough
def test_results_of_the_version_before_give_way_and_the_gradebook_stays(
    course: Path, run: Callable[..., Ran]
) -> None:
    file = course / ".autograder" / "results.db"
    file.unlink()
    with sqlite3.connect(file) as db:
        db.execute(
            "create table results (key varchar(64) not null, student varchar(128) not null, "
            "assignment varchar(128) not null, report text not null, recorded boolean not null, "
            "primary key (key, student, assignment))"
        )
        db.execute("insert into results values ('k', 'ada', 'hello_tensors', '{}', 1)")
    db.close()
    before = scores(course)
    again = run("grade", "--json")
    assert (again.status, len(again.reports)) == (0, 2)
    assert "unchanged" not in again.err
    assert scores(course) == before


@pytest.mark.usefixtures("graded")
@pytest.mark.thorough
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


@pytest.mark.thorough
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
