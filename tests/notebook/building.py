"""Small notebooks for the tests: a reference with two graded functions, and copies of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from autograder.notebook import Reference, Submission, Unit, read_reference, read_submission

Json = dict[str, Any]

IMPORTS = "import torch\nfrom torch import Tensor, nn\nimport matplotlib.pyplot as plt"
SOFTMAX = "def softmax(logits, dim=-1):\n    e = logits.exp()\n    return e / e.sum(dim, True)"
LOG = "def log_softmax(logits, dim=-1):\n    return softmax(logits, dim).log()"
STUB = 'def softmax(logits, dim=-1):\n    """Rows sum to 1."""\n    raise NotImplementedError'


def code(source: str | list[str], grade_id: str | None = None, **settings: Any) -> Json:
    return {**_cell("code", source, grade_id, settings), "execution_count": 1, "outputs": []}


def text(source: str, grade_id: str | None = None, **settings: Any) -> Json:
    return _cell("markdown", source, grade_id, settings)


def _cell(kind: str, source: str | list[str], grade_id: str | None, settings: Json) -> Json:
    nbgrader = {"schema_version": 3, "grade": False, "solution": False, "locked": False}
    metadata = {"nbgrader": nbgrader | settings | {"grade_id": grade_id}} if grade_id else {}
    return {"cell_type": kind, "metadata": metadata, "source": source}


def imports(source: str = IMPORTS) -> Json:
    return code(source, "imports", locked=True)


def solution(symbol: str, source: str | list[str]) -> Json:
    return code(source, symbol, solution=True)


def checks(symbol: str, points: float = 2) -> Json:
    source = f"assert {symbol}(torch.ones(2)).shape == (2,)"
    return code(source, f"test_{symbol}", grade=True, locked=True, points=points)


def notebook(*cells: Any, **top: Any) -> bytes:
    kernel = {"name": "python3", "language": "python", "display_name": "Python 3"}
    document = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}}
    return json.dumps(document | {"cells": list(cells)} | top).encode()


def solved(body: str) -> str:
    """A reference solution: the first line stays in the stub, the rest is cut out of it."""
    head, _, rest = body.partition("\n")
    return f"{head}\n    ### BEGIN SOLUTION\n{rest}\n    ### END SOLUTION"


def reference(folder: Path, *cells: Json) -> Reference:
    path = folder / "reference.ipynb"
    path.write_bytes(notebook(*(cells or reference_cells())))
    return read_reference(path)


def reference_cells() -> list[Json]:
    return [
        text("# Softmax", "intro", locked=True),
        imports(),
        solution("softmax", solved(SOFTMAX)),
        checks("softmax"),
        solution("log_softmax", solved(LOG)),
        checks("log_softmax", 1.5),
    ]


def student_cells(softmax: str = SOFTMAX, log_softmax: str = LOG) -> list[Json]:
    """An honest student's notebook: 1 intro, 2 imports, 3 softmax, 4 test, 5 log, 6 test."""
    cells = reference_cells()
    cells[2]["source"], cells[4]["source"] = softmax, log_softmax
    return cells


def sources(submission: Submission) -> list[str]:
    return [unit.source for unit in submission.units]


def unit_with(submission: Submission, start: str) -> Unit:
    return next(unit for unit in submission.units if unit.source.startswith(start))


class Course:
    """The reference above, and what reading gives for notebooks made of cells."""

    def __init__(self, folder: Path) -> None:
        self.reference = reference(folder)

    def read(self, *cells: Any, **options: Any) -> Submission:
        return read_submission(notebook(*cells), self.reference, **options)

    def read_with(self, *helpers: str, softmax: str = SOFTMAX, **options: Any) -> Submission:
        """The honest notebook with helper cells between the imports and softmax: cell 3 on."""
        cells = student_cells(softmax)
        cells[2:2] = [code(helper) for helper in helpers]
        return self.read(*cells, **options)
