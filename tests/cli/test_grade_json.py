"""`autograder grade --json`: one object per notebook on stdout, and what the exit status means."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from .conftest import NAME, Ran, submission

KEYS = {"student", "assignment", "status", "score", "max_score", "duration_s", "tests", "flags"}
TEST_KEYS = {"name", "cell", "outcome", "points", "max_points", "message", "misconception"}
TEST_KEYS |= {"category", "visible"}


def test_a_batch_of_good_and_bad_files(
    course: Path, run: Callable[..., Ran], tmp_path: Path
) -> None:
    """One run, because starting a sandbox takes seconds: every promise about one batch."""
    folder = tmp_path / "handed in"
    folder.mkdir()
    (folder / "김철수.ipynb").write_bytes(submission(course, "temporary").read_bytes())
    (folder / "empty.ipynb").write_bytes(b"")
    (folder / "cut-off.ipynb").write_text('{"cells": [')
    (folder / "latin.ipynb").write_bytes(b'{"cells": "\xff\xfe"}')
    (folder / "other.ipynb").write_text('{"cells": [], "nbformat": 4, "nbformat_minor": 5}')
    wrong = course / "submitted" / "brook"

    done = run("grade", folder, wrong, "--json", "--seed", 11)

    assert done.status == 1  # some notebook could not be graded
    reports = done.reports
    right = reports["김철수"]
    assert right.keys() >= KEYS
    assert (right["status"], right["assignment"], right["seed"]) == ("graded", NAME, 11)
    assert right["score"] == right["max_score"] == 11.0
    assert all(test.keys() == TEST_KEYS for test in right["tests"])
    assert {test["outcome"] for test in right["tests"]} == {"passed"}

    lost = {test["cell"] for test in reports["brook"]["tests"] if test["outcome"] != "passed"}
    assert lost == {"standardize"}

    for student in ("empty", "cut-off", "latin", "other"):
        assert reports[student]["status"] == "error"
        assert reports[student]["score"] is None
        assert "next:" in reports[student]["message"]
    assert "Traceback" not in done.err
    assert "\x1b" not in done.err  # no terminal, no progress bar
    assert not (course / "gradebook.db").exists()  # loose notebooks are nobody's grades


def test_all_graded_is_success_whatever_the_scores(course: Path, run: Callable[..., Ran]) -> None:
    first = run("grade", "submitted", "--no-gradebook", "--json", "--seed", 5)
    again = run("grade", "submitted", "--no-gradebook", "--json", "--seed", 5)

    assert first.status == again.status == 0
    assert first.reports.keys() == {"ada", "brook"}
    assert [t["message"] for t in first.reports["brook"]["tests"]] == [
        t["message"] for t in again.reports["brook"]["tests"]
    ], "the same seed gives the same inputs, hence the same findings"
