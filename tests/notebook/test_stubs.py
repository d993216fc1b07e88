"""A cell that is still as it was released is told from one that was tried."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.notebook import read_submission
from tests.notebook.building import (
    SOFTMAX,
    STUB,
    Course,
    code,
    notebook,
    reference,
    solution,
    student_cells,
)

CLASS = """
class Cell(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.size = size
        ### BEGIN SOLUTION
        self.weight = nn.Parameter(torch.ones(size))
        ### END SOLUTION

    def forward(self, x):
        ### BEGIN SOLUTION
        return x * self.weight
        ### END SOLUTION
"""


@pytest.mark.parametrize(
    "stub",
    [
        STUB,
        STUB.replace("Error", 'Error("your code")'),
        "# my notes\ndef softmax(x):\n    # YOUR CODE HERE\n    raise NotImplementedError()",
    ],
)
def test_a_body_that_only_raises_is_untouched(course: Course, stub: str) -> None:
    assert course.read(*student_cells(stub)).untouched == ("softmax",)


@pytest.mark.parametrize(
    "tried",
    [
        SOFTMAX,
        "def softmax(x):\n    pass",
        "def softmax(x):\n    y = x\n    raise NotImplementedError",
        "def softmax(x):\n    if x.ndim > 2:\n        raise NotImplementedError\n    return x",
        "def softmax(x):\n    raise ValueError",
        "softmax = None",
    ],
)
def test_anything_else_was_tried(course: Course, tried: str) -> None:
    assert course.read(*student_cells(tried)).untouched == ()


def test_the_last_definition_counts(course: Course) -> None:
    assert course.read(*student_cells(STUB), code(SOFTMAX)).untouched == ()
    assert course.read(code(SOFTMAX), *student_cells(STUB)).untouched == ("softmax",)


def released(text: str) -> str:
    lines = text.replace("### BEGIN SOLUTION", "raise NotImplementedError()").split("\n")
    return "\n".join(x for x in lines if "Parameter" not in x and "*" not in x and "END" not in x)


def test_a_stub_with_lines_that_stay_is_known_from_the_reference(tmp_path: Path) -> None:
    known = reference(tmp_path, solution("Cell", CLASS))
    same = notebook(solution("Cell", released(CLASS)))
    assert read_submission(same, known).untouched == ("Cell",)
    tried = released(CLASS).replace("self.size = size", "self.width = size")
    assert read_submission(notebook(solution("Cell", tried)), known).untouched == ()


def test_the_reference_itself_is_no_stub(tmp_path: Path) -> None:
    partial = "def softmax(x):\n    if x is None:\n        raise NotImplementedError\n    return x"
    for source in (CLASS.replace("Cell", "softmax"), partial):
        known = reference(tmp_path, solution("softmax", source))
        assert read_submission(notebook(solution("softmax", source)), known).untouched == ()
