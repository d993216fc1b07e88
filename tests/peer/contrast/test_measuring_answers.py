"""Real answers, measured by a real sandbox."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from autograder.course import Assignment
from autograder.peer.contrast import (
    Measurements,
    Task,
    distance,
    how_they_differ,
    measure,
    most_contrasting,
    returns_the_same,
)
from autograder.peer.contrast.distance import LEAST
from autograder.sandbox.local import LocalSandbox
from tests.notebook.building import imports, notebook, solution
from tests.sandbox.lab import IMPORTS, assignment

ROWS, COLUMNS = 10, 12
PROBES = f"""
import torch

def small(smooth):
    return {{"three numbers": smooth(torch.tensor([[1.0, 2.0, 4.0]])), "sum": 7}}

def large(smooth):
    x = torch.linspace(-1, 1, {ROWS * COLUMNS}).reshape({ROWS}, {COLUMNS})
    return lambda: smooth(x)
"""
TASKS = (
    Task(name="small", source=PROBES, cost=False),
    Task(name="large", source=PROBES, cost=True),
)
ANSWERS = {
    "loops": """def smooth(x):
    rows = []
    for row in x:
        numbers = []
        for number in row:
            numbers.append(torch.exp(number) * 2)
        rows.append(torch.stack(numbers))
    return torch.stack(rows)""",
    "at_once": "def smooth(x):\n    return 2 * x.exp()",
    "einsum": "def smooth(x):\n    return torch.einsum('ij,->ij', x.exp(), torch.tensor(2.0))",
    "wasteful": """def smooth(x):
    copies = [x.exp() for _ in range(50)]
    return copies[0] + copies[1]""",
    "wrong": "def smooth(x):\n    return 3 * x.exp()",
    "broken": "def smooth(x):\n    return x.expp()",
    "missing": "def other(x):\n    return x",
}
ANSWERS["renamed"] = ANSWERS["loops"].replace("row", "line").replace("number", "value")


@pytest.fixture(scope="module")
def smooth(tmp_path_factory: pytest.TempPathFactory) -> Assignment:
    symbols = {"smooth": ANSWERS["at_once"], "later": "def later(x):\n    return x"}
    folder = tmp_path_factory.mktemp("smooth")
    return assignment(folder, "smooth", symbols, {"smooth": 2, "later": 1})


@pytest.fixture(scope="module")
def told(box: LocalSandbox, smooth: Assignment) -> Measurements:
    books = {label: handed_in(code) for label, code in ANSWERS.items()}
    return measure(books, smooth, box, symbol="smooth", tasks=TASKS, codes=ANSWERS, rounds=1)


def handed_in(code: str, symbol: str = "smooth") -> bytes:
    return notebook(imports(IMPORTS), solution(symbol, code))


def test_operators_are_counted_and_named(told: Measurements) -> None:
    assert told.measured["at_once"].operators == {"aten::exp": 1, "aten::mul": 1}
    assert told.measured["loops"].operators["aten::exp"] == ROWS * COLUMNS
    assert told.measured["loops"].operators["aten::stack"] == ROWS + 1
    assert "aten::mul" in told.measured["wrong"].operators


def test_memory_that_is_held_at_once_is_added_up(told: Measurements) -> None:
    table = ROWS * COLUMNS * 4
    assert told.measured["at_once"].peak_bytes == 2 * table  # the input is no cost
    assert 51 * table <= told.measured["wasteful"].peak_bytes <= 53 * table


def test_a_loop_takes_far_longer_than_one_operation(told: Measurements) -> None:
    slow, quick = told.measured["loops"].duration_s, told.measured["at_once"].duration_s
    assert 0 < quick < slow / 5


def test_copies_with_other_names_are_nearly_the_same_and_others_are_not(
    told: Measurements,
) -> None:
    known = told.measured
    copies = {"a": known["loops"], "b": known["renamed"]}
    assert known["loops"].operators == known["renamed"].operators
    assert distance(*copies.values()) < 0.1 < LEAST
    assert most_contrasting(copies) == ()
    assert distance(known["loops"], known["at_once"]) > 0.5


def test_the_most_contrasting_differ_as_their_words_say(told: Measurements) -> None:
    some = {label: told.measured[label] for label in ("loops", "renamed", "at_once", "einsum")}
    chosen = most_contrasting(some)
    assert len({"loops", "renamed"} & set(chosen)) == 1
    words = how_they_differ(some, ["loops", "einsum"])
    assert "einsum uses einsum, unlike loops." in words
    assert "loops uses stack, unlike einsum." in words
    assert "loops has a loop in Python, unlike einsum." in words


def test_what_answers_return_is_compared(told: Measurements) -> None:
    known = told.measured
    for label in ("loops", "renamed", "einsum", "wasteful"):
        assert returns_the_same(known["at_once"], known[label])
    assert not returns_the_same(known["at_once"], known["wrong"])


def test_what_cannot_be_measured_is_left_out_with_its_reason(told: Measurements) -> None:
    assert set(told.left_out) == {"broken", "missing"}
    assert "large" in told.left_out["broken"]
    assert "smooth" in told.left_out["missing"]
    assert not set(told.left_out) & set(told.measured)


def test_without_a_probe_nothing_is_measured(box: LocalSandbox, smooth: Assignment) -> None:
    books = {"a": handed_in(ANSWERS["at_once"])}
    told = measure(books, smooth, box, symbol="smooth")  # there is no session folder
    assert dict(told.left_out) == {"a": "there is no probe"}


# ------------------------------------------------------------------ classes and gradients

NETS = {
    "layer": """class Net(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.inner = nn.Linear(size, size)

    def forward(self, x):
        return self.inner(x)""",
    "by_hand": """class Net(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.inner = nn.Module()
        self.inner.bias = nn.Parameter(torch.zeros(size))
        self.inner.weight = nn.Parameter(torch.zeros(size, size))

    def forward(self, x):
        return torch.einsum("oi,bi->bo", self.inner.weight, x) + self.inner.bias""",
    "without_a_gradient": """class Net(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.inner = nn.Linear(size, size)

    def forward(self, x):
        return self.inner(x).detach()""",
}
NET_PROBES = """
import torch

def small(Net):
    return Net(3)(torch.ones(1, 3))

def large(Net):
    net, x = Net(64), torch.ones(8, 64)
    return lambda: net(x)
"""


def nets(box: LocalSandbox, folder: Path, codes: Mapping[str, str]) -> Measurements:
    assigned = assignment(folder, "net", {"Net": NETS["layer"]}, {"Net": 1})
    tasks = [Task(name="small", source=NET_PROBES, cost=False)]
    tasks += [Task(name="large", source=NET_PROBES, cost=True)]
    books = {label: handed_in(code, "Net") for label, code in codes.items()}
    return measure(books, assigned, box, symbol="Net", tasks=tasks, rounds=1)


def test_modules_are_compared_with_the_same_parameters_and_their_backward_pass(
    box: LocalSandbox, tmp_path: Path
) -> None:
    told = nets(box, tmp_path, NETS)
    known = told.measured
    assert not told.left_out
    assert returns_the_same(known["layer"], known["by_hand"])
    assert returns_the_same(known["layer"], known["without_a_gradient"])
    # the gradients of 64 × 64 weights are allocated by a backward pass, and by nothing else
    assert known["without_a_gradient"].peak_bytes < 64 * 64 * 4 < known["layer"].peak_bytes
    # a constructor is no part of the call, and neither is what a backward pass asks for
    assert known["layer"].operators.get("aten::addmm") == 1
    assert not [name for name in known["layer"].operators if "uniform" in name or "sum" in name]
    assert known["layer"].form.statements == 6  # no code was given, so it is the cell's
