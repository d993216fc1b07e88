"""A course as `nbgrader quickstart` makes it, with a second assignment that has a hidden suite.

ps1  nbgrader's own example: two notebooks, hidden tests in cells, answers graded by hand
ps2  problem1.ipynb has a hidden suite of ours, problem2.ipynb is graded by hand
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbgrader
import pytest
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config, PyFileConfigLoader

from autograder.course import Folders
from autograder.report import Report, Status
from tests.gradebook.courses import Notebook, cell, reference, report, write_json

NBGRADERS_WARNINGS = [
    # nbgrader 0.9.6 makes SQLAlchemy 2.1 warn about the order in which it connects rows.
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),
    # The header of its example is older than the ids of cells.
    pytest.mark.filterwarnings("ignore::nbformat.warnings.MissingIDFieldWarning"),
]
TOP = Path(__file__).parents[2]
EXAMPLE = Path(nbgrader.__file__).parent / "docs" / "source" / "user_guide" / "source"
THE_LINE = "from autograder.gradebook import adopt; adopt(get_config())\n"
CONFIG = """
c = get_config()
c.CourseDirectory.course_id = "course101"
c.IncludeHeaderFooter.header = "source/header.ipynb"
"""
FAKE_ENGINE = 'get_config().GradeWithAutograder.engine = "tests.adoption.courses.open_engine"\n'
HIDDEN_TESTS = """### BEGIN HIDDEN TESTS
assert squares(12)[-1] == 144
### END HIDDEN TESTS"""
SUITE = '''"""Doubling and halving."""

import pytest


@pytest.mark.points(4, cell="double")
def test_double(student):
    """doubles a number"""
    assert student.double(3) == 6


@pytest.mark.points(2.5, cell="halve")
def test_halve(student):
    """halves a number"""
    assert student.halve(3) == 1.5
'''


def make_course(root: Path, *, line: str = THE_LINE + FAKE_ENGINE) -> Path:
    """What quickstart writes, without the five processes that it takes; then ps2 and the line."""
    shutil.copytree(EXAMPLE, root / "source", ignore=shutil.ignore_patterns("*.html", "ps1_auto*"))
    (root / "nbgrader_config.py").write_text(CONFIG + line)
    add_hidden_tests(root)
    add_second_assignment(root)
    return root


def add_hidden_tests(root: Path) -> None:
    """nbgrader's own kind, in a cell, which its example lacks."""
    path = root / "source" / "ps1" / "problem1.ipynb"
    nb = json.loads(path.read_text())
    cell(nb, "correct_squares")["source"] += [f"\n{line}" for line in HIDDEN_TESTS.splitlines()]
    write_json(path, nb)


def add_second_assignment(root: Path) -> None:
    write_json(root / "source" / "ps2" / "problem1.ipynb", reference())
    shutil.copy(EXAMPLE / "ps1" / "problem2.ipynb", root / "source" / "ps2" / "problem2.ipynb")
    write_suite(root / "tests" / "hidden" / "ps2")


def write_suite(folder: Path, text: str = SUITE) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "test_doubling.py").write_text(text)


def submit(
    root: Path,
    student: str,
    assignment: str,
    change: Callable[[Notebook], None] | None = None,
    *,
    step: str = "source",
) -> Path:
    """The reference (or with step="release" the untouched stubs) as somebody's submission."""
    folder = root / "submitted" / student / assignment
    shutil.copytree(root / step / assignment, folder)
    if change is not None:
        path = folder / "problem1.ipynb"
        nb = json.loads(path.read_text())
        change(nb)
        path.chmod(0o644)
        write_json(path, nb)
    return folder


def config_of(root: Path) -> Config:
    """As nbgrader itself reads the course's file; nothing of ours takes part."""
    config: Config = PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()
    config.CourseDirectory.root = str(root)
    config.Exchange.root = str(root / "exchange")
    return config


def api_of(root: Path, config: Config | None = None, *, notebook: str = "*") -> NbGraderAPI:
    """What formgrader calls when somebody presses a button."""
    config = config or config_of(root)
    coursedir = CourseDirectory(config=config)
    coursedir.notebook_id = notebook
    return NbGraderAPI(coursedir, config=config)


def run_nbgrader(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return _run("nbgrader", *arguments, cwd=cwd)


def run_autograder(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return _run("autograder", *arguments, cwd=cwd)


def _run(module: str, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([*filter(None, [os.environ.get("PYTHONPATH")]), str(TOP)])
    environment = os.environ | {"PYTHONPATH": path, "PYTHONWARNINGS": "ignore"}
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=cwd, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def open_engine(root: Path, folders: Folders) -> Callable[[Path, str, str], Report]:
    """In place of the sandbox: partial credit, and no worker for the student `unlucky`."""
    assert folders.adopted

    def grade(path: Path, student: str, assignment: str) -> Report:
        assert path.is_file()
        graded = replace(report(student), assignment=assignment)
        if student == "unlucky":
            return replace(graded, status=Status.ERROR, score=None, tests=(), message="no worker")
        return graded

    return grade


def grades(root: Path, assignment: str = "") -> dict[tuple[str, str, str], Any]:
    """(student, notebook, cell) → automatic score."""
    import nbgrader.api as nb

    with nb.Gradebook(f"sqlite:///{root / 'gradebook.db'}") as gradebook:
        return {
            (notebook.student.id, notebook.name, grade.name): grade.auto_score
            for notebook in gradebook.db.query(nb.SubmittedNotebook)
            if assignment in ("", notebook.assignment.name)
            for grade in notebook.grades
        }
