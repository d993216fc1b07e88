"""Old formats and notebooks with parts missing are read as far as their meaning is clear."""

from __future__ import annotations

import json
from typing import Any

import pytest

from autograder.notebook import read_submission
from tests.notebook.building import Course, notebook, student_cells


def read(course: Course, document: dict[str, Any]) -> tuple[str, ...]:
    submission = read_submission(json.dumps(document).encode(), course.reference)
    assert submission.missing == {}
    assert [unit.binds for unit in submission.units] == [("softmax",), ("log_softmax",)]
    return submission.flags


@pytest.mark.parametrize("minor", range(6))
def test_every_minor_version_of_format_4_is_read(course: Course, minor: int) -> None:
    cells = [cell | {"id": f"c{i}"} for i, cell in enumerate(student_cells())]
    assert read(course, {"nbformat": 4, "nbformat_minor": minor, "cells": cells}) == ()


def test_format_3_keeps_cells_in_worksheets_and_code_in_input(course: Course) -> None:
    cells = [
        {("input" if key == "source" else key): value for key, value in cell.items()}
        if cell["cell_type"] == "code"
        else cell
        for cell in student_cells()
    ]
    heading = {"cell_type": "heading", "level": 1, "source": "My notebook"}
    sheets = [{"cells": [heading, *cells[:3]]}, {"cells": cells[3:]}, "odd"]
    assert read(course, {"nbformat": 3, "worksheets": sheets}) == ("nbformat:3",)


def test_a_cell_without_a_type_is_code_if_it_parses(course: Course) -> None:
    cells = student_cells()
    del cells[2]["cell_type"]
    assert read(course, {"cells": cells}) == ()


@pytest.mark.parametrize("odd", [None, 3, "x", [], {"source": None}, {"source": {"a": 1}}, {}])
def test_odd_cells_are_passed_over_but_counted(course: Course, odd: object) -> None:
    submission = course.read(odd, *student_cells("1 +"))
    assert "cell `softmax` was left out: line 1: invalid syntax" in submission.notes
    assert course.read(odd, *student_cells(), {"source": "1 +"}).notes[0].startswith("cell 8 was")


def test_a_source_list_with_odd_items_is_joined_from_its_strings(course: Course) -> None:
    cells = student_cells()
    cells[2]["source"] = ["def softmax(x):\n", None, 3, "    return 1"]
    assert read(course, {"cells": cells}) == ()


@pytest.mark.parametrize("metadata", [None, [], {"nbgrader": 3}, {"nbgrader": {"grade_id": 3}}])
def test_odd_metadata_is_the_same_as_none(course: Course, metadata: object) -> None:
    cells = student_cells()
    cells[2]["metadata"] = metadata
    assert read(course, {"cells": cells}) == ("metadata-lost:softmax",)


def test_nan_and_numbers_of_any_length_may_stand_in_outputs(course: Course) -> None:
    data = notebook(*student_cells()).replace(b'"outputs": []', b'"outputs": [NaN, -Infinity]', 1)
    data = data.replace(b'"execution_count": 1', b'"execution_count": ' + b"9" * 6000)
    assert read_submission(data, course.reference).missing == {}


def test_half_a_surrogate_pair_in_a_comment_or_name_harms_nothing(course: Course) -> None:
    submission = course.read(*student_cells("# \ud83d\ndef softmax(x): return '\udc00'"))
    assert submission.missing == {}
    submission.sources["softmax"].encode()


def test_a_byte_order_mark_is_accepted_before_the_file_and_in_a_cell(course: Course) -> None:
    data = b"\xef\xbb\xbf" + notebook(*student_cells("\ufeffdef softmax(x): return x"))
    assert read_submission(data, course.reference).missing == {}


def test_many_megabytes_of_outputs_are_ignored(course: Course) -> None:
    cells = student_cells()
    cells[2]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "x" * 20_000_000}]
    assert course.read(*cells).flags == ()
