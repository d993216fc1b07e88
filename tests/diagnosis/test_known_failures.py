"""What a proof says about which tests an entry fails saves replays, and decides nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
import torch

from autograder.examiner import diagnosis
from autograder.examiner.diagnosis import Course

from .replayed import FAILED, PASSED, call, calls, course, recognised, recorded

RIGHT = "def f(x, by=2):\n    return x * by"
SQUARED = "def f(x, by=2):\n    return x ** by"
X = torch.tensor([1.0, -3.0, 0.5])
BY_TWO, BY_ONE = calls(call("f", X)), calls(call("f", X, 1))
ENTRIES = course(RIGHT, squared=SQUARED, forgotten="def f(x, by=2):\n    return x * 2")


def knowing(known: Course, fails: Mapping[str, Sequence[str]]) -> Course:
    mistakes = tuple(
        replace(each, fails=frozenset(f"f/{test}" for test in fails.get(each.id, ())))
        for each in known.mistakes
    )
    return replace(known, mistakes=mistakes)


@pytest.mark.parametrize(
    "fails",
    [
        {"squared": ["test_0"], "forgotten": ["test_1"]},
        {"squared": ["test_0"]},
        {"forgotten": ["test_1"]},
        {},
        {"squared": ["test_0", "test_7"], "forgotten": ["test_1"]},
    ],
    ids=["all known", "one known", "another known", "nothing known", "a test that is gone"],
)
def test_whatever_is_known_the_mistake_is_recognised(fails: Mapping[str, Sequence[str]]) -> None:
    known = knowing(ENTRIES, fails)
    runs = [(FAILED, recorded(SQUARED, BY_TWO)), (PASSED, recorded(SQUARED, BY_ONE))]
    assert recognised(known, *runs) == ["squared", None]


def test_a_test_that_is_younger_than_the_proof_hides_no_mistake() -> None:
    known = knowing(ENTRIES, {"squared": ["test_0"], "forgotten": ["test_9"]})
    runs = [(FAILED, recorded(SQUARED, calls(call("f", X + i)))) for i in range(5)]
    assert recognised(known, *runs) == ["squared"] * 5


def test_an_entry_that_is_younger_than_the_proof_still_makes_a_tie() -> None:
    twins = course(RIGHT, one=SQUARED, other="def f(x, by=2):\n    return x * x")
    known = knowing(twins, {"one": ["test_0"]})
    assert recognised(known, (FAILED, recorded(SQUARED, BY_TWO))) == [None]


def test_a_proof_that_is_wrong_cannot_explain_what_the_calls_do_not() -> None:
    known = knowing(ENTRIES, {"squared": ["test_0"], "forgotten": ["test_0"]})
    run = recorded("def f(x, by=2):\n    return x + by", BY_TWO)
    assert recognised(known, (FAILED, run)) == [None]


def test_what_is_known_saves_replays(monkeypatch: pytest.MonkeyPatch) -> None:
    replays = []

    class Counted(diagnosis.Replay):
        def __init__(self, *args: object, **options: object) -> None:
            replays.append(args)
            super().__init__(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(diagnosis, "Replay", Counted)
    runs = [(FAILED, recorded(SQUARED, BY_TWO)), (PASSED, recorded(SQUARED, BY_ONE))]
    recognised(ENTRIES, *runs)
    without = len(replays)
    replays.clear()
    recognised(knowing(ENTRIES, {"squared": ["test_0"], "forgotten": ["test_1"]}), *runs)
    assert 0 < len(replays) < without
