"""A tiny course for the sandbox: two suites, and notebooks made of a few lines of code."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autograder.course import Assignment, Limits
from autograder.report import Outcome
from autograder.sandbox import Sandbox
from autograder.wire import Graded
from tests.notebook.building import checks, code, imports, notebook, solution, solved

SUITES = Path(__file__).parent / "hidden"
IMPORTS = "import torch\nfrom torch import nn"

# Short, so that a test of a limit costs little; long enough for a machine that is busy.
LIMITS = Limits(
    call_s=2.0,
    test_s=5.0,
    notebook_s=20.0,
    memory_bytes=512 << 20,
    message_bytes=8 << 20,
    scratch_bytes=4 << 20,
)
FORBIDDEN = (
    "torch.softmax",
    "torch.Tensor.softmax",
    "torch.special.softmax",
    "torch.nn.Softmax",
    "torch.nn.functional.softmax",
    "torch._refs.softmax",
    "torch.ops.aten._softmax",
    "torch.distributions",
)


def assignment(
    folder: Path,
    name: str,
    symbols: Mapping[str, str],
    points: Mapping[str, float],
    *,
    limits: Limits = LIMITS,
    forbidden: tuple[str, ...] = FORBIDDEN,
) -> Assignment:
    """An assignment of a suite in `hidden`, with a reference notebook made of `symbols`."""
    cells = [imports(IMPORTS)]
    for symbol, source in symbols.items():
        cells += [solution(symbol, solved(source)), checks(symbol, points[symbol])]
    path = folder / "solutions" / name / f"{name}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_bytes(notebook(*cells))
    return Assignment(
        name=name,
        title=name,
        reference=path,
        suite=SUITES / name,
        misconceptions=folder / "solutions" / name / "misconceptions",
        proof=None,
        release=folder / "assignments" / name / f"{name}.ipynb",
        limits=limits,
        device="cpu",
        forbidden=forbidden,
        execute="needed",
        carry_errors=False,
        due=None,
        late=None,
    )


def submission(symbols: Mapping[str, str], *helpers: str) -> bytes:
    """A student's notebook: imports, helper cells, then a cell per symbol."""
    cells = [imports(IMPORTS), *(code(helper) for helper in helpers)]
    for symbol, source in symbols.items():
        cells.append(solution(symbol, source))
    return notebook(*cells)


class Lab:
    """One sandbox and the assignments in it."""

    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        self.sandbox = sandbox
        self.folder = folder
        self.spy = assignment(folder, "spy", SPY, {"first": 2.0, "second": 2.0})
        self.sums = assignment(folder, "sums", SUMS, {"double": 6.0, "negate": 3.0})

    def grade(self, assigned: Assignment, data: bytes, *, seed: int = 7) -> Graded:
        return self.sandbox.grade(data, assigned, seed=seed)

    def sums_of(self, *helpers: str, seed: int = 7, **symbols: str) -> Graded:
        """Grade `double` and `negate`, of which the ones not given are right."""
        return self.grade(self.sums, submission(SUMS | symbols, *helpers), seed=seed)

    def said(self, *helpers: str, seed: int = 7, **symbols: str) -> dict[str, Any]:
        """What `first` and `second` returned when the suite called them, or the message."""
        graded = self.grade(self.spy, submission(SPY | symbols, *helpers), seed=seed)
        answers: dict[str, Any] = {}
        for test in graded.tests:
            said = test.message.startswith("SAID")
            answers[test.name.removeprefix("test_")] = (
                json.loads(test.message.removeprefix("SAID")) if said else test.message
            )
        return answers | {"flags": graded.flags}


SPY = {
    "first": "def first(x):\n    return 'nothing'",
    "second": "def second(x):\n    return 'nothing'",
}
SUMS = {
    "double": "def double(x):\n    return torch.add(x, x)",
    "negate": "def negate(x):\n    return 0 - x",
}


def outcomes(graded: Graded) -> dict[str, str]:
    return {test.name: test.outcome for test in graded.tests}


def messages(graded: Graded) -> dict[str, str]:
    return {test.name: test.message for test in graded.tests}


def score(graded: Graded, cell: str | None = None) -> float:
    return sum(test.points for test in graded.tests if cell in (None, test.cell))


def full_marks(graded: Graded) -> bool:
    return all(outcome == Outcome.PASSED for outcome in outcomes(graded).values())
