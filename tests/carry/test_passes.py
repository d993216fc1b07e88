"""Which tests run again, and over which of the reference's symbols."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from autograder import wire
from autograder.examiner.carry import Pass, passes
from autograder.examiner.plugin import Verdict
from autograder.examiner.upstream import Upstream
from autograder.examiner.verdicts import PlatformFailure
from autograder.notebook import read_submission
from autograder.report import Outcome
from tests.notebook.building import code, notebook, reference, student_cells

SYMBOLS = ("a", "b", "c", "d")
TESTS = [wire.TestInfo(f"test_{n}", cell, 1.0, "") for cell in SYMBOLS for n in range(2)]
WRONG = Verdict(Outcome.FAILED, "the values are off")
RIGHT = Verdict(Outcome.PASSED, "")


def planned(wrong: str, uses: dict[str, str], **settings: object) -> list[tuple[str, str]]:
    """(symbols that are tested again, over which ones), as words of letters."""
    verdicts = {
        i: WRONG if test.cell in wrong and test.name == "test_1" else RIGHT
        for i, test in enumerate(TESTS)
    }
    found = passes(TESTS, verdicts, SYMBOLS, uses, **{"can_stand": SYMBOLS} | settings)  # type: ignore[arg-type]
    assert all(TESTS[i].name == "test_1" for each in found for i in each.tests), (
        "only what was lost"
    )
    return [("".join(TESTS[i].cell for i in each.tests), "".join(each.upstream)) for each in found]


@pytest.mark.parametrize(
    ("wrong", "uses", "expected"),
    [
        ("", {"b": "a"}, []),
        ("a", {"b": "a"}, []),
        ("b", {"b": "a"}, []),
        ("ab", {}, []),
        ("ab", {"b": "a"}, [("b", "a")]),
        ("abc", {"b": "a", "c": "a"}, [("bc", "a")]),
        ("abc", {"b": "a", "c": "ab"}, [("b", "a"), ("c", "ab")]),
    ],
    ids=[
        "nothing wrong",
        "what uses it passes all the same",
        "what it uses is right",
        "wrong side by side",
        "wrong, and one that uses it",
        "one candidate for those that use the same",
        "a chain that uses both",
    ],
)
def test_what_runs_again(wrong: str, uses: dict[str, str], expected: list[object]) -> None:
    assert planned(wrong, uses) == expected


def test_a_right_symbol_is_followed_to_what_it_uses() -> None:
    assert planned("ac", {"c": "b", "b": "a"}) == [("c", "a")]


def test_a_wrong_symbol_is_replaced_and_not_followed() -> None:
    """Its reference uses the reference's own."""
    assert planned("abc", {"c": "b", "b": "a"}) == [("b", "a"), ("c", "b")]


def test_only_what_comes_earlier_in_the_reference_is_upstream() -> None:
    """Otherwise two that call one another would both be right without a line of work."""
    assert planned("ab", {"a": "b", "b": "a"}) == [("b", "a")]
    assert planned("ab", {"a": "b"}) == []


def test_what_cannot_stand_in_is_left_as_it_is() -> None:
    assert planned("abc", {"c": "ab"}, can_stand=("a",)) == [("c", "a")]


def test_those_that_are_spared_are_not_tested_again() -> None:
    assert planned("abc", {"b": "a", "c": "a"}, spared=("b",)) == [("c", "a")]


def test_a_reference_that_is_not_asked_is_not_started(tmp_path: Path) -> None:
    upstream = Upstream(str(tmp_path / "no-socket"), ("a",), 1 << 20)
    upstream.begin_test(7)
    upstream.close()
    with pytest.raises(PlatformFailure):
        upstream.answer(wire.Upcall("a", [], [], {}, grad=False), deadline=time.monotonic() + 9)


def test_a_pass_says_what_it_is_over() -> None:
    verdicts = {0: WRONG, 2: WRONG, 3: RIGHT}
    assert passes(TESTS, verdicts, SYMBOLS, {"b": "a"}, SYMBOLS) == [Pass(("a",), (2,))]


@pytest.mark.parametrize(
    ("helper", "log_softmax", "uses"),
    [
        ("", "def log_softmax(x, dim=-1):\n    return softmax(x, dim).log()", ("softmax",)),
        ("", "def log_softmax(x, dim=-1):\n    return torch.log_softmax(x, dim)", ()),
        (
            "def normal(x):\n    return softmax(x)",
            "def log_softmax(x, dim=-1):\n    return normal(x).log()",
            ("softmax",),
        ),
        (
            "p = softmax",
            "def log_softmax(x, dim=-1):\n    return p(x).log()",
            ("softmax",),
        ),
        (
            "print(softmax)",
            "def log_softmax(x, dim=-1):\n    softmax = x.exp()\n    return softmax.log()",
            (),
        ),
    ],
    ids=["by its name", "another's", "by a helper", "by an alias", "a name of its own"],
)
def test_what_a_symbol_uses_is_read_from_its_code_and_its_helpers(
    tmp_path: Path, helper: str, log_softmax: str, uses: tuple[str, ...]
) -> None:
    cells = [*student_cells(log_softmax=log_softmax), code(helper)]
    submission = read_submission(notebook(*cells), reference(tmp_path))
    assert submission.uses == {"softmax": (), "log_softmax": uses}
