"""From a file of Python (an alternative, a misconception) to the notebook a student hands in."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


def reference(name: str) -> dict[str, Any]:
    path = ROOT / "solutions" / name / f"{name}.ipynb"
    notebook: dict[str, Any] = json.loads(path.read_text())
    return notebook


def symbols(name: str) -> list[str]:
    return [
        cell["metadata"]["nbgrader"]["grade_id"]
        for cell in reference(name)["cells"]
        if cell["metadata"].get("nbgrader", {}).get("solution")
    ]


def with_cells(name: str, sources: dict[str, str], helpers: str = "") -> bytes:
    """The reference notebook with other sources in its graded cells, and a helper cell first."""
    notebook = reference(name)
    for cell in notebook["cells"]:
        own = cell["metadata"].get("nbgrader", {})
        if own.get("grade_id") in sources:
            cell["source"] = sources[own["grade_id"]]
    if helpers:
        cell = {"cell_type": "code", "metadata": {}, "source": helpers, "outputs": []}
        notebook["cells"].insert(0, {**cell, "execution_count": None, "id": "helpers"})
    return json.dumps(notebook).encode()


def alternative(name: str, path: Path) -> bytes:
    """A whole solution: each symbol's definition into its cell, everything else before them."""
    graded = symbols(name)
    segments, rest = split(path.read_text(), graded)
    return with_cells(name, segments, rest)


def misconception(name: str, path: Path) -> tuple[str, bytes]:
    """(cell, notebook): the reference with one cell replaced, docstring left out."""
    text = path.read_text()
    module = ast.parse(text)
    docstring = ast.get_docstring(module) or ""
    cell = next(line for line in docstring.splitlines() if line.startswith("cell: "))[6:].strip()
    code = "\n".join(_segment(text, node) for node in module.body[1:])
    return cell, with_cells(name, {cell: code})


def stubs(name: str) -> bytes:
    return with_cells(name, {symbol: _stub(symbol) for symbol in symbols(name)})


def split(text: str, graded: Iterable[str]) -> tuple[dict[str, str], str]:
    cells: dict[str, str] = {}
    rest: list[str] = []
    for node in ast.parse(text).body:
        source = _segment(text, node)
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name in graded:
            cells[node.name] = source
        else:
            rest.append(source)
    return cells, "\n".join(rest)


def _segment(text: str, node: ast.stmt) -> str:
    first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
    return "\n".join(text.splitlines()[first - 1 : node.end_lineno])


def _stub(symbol: str) -> str:
    if symbol[0].isupper():
        return f"class {symbol}:\n    def __init__(self, *args):\n        raise NotImplementedError"
    return f"def {symbol}(*args, **kwargs):\n    raise NotImplementedError"
