"""Reference notebook → student notebook, by nbgrader's own generate_assignment.

    solutions/NAME/NAME.ipynb ──check──▶ generate_assignment ──verify──▶ assignments/NAME/NAME.ipynb

The hidden suite is the one source of truth for points; the reference repeats them because
nbgrader keeps them in the notebook, and the release is refused where the two differ.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat.notebooknode import NotebookNode

from autograder.errors import AutograderError, CourseError

BEGIN, END = "BEGIN SOLUTION", "END SOLUTION"
CHECK_PREFIX = "test_"
SOLUTION_LINE_CHARS = 16  # shorter lines of a solution may stand elsewhere by chance
# Beside a reference, and an instructor's business.
KEPT = {"alternatives", "misconceptions", "session", "equivalent.yml", "proof.json", "hidden"}
_PICTURE = re.compile(r"!\[[^\]]*\]\(([^)\s]+)")
_DEFINES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsChange:
    symbol: str
    before: float
    after: float


def release(
    course_root: Path,
    name: str,
    *,
    points: Mapping[str, float] | None = None,
    db_url: str | None = None,
    notice: Callable[[AutograderError], None] = lambda error: None,
) -> Path:
    """Make the student notebook and register the assignment with nbgrader.

    points   by symbol: the sum of its hidden tests' points; None: the assignment has no suite
    notice   is told what the release means for submissions that there are already
    returns  assignments/NAME/NAME.ipynb; the same reference gives the same bytes
    raises   CourseError (the reference is not fit, or something would leak), GradebookError
    """
    from autograder.gradebook.generate import generate_assignment

    reference = check_reference(course_root, name, points=points)
    path = generate_assignment(course_root.absolute(), name, db_url=db_url, notice=notice)
    try:
        _verify(path, name, reference)
    except CourseError:
        path.unlink(missing_ok=True)  # a student notebook that leaks must not lie about
        raise
    return path


def check_reference(
    course_root: Path, name: str, *, points: Mapping[str, float] | None = None
) -> NotebookNode:
    """raises CourseError with everything that keeps solutions/NAME/NAME.ipynb from release."""
    path = _reference_path(course_root, name)
    nb = _read(path, f"the reference notebook of {name}")
    problems = [*_cell_problems(nb), *_picture_problems(nb, path.parent)]
    if problems:
        raise CourseError(
            "reference-unfit",
            f"the reference notebook of {name} is not fit for release: " + "; ".join(problems),
            where=str(path),
            next="correct the cells in Jupyter (View → Create Assignment), then release again",
        )
    if points is not None:
        _check_points(nb, points, path, name)
    return nb


def sync_points(
    course_root: Path, name: str, points: Mapping[str, float]
) -> tuple[PointsChange, ...]:
    """Write the suite's points into the reference's grade cells; returns what changed."""
    path = _reference_path(course_root, name)
    nb = _read(path, f"the reference notebook of {name}")
    changes = []
    for cell in nb.cells:
        own = cell.metadata.get("nbgrader", {})
        symbol = own.get("grade_id", "").removeprefix(CHECK_PREFIX)
        if not _is_check(own) or symbol not in points or own.get("points") == points[symbol]:
            continue
        changes.append(
            PointsChange(symbol=symbol, before=own.get("points", 0), after=points[symbol])
        )
        own["points"] = points[symbol]
    if changes:
        path.write_text(nbformat.writes(nb) + "\n", encoding="utf-8")
    return tuple(changes)


def _reference_path(course_root: Path, name: str) -> Path:
    path = course_root / "solutions" / name / f"{name}.ipynb"
    if not path.is_file():
        raise CourseError(
            "reference-missing",
            f"the assignment {name} has no reference notebook",
            where=str(path),
            next="write it there, or correct the assignment's name",
        )
    return path


def _read(path: Path, what: str) -> NotebookNode:
    """Strictly: unlike a student's notebook, a reference is repaired by its author."""
    from autograder.gradebook.generate import check_metadata

    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        version = (content.get("nbformat"), content.get("nbformat_minor"))
        if version != (4, 5):
            raise ValueError(f"its nbformat is {version[0]}.{version[1]}, expected 4.5")
        nb: NotebookNode = nbformat.v4.nbjson.to_notebook(content)
        nbformat.validate(nb)
        check_metadata(nb)
    except Exception as error:  # nbformat, jsonschema and nbgrader each have their own kinds
        raise CourseError(
            "notebook-invalid",
            f"{what} is not valid: {_first_line(error)}",
            where=str(path),
            next="open it in a current Jupyter and save it again, or correct what is named",
        ) from error
    return nb


def _cell_problems(nb: NotebookNode) -> Iterator[str]:
    cells = [(cell, cell.metadata.get("nbgrader", {})) for cell in nb.cells]
    symbols = [own["grade_id"] for _, own in cells if _is_symbol(own)]
    if not symbols:
        yield "it has no solution cell"
    if not any(own.get("grade_id") == "imports" and own.get("locked") for _, own in cells):
        yield 'it has no read-only cell "imports"'
    for at, (cell, own) in enumerate(cells):
        following = cells[at + 1][1] if at + 1 < len(cells) else {}
        if _is_symbol(own):
            yield from _symbol_problems(cell, own["grade_id"], following)
        elif _is_check(own) and own["grade_id"].removeprefix(CHECK_PREFIX) not in symbols:
            yield f'grade cell "{own["grade_id"]}" belongs to no solution cell'


def _picture_problems(nb: NotebookNode, folder: Path) -> Iterator[str]:
    """A picture has to travel with the notebook: attached, or a file beside it."""
    for cell in nb.cells:
        for target in _PICTURE.findall(cell.source) if cell.cell_type == "markdown" else ():
            name = target.removeprefix("attachment:")
            if name == target and target.startswith(("http:", "https:", "data:")):
                continue
            if name != target and name not in cell.get("attachments", {}):
                yield f"cell {cell.id} shows the attachment {name}, which it lacks"
            if name == target and not (folder / target).is_file():
                yield f"cell {cell.id} shows {target}, which is no file; attachment:{target}?"


def _symbol_problems(cell: NotebookNode, symbol: str, following: dict[str, Any]) -> Iterator[str]:
    if not (_is_check(following) and following.get("grade_id") == CHECK_PREFIX + symbol):
        yield f'cell "{symbol}" is not followed by its grade cell "{CHECK_PREFIX}{symbol}"'
    if cell.cell_type != "code":
        yield f'cell "{symbol}" is not code'
        return
    if not any(_solution_lines(cell.source)):
        yield f'cell "{symbol}" has no lines between ### {BEGIN} and ### {END}'
    try:
        defined = [node.name for node in ast.parse(cell.source).body if isinstance(node, _DEFINES)]
    except SyntaxError as error:
        yield f'cell "{symbol}" is not Python: {error.msg} (line {error.lineno})'
        return
    if defined != [symbol]:
        found = ", ".join(defined) or "nothing"
        yield f'cell "{symbol}" defines {found}, expected {symbol} alone'


def _check_points(nb: NotebookNode, points: Mapping[str, float], path: Path, name: str) -> None:
    stated = {
        own["grade_id"].removeprefix(CHECK_PREFIX): own["points"]
        for own in (cell.metadata.get("nbgrader", {}) for cell in nb.cells)
        if _is_check(own)
    }
    different = [
        f"{symbol}: suite {points.get(symbol, 'no tests')}, "
        f"notebook {stated.get(symbol, 'no grade cell')}"
        for symbol in sorted(points.keys() | stated.keys())
        if points.get(symbol) != stated.get(symbol)
    ]
    if different:
        raise CourseError(
            "points-differ",
            "the reference's points are not those of the hidden suite: " + "; ".join(different),
            where=str(path),
            next=f"autograder release {name} --sync-points",
        )


def _verify(path: Path, name: str, reference: NotebookNode) -> None:
    """raises CourseError if what was released is not valid, or holds what it must not."""
    problems = [*_leaked_files(path.parent)]
    released = _read(path, f"the student version of {name}")
    text = path.read_text(encoding="utf-8")
    problems += [f'it says "{mark}"' for mark in (BEGIN, END) if mark in text]
    problems += _leaked_lines(released, reference)
    for cell in released.cells:
        if cell.get("outputs"):
            problems.append(f"cell {cell.id} has outputs")
        own = cell.metadata.get("nbgrader", {})
        if _is_symbol(own):
            problems += _stub_problems(cell.source, own["grade_id"], reference)
    if problems:
        raise CourseError(
            "release-leaks",
            f"the student version of {name} is not fit to be given out: " + "; ".join(problems),
            where=str(path),
            next="correct the reference or nbgrader_config.py, then release again",
        )


def _leaked_files(folder: Path) -> Iterator[str]:
    """Files of an instructor's: the suite, and what is kept for proving it."""
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        hidden = KEPT & set(inside.parts)
        if hidden or inside.match("test_*.py") or inside.match("conftest.py"):
            yield f"it comes with {inside}"


def _leaked_lines(released: NotebookNode, reference: NotebookNode) -> list[str]:
    kept = {line.strip() for cell in reference.cells for line in _other_lines(cell.source)}
    secret = {
        line.strip()
        for cell in reference.cells
        for line in _solution_lines(cell.source)
        if len(line.strip()) >= SOLUTION_LINE_CHARS
    } - kept
    shown = {line.strip() for cell in released.cells for line in cell.source.split("\n")}
    return [f"it shows a line of the solution: {line}" for line in sorted(secret & shown)]


def _stub_problems(source: str, symbol: str, reference: NotebookNode) -> list[str]:
    solved = next(
        cell.source
        for cell in reference.cells
        if cell.metadata.get("nbgrader", {}).get("grade_id") == symbol
    )
    regions = sum(BEGIN in line for line in solved.split("\n"))
    raised = sum(_raises_not_implemented(node) for node in ast.walk(ast.parse(source)))
    if raised < regions:
        return [f'the stub of "{symbol}" does not raise NotImplementedError']
    return []


def _raises_not_implemented(node: ast.AST) -> bool:
    if not isinstance(node, ast.Raise):
        return False
    raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"


def _solution_lines(source: str) -> Iterator[str]:
    yield from (line for line, solution in _lines(source) if solution)


def _other_lines(source: str) -> Iterator[str]:
    yield from (line for line, solution in _lines(source) if not solution)


def _lines(source: str) -> Iterator[tuple[str, bool]]:
    """Each line and whether it stands in a solution region; the marks themselves are left out."""
    inside = False
    for line in source.split("\n"):
        if BEGIN in line or END in line:
            inside = BEGIN in line
        else:
            yield line, inside


def _is_symbol(own: Mapping[str, Any]) -> bool:
    """A cell that the suite grades; a written answer is solution and grade in one."""
    return bool(own.get("solution")) and not own.get("grade") and not own.get("task")


def _is_check(own: Mapping[str, Any]) -> bool:
    return bool(own.get("grade")) and not own.get("solution")


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
