"""An honest notebook becomes the statements that its graded symbols need, in order."""

from __future__ import annotations

import subprocess
import sys

import pytest

from autograder.notebook import cell_ids
from tests.notebook.building import (
    SOFTMAX,
    Course,
    code,
    notebook,
    sources,
    student_cells,
    unit_with,
)


def test_an_honest_notebook_gives_its_definitions_and_nothing_to_say(course: Course) -> None:
    submission = course.read(*student_cells())
    assert [unit.cell for unit in submission.units] == ["softmax", "log_softmax"]
    assert submission.flags == submission.notes == submission.untouched == ()
    assert submission.missing == submission.forbidden == {}


def test_a_unit_knows_its_line_in_the_cell_and_what_it_binds(course: Course) -> None:
    submission = course.read(*student_cells("# mine\n\nEPS = 1e-9; TINY = 2\n" + uses("EPS, TINY")))
    eps, tiny, softmax, _ = submission.units
    assert (eps.source, eps.first_line, eps.binds) == ("EPS = 1e-9", 3, ("EPS",))
    assert (tiny.source, tiny.first_line) == ("TINY = 2", 3)
    assert (softmax.first_line, softmax.binds) == (4, ("softmax",))


def uses(names: str) -> str:
    return f"def softmax(logits, dim=-1):\n    return {names}"


@pytest.mark.parametrize("decorator", ["@deco", "@(\n deco\n)", "@deco  # @\n\n@deco"])
def test_a_decorated_definition_begins_at_its_first_decorator(
    course: Course, decorator: str
) -> None:
    unit = unit_with(course.read(*student_cells(f"x = 1\n# @ no\n{decorator}\n{SOFTMAX}")), "@")
    assert (unit.first_line, unit.source) == (3, f"{decorator}\n{SOFTMAX}")


def test_columns_are_right_after_letters_that_take_several_bytes(course: Course) -> None:
    submission = course.read_with("이름 = 'é'; 값 = 2", softmax=uses("이름, 값"))
    assert sources(submission)[:2] == ["이름 = 'é'", "값 = 2"]


def test_a_future_import_holds_for_its_cell_and_those_below(course: Course) -> None:
    cells = student_cells()
    cells.insert(4, code("from __future__ import annotations"))
    submission = course.read(*cells)
    assert [(unit.cell, unit.future) for unit in submission.units] == [
        ("softmax", False),
        ("log_softmax", True),
    ]


def test_source_may_be_a_list_of_lines_and_windows_line_ends_are_read(course: Course) -> None:
    cells = student_cells()
    cells[2]["source"] = [line + "\r\n" for line in SOFTMAX.split("\n")]
    assert unit_with(course.read(*cells), "def softmax").source == SOFTMAX


def test_execute_all_takes_every_statement_but_not_the_visible_checks(course: Course) -> None:
    cells = [*student_cells(), code("print(1)\nget_ipython().system('ls')\n%matplotlib inline")]
    submission = course.read(*cells, execute="all")
    cells_used = {unit.cell for unit in submission.units}
    assert cells_used == {"imports", "softmax", "log_softmax", "cell 7"}
    assert sources(submission)[-1] == "print(1)"
    assert "import matplotlib.pyplot as plt" in sources(submission)


def test_grade_ids_are_found_without_a_reference() -> None:
    ids = cell_ids(notebook(*student_cells(), code("x")))
    assert ids == ("intro", "imports", "softmax", "test_softmax", "log_softmax", "test_log_softmax")


def test_traceback_text_is_kept_for_the_cells_that_run(course: Course) -> None:
    submission = course.read_with("%time\nEPS = 1", "unused = 2", softmax=uses("EPS"))
    assert set(submission.sources) == {"cell 3", "softmax", "log_softmax"}
    assert submission.sources["cell 3"] == "\nEPS = 1"


def test_reading_loads_neither_torch_nor_a_notebook_library() -> None:
    program = (
        "import sys, autograder.notebook\n"
        "print([m for m in ('torch', 'IPython', 'nbformat', 'nbgrader') if m in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"
