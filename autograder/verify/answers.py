"""From code to the notebook that a student would hand in: the reference with cells replaced."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from autograder.notebook import Reference, read_reference
from autograder.notebook.stubs import stubbed


class Answers:
    """Notebooks made of one reference.

    raises  CourseError if the reference cannot be read
    """

    def __init__(self, path: Path) -> None:
        self.reference: Reference = read_reference(path)
        self._notebook: dict[str, Any] = json.loads(path.read_bytes())

    @property
    def symbols(self) -> tuple[str, ...]:
        return self.reference.symbols

    def source(self, symbol: str) -> str:
        """The reference's own source of a graded cell."""
        return next(c.source for c in self.reference.cells if c.grade_id == symbol)

    def right(self) -> bytes:
        return self.with_cells({})

    def with_cells(self, sources: Mapping[str, str], helpers: str = "") -> bytes:
        """The reference with other sources in its graded cells, and a helper cell first."""
        cells = [_replaced(cell, sources) for cell in self._notebook["cells"]]
        if helpers:
            cell = {"cell_type": "code", "metadata": {}, "source": helpers, "outputs": []}
            cells.insert(0, {**cell, "execution_count": None, "id": "helpers"})
        return json.dumps({**self._notebook, "cells": cells}).encode()

    def alternative(self, text: str) -> bytes:
        """A whole solution: each symbol's definition into its cell, everything else before them.

        raises  SyntaxError, ValueError if it is not Python
        """
        segments, rest = split(text, self.symbols)
        return self.with_cells(segments, rest)

    def missing_from(self, text: str) -> list[str]:
        """The graded symbols that a whole solution does not define."""
        segments, _ = split(text, self.symbols)
        return [symbol for symbol in self.symbols if symbol not in segments]

    def stubs(self) -> bytes:
        """The notebook as it is released."""
        return self.with_cells(
            {symbol: stubbed(self.source(symbol)) or stub(symbol) for symbol in self.symbols}
        )


def split(text: str, graded: Iterable[str]) -> tuple[dict[str, str], str]:
    """(source by graded symbol, the source of everything else)."""
    cells: dict[str, str] = {}
    rest: list[str] = []
    for node in ast.parse(text).body:
        source = _segment(text, node)
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name in graded:
            cells[node.name] = source
        else:
            rest.append(source)
    return cells, "\n".join(rest)


def stub(symbol: str) -> str:
    """Where the reference marks no solution: a class is told by its capital letter."""
    if symbol[0].isupper():
        return f"class {symbol}:\n    def __init__(self, *args):\n        raise NotImplementedError"
    return f"def {symbol}(*args, **kwargs):\n    raise NotImplementedError"


def _replaced(cell: dict[str, Any], sources: Mapping[str, str]) -> dict[str, Any]:
    name = cell["metadata"].get("nbgrader", {}).get("grade_id")
    return {**cell, "source": sources[name]} if name in sources else cell


def _segment(text: str, node: ast.stmt) -> str:
    first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
    return "\n".join(text.splitlines()[first - 1 : node.end_lineno])
