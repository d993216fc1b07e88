"""The little course of the contract: six mini-suites, three broken ones, their references.

It is made in a folder of its own, laid out as any course, so that a sandbox can treat it as one.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.course import Course, load_course

SUITES = Path(__file__).parent / "suites"
SECRET = "contract-secret.txt"
SECRET_WORDS = "the work of other students"
IMPORTS = "import torch\nfrom torch import nn"

DOUBLE = "def double(x):\n    return x + x"
NEGATE = "def negate(x):\n    return 0 - x"
ECHO = "def echo(*values, **named):\n    return named or values[0]"
CUBE = "def cube(x):\n    return x**3"
MIX = """def mix(x, y, use_second=True):
    return x.sin() * y.exp() + y**2 if use_second else x.sin()"""
RUN = "def run(module, x):\n    return module(x)"
NET = """class Net(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.size = (inputs, outputs)
        self.inner = nn.Linear(inputs, outputs)
        self.scale = nn.Parameter(torch.tensor(2.0))
        self.register_buffer("calls", torch.tensor(0))

    @property
    def half_scale(self):
        return self.scale / 2

    def describe(self, text, times=1):
        return f"{text}{self.size[0]}" * times

    def forward(self, x):
        self.calls += 1
        return self.scale * self.inner(x)"""
NOTHING = "def nothing(x):\n    return x"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercise:
    suite: str  # folder in `suites`; "": there is none
    symbols: Mapping[str, str]  # graded symbol → a right answer
    points: Mapping[str, float]
    settings: tuple[str, ...] = ()  # further lines of course.yml
    limits: Mapping[str, str] = field(default_factory=dict)


ARITHMETIC = Exercise(
    suite="arithmetic",
    symbols={"double": DOUBLE, "negate": NEGATE},
    points={"double": 6, "negate": 3},
    settings=("forbidden: [torch.softmax, torch.ops.aten._softmax]",),
)
EXERCISES: dict[str, Exercise] = {
    "arithmetic": ARITHMETIC,
    # For what runs out of time. Everything else has the time that a busy machine may need.
    "hurried": Exercise(
        suite="arithmetic",
        symbols=ARITHMETIC.symbols,
        points=ARITHMETIC.points,
        limits={"call": "1 s", "test": "3 s", "notebook": "30 s"},
    ),
    "spy": Exercise(
        suite="spy",
        symbols={
            "first": "def first(x):\n    return 'nothing'",
            "second": "def second(x):\n    return 'nothing'",
        },
        points={"first": 2, "second": 1},
    ),
    "crossing": Exercise(suite="crossing", symbols={"echo": ECHO}, points={"echo": 13}),
    "derivatives": Exercise(
        suite="derivatives", symbols={"cube": CUBE, "mix": MIX}, points={"cube": 4, "mix": 3}
    ),
    "networks": Exercise(
        suite="networks", symbols={"Net": NET, "run": RUN}, points={"Net": 9, "run": 1}
    ),
    "unimportable": Exercise(
        suite="unimportable", symbols={"nothing": NOTHING}, points={"nothing": 1}
    ),
    "ending": Exercise(suite="ending", symbols={"nothing": NOTHING}, points={"nothing": 1}),
    "pointless": Exercise(suite="pointless", symbols={"nothing": NOTHING}, points={"nothing": 1}),
    "suiteless": Exercise(suite="", symbols={"nothing": NOTHING}, points={"nothing": 1}),
}
LIMITS = {
    "call": "5 s",
    "test": "10 s",
    "notebook": "1 min",
    "memory": "512 MiB",
    "message": "8 MiB",
    "scratch": "4 MiB",
}


def make_course(folder: Path) -> Course:
    """Write the course into an empty folder, and load it as any course is loaded."""
    (folder / SECRET).write_text(SECRET_WORDS)
    lines = ["id: contract", "title: The contract of the sandboxes", "assignments:"]
    for name, exercise in EXERCISES.items():
        limits = ", ".join(f"{k}: {v}" for k, v in (LIMITS | dict(exercise.limits)).items())
        lines += [f"  {name}:", f"    limits: {{{limits}}}"]
        lines += [f"    {line}" for line in exercise.settings]
        _write_reference(folder / "solutions" / name / f"{name}.ipynb", exercise)
        if exercise.suite:
            ignore = shutil.ignore_patterns("__pycache__")
            suite = folder / "tests" / "hidden" / name
            shutil.copytree(SUITES / exercise.suite, suite, ignore=ignore)
    (folder / "course.yml").write_text("\n".join(lines) + "\n")
    return load_course(folder)


def notebook(symbols: Mapping[str, str], *helpers: str) -> bytes:
    """A student's notebook: imports, helper cells, then a cell per symbol."""
    cells = [_imports(), *(_cell(helper) for helper in helpers)]
    cells += [_cell(source, symbol, solution=True) for symbol, source in symbols.items()]
    return _document(cells)


def _write_reference(path: Path, exercise: Exercise) -> None:
    cells = [_imports()]
    for symbol, source in exercise.symbols.items():
        head, _, rest = source.partition("\n")
        solved = f"{head}\n    ### BEGIN SOLUTION\n{rest}\n    ### END SOLUTION"
        cells.append(_cell(solved, symbol, solution=True))
        settings = {"grade": True, "locked": True, "points": exercise.points[symbol]}
        cells.append(_cell(f"assert callable({symbol})", f"test_{symbol}", **settings))
    path.parent.mkdir(parents=True)
    path.write_bytes(_document(cells))


def _imports() -> dict[str, Any]:
    return _cell(IMPORTS, "imports", locked=True)


def _cell(source: str, grade_id: str | None = None, **settings: Any) -> dict[str, Any]:
    own = {"schema_version": 3, "grade": False, "solution": False, "locked": False}
    metadata = {"nbgrader": own | settings | {"grade_id": grade_id}} if grade_id else {}
    return {
        "cell_type": "code",
        "metadata": metadata,
        "source": source,
        "execution_count": None,
        "outputs": [],
    }


def _document(cells: list[dict[str, Any]]) -> bytes:
    kernel = {"name": "python3", "language": "python", "display_name": "Python 3"}
    cells = [{"id": f"cell-{i}", **cell} for i, cell in enumerate(cells)]
    document = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}}
    return json.dumps(document | {"cells": cells}).encode()
