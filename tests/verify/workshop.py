"""A small course for verify: two graded functions, a suite, right and wrong answers of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from autograder.course import Assignment
from autograder.sandbox.local import LocalSandbox
from autograder.verify.answers import Answers
from autograder.verify.bench import Bench
from autograder.verify.findings import Finding
from autograder.verify.plan import Options
from autograder.verify.result import Verified
from autograder.verify.run import verify
from tests.notebook.building import checks, imports, notebook, solution, solved
from tests.sandbox.lab import LIMITS

HEAD = """
import pytest
import torch

from autograder.testing import check, check_like, check_tensor
"""
SHAPE = '''
@pytest.mark.points(1, cell="twice", shape=True)
def test_shape(student):
    """The result has the shape of x."""
    x = torch.randn(3, 2)
    check_like(student.twice(x), (3, 2))
'''
VALUES = '''
@pytest.mark.points(1, cell="twice")
def test_values(student):
    """Every number is doubled."""
    x = torch.randn(4)
    check_tensor(student.twice(x), 2 * x)
'''
LATER = '''
@pytest.mark.points(1, cell="later")
def test_later(student):
    """Something is added to what was doubled."""
    x = torch.randn(4)
    check_tensor(student.later(x), 2 * x + 3)
'''
SUITE = HEAD + SHAPE + VALUES + LATER
SYMBOLS = {
    "twice": "def twice(x):\n    return x + x",
    "later": "def later(x):\n    return twice(x) + 3",
}
FORM = '''"""{title}.

cell: {cell}
confuses: one, with another
title.ko: "제목"
feedback.en: Think again.
feedback.ko: "다시 생각해 보세요."
question.en: Why?
question.ko: "왜?"
source: made up for a test
"""

{code}
'''
ALTERNATIVES = {
    "by_two.py": "def twice(x):\n    return 2 * x\n\n\ndef later(x):\n    return 3 + twice(x)\n",
    "stacked.py": (
        "import torch\n\n\ndef twice(x):\n    return torch.stack([x, x]).sum(0)\n\n\n"
        "def later(x):\n    return twice(x).add(3)\n"
    ),
    "halves.py": "def twice(x):\n    return x / 0.5\n\n\ndef later(x):\n    return x / 0.5 + 3\n",
    "minus.py": "def twice(x):\n    return x - (-x)\n\n\ndef later(x):\n    return twice(x) - -3\n",
}


@dataclass(frozen=True)
class Workshop:
    """An assignment in a folder of its own, whose files a test may change."""

    folder: Path

    @property
    def assignment(self) -> Assignment:
        """Its name is the folder's: a sandbox knows an open suite by the assignment's name."""
        solutions = self.folder / "solutions" / "small"
        return Assignment(
            name=self.folder.name,
            title="small",
            reference=solutions / "small.ipynb",
            suite=self.folder / "tests" / "hidden" / "small",
            misconceptions=solutions / "misconceptions",
            proof=solutions / "proof.json",
            release=self.folder / "assignments" / "small" / "small.ipynb",
            limits=LIMITS,
            device="cpu",
            forbidden=(),
            execute="needed",
            carry_errors=False,
            due=None,
            late=None,
        )

    @property
    def solutions(self) -> Path:
        return self.assignment.reference.parent

    def suite(self, source: str) -> None:
        (self.assignment.suite / "test_small.py").write_text(source)

    def misconception(self, name: str, cell: str, code: str) -> Path:
        path = self.assignment.misconceptions / f"{name}.py"
        path.write_text(FORM.format(title="A wrong answer", cell=cell, code=code))
        return path

    def bench(self, box: LocalSandbox) -> Bench:
        return Bench(box, self.assignment, jobs=2, tick=lambda: None)

    @property
    def answers(self) -> Answers:
        return Answers(self.assignment.reference)

    def verify(
        self, box: LocalSandbox, *, accept: bool = False, mutants: int | None = None
    ) -> Verified:
        return verify(self.assignment, box, Options(jobs=2, accept=accept, mutants=mutants))


def workshop(folder: Path, symbols: dict[str, str] | None = None) -> Workshop:
    """A small assignment with which nothing is wrong."""
    made = Workshop(folder)
    for path in (made.assignment.suite, made.assignment.misconceptions):
        path.mkdir(parents=True)
    points = {"twice": 2.0, "later": 1.0}
    cells = [imports("import torch")]
    for symbol, source in (symbols or SYMBOLS).items():
        cells += [solution(symbol, solved(source)), checks(symbol, points[symbol])]
    made.assignment.reference.write_bytes(notebook(*cells))
    made.suite(SUITE)
    made.misconception("once", "twice", "def twice(x):\n    return 1 * x")
    made.misconception("two_more", "later", "def later(x):\n    return twice(x) + 2")
    (made.solutions / "alternatives").mkdir()
    for name, text in ALTERNATIVES.items():
        (made.solutions / "alternatives" / name).write_text(text)
    return made


def said(findings: tuple[Finding, ...] | list[Finding], check: str) -> list[tuple[str, str, str]]:
    """What, where (the file's name and the line) and next of the findings of one check."""
    return [
        (each.what, each.where.rpartition("/")[2], each.next)
        for each in findings
        if each.check == check
    ]


def line_of(path: Path, text: str) -> int:
    """The first line of a file that holds a text."""
    lines = path.read_text().splitlines()
    return next(number for number, line in enumerate(lines, start=1) if text in line)
