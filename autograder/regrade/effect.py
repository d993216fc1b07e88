"""What a new grading does to a student's score in the gradebook: hands that graded win."""

from __future__ import annotations

from dataclasses import replace

from autograder.gradebook import CellGrade, Grades, GradesReader
from autograder.regrade.change import ByHand, Marks
from autograder.regrade.compare import points_by_cell
from autograder.report import Report


def autos_of(grades: Grades | None, report: Report) -> dict[str, float | None]:
    """By symbol, the automatic scores that the gradebook has; what it lacks is left out."""
    if grades is None:
        return {}
    cells = {symbol: GradesReader.cell_of(symbol) for symbol in points_by_cell(report)}
    return {s: grades.cells[cell].auto for s, cell in cells.items() if cell in grades.cells}


def was_graded(grades: Grades | None, symbols: list[str]) -> bool:
    """Has the gradebook an automatic score for any of these symbols?"""
    if grades is None:
        return False
    cells = (grades.cells.get(GradesReader.cell_of(symbol)) for symbol in symbols)
    return any(cell is not None and cell.auto is not None for cell in cells)


def agrees(grades: Grades | None, report: Report) -> bool:
    """Is what the gradebook has what the report says? One that has nothing does not disagree."""
    points = points_by_cell(report)
    return all(auto == points[symbol] for symbol, auto in autos_of(grades, report).items())


def score_after(grades: Grades | None, report: Report) -> float:
    """The score that the gradebook would show, before any penalty."""
    points = {GradesReader.cell_of(s): p for s, p in points_by_cell(report).items()}
    if grades is None:
        return sum(points.values())
    cells = dict(grades.cells)
    for name, auto in points.items():
        own = cells.get(name) or CellGrade(auto=None, manual=None, extra=None)
        cells[name] = replace(own, auto=auto)
    return sum((cell.score for cell in cells.values()), 0.0)


def by_hand(grades: Grades | None, report: Report) -> tuple[ByHand, ...]:
    """The symbols whose automatic score changes without effect."""
    if grades is None:
        return ()
    found = []
    for symbol, points in points_by_cell(report).items():
        cell = grades.cells.get(GradesReader.cell_of(symbol))
        if cell is not None and cell.manual is not None and cell.auto != points:
            found.append(
                ByHand(cell=symbol, score=cell.manual, auto_before=cell.auto, auto_after=points)
            )
    return tuple(found)


def marks_of(grades: Grades | None) -> dict[str, Marks]:
    if grades is None:
        return {}
    return {
        name: Marks(auto=cell.auto, manual=cell.manual, extra=cell.extra)
        for name, cell in grades.cells.items()
    }
