"""Where things are, in words: "file, line n"."""

from __future__ import annotations

from pathlib import Path

from autograder import wire
from autograder.course import Assignment


def of_test(test: wire.TestInfo, assignment: Assignment) -> str:
    return f"{assignment.suite / test.file}, line {test.line}"


def of_cell(cell: str, assignment: Assignment, line: int | None = None) -> str:
    place = f"{assignment.reference}, cell {cell}"
    return place if line is None else f"{place}, line {line}"


def of_line(path: Path, line: int = 1) -> str:
    return f"{path}, line {line}"


def listed(names: list[str], most: int = 6) -> str:
    """Names in a sentence, the first few of many."""
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"
