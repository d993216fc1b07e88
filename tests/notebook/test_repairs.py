"""Edited, missing, copied and moved cells: repaired where the meaning is clear, always flagged."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.notebook import read_submission
from tests.notebook.building import (
    IMPORTS,
    SOFTMAX,
    Course,
    checks,
    code,
    imports,
    notebook,
    reference,
    solution,
    sources,
    student_cells,
    text,
)

USES_NN = "def softmax(logits, dim=-1):\n    return nn.Softmax(dim)(logits)"


def test_an_edited_read_only_cell_is_replaced_by_the_original(course: Course) -> None:
    cells = student_cells(USES_NN)
    cells[1] = imports("nn = None  # mine")
    submission = course.read(*cells)
    assert submission.flags == ("tampered-cell:imports",)
    assert submission.notes == ("the read-only cell `imports` was edited; the original was used",)
    assert sources(submission)[0] == "from torch import Tensor, nn"
    assert "mine" not in submission.sources["imports"]


@pytest.mark.parametrize(
    "same", [IMPORTS + "\n\n", IMPORTS.replace("\n", "\r\n"), IMPORTS.replace("\n", "   \n")]
)
def test_white_space_at_the_ends_of_lines_is_no_edit(course: Course, same: str) -> None:
    cells = student_cells()
    cells[1] = imports(same)
    assert course.read(*cells).flags == ()


def test_a_read_only_cell_without_its_hidden_tests_is_no_edit(tmp_path: Path) -> None:
    hidden = "assert 1\n### BEGIN HIDDEN TESTS\nassert 2\n### END HIDDEN TESTS\nassert 3"
    settings = {"grade": True, "locked": True, "points": 1}
    cells = [solution("softmax", SOFTMAX), code(hidden, "test_softmax", **settings)]
    known = reference(tmp_path, *cells)
    cells[1] = code("assert 1\nassert 3", "test_softmax", **settings)
    assert read_submission(notebook(*cells), known).flags == ()


def test_a_missing_read_only_cell_is_restored(course: Course) -> None:
    cells = student_cells(USES_NN)
    del cells[1]
    submission = course.read(*cells)
    assert submission.flags == ("missing-cell:imports",)
    assert submission.notes == ("the read-only cell `imports` was missing and was restored",)
    assert (submission.units[0].cell, submission.units[0].binds) == ("imports", ("Tensor", "nn"))


def test_imports_come_first_even_where_the_student_moved_them(course: Course) -> None:
    cells = student_cells("def softmax(x: Tensor): pass")
    cells.append(cells.pop(1))
    submission = course.read(*cells)
    assert [unit.cell for unit in submission.units] == ["imports", "softmax", "log_softmax"]
    assert submission.flags == ("reordered-cells",)


def test_read_only_code_between_the_symbols_keeps_its_place(tmp_path: Path) -> None:
    middle = code("scale = 3", "given", locked=True)
    cells = [solution("softmax", "softmax = 1"), middle, solution("other", "other = scale")]
    known = reference(tmp_path, *cells)
    for student in (cells, [cells[0], cells[2]], [cells[2]]):
        found = sources(read_submission(notebook(*student), known))
        assert found.index("scale = 3") == found.index("other = scale") - 1
    assert sources(read_submission(notebook(cells[2], cells[0]), known))[0] == "scale = 3"


def test_two_copies_of_a_graded_cell_run_in_order(course: Course) -> None:
    cells = [*student_cells(), solution("softmax", "def softmax(x): return 2")]
    submission = course.read(*cells)
    assert submission.flags == ("duplicate-cell:softmax",)
    assert [u.cell for u in submission.units] == ["softmax", "log_softmax", "cell 7"]


def test_a_copy_of_a_read_only_cell_is_ignored(course: Course) -> None:
    cells = [*student_cells(USES_NN), imports("nn = 3")]
    submission = course.read(*cells)
    assert submission.flags == ("duplicate-cell:imports",)
    assert "nn = 3" not in sources(submission)


@pytest.mark.parametrize("kind", ["markdown", "raw", "something"])
@pytest.mark.parametrize("source", [SOFTMAX, f"```python\n{SOFTMAX}\n```"])
def test_a_graded_cell_turned_into_text_still_counts(
    course: Course, kind: str, source: str
) -> None:
    cells = student_cells(source)
    cells[2]["cell_type"] = kind
    submission = course.read(*cells)
    assert submission.flags == ("retyped-cell:softmax",)
    assert SOFTMAX in sources(submission)
    assert submission.missing == {}


def test_a_read_only_cell_turned_into_text_is_restored(course: Course) -> None:
    cells = student_cells(USES_NN)
    cells[1] = text(IMPORTS, "imports", locked=True)
    submission = course.read(*cells)
    assert submission.flags == ("retyped-cell:imports",)
    assert submission.units[0].cell == "imports"


def test_cells_that_lost_their_metadata_are_found_by_name_and_by_text(course: Course) -> None:
    cells = student_cells()
    for cell in cells:
        del cell["metadata"]
    submission = course.read(*cells)
    ids = ("imports", "intro", "log_softmax", "softmax", "test_log_softmax", "test_softmax")
    assert submission.flags == tuple(f"metadata-lost:{grade_id}" for grade_id in ids)
    assert submission.missing == {}
    assert [unit.cell for unit in submission.units] == ["cell 3", "cell 5"]


def test_a_changed_grade_id_is_found_by_the_name_of_the_symbol(course: Course) -> None:
    cells = student_cells()
    cells[2]["metadata"]["nbgrader"]["grade_id"] = "softmax2"
    submission = course.read(*cells)
    assert submission.flags == ("metadata-lost:softmax",)
    assert submission.notes == ("`softmax` was found in cell 3, not in its own cell",)


def test_a_cleared_cell_is_no_loss_where_another_defines_the_symbol(course: Course) -> None:
    submission = course.read(*student_cells(softmax=""), code(SOFTMAX))
    assert (submission.missing, submission.flags) == ({}, ())
    assert submission.units[-1].cell == "cell 7"


def test_edited_read_only_text_and_checks_are_flagged_and_change_nothing(course: Course) -> None:
    cells = student_cells()
    cells[0]["source"] = "my own words"
    cells[3]["source"] = "import os; os.abort()"
    submission = course.read(*cells, execute="all")
    assert submission.flags == ("tampered-cell:intro", "tampered-cell:test_softmax")
    assert not any("abort" in source for source in sources(submission))


def test_settings_of_a_cell_that_were_changed_are_flagged(course: Course) -> None:
    cells = student_cells()
    cells[1]["metadata"]["nbgrader"]["locked"] = False
    cells[2]["metadata"]["nbgrader"]["grade"] = True
    cells[3] = checks("softmax", points=100)
    assert course.read(*cells).flags == (
        "changed-metadata:softmax",
        "changed-metadata:test_softmax",
        "unlocked-cell:imports",
    )


def test_every_missing_cell_is_flagged(course: Course) -> None:
    submission = course.read()
    assert len([flag for flag in submission.flags if flag.startswith("missing-cell:")]) == 6
    assert set(submission.missing) == {"softmax", "log_softmax"}


@pytest.mark.parametrize(
    ("metadata", "flags"),
    [
        ({"kernelspec": {"name": "ir", "language": "R"}}, ("wrong-kernelspec:ir",)),
        ({"kernelspec": {"name": "julia-1.9"}}, ("wrong-kernelspec:julia-1.9",)),
        ({"language_info": {"name": "julia"}}, ("wrong-kernelspec:julia",)),
        ({"kernelspec": {"name": "<b>x y"}}, ("wrong-kernelspec:-b-x-y",)),
        ({"kernelspec": {"name": "my_env", "language": "python"}}, ()),
        ({"kernelspec": {"name": "conda-env-dl-py"}}, ()),
        ({"kernelspec": 3, "language_info": []}, ()),
        ({}, ()),
        (None, ()),
    ],
)
def test_another_kernel_is_flagged_and_the_code_is_read(
    course: Course, metadata: object, flags: tuple[str, ...]
) -> None:
    data = notebook(*student_cells(), metadata=metadata)
    submission = read_submission(data, course.reference)
    assert submission.flags == flags
    assert len(submission.units) == 2


def test_a_hostile_notebook_cannot_flood_the_notes(course: Course) -> None:
    submission = course.read(*student_cells(), *[code(f"{i} = ") for i in range(500)])
    assert len(submission.notes) <= 41
    assert submission.notes[-1] == "and 460 more"
