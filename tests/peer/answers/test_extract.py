"""What of a notebook belongs to one answer."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.peer.answers.extract import Extracted, NothingToShow, extract
from tests.peer.answers.sweeps import COURSE, anonymous
from tests.suites.answers import answers, stubs, with_cells

NAME = "cross_entropy"


def extracted(data: bytes, symbol: str) -> Extracted | NothingToShow:
    return extract(data, COURSE.assignment(NAME), answers(NAME).reference, symbol)


def texts(found: Extracted | NothingToShow) -> list[str]:
    assert isinstance(found, Extracted)
    return [ast.unparse(statement) for statement in found.statements]


def test_helpers_and_constants_of_other_cells_belong_to_it() -> None:
    helpers = "import math\nimport os\nLOW = -math.inf\ndef shift(x):\n    return x + LOW\nprint(1)"
    data = with_cells(NAME, {"softmax": "def softmax(x, dim=-1):\n    return shift(x)"}, helpers)
    assert texts(extracted(data, "softmax")) == [
        "import math",
        "LOW = -math.inf",
        "def shift(x):\n    return x + LOW",
        "def softmax(x, dim=-1):\n    return shift(x)",
    ]


def test_another_graded_symbol_is_named_and_not_included() -> None:
    found = extracted(answers(NAME).right(), "cross_entropy")
    assert isinstance(found, Extracted)
    assert found.needs == ("log_softmax",)
    assert len(found.statements) == 1


def test_through_a_helper_too() -> None:
    source = "def f(x):\n    return log_softmax(x)\ndef softmax(x, dim=-1):\n    return f(x).exp()"
    found = extracted(with_cells(NAME, {"softmax": source}), "softmax")
    assert isinstance(found, Extracted)
    assert found.needs == ("log_softmax",)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (stubs(NAME), "handed out"),
        (with_cells(NAME, {"softmax": "def softmax(x:\n"}), "does not parse"),
        (with_cells(NAME, {"softmax": "def soft_max(x): return x"}), "instead of"),
        (with_cells(NAME, {"softmax": ""}), "not defined"),
        (with_cells(NAME, {"softmax": "softmax = log_softmax = len"}), "another graded symbol"),
        (with_cells(NAME, {"softmax": f"def softmax(x):\n    return {'-' * 4_000}x"}), ""),
        (with_cells(NAME, {"softmax": "\n".join(f"a{i} = 1" for i in range(2_000))}), ""),
        (with_cells(NAME, {"softmax": f"def softmax(x):\n    return {[7] * 20_000}"}), "too long"),
        (b"", "empty"),
        (b"\xff\xfe\x00", ""),
        (b"[]", "not a notebook"),
    ],
)
def test_there_is_nothing_to_show(data: bytes, why: str) -> None:
    found = extracted(data, "softmax")
    assert isinstance(found, NothingToShow)
    assert why in found.why
    assert anonymous(NAME, data, "softmax") is None


def test_there_is_no_answer_to_what_was_not_asked() -> None:
    assert isinstance(extracted(answers(NAME).right(), "perplexity"), NothingToShow)


@settings(max_examples=40, deadline=None, derandomize=True, database=None)
@given(junk=st.binary(max_size=40), at=st.integers(min_value=0, max_value=12_000))
def test_any_bytes_are_survived(junk: bytes, at: int) -> None:
    data = answers(NAME).right()
    anonymous(NAME, data[:at] + junk + data[at + len(junk) :], "softmax")


@pytest.mark.parametrize("depth", [50, 500, 5_000])
def test_deep_code_is_survived(depth: int) -> None:
    for deep in (f"{'(' * depth}x{')' * depth}", f"x{'.exp()' * depth}", f"x{' + x' * depth}"):
        source = f"def softmax(x, dim=-1):\n    return {deep}"
        anonymous(NAME, with_cells(NAME, {"softmax": source}), "softmax")
