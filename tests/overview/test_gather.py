"""Store, gradebook, roster and submitted/ together."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from autograder.course import load_course
from autograder.errors import UsageError
from autograder.origin import sha256
from autograder.overview import gather
from autograder.report import Outcome
from autograder.store import Store
from tests.overview import classes
from tests.overview.classes import NAME, report, result

ROSTER = "kim,한별,김,kim@example.org\nnever,Never,There,\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return classes.make_course(tmp_path / "course", roster=ROSTER)


def hand_in(root: Path, student: str, text: str) -> str:
    """Returns the digest."""
    path = root / "submitted" / student / NAME / f"{NAME}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    return sha256(text.encode())


def notebook(remark: str) -> str:
    return json.dumps({"cells": [], "metadata": {"by": remark}, "nbformat": 4, "nbformat_minor": 5})


def graded(student: str, digest: str, root: Path) -> None:
    tests = [result("standardize", "test_rows", 1.0, Outcome.PASSED)]
    origin = (digest, *classes.digests(root))
    classes.keep(root, [report(student, tests, origin=origin)])


def test_who_handed_in_who_was_graded_and_who_did_neither(root: Path) -> None:
    graded("kim", hand_in(root, "kim", notebook("kim")), root)
    hand_in(root, "lee", notebook("lee"))
    overview = classes.seen(root)
    assert [row.student for row in overview.students] == ["kim"]
    assert overview.students[0].name == "한별 김"
    assert [one.student for one in overview.not_graded] == ["lee"]
    assert "autograder grade" in overview.not_graded[0].next
    assert overview.not_submitted == ("never",)
    assert (overview.changed, overview.outdated) == ((), ())


def test_a_notebook_that_was_replaced_since_is_told(root: Path) -> None:
    digest = hand_in(root, "kim", notebook("kim"))
    graded("kim", digest, root)
    (root / "submitted" / "kim" / NAME / f"{NAME}.ipynb").write_text(notebook("kim again"))
    assert classes.seen(root).changed == ("kim",)


def test_a_result_of_another_suite_is_told(root: Path) -> None:
    graded("kim", hand_in(root, "kim", notebook("kim")), root)
    suite = root / "tests" / "hidden" / NAME / f"test_{NAME}.py"
    suite.write_text(suite.read_text() + "\n# corrected\n")
    assert classes.seen(root).outdated == ("kim",)


def test_nothing_is_made_where_there_is_no_gradebook(root: Path) -> None:
    graded("kim", hand_in(root, "kim", notebook("kim")), root)
    before = sorted(root.rglob("*"))
    overview = classes.seen(root)
    assert overview.final is None
    assert sorted(root.rglob("*")) == before


def test_titles_are_in_the_courses_language(tmp_path: Path) -> None:
    root = classes.make_course(tmp_path / "course", language="ko")
    lost = [result("standardize", "test_a", 1.0, Outcome.FAILED, misconception=classes.MISTAKE)]
    classes.keep(root, [report("kim", lost)])
    (row,) = classes.seen(root).misconceptions
    assert row.title == "표준편차 대신 분산으로 나눕니다"
    assert row.cell == "standardize"


def test_without_results_it_says_what_to_do(root: Path) -> None:
    course = load_course(root)
    store = Store(course.db_url, course=course.id, root=root)
    with store, pytest.raises(UsageError) as refused:
        gather(course, course.assignment(NAME), store)
    assert refused.value.code == "nothing-graded"
    assert refused.value.next == f"autograder grade --assignment {NAME}"
