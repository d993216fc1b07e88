"""The five hidden suites: fair to every honest answer, sharp where an answer is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder import wire
from autograder.course import load_course
from autograder.sandbox.local import LocalSandbox

from .answers import ROOT, alternative, misconception, reference, stubs

NAMES = ("cross_entropy", "inception_block", "lstm_cell", "multi_head_attention", "vae_elbo")
COURSE = load_course(ROOT)


def files(folder: str) -> list[object]:
    return [
        pytest.param(name, path, id=f"{name}/{path.stem}")
        for name in NAMES
        for path in sorted((ROOT / "solutions" / name / folder).glob("*.py"))
    ]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[LocalSandbox]:
    with LocalSandbox() as box:
        yield box


def graded(sandbox: LocalSandbox, name: str, notebook: bytes, seed: int = 7) -> wire.Graded:
    return sandbox.grade(notebook, COURSE.assignment(name), seed=seed)


def lost(result: wire.Graded) -> dict[str, list[str]]:
    """Cell → what was lost there, in words for a failing test of ours."""
    cells: dict[str, list[str]] = {}
    for test in result.tests:
        if test.points < test.max_points:
            words = f"{test.name}: {test.outcome}: {test.message}"
            cells.setdefault(test.cell, []).append(words)
    return cells


@pytest.mark.parametrize("name", NAMES)
def test_a_suite_has_at_least_twelve_tests(sandbox: LocalSandbox, name: str) -> None:
    assert len(sandbox.open(COURSE.assignment(name)).tests) >= 12


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("name", NAMES)
def test_the_reference_gets_full_marks_under_every_seed(
    sandbox: LocalSandbox, name: str, seed: int
) -> None:
    import json

    notebook = json.dumps(reference(name)).encode()
    result = graded(sandbox, name, notebook, seed)
    assert lost(result) == {}
    assert result.flags == []


@pytest.mark.parametrize("name", NAMES)
def test_untouched_stubs_get_nothing(sandbox: LocalSandbox, name: str) -> None:
    assert sum(test.points for test in graded(sandbox, name, stubs(name)).tests) == 0


@pytest.mark.parametrize(("name", "path"), files("alternatives"))
def test_an_honest_alternative_gets_full_marks(
    sandbox: LocalSandbox, name: str, path: Path
) -> None:
    result = graded(sandbox, name, alternative(name, path))
    assert lost(result) == {}
    assert not [flag for flag in result.flags if flag.startswith("forbidden")]


@pytest.mark.parametrize(("name", "path"), files("misconceptions"))
def test_a_misconception_loses_points_in_its_own_cell(
    sandbox: LocalSandbox, name: str, path: Path
) -> None:
    cell, notebook = misconception(name, path)
    assert cell in lost(graded(sandbox, name, notebook))
