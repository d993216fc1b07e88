"""One notebook by itself: all that its student will read, and how to see a failure again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from .conftest import NAME, Ran


def test_the_students_feedback_is_shown_and_the_way_to_replay_a_failure(
    run: Callable[..., Ran], course: Path
) -> None:
    (course / "roster.csv").write_text("id,language\nbrook,ko\n")
    path = course / "submitted" / "brook" / NAME / f"{NAME}.ipynb"
    ran = run("grade", path, "--no-gradebook", "--seed", 7)
    assert ran.status == 0
    table, _, feedback = ran.out.partition("\n\n")
    assert "brook" in table
    assert feedback.startswith("standardize: 6점 중 0점\n")
    assert "  ✗" in feedback
    assert "test_rows_are_standardized" not in ran.out  # names are for the instructor
    assert "standardize/test_rows_are_standardized[dtype0]\n" in ran.err
    assert f"autograder replay {path} NAME --seed 7" in ran.err


def test_a_language_that_is_none_stops_before_anything_is_graded(
    run: Callable[..., Ran], course: Path
) -> None:
    (course / "roster.csv").write_text("id,language\nbrook,korean\n")
    ran = run("grade")
    assert (ran.status, ran.out) == (2, "")
    assert "error[roster-broken]" in ran.err
    assert "where: roster.csv, line 2" in ran.err
    assert not (course / "gradebook.db").exists()
