"""Answers to the shipped assignments, as the notebooks that students would hand in."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from autograder.catalogue import read_misconception
from autograder.verify.answers import Answers

ROOT = Path(__file__).parents[2]


@cache
def answers(name: str) -> Answers:
    return Answers(ROOT / "solutions" / name / f"{name}.ipynb")


def with_cells(name: str, sources: dict[str, str], helpers: str = "") -> bytes:
    """The reference notebook with other sources in its graded cells, and a helper cell first."""
    return answers(name).with_cells(sources, helpers)


def alternative(name: str, path: Path) -> bytes:
    """A whole solution: each symbol's definition into its cell, everything else before them."""
    return answers(name).alternative(path.read_text())


def misconception(name: str, path: Path) -> tuple[str, bytes]:
    """(cell, notebook): the reference with one cell replaced."""
    entry = read_misconception(path)
    return entry.cell, with_cells(name, {entry.cell: entry.code})


def stubs(name: str) -> bytes:
    """The notebook as it is released."""
    return answers(name).stubs()
