"""The shipped assignments: each symbol can be measured, and honest alternatives are told apart."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from autograder.course import load_course
from autograder.peer.contrast import (
    Task,
    distance,
    how_they_differ,
    measure,
    most_contrasting,
    returns_the_same,
    tasks_of,
)
from autograder.peer.experiments.probe_file import probes_of
from autograder.sandbox.local import LocalSandbox
from autograder.verify.answers import Answers, split

ROOT = Path(__file__).parents[3]
COURSE = load_course(ROOT)
SMALL = """
import torch

def few(cross_entropy):
    return {"losses": cross_entropy(torch.eye(3, 4), torch.tensor([0, 3, 1]), reduction="none")}

def more(cross_entropy):
    logits = torch.linspace(-1, 1, 48).reshape(8, 6).requires_grad_()
    return lambda: cross_entropy(logits, torch.arange(8) % 6, label_smoothing=0.1)
"""


@dataclass(frozen=True, slots=True)
class Small:
    """A probe without a large input."""

    name: str
    code: str
    raises: str = ""
    large: str = ""
    large_name: str = ""


@pytest.mark.parametrize("name", [assignment.name for assignment in COURSE.assignments])
def test_every_shipped_symbol_has_one_large_input_and_small_ones(name: str) -> None:
    assignment = COURSE.assignment(name)
    for symbol in Answers(assignment.reference).symbols:
        tasks = tasks_of(probes_of(assignment, symbol))
        assert [task.name for task in tasks if task.cost] == [f"large_{symbol}"]
        assert any(not task.cost for task in tasks)


def test_without_a_large_input_the_small_ones_are_measured() -> None:
    sums = Small("sums", "def sums(softmax):\n    return {'sum': softmax(1)}")
    refused = Small("refused", "def refused(softmax):\n    return softmax(None)", "ValueError")
    tasks = tasks_of([sums, refused])
    (cost,) = [task for task in tasks if task.cost]  # not of one where a right answer raises
    assert [task.name for task in tasks if not task.cost] == ["sums", "refused"]
    names: dict[str, Any] = {}
    exec(cost.source, names)
    assert names[cost.name](lambda x: x + 1)() == {"sum": 2}


def test_alternatives_to_cross_entropy_are_told_apart(box: LocalSandbox) -> None:
    assignment = COURSE.assignment("cross_entropy")
    answers = Answers(assignment.reference)
    folder = assignment.misconceptions.parent / "alternatives"
    texts = {name: (folder / f"{name}.py").read_text() for name in ("loops", "one_hot_einsum")}
    texts["renamed"] = texts["one_hot_einsum"].replace("one_hot =", "table =")
    texts["renamed"] = texts["renamed"].replace("one_hot *", "table *").replace("peak", "top")
    tasks = [
        Task(name="few", source=SMALL, cost=False),
        Task(name="more", source=SMALL, cost=True),
    ]
    parts = {name: split(text, answers.symbols) for name, text in texts.items()}
    codes = {name: f"{rest}\n{cells['cross_entropy']}" for name, (cells, rest) in parts.items()}
    books = {name: answers.alternative(text) for name, text in texts.items()}
    told = measure(
        books, assignment, box, symbol="cross_entropy", tasks=tasks, codes=codes, rounds=1
    )
    known = told.measured
    assert set(known) == set(texts)
    assert returns_the_same(known["loops"], known["one_hot_einsum"])
    assert known["loops"].operators["aten::exp"] == 8 * 6
    assert known["one_hot_einsum"].operators["aten::bmm"] == 1
    assert distance(known["renamed"], known["one_hot_einsum"]) < 0.1
    assert len(most_contrasting(known)) == 2
    words = how_they_differ(known, ["loops", "one_hot_einsum"])
    assert "loops uses stack, unlike one_hot_einsum." in words
    assert "loops has a loop in Python, unlike one_hot_einsum." in words
    assert "one_hot_einsum uses amax, einsum, one_hot, unlike loops." in words
