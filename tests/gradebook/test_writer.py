"""Gradebook and record: what a batch writes, what it refuses, and what is left afterwards."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from autograder.errors import AutograderError, CourseError, GradebookError
from autograder.gradebook import Gradebook, Saved, record
from autograder.report import Report, Status, TestResult
from tests.gradebook.courses import NAME, report, submit
from tests.gradebook.rows import rows


def test_points_arrive_exactly(course: Path) -> None:
    save(course, "ann")
    assert auto_scores(course, "ann") == {"test_double": 2.5, "test_halve": 2.5, "why": 0.0}


def test_a_notebook_under_another_name_is_kept_under_the_assignments_name(course: Path) -> None:
    path = submit(course, "ann", file="내 답 (final).ipynb")
    assert errors(record(course, [(report("ann"), path.read_bytes())])) == [None]
    assert autograded(course, "ann").is_file()
    assert auto_scores(course, "ann")["test_double"] == 2.5


def test_an_output_that_was_submitted_is_gone(course: Path) -> None:
    save(course, "ann")
    cells = json.loads(autograded(course, "ann").read_text())["cells"]
    shown = {c["metadata"]["nbgrader"]["grade_id"]: c["outputs"] for c in cells if c.get("outputs")}
    assert shown.keys() == {"test_double", "test_halve"}
    assert shown["test_double"][0]["data"]["text/plain"] == ["2.5"]


def test_a_platform_error_is_reported_and_the_earlier_grade_stays(course: Path) -> None:
    save(course, "ann")
    broken = report("ann", status=Status.ERROR, score=None, tests=(), message="no worker started")
    (error,) = errors(record(course, [(broken, b"{}")]))
    assert isinstance(error, GradebookError)
    assert "no worker started" in str(error)
    assert auto_scores(course, "ann")["test_double"] == 2.5


@pytest.mark.parametrize("student", ["", ".", "..", "a/b", "a\\b", "a\nb", "a\0b", "x" * 300])
def test_an_id_that_is_no_folder_name_is_refused_and_others_are_graded(
    course: Path, student: str
) -> None:
    bad = (report(student), b"{}")
    ben = (report("ben"), submit(course, "ben").read_bytes())
    results = {saved.student: saved.error for saved in record(course, [bad, ben])}
    assert code(results[student]) == "student-id"
    assert results["ben"] is None


@pytest.mark.parametrize("student", ["o'neill", 'a"b', "semi;colon", "김민수", "*", "[a-z]", "a b"])
def test_odd_ids_are_graded_under_their_own_name(course: Path, student: str) -> None:
    save(course, student)
    assert auto_scores(course, student)["test_double"] == 2.5
    assert autograded(course, student).is_file()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe\x00", b"[" * 100_000])
def test_a_file_that_is_no_notebook_is_an_error_of_that_student_alone(
    course: Path, content: bytes
) -> None:
    ben = (report("ben"), submit(course, "ben").read_bytes())
    results = {s.student: s.error for s in record(course, [(report("ann"), content), ben])}
    assert code(results["ann"]) == "notebook-unreadable"
    assert results["ben"] is None


@pytest.mark.parametrize(
    "content",
    [
        {"cells": [{"cell_type": "code", "source": ["a", 1, None]}]},
        {"cells": "none", "nbformat": 4, "nbformat_minor": 5},
        {"cells": [1, {"cell_type": "x"}, {}], "nbformat": 4, "nbformat_minor": 5, "metadata": 3},
        {"nbformat": 4, "nbformat_minor": 99, "metadata": {}, "cells": []},
        {"worksheets": [{"cells": [{"cell_type": "code", "input": "1", "outputs": [],
         "language": "python"}]}], "nbformat": 3, "nbformat_minor": 0, "metadata": {}},
        {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [
            {"cell_type": "code", "id": "\ud800", "metadata": {"nbgrader": 7}, "source": "\ud800"},
        ]},
    ],
)  # fmt: skip
def test_a_notebook_of_any_shape_becomes_a_valid_one_with_all_graded_cells(
    course: Path, content: dict[str, Any]
) -> None:
    results = record(course, [(report("ann"), json.dumps(content).encode())])
    assert errors(results) == [None]
    assert auto_scores(course, "ann")["test_double"] == 2.5


def test_a_student_of_whom_nbgrader_does_not_know_is_made(course: Path) -> None:
    save(course, "newcomer")
    assert [s[0] for s in rows(course / "gradebook.db")["students"]] == ["newcomer"]


def test_unless_the_course_says_that_students_are_not_made(course: Path) -> None:
    configure(course, "c.Autograde.create_student = False")
    (error,) = errors(record(course, [(report("ann"), submit(course, "ann").read_bytes())]))
    assert code(error) == "student-unknown"
    assert rows(course / "gradebook.db")["submissions"] == []


def test_a_suite_with_other_points_than_the_notebook_grades_nobody(course: Path) -> None:
    tests = report("ann").tests[:-1]
    (error,) = errors(record(course, [(report("ann", tests=tests), b"{}")]))
    assert isinstance(error, CourseError)
    assert "test_halve: suite none, notebook 2.5" in str(error)


def test_a_time_of_submission_that_cannot_be_read_is_an_error(course: Path) -> None:
    path = submit(course, "ann", timestamp="last night")
    (error,) = errors(record(course, [(report("ann"), path.read_bytes())]))
    assert code(error) == "timestamp-invalid"


def test_a_link_to_the_hidden_suite_does_not_come_back_with_the_notebook(course: Path) -> None:
    secret = course / "tests" / "hidden" / NAME / "test_secret.py"
    secret.write_text("assert answer == 42")
    path = submit(course, "ann")
    path.with_name("notes.py").symlink_to(secret)
    assert errors(record(course, [(report("ann"), path.read_bytes())])) == [None]
    assert not autograded(course, "ann").with_name("notes.py").exists()


def test_a_new_gradebook_learns_of_what_was_released_earlier(course: Path) -> None:
    released = course / "assignments" / NAME / f"{NAME}.ipynb"
    before = released.read_bytes()
    (course / "gradebook.db").unlink()
    save(course, "ann")
    assert released.read_bytes() == before
    assert auto_scores(course, "ann")["test_double"] == 2.5


def test_what_was_never_released_is_refused_with_the_next_step(course: Path) -> None:
    stranger = report("ann", assignment="tripling")
    (error,) = errors(record(course, [(stranger, b"{}")]))
    assert isinstance(error, CourseError)
    assert error.next == "autograder release tripling"


def test_of_two_submissions_of_one_student_in_a_batch_the_later_counts(course: Path) -> None:
    first = submit(course, "ann").read_bytes()
    nothing = tuple(none(test) for test in report("ann").tests)
    results = record(course, [(report("ann", tests=nothing), first), (report("ann"), first)])
    assert errors(results) == [None, None]
    assert auto_scores(course, "ann")["test_double"] == 2.5


def test_ctrl_c_keeps_what_was_finished(course: Path) -> None:
    notebook = submit(course, "ann").read_bytes()
    with pytest.raises(KeyboardInterrupt):
        list(record(course, interrupted((report("ann"), notebook))))
    assert auto_scores(course, "ann")["test_double"] == 2.5
    assert autograded(course, "ann").is_file()


def test_a_locked_gradebook_is_waited_for_then_reported_and_nothing_is_half_written(
    course: Path,
) -> None:
    save(course, "ann")
    before = rows(course / "gradebook.db"), autograded(course, "ann").read_bytes()
    notebook = submit(course, "ann", lambda nb: nb["cells"].pop()).read_bytes()
    gradebook = Gradebook(course, wait_s=0.1)
    with gradebook, locked(course / "gradebook.db"):
        gradebook.write(report("ann", tests=full_marks()), notebook)
        with pytest.raises(GradebookError) as caught:
            gradebook.commit()
    assert caught.value.code == "gradebook-locked"
    assert (rows(course / "gradebook.db"), autograded(course, "ann").read_bytes()) == before
    assert leftovers(course) == []


def test_a_gradebook_that_is_free_again_in_time_is_no_trouble(course: Path) -> None:
    with Gradebook(course, wait_s=5) as gradebook:
        gradebook.write(report("ann"), submit(course, "ann").read_bytes())
        with locked(course / "gradebook.db"):
            pass
        assert gradebook.commit() == (("ann", NAME),)


def test_a_full_disk_leaves_rows_and_notebooks_as_they_were(course: Path) -> None:
    save(course, "ann")
    before = rows(course / "gradebook.db")
    batch = [(report(f"s{n}"), submit(course, "s").read_bytes()) for n in range(30)]
    with no_more_pages():
        results = list_until_error(record(course, [*batch, *batch]))
    assert {code(saved.error) for saved in results} == {"disk-full"}
    assert rows(course / "gradebook.db") == before
    assert [p.name for p in (course / "autograded").iterdir()] == ["ann"]
    assert len({s.student for s in results}) == 30


def test_a_folder_that_cannot_be_written_takes_the_rows_back(course: Path) -> None:
    (course / "autograded").mkdir()
    (course / "autograded" / "ann").write_text("a file where a folder has to be")
    results = list_until_error(
        record(course, [(report("ann"), submit(course, "ann").read_bytes())])
    )
    assert code(results[0].error) == "file-refused"
    assert rows(course / "gradebook.db")["submissions"] == []


def test_a_gradebook_that_is_no_database_is_reported_and_not_touched(course: Path) -> None:
    (course / "gradebook.db").write_bytes(b"not a database at all" * 100)
    with pytest.raises(GradebookError) as caught:
        list(record(course, []))
    assert caught.value.code == "gradebook-corrupt"
    assert (course / "gradebook.db").read_bytes() == b"not a database at all" * 100


def test_a_read_only_gradebook_is_reported(course: Path) -> None:
    url = f"sqlite:///file:{course}/gradebook.db?mode=ro&uri=true"
    graded = [(report("ann"), submit(course, "ann").read_bytes())]
    with pytest.raises(GradebookError) as caught:
        list(record(course, graded, db_url=url))
    assert caught.value.code == "gradebook-read-only"
    assert rows(course / "gradebook.db")["submissions"] == []


def test_a_batch_goes_on_where_it_stopped(course: Path) -> None:
    everyone = [(report(f"s{n}"), submit(course, f"s{n}").read_bytes()) for n in range(5)]
    with Gradebook(course, batch=2) as gradebook:
        for each in everyone[:4]:
            gradebook.write(*each)
    assert errors(record(course, everyone)) == [None] * 5
    assert len(rows(course / "gradebook.db")["submissions"]) == 5


def interrupted(*graded: tuple[Report, bytes]) -> Iterator[tuple[Report, bytes]]:
    yield from graded
    raise KeyboardInterrupt


def save(course: Path, student: str) -> None:
    assert errors(record(course, [(report(student), submit(course, student).read_bytes())])) == [
        None
    ]


def errors(results: Iterator[Saved]) -> list[AutograderError | None]:
    return [saved.error for saved in results]


def list_until_error(results: Iterator[Saved]) -> list[Saved]:
    """The results of a `record` that ends with an error of the gradebook itself."""
    found: list[Saved] = []
    with pytest.raises(GradebookError):
        found.extend(results)
    return found


def code(error: AutograderError | None) -> str:
    return error.code if error else "saved"


def auto_scores(course: Path, student: str) -> dict[str, float]:
    grades = rows(course / "gradebook.db")["grades"]
    return {grade[1]: grade[2] for grade in grades if grade[0] == student}


def autograded(course: Path, student: str) -> Path:
    return course / "autograded" / student / NAME / f"{NAME}.ipynb"


def leftovers(course: Path) -> list[str]:
    return [p.name for p in (course / "autograded").iterdir() if p.name.startswith(".")]


def configure(course: Path, line: str) -> None:
    path = course / "nbgrader_config.py"
    path.write_text(f"{path.read_text()}{line}\n")


def none(test: TestResult) -> TestResult:
    return replace(test, points=0.0)


def full_marks() -> tuple[TestResult, ...]:
    return tuple(replace(test, points=test.max_points) for test in report("ann").tests)


@contextmanager
def locked(db: Path) -> Iterator[None]:
    with closing(sqlite3.connect(db, isolation_level=None)) as other:
        other.execute("begin immediate")
        yield
        other.execute("rollback")


@contextmanager
def no_more_pages() -> Iterator[None]:
    """sqlite reports a full disk at its own limit of pages exactly as at the disk's."""

    def limit(connection: Any, _: Any) -> None:
        connection.execute("pragma max_page_count = 1")  # not less than the file has

    event.listen(Engine, "connect", limit)
    try:
        yield
    finally:
        event.remove(Engine, "connect", limit)
