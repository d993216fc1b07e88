"""A real course that was graded once, and `autograder replay` with somebody typing into pdb."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, NoReturn

import pytest
import torch

import autograder.cli
import autograder.replay.__main__
import autograder.replay.stage
from autograder.course import load_course
from autograder.grading import grade_batch
from autograder.init import init
from autograder.notebook import read_reference
from autograder.report import Report
from autograder.sandbox.local import LocalSandbox
from autograder.store import Store
from autograder.submissions import find_submissions

SHIPPED = Path(__file__).parents[2]
CHAIN = "cross_entropy"
NAME = "hello_tensors"
# Divides by the number of values less one, as torch does by default.
UNBIASED = """def standardize(x, dim=-1, eps=1e-5):
    spread = x.var(dim, keepdim=True)
    return (x - x.mean(dim, keepdim=True)) / torch.sqrt(spread + eps)
"""
CATALOGUE = f'''"""The spread is that of a sample.

cell: standardize
confuses: the variance of all values, with an estimate from a sample
title.ko: 표본 분산을 씁니다
feedback.en: Think of a row with one value.
feedback.ko: 값이 하나인 행을 생각해 보세요.
question.en: When is which right?
question.ko: 언제 어느 것이 맞을까요?
source: torch.var
"""

{UNBIASED}'''
# Whether it is right or wrong hangs on numbers that the student's own code draws.
RANDOM = """def standardize(x, dim=-1, eps=1e-5):
    import random
    return x + torch.randn_like(x) * random.random()
"""
RAISES = """def standardize(x, dim=-1, eps=1e-5):
    rows = [x]
    return rows[1 + dim * dim]
"""


# No logarithm of anything.
NO_LOG = """def log_softmax(logits, dim=-1):
    return logits - logits.sum(dim, keepdim=True)
"""
TWICE = """
_right = cross_entropy
def cross_entropy(logits, target, label_smoothing=0.0, reduction="mean"):
    return 2 * _right(logits, target, label_smoothing, reduction)
"""


@dataclass(frozen=True)
class Ran:
    status: int
    out: str
    err: str


@dataclass(frozen=True)
class Graded:
    root: Path
    reports: dict[str, Report]  # by student
    candidates: Path  # the socket on which they are started
    command: subprocess.Popen[str] | None = None  # `autograder replay`, see `graded`

    def message(self, student: str, test: str) -> str:
        return next(t.message for t in self.reports[student].tests if t.name == test)

    def replay(self, *arguments: object, typed: str = "") -> Ran:
        """The command in a fork of this process, which has torch already."""
        with TemporaryFile() as keys, TemporaryFile() as out, TemporaryFile() as err:
            keys.write(typed.encode())
            keys.seek(0)
            pid = os.fork()
            if pid == 0:
                for number, file in enumerate((keys, out, err)):
                    os.dup2(file.fileno(), number)
                self._become(["replay", *map(str, arguments)])
            _, status = os.waitpid(pid, 0)
            out.seek(0)
            err.seek(0)
            code = os.waitstatus_to_exitcode(status)
            return Ran(code, out.read().decode(), err.read().decode())

    def _become(self, arguments: list[str]) -> NoReturn:
        """All that is not as in a terminal: it stays one process, and has candidates at hand."""
        code: Any = 99
        try:
            sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")  # noqa: SIM115
            os.chdir(self.root)
            os.execve = _replaced  # type: ignore[assignment]
            at_hand = nullcontext(self.candidates)
            vars(autograder.replay.stage)["candidates"] = lambda **_: at_hand
            sys.argv = ["autograder", *arguments]
            autograder.cli.main()
        except SystemExit as end:
            code = end.code
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code if isinstance(code, int) else 98)


def _replaced(program: str, command: list[str], environment: dict[str, str]) -> NoReturn:
    assert command[1:-1] == ["-P", "-m", "autograder.replay"]
    os.environ |= environment
    sys.argv = ["autograder.replay", command[-1]]
    autograder.replay.__main__.main()
    raise AssertionError("it ends by itself")


@pytest.fixture(scope="session")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graded]:
    """With the command itself under way: it takes seconds, in which other tests can run."""
    root = _course(tmp_path_factory.mktemp("graded") / "course")
    course = load_course(root)
    x = torch.ones(2, requires_grad=True)
    torch.autograd.grad(x * 2, x, torch.ones(2))  # imports sympy; a fork has what is here
    symbols = {a.name: read_reference(a.reference).symbols for a in course.assignments}
    found = find_submissions([root / "submitted"], symbols)
    with LocalSandbox.of(course) as sandbox, Store(course.db_url, course=course.id, root=root) as s:
        reports = [report for _, report in grade_batch(found, course, sandbox, jobs=1, seed=5)]
        for report in reports:
            s.keep("as graded", report)
        told = {report.student: report for report in reports}
        with subprocess.Popen(
            [sys.executable, "-m", "autograder", "replay", f"wrong/{NAME}", "test_eps"],
            cwd=root,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as command:
            yield Graded(root, told, _socket(sandbox), command)
            command.kill()


def _socket(sandbox: LocalSandbox) -> Path:
    (server,) = sandbox._folder.glob("candidate-?")
    return server


def _course(root: Path) -> Path:
    init(root, title="A course")
    catalogue = root / "solutions" / NAME / "misconceptions" / "unbiased.py"
    catalogue.parent.mkdir()
    catalogue.write_text(CATALOGUE)
    for student, code in (("wrong", UNBIASED), ("random", RANDOM), ("raises", RAISES)):
        submit(root, student, code)
    for folder in ("solutions", "tests/hidden"):
        shutil.copytree(SHIPPED / folder / CHAIN, root / folder / CHAIN)
    with (root / "course.yml").open("a") as file:
        file.write(f"  {CHAIN}:\n    carry_errors: true\n")
    submit_chain(root, "below")
    submit_chain(root, "both", TWICE)
    return root


def submit_chain(root: Path, student: str, below: str = "") -> Path:
    """The reference with a wrong `log_softmax`, and more below its `cross_entropy`."""
    notebook = json.loads((root / "solutions" / CHAIN / f"{CHAIN}.ipynb").read_text())
    for cell in notebook["cells"]:
        symbol = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if symbol == "log_softmax":
            cell["source"] = NO_LOG
        if symbol == "cross_entropy":
            cell["source"] = "".join(cell["source"]) + "\n" + below
    path = root / "submitted" / student / CHAIN / f"{CHAIN}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(notebook))
    return path


def submit(root: Path, student: str, code: str) -> Path:
    """The right notebook with another `standardize`."""
    notebook = json.loads((root / "submitted" / "ada" / NAME / f"{NAME}.ipynb").read_text())
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "standardize":
            cell["source"] = code
    path = root / "submitted" / student / NAME / f"{NAME}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(notebook))
    return path
