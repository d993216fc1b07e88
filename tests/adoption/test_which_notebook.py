"""Which notebook of an nbgrader assignment a hidden suite is of."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from autograder.course.folders import Folders, SuitePlace, suite_places
from autograder.errors import CourseError
from tests.adoption.courses import EXAMPLE, write_suite
from tests.gradebook.courses import reference, write_json

FOLDERS = Folders(source="source", adopted=True)


def notebook(root: Path, name: str, *, ours: bool = True) -> None:
    path = root / "source" / "ps" / f"{name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    if ours:
        write_json(path, reference())
    else:
        shutil.copy(EXAMPLE / "ps1" / "problem1.ipynb", path)


def places(root: Path) -> list[SuitePlace]:
    return suite_places(root, FOLDERS, "ps")


def found(root: Path) -> list[tuple[str, str]]:
    return [(place.name, place.notebook.stem) for place in places(root)]


def test_none_without_a_suite(tmp_path: Path) -> None:
    notebook(tmp_path, "one")
    assert found(tmp_path) == []


def test_the_only_one(tmp_path: Path) -> None:
    notebook(tmp_path, "one", ours=False)
    write_suite(tmp_path / "tests" / "hidden" / "ps")
    assert found(tmp_path) == [("ps", "one")]


def test_the_one_with_the_assignments_name(tmp_path: Path) -> None:
    notebook(tmp_path, "one")
    notebook(tmp_path, "ps")
    write_suite(tmp_path / "tests" / "hidden" / "ps")
    assert found(tmp_path) == [("ps", "ps")]


def test_the_only_one_with_graded_symbols(tmp_path: Path) -> None:
    notebook(tmp_path, "one", ours=False)
    notebook(tmp_path, "two")
    (tmp_path / "source" / "ps" / "torn.ipynb").write_text('{"cells": [3')
    write_suite(tmp_path / "tests" / "hidden" / "ps")
    assert found(tmp_path) == [("ps", "two")]


def test_each_one_with_a_suite_in_a_folder_of_its_name(tmp_path: Path) -> None:
    for name in ("one", "two", "three"):
        notebook(tmp_path, name)
    for name in ("one", "two"):
        write_suite(tmp_path / "tests" / "hidden" / "ps" / name)
    assert found(tmp_path) == [("ps.one", "one"), ("ps.two", "two")]
    assert places(tmp_path)[0].suite == tmp_path / "tests" / "hidden" / "ps" / "one"
    assert places(tmp_path)[0].catalogue == tmp_path / "tests" / "catalogue" / "ps" / "one"


def test_two_that_fit_are_an_error_that_says_where_to_put_the_suite(tmp_path: Path) -> None:
    notebook(tmp_path, "one")
    notebook(tmp_path, "two")
    write_suite(tmp_path / "tests" / "hidden" / "ps")
    with pytest.raises(CourseError, match="2 notebooks, and 2 of them") as told:
        places(tmp_path)
    assert "one or two" in told.value.next


def test_a_suite_beside_the_suites_of_single_notebooks_is_an_error(tmp_path: Path) -> None:
    notebook(tmp_path, "one")
    write_suite(tmp_path / "tests" / "hidden" / "ps")
    write_suite(tmp_path / "tests" / "hidden" / "ps" / "one")
    with pytest.raises(CourseError, match=r"test_doubling.*lies beside"):
        places(tmp_path)
