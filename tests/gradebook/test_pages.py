"""Feedback pages: what they show, and that several processes write what one writes."""

from __future__ import annotations

from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import nbgrader.api as nb
import pytest

from autograder.errors import AutograderError
from autograder.gradebook import pages, record, render_feedback
from tests.gradebook.courses import MISTAKE, NAME, report, submit
from tests.gradebook.rows import files


def graded(course: Path, students: list[str]) -> list[tuple[str, str]]:
    batch = [(report(s), submit(course, s).read_bytes()) for s in students]
    assert all(saved.error is None for saved in record(course, batch))
    return [(student, NAME) for student in students]


def test_a_page_shows_the_table_of_tests_and_the_score(course: Path) -> None:
    (page,) = render_feedback(course, graded(course, ["ann"]))
    assert page.path == course / "feedback" / "ann" / NAME / f"{NAME}.html"
    html = page.path.read_text()
    assert "double: 2.5 of 4 points" in html
    assert "expected &lt;b&gt;shape&lt;/b&gt; (2, 3)" in html
    assert "Score: 5.0 / 8.5" in html


def test_manual_grades_and_comments_given_since_are_on_the_page(course: Path) -> None:
    pairs = graded(course, ["ann"])
    with nb.Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        gradebook.find_grade("why", NAME, NAME, "ann").manual_score = 2.0
        gradebook.find_comment("double", NAME, NAME, "ann").manual_comment = "Seen."
        gradebook.db.commit()
    html = (render_feedback(course, pairs)[0].path or Path()).read_text()
    assert "Score: 7.0 / 8.5" in html
    assert "Seen." in html


def test_a_submission_that_was_never_graded_is_named_and_others_are_written(course: Path) -> None:
    unknown, known = render_feedback(course, [("nobody", NAME), *graded(course, ["ann"])])
    assert unknown.error is not None
    assert unknown.error.code == "not-in-gradebook"
    assert known.error is None


@pytest.mark.parametrize("content", ["", "{}", '{"cells": 1}'])
def test_a_damaged_autograded_notebook_is_named(course: Path, content: str) -> None:
    pairs = graded(course, ["ann"])
    path = course / "autograded" / "ann" / NAME / f"{NAME}.ipynb"
    path.unlink()
    path.write_text(content)
    (page,) = render_feedback(course, pairs)
    assert page.error is not None
    assert page.error.code == "autograded-broken"


def test_several_processes_write_the_same_pages(
    course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pairs = graded(course, [f"s{n}" for n in range(6)])
    render_feedback(course, pairs)
    alone = files(course / "feedback")
    monkeypatch.setattr(pages, "PARALLEL_FROM", 1)
    monkeypatch.setattr(pages, "PAGES_PER_TASK", 3)
    assert [page.error for page in render_feedback(course, pairs, jobs=2)] == [None] * 6
    assert files(course / "feedback") == alone


def test_pages_are_written_even_if_the_processes_for_it_are_killed(
    course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pairs = graded(course, ["ann"])
    monkeypatch.setattr(pages, "PARALLEL_FROM", 1)
    monkeypatch.setattr(pages, "ProcessPoolExecutor", KilledPool)
    assert [page.error for page in render_feedback(course, pairs, jobs=2)] == [None]


class KilledPool:
    """What is left of a pool whose processes the kernel ended for want of memory."""

    def __init__(self, *arguments: object, **options: object) -> None: ...

    def __enter__(self) -> KilledPool:
        return self

    def __exit__(self, *problem: object) -> None: ...

    def map(self, *arguments: object, **options: object) -> None:
        raise BrokenProcessPool


def test_a_catalogue_file_that_is_gone_costs_its_words_and_is_told_once(course: Path) -> None:
    (course / "solutions" / NAME / "misconceptions" / f"{MISTAKE}.py").unlink()
    told: list[AutograderError] = []
    batch = [(report(s), submit(course, s).read_bytes()) for s in ("ann", "ben")]
    assert [saved.error for saved in record(course, batch, notice=told.append)] == [None, None]
    assert [error.code for error in told] == ["explanation-missing"]
    (page,) = render_feedback(course, [("ben", NAME)])
    assert "double: 2.5 of 4 points" in (page.path or Path()).read_text()
