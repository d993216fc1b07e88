"""A real course that was graded once, and `autograder replay` with somebody typing into pdb."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from autograder.init import init

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


@dataclass(frozen=True)
class Ran:
    status: int
    out: str
    err: str


@dataclass(frozen=True)
class Graded:
    root: Path
    reports: dict[str, dict[str, Any]]  # by student

    def message(self, student: str, test: str) -> str:
        tests = self.reports[student]["tests"]
        return next(str(each["message"]) for each in tests if each["name"] == test)

    def replay(self, *arguments: object, typed: str = "") -> Ran:
        return run(self.root, "replay", *arguments, typed=typed)


def run(root: Path, *arguments: object, typed: str = "") -> Ran:
    done = subprocess.run(
        [sys.executable, "-m", "autograder", *map(str, arguments)],
        cwd=root,
        input=typed,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="session")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    root = tmp_path_factory.mktemp("graded") / "course"
    init(root, title="A course")
    catalogue = root / "solutions" / NAME / "misconceptions" / "unbiased.py"
    catalogue.parent.mkdir()
    catalogue.write_text(CATALOGUE)
    for student, code in (("wrong", UNBIASED), ("random", RANDOM), ("raises", RAISES)):
        submit(root, student, code)
    ran = run(root, "grade", "--json")
    assert ran.status == 0, ran.err
    return Graded(root, {r["student"]: r for r in map(json.loads, ran.out.splitlines())})


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
