"""What reading a submission needs to know of the reference notebook."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from autograder.errors import CourseError, SubmissionError
from autograder.notebook.cells import Cell, Notebook, read_notebook
from autograder.notebook.statements import parse, statements_of
from autograder.notebook.stubs import shape_of, stubbed

Role: TypeAlias = Literal["symbol", "locked", "checks", "text", "manual"]

_HIDDEN = re.compile(
    r"^[^\n]*### BEGIN HIDDEN TESTS.*?### END HIDDEN TESTS[^\n]*\n?", re.DOTALL | re.MULTILINE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceCell:
    grade_id: str
    role: Role
    type: str
    source: str
    texts: frozenset[str]  # what an unedited copy looks like, normalised by `plain`
    locked: bool
    grade: bool
    solution: bool
    points: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    symbols: tuple[str, ...]  # grade_ids of solution cells, in order
    locked: dict[str, str]  # grade_id -> source of read-only code that grading executes
    points: dict[str, float]  # grade cell id (test_softmax) -> points
    checks: dict[str, str]  # grade cell id -> source of the visible checks
    cells: tuple[ReferenceCell, ...]  # every cell with a grade_id, in order
    stubs: dict[str, str]  # symbol -> shape of the released stub's syntax tree


def plain(source: str) -> str:
    """A text without the whitespace that editors and tools add or drop."""
    return "\n".join(line.rstrip() for line in source.splitlines()).strip("\n")


def read_reference(path: Path) -> Reference:
    """Raises CourseError(file, cell, next step) for a notebook that cannot be graded against."""
    notebook = _notebook(path)
    cells = tuple(
        _cell(cell, cell.grade_id, path) for cell in notebook.cells if cell.grade_id is not None
    )
    _check_ids(cells, path)
    by_role = {
        role: {cell.grade_id: cell for cell in cells if cell.role == role}
        for role in ("symbol", "locked", "checks")
    }
    if not by_role["symbol"]:
        raise _broken(path, "", "the reference notebook has no solution cell", "mark one")
    return Reference(
        symbols=tuple(by_role["symbol"]),
        locked={name: cell.source for name, cell in by_role["locked"].items()},
        points={name: cell.points or 0.0 for name, cell in by_role["checks"].items()},
        checks={name: cell.source for name, cell in by_role["checks"].items()},
        cells=cells,
        stubs={name: _stub(cell, path) for name, cell in by_role["symbol"].items()},
    )


def _notebook(path: Path) -> Notebook:
    try:
        return read_notebook(path.read_bytes())
    except OSError as error:
        raise _broken(
            path,
            "",
            f"the reference notebook cannot be read: {error.strerror}",
            "check the file's name and permissions",
        ) from None
    except SubmissionError as error:
        raise _broken(path, "", f"the reference notebook: {error.what}", error.next) from None


def _cell(cell: Cell, grade_id: str, path: Path) -> ReferenceCell:
    role = _role(cell)
    if role in ("symbol", "locked", "checks"):
        problem = parse(cell.source).problem
        if problem:
            raise _broken(path, grade_id, f"the cell does not parse: {problem}", "correct it")
    source = cell.source
    return ReferenceCell(
        grade_id=grade_id,
        role=role,
        type=cell.type,
        source=source,
        texts=frozenset((plain(source), plain(_HIDDEN.sub("", source)))),
        locked=cell.locked,
        grade=cell.grade,
        solution=cell.solution,
        points=cell.points,
    )


def _role(cell: Cell) -> Role:
    if cell.solution and (cell.grade or cell.type != "code"):
        return "manual"
    if cell.type != "code":
        return "text"
    if cell.solution:
        return "symbol"
    return "checks" if cell.grade else "locked"


def _check_ids(cells: tuple[ReferenceCell, ...], path: Path) -> None:
    seen: set[str] = set()
    for cell in cells:
        if cell.grade_id in seen:
            raise _broken(path, cell.grade_id, "two cells have this grade_id", "rename one of them")
        seen.add(cell.grade_id)
        if cell.role == "checks" and (cell.points is None or not 0 <= cell.points < 1e6):
            raise _broken(path, cell.grade_id, "the grade cell has no valid points", "set them")


def _stub(cell: ReferenceCell, path: Path) -> str:
    parsed = parse(cell.source)
    found = statements_of(parsed, cell=cell.grade_id, locked=True)
    if not any(cell.grade_id in statement.names.binds for statement in found):
        raise _broken(
            path,
            cell.grade_id,
            f"the solution cell does not define `{cell.grade_id}`",
            "a solution cell's grade_id is the name of what it defines",
        )
    return shape_of(stubbed(cell.source), cell.grade_id)


def _broken(path: Path, grade_id: str, what: str, next_step: str) -> CourseError:
    where = f"{path}, cell {grade_id}" if grade_id else str(path)
    return CourseError("reference-broken", what, where=where, next=next_step)
