"""Assignments of which something is not there: it is said what, and the rest is looked at."""

from __future__ import annotations

import shutil
from pathlib import Path

from autograder.course import load_course
from autograder.init import init
from autograder.sandbox.local import LocalSandbox
from autograder.verify.findings import CHECKS
from autograder.verify.plan import Options
from autograder.verify.run import verify

from .workshop import SUITE, said, workshop


def test_a_new_assignment_has_only_its_reference_and_its_suite(
    tmp_path: Path, box: LocalSandbox
) -> None:
    init(tmp_path / "new", title="New")
    (assignment,) = load_course(tmp_path / "new").assignments
    result = verify(assignment, box, Options(jobs=2, mutants=0))
    ((what, _, step),) = said(result.findings, "misconceptions")
    assert what == "there is no catalogue of misconceptions"
    assert "docs/verify.md for the form of a catalogue file" in step
    ((what, _, _),) = said(result.findings, "alternatives")
    assert what == "there are 0 honest alternatives, and 4 are wanted"


def test_an_assignment_without_a_suite(tmp_path: Path, box: LocalSandbox) -> None:
    made = workshop(tmp_path)
    shutil.rmtree(made.assignment.suite)
    result = made.verify(box)
    assert not result.proven
    assert set(result.skipped) == CHECKS.keys() - {"files"}
    ((what, where, step),) = said(result.findings, "files")
    assert what.endswith("has no hidden suite")
    assert where == "small"
    assert step == "write test_*.py files there"


def test_a_suite_that_cannot_be_collected(tmp_path: Path, box: LocalSandbox) -> None:
    made = workshop(tmp_path)
    made.suite("import torch\n\nimport no_such_module\n")
    ((what, where, _),) = said(made.verify(box).findings, "files")
    assert "no_such_module" in what
    assert where == "test_small.py, line 3"


def test_a_reference_that_is_no_notebook(tmp_path: Path, box: LocalSandbox) -> None:
    made = workshop(tmp_path)
    made.assignment.reference.write_text("{")
    ((what, where, _),) = said(made.verify(box).findings, "files")
    assert what.startswith("the reference notebook")
    assert where == "small.ipynb"


def test_a_suite_whose_points_are_not_the_notebooks(tmp_path: Path, box: LocalSandbox) -> None:
    made = workshop(tmp_path)
    made.suite(SUITE.replace('points(1, cell="later")', 'points(3, cell="later")'))
    ((what, where, step),) = said(made.verify(box).findings, "files")
    assert what.endswith("disagree on points: later: suite 3, notebook 1")
    assert where == "small.ipynb"
    assert step.endswith("--sync-points")
