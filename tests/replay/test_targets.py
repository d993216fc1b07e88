"""What RESULT and TEST stand for, and what is said where they stand for nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.course import Course, load_course
from autograder.errors import AutograderError, SubmissionError, UsageError
from autograder.replay import named, target_of
from autograder.report import Report, Status
from autograder.store import Store

from .conftest import NAME, Graded

TESTS = ("a/test_one", "a/test_one_more[1]", "a/test_one_more[2]", "b/test_other", "b/test_twin")


@pytest.mark.parametrize(
    ("wanted", "meant"),
    [
        ("test_one", "a/test_one"),
        ("a/test_one", "a/test_one"),
        ("test_oth", "b/test_other"),
        ("b/test_o", "b/test_other"),
        ("more[2]", "a/test_one_more[2]"),
        ("twin", "b/test_twin"),
    ],
)
def test_a_test_is_meant_by_its_name_its_beginning_or_a_part(wanted: str, meant: str) -> None:
    assert named(wanted, TESTS, "here") == meant


def test_of_several_tests_all_are_named() -> None:
    with pytest.raises(UsageError) as caught:
        named("test_one_more", TESTS, "here")
    assert caught.value.code == "test-ambiguous"
    assert "a/test_one_more[1]" in caught.value.next
    assert "a/test_one_more[2]" in caught.value.next
    assert "b/test_other" not in caught.value.next


def test_of_an_unknown_test_all_that_there_are_are_named() -> None:
    with pytest.raises(UsageError) as caught:
        named("test_nothing", TESTS, "here")
    assert caught.value.code == "test-unknown"
    assert all(test in caught.value.next for test in TESTS)


@pytest.fixture
def course(graded: Graded, tmp_path: Path) -> Course:
    root = tmp_path / "course"
    shutil.copytree(graded.root / ".autograder", root / ".autograder")
    for each in ("solutions", "tests", "course.yml", "roster.csv"):
        path = graded.root / each
        (shutil.copytree if path.is_dir() else shutil.copy)(path, root / each)
    return load_course(root)


@pytest.fixture
def store(course: Course) -> Iterator[Store]:
    with Store(course.db_url, course=course.id, root=course.root) as opened:
        yield opened


def test_a_result_is_a_student_and_an_assignment(graded: Graded, course: Course) -> None:
    target = target_of(course, f"wrong/{NAME}")
    assert target.seed == graded.reports["wrong"].seed
    assert str(target.notebook) == graded.reports["wrong"].notebook
    assert "standardize/test_eps_keeps_constant_rows_finite" in target.tests
    assert target.changes() == []
    assert target_of(course, f"submitted/wrong/{NAME}/") == target


def test_a_submission_that_was_graded_needs_no_seed(graded: Graded) -> None:
    path = graded.reports["wrong"].notebook
    target = target_of(load_course(graded.root), path)
    assert (target.student, target.seed) == ("wrong", graded.reports["wrong"].seed)


def test_a_seed_of_ones_own_is_used_and_said(course: Course) -> None:
    target = target_of(course, f"wrong/{NAME}", seed=3)
    assert target.seed == 3
    assert target.changes() == ["the seed"]


def refused(course: Course, result: str, **given: object) -> AutograderError:
    with pytest.raises((UsageError, SubmissionError)) as caught:
        target_of(course, result, **given)  # type: ignore[arg-type]
    assert caught.value.next
    return caught.value


def test_a_result_that_is_not_there_is_told(course: Course) -> None:
    assert refused(course, f"nobody/{NAME}").code == "no-such-result"
    assert refused(course, "nobody").code == "no-such-result"
    assert refused(course, "lost.ipynb").code == "no-such-result"
    assert refused(course, "wrong/hello_tensor").code == "unknown-assignment"


def test_asking_for_a_result_makes_no_database(course: Course) -> None:
    shutil.rmtree(course.root / ".autograder")
    assert refused(course, f"wrong/{NAME}").code == "no-such-result"
    assert not (course.root / ".autograder").exists()


def test_what_the_platform_could_not_grade_cannot_be_replayed(course: Course, store: Store) -> None:
    keep(store, status=Status.ERROR, message="the platform failed 4 times")
    error = refused(course, f"wrong/{NAME}")
    assert error.code == "nothing-to-replay"
    assert "failed 4 times" in error.what


def test_a_notebook_that_is_gone_is_told_with_the_way_to_replay_a_copy(
    course: Course, store: Store
) -> None:
    report = keep(store, notebook=str(course.root / "gone.ipynb"))
    error = refused(course, f"wrong/{NAME}")
    assert error.code == "notebook-missing"
    assert f"--seed {report.seed}" in error.next


def test_a_notebook_of_which_nothing_is_known_needs_a_seed(
    graded: Graded, course: Course, tmp_path: Path
) -> None:
    path = tmp_path / "kim.ipynb"
    shutil.copy(graded.reports["wrong"].notebook, path)
    assert refused(course, str(path)).code == "seed-unknown"
    assert target_of(course, str(path), seed=5).student == "kim"


def test_a_notebook_that_cannot_be_told_needs_its_assignment(
    course: Course, tmp_path: Path
) -> None:
    path = tmp_path / "kim.ipynb"
    path.write_text('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}')
    assert refused(course, str(path), seed=5).code == "unknown-assignment"
    assert target_of(course, str(path), seed=5, assignment=NAME).assignment.name == NAME


def keep(store: Store, **changes: object) -> Report:
    """The kept result of `wrong`, changed."""
    kept = store.kept([("wrong", NAME)])["wrong", NAME]
    report = replace(kept.report, **changes)  # type: ignore[arg-type]
    store.keep(kept.key, report)
    return report
