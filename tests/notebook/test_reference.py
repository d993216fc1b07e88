"""What is read from a reference notebook, and what is wrong with a broken one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from autograder.errors import CourseError
from autograder.notebook import read_reference
from tests.notebook.building import (
    IMPORTS,
    SOFTMAX,
    checks,
    code,
    imports,
    reference,
    solution,
    text,
)


def test_symbols_read_only_code_points_and_checks_are_known(tmp_path: Path) -> None:
    known = reference(tmp_path)
    assert known.symbols == ("softmax", "log_softmax")
    assert known.locked == {"imports": IMPORTS}
    assert known.points == {"test_softmax": 2, "test_log_softmax": 1.5}
    assert known.checks["test_softmax"] == "assert softmax(torch.ones(2)).shape == (2,)"
    assert [(cell.grade_id, cell.role) for cell in known.cells][:3] == [
        ("intro", "text"),
        ("imports", "locked"),
        ("softmax", "symbol"),
    ]


def test_answers_that_a_person_grades_are_no_symbols(tmp_path: Path) -> None:
    manual = {"grade": True, "solution": True, "points": 3}
    cells = [text("Why?", "why", **manual), code("", "plot", **manual)]
    known = reference(tmp_path, solution("softmax", SOFTMAX), *cells)
    assert known.symbols == ("softmax",)
    assert known.points == {}


@pytest.mark.parametrize(
    ("cells", "what", "where"),
    [
        ([imports()], "no solution cell", ""),
        ([solution("softmax", "x = 1")], "does not define `softmax`", "softmax"),
        ([solution("softmax", "def softmax(")], "does not parse: line 1", "softmax"),
        ([solution("softmax", SOFTMAX)] * 2, "two cells have this grade_id", "softmax"),
        ([checks("softmax", -1)], "no valid points", "test_softmax"),
        ([imports("import")], "does not parse", "imports"),
    ],
)
def test_a_broken_reference_is_located(
    tmp_path: Path, cells: list[Any], what: str, where: str
) -> None:
    with pytest.raises(CourseError) as caught:
        reference(tmp_path, *cells)
    assert what in caught.value.what
    assert caught.value.where.startswith(str(tmp_path / "reference.ipynb"))
    assert caught.value.where.endswith(where)
    assert caught.value.next


def test_a_reference_that_is_missing_or_no_notebook_is_a_course_error(tmp_path: Path) -> None:
    (tmp_path / "x.ipynb").write_text("{}")
    for name in ("x.ipynb", "none.ipynb"):
        with pytest.raises(CourseError) as caught:
            read_reference(tmp_path / name)
        assert caught.value.where == str(tmp_path / name)
