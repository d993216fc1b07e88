"""`autograder check`: the student's own look at the visible checks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from .conftest import NAME, Ran


def test_a_right_notebook_passes(course: Path, run: Callable[..., Ran]) -> None:
    done = run("check", course / "submitted" / "ada" / NAME / f"{NAME}.ipynb")
    assert done.status == 0
    assert "✓ standardize" in done.out


def test_an_untouched_notebook_is_told_so(course: Path, run: Callable[..., Ran]) -> None:
    done = run("check", course / "assignments" / NAME / f"{NAME}.ipynb", "--json")
    assert done.status == 1
    assert '"started":false' in done.out


def test_a_wrong_answer_is_explained_by_the_visible_check(
    course: Path, run: Callable[..., Ran]
) -> None:
    done = run("check", course / "submitted" / "brook" / NAME / f"{NAME}.ipynb")
    assert done.status == 1
    assert "✗ standardize: expected" in done.out
    assert "✓ squared_distances" in done.out


def test_a_file_that_is_no_notebook(run: Callable[..., Ran], tmp_path: Path) -> None:
    (tmp_path / "notes.ipynb").write_text("notes")
    done = run("check", tmp_path / "notes.ipynb")
    assert done.status == 2
    assert "next:" in done.err
    assert "Traceback" not in done.err
