"""Which statements may run the student's expressions when they are executed."""

from __future__ import annotations

import pytest

from tests.notebook.building import Course, student_cells


def risky(course: Course, statement: str, before: str = "") -> bool:
    cell = f"{before}\n{statement}"
    units = course.read(*student_cells(cell), execute="all").units
    return [unit for unit in units if unit.cell == "softmax"][-1].risky


@pytest.mark.parametrize(
    "statement",
    [
        "def softmax(x, dim=-1): return boom()",
        "def softmax(x: Tensor, f=torch.exp) -> tuple[Tensor, int | None]: return boom()",
        "async def softmax(x): pass",
        "import torch.nn.functional as F",
        "from math import sqrt",
        "EPS = 1e-9",
        "SIZES = (1, -2, [3])",
        "class A:\n    'doc'\n    x: int = 3\n    def f(self): boom()",
        "class A(nn.Module):\n    def __init__(self): boom()",
        "class A(torch.nn.Module): pass",
    ],
)
def test_plain_definitions_and_imports_cannot_surprise(course: Course, statement: str) -> None:
    assert not risky(course, statement)


@pytest.mark.parametrize(
    ("before", "statement"),
    [
        ("", "def softmax(x=boom()): pass"),
        ("", "@boom\ndef softmax(x): pass"),
        ("", "def softmax(x: boom()): pass"),
        ("boom = 1", "def softmax(x: boom.x): pass"),
        ("torch = boom()", "def softmax(x: torch.x): pass"),
        ("torch.Tensor = boom()", "def softmax(x: torch.Tensor): pass"),
        ("", "class A(boom()): pass"),
        ("class B: pass", "class A(B): pass"),
        ("class Module: pass", "class A(Module): pass"),
        ("", "class A(object, metaclass=boom): pass"),
        ("", "class A:\n    x = boom()"),
        ("", "class A:\n    class B: pass"),
        ("import enum", "class A(enum.Enum): pass"),
        ("", "import antigravity"),
        ("", "from . import x"),
        ("", "from torch import *"),
        ("", "x = boom()"),
        ("", "x = 10 ** 10 ** 10"),
        ("", "x, y = 1, 2"),
        ("", "for i in range(3): pass"),
        ("", "try:\n    import torch\nexcept ImportError: pass"),
        ("", "del torch"),
        ("", "x[0] = 1"),
    ],
)
def test_whatever_evaluates_the_students_expressions_is_risky(
    course: Course, before: str, statement: str
) -> None:
    assert risky(course, statement, before)


def test_annotations_do_not_count_where_they_are_not_evaluated(course: Course) -> None:
    future = "from __future__ import annotations"
    assert not risky(course, "def softmax(x: boom()) -> boom(): pass", future)
    assert not risky(course, "class A:\n    x: boom()", future)
