"""Why a symbol cannot be there, in words for the student."""

from __future__ import annotations

from tests.notebook.building import SOFTMAX, Course, code, student_cells


def test_a_cell_that_does_not_parse_gives_the_line_and_the_reason(course: Course) -> None:
    submission = course.read(*student_cells("def softmax(x):\n    y = 1\n    return = y"))
    reason = "cell `softmax` does not parse: line 3: invalid syntax"
    assert submission.missing == {"softmax": reason}
    assert submission.flags == ("unparsable-cell:softmax",)
    assert submission.notes == ("cell `softmax` was left out: line 3: invalid syntax",)


def test_a_deleted_symbol_is_not_defined_anywhere(course: Course) -> None:
    cells = student_cells()
    del cells[2]
    assert course.read(*cells).missing == {"softmax": "softmax is not defined in any cell"}


def test_a_renamed_symbol_is_named(course: Course) -> None:
    submission = course.read(*student_cells(SOFTMAX.replace("softmax", "my_softmax")))
    reason = "cell `softmax` defines `my_softmax` instead of `softmax`"
    assert submission.missing == {"softmax": reason}
    assert reason in submission.notes


def test_another_cell_may_define_what_the_graded_cell_fails_to(course: Course) -> None:
    submission = course.read(*student_cells("def softmax(:"), code(SOFTMAX))
    assert submission.missing == {}
    assert submission.units[-1].cell == "cell 7"
    assert submission.flags == ("unparsable-cell:softmax",)


def test_a_definition_in_a_broken_helper_cell_is_pointed_at(course: Course) -> None:
    submission = course.read(*student_cells(""), code(SOFTMAX + "\n)"))
    assert submission.missing["softmax"] == "cell 7 does not parse: line 4: unmatched ')'"


def test_a_broken_scratch_cell_breaks_nothing_but_is_mentioned(course: Course) -> None:
    submission = course.read(*student_cells(), code("for i in :"))
    assert (submission.missing, submission.flags) == ({}, ())
    assert submission.notes == ("cell 7 was left out: line 1: invalid syntax",)


def test_a_binding_inside_a_branch_is_a_definition(course: Course) -> None:
    softmax = f"if True:\n    {SOFTMAX.replace(chr(10), chr(10) + '    ')}"
    assert course.read(*student_cells(softmax)).missing == {}
