"""Notebooks as made-up students leave them, built from a course's own."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Notebook = dict[str, Any]
_MARK = re.compile(r"^[ \t]*### (?:BEGIN|END) SOLUTION[^\n]*\n?", re.MULTILINE)


STANDS_ALONE = {"inception_block": "conv_parameter_count", "vae_elbo": "reparameterize"}


@dataclass(frozen=True, slots=True)
class Material:
    """One assignment of a course: what students get, and answers to fill it with."""

    course: Path
    name: str
    symbols: tuple[str, ...]
    answers: dict[str, str]  # symbol → its cell, solved
    number: int  # of the assignment in the course, to vary what is otherwise alike

    @property
    def alone(self) -> str:
        """A symbol that no other one calls, with few tests if there is a choice."""
        return STANDS_ALONE.get(self.name, self.symbols[-1])

    def blank(self) -> Notebook:
        """The notebook as it was handed out."""
        return read(self.course / "assignments" / self.name / f"{self.name}.ipynb")

    def filled(self, cells: dict[str, str] | None = None, helpers: str = "") -> Notebook:
        """Every graded cell solved, or as `cells` says; helpers stand in a cell at the top."""
        notebook = self.blank()
        for symbol, source in (self.answers | (cells or {})).items():
            cell(notebook, symbol)["source"] = source
        if helpers:
            insert(notebook, helpers, at=0)
        return notebook

    def alternatives(self) -> list[Path]:
        return self._files("alternatives")

    def misconceptions(self) -> list[Path]:
        return self._files("misconceptions")

    def _files(self, folder: str) -> list[Path]:
        return sorted((self.course / "solutions" / self.name / folder).glob("*.py"))


def material(course: Path, name: str, number: int) -> Material:
    reference = read(course / "solutions" / name / f"{name}.ipynb")
    answers = {
        own["grade_id"]: _MARK.sub("", each["source"]).rstrip()
        for each in reference["cells"]
        if (own := each["metadata"].get("nbgrader", {})).get("solution") and not own["grade"]
    }
    return Material(course, name, tuple(answers), answers, number)


def read(path: Path) -> Notebook:
    """With every cell's source as one text."""
    notebook: Notebook = json.loads(path.read_text(encoding="utf-8"))
    for each in notebook["cells"]:
        each["source"] = "".join(each["source"])
    return notebook


def write(notebook: Notebook) -> bytes:
    return json.dumps(notebook, ensure_ascii=False, indent=1).encode()


def cell(notebook: Notebook, grade_id: str) -> dict[str, Any]:
    return next(
        each
        for each in notebook["cells"]
        if each["metadata"].get("nbgrader", {}).get("grade_id") == grade_id
    )


def insert(notebook: Notebook, source: str, at: int | None = None) -> None:
    """A code cell of the student's own; at the end unless `at` says where."""
    cells = notebook["cells"]
    place = len(cells) if at is None else at
    own = {"cell_type": "code", "metadata": {}, "source": source, "outputs": []}
    cells.insert(place, {**own, "execution_count": None, "id": f"own-{len(cells)}"})


def honest(given: Material, path: Path) -> Notebook:
    """An alternative: each symbol's definition into its cell, all else into one above."""
    text = path.read_text(encoding="utf-8")
    cells, rest = _split(text, given.symbols)
    return given.filled(cells, helpers=rest)


def mistaken(given: Material, path: Path) -> tuple[str, str, Notebook]:
    """(the cell, the mistake in words, the notebook) of a misconception."""
    text = path.read_text(encoding="utf-8")
    module = ast.parse(text)
    said = (ast.get_docstring(module) or "").splitlines()
    symbol = next(line for line in said if line.startswith("cell: "))[6:].strip()
    code = "\n\n\n".join(_segment(text, node) for node in module.body[1:])
    return symbol, said[0].rstrip("."), given.filled({symbol: code})


def wrapped(given: Material, body: str) -> Notebook:
    """All is solved, but `body` runs whenever one of the symbols is called."""
    name = given.alone
    lines = "\n".join(f"    {line}" for line in body.strip().splitlines())
    source = (
        f"{given.answers[name]}\n\n\nhonest = {name}\n\n\n"
        f"def {name}(*args, **kwargs):\n{lines}\n    return honest(*args, **kwargs)"
    )
    return given.filled({name: source})


def every_cell(notebook: Notebook, change: Callable[[dict[str, Any]], None]) -> None:
    for each in notebook["cells"]:
        change(each)


def _split(text: str, names: Iterable[str]) -> tuple[dict[str, str], str]:
    cells: dict[str, str] = {}
    rest: list[str] = []
    for node in ast.parse(text).body:
        own = isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name in names
        if own and isinstance(node, ast.FunctionDef | ast.ClassDef):
            cells[node.name] = _segment(text, node)
        else:
            rest.append(_segment(text, node))
    return cells, "\n\n".join(rest)


def _segment(text: str, node: ast.stmt) -> str:
    first = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", []))])
    return "\n".join(text.splitlines()[first - 1 : node.end_lineno])
