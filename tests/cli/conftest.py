"""A real course made by `autograder init`, and the real command on it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from autograder.init import init

NAME = "hello_tensors"


@dataclass(frozen=True)
class Ran:
    status: int
    out: str
    err: str

    @property
    def reports(self) -> dict[str, dict[str, Any]]:
        """By student; every line of stdout must be JSON."""
        return {r["student"]: r for r in map(json.loads, self.out.splitlines())}


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("pristine") / "course"
    init(root, title="A course")
    return root


@pytest.fixture
def course(pristine: Path, tmp_path: Path) -> Path:
    """A fresh copy: nothing graded yet, two submissions, ada (right) and brook (wrong)."""
    return Path(shutil.copytree(pristine, tmp_path / "course"))


@pytest.fixture(scope="session")
def graded_once(pristine: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ran]:
    """A course that `autograder grade` has been through, and what it said; copy before use."""
    root = tmp_path_factory.mktemp("graded") / "course"
    shutil.copytree(pristine, root)
    return root, _run(root, "grade")


@pytest.fixture
def graded(course: Path, graded_once: tuple[Path, Ran]) -> Ran:
    """The fresh copy is one that was graded already; the first grading's output."""
    shutil.copytree(graded_once[0], course, dirs_exist_ok=True)
    return graded_once[1]


def _run(cwd: Path, *arguments: object) -> Ran:
    done = subprocess.run(
        command(*arguments), cwd=cwd, capture_output=True, text=True, timeout=300, check=False
    )
    return Ran(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def run(course: Path) -> Callable[..., Ran]:
    def run(*arguments: object, cwd: Path = course) -> Ran:
        return _run(cwd, *arguments)

    return run


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "autograder", *map(str, arguments)]


def submission(course: Path, student: str, like: str = "ada") -> Path:
    """One more student with the same notebook."""
    path = course / "submitted" / student / NAME / f"{NAME}.ipynb"
    path.parent.mkdir(parents=True)
    shutil.copy(course / "submitted" / like / NAME / f"{NAME}.ipynb", path)
    return path


def is_root() -> bool:
    return os.geteuid() == 0
