"""A course of symbols that build on one another, and the notebooks that are handed in for it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from autograder.course import Assignment
from autograder.sandbox import Sandbox
from autograder.wire import Graded, GradedTest
from tests.sandbox.lab import LIMITS, assignment, submission

# A word of the reference's source that is in no message, no notebook and no suite.
MARK = "quetzal"
REFERENCE = {
    "double": f"""def double(x, like=None):
    {MARK}_of_the_reference = '{MARK} in a constant'
    if x.numel() == 13:
        import os
        os._exit(1)
    if x.numel() == 17:
        import time
        time.sleep(60)
    if x.numel() == 19:
        raise ValueError('nineteen are too many')
    return x + x if like is None else x + like""",
    "Gate": f"""class Gate(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.size, self.{MARK} = size, [{MARK!r}]
        self.weight = nn.Parameter(torch.ones(size))

    def forward(self, x):
        return x * self.weight""",
    "quadruple": "def quadruple(x):\n    return double(double(x))",
    "through": "def through(gate, x):\n    return gate(gate(x))",
    "bystander": "def bystander(x):\n    return -x",
}
PATIENT = replace(LIMITS, call_s=8.0, test_s=12.0, notebook_s=40.0)
WRONG = {
    "double": "def double(x, like=None):\n    return x * 3",
    "Gate": "class Gate(nn.Module):\n    pass",
}


class Chain:
    """One assignment in a sandbox, with errors carried or not."""

    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        self.sandbox = sandbox
        points = {"double": 2.0, "Gate": 2.0, "quadruple": 3.0, "through": 2.0, "bystander": 1.0}
        made = assignment(folder, "chain", REFERENCE, points, limits=PATIENT)
        suite = Path(__file__).parent / "hidden" / "chain"
        self.carried: Assignment = replace(made, suite=suite, carry_errors=True)
        self.plain = replace(self.carried, name="plain", carry_errors=False)
        # For what is meant to run out of time.
        self.hurried = replace(self.carried, name="hurried", limits=replace(PATIENT, call_s=1.0))

    def graded(
        self, *helpers: str, to: Assignment | None = None, tests: Sequence[str] = (), **symbols: str
    ) -> Graded:
        """What is not given is right."""
        data = submission(REFERENCE | symbols, *helpers)
        return self.sandbox.grade(data, to or self.carried, seed=7, tests=tests)

    def attacked(
        self, attack: str, *helpers: str, to: Assignment | None = None, tests: Sequence[str] = ()
    ) -> tuple[Graded, list[Any]]:
        """`quadruple` runs the attack over a stand-in for `double`; what it returned, test by test.

        attack  statements with `x` and `double` at hand; not run where that is the student's own
        """
        attack = f"if double.__closure__ is None:\n    return x\n{attack.strip()}"
        body = "\n".join(f"    {line}" for line in attack.split("\n"))
        symbols = WRONG | {"quadruple": f"def quadruple(x):\n{body}"}
        graded = self.graded(*helpers, to=to, tests=tests, **symbols)
        return graded, [said(test) for test in of(graded, "quadruple")[:2]]


def of(graded: Graded, cell: str) -> list[GradedTest]:
    return [test for test in graded.tests if test.cell == cell]


def said(test: GradedTest) -> Any:
    """The answer of student code as the suite told it, or the test's message."""
    first, *_ = test.message.split("\n(with the reference's")
    return json.loads(first.removeprefix("SAID")) if first.startswith("SAID") else first
