"""What nbgrader's database knows of a released notebook: the cells that students must keep."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import nbgrader.api as nb

from autograder.errors import CourseError
from autograder.report import Report

CHECK_PREFIX = "test_"  # the grade cell of symbol S is test_S


@dataclass(frozen=True, slots=True, kw_only=True)
class MasterCell:
    grade_id: str
    cell_type: str  # code, markdown
    source: str  # of the stub, for a solution
    checksum: str | None
    locked: bool
    grade: bool
    solution: bool
    task: bool
    points: float | None  # graded cells and tasks

    @property
    def metadata(self) -> dict[str, Any]:
        """nbgrader's metadata, schema version 3."""
        values: dict[str, Any] = {
            "schema_version": 3,
            "grade_id": self.grade_id,
            "grade": self.grade,
            "solution": self.solution,
            "locked": self.locked,
            "task": self.task,
            "cell_type": self.cell_type,
        }
        if self.points is not None:
            values["points"] = self.points
        if self.checksum is not None:
            values["checksum"] = self.checksum
        return values


@dataclass(frozen=True, slots=True, kw_only=True)
class Master:
    assignment: str
    cells: dict[str, MasterCell]  # by grade_id, in the order of the notebook
    kernelspec: dict[str, Any]

    def check(self, report: Report) -> None:
        """raises CourseError unless the Report's points are those of the released notebook."""
        expected = {
            cell.grade_id: cell.points
            for cell in self.cells.values()
            if cell.grade and not cell.solution and cell.cell_type == "code"
        }
        tested: dict[str, float] = {}
        for test in report.tests:
            name = CHECK_PREFIX + test.cell
            tested[name] = tested.get(name, 0.0) + test.max_points
        if tested != expected:
            raise CourseError(
                "points-differ",
                "the hidden suite's points are not those of the released notebook: "
                + "; ".join(_differences(tested, expected)),
                where=f"assignment {self.assignment}",
                next=f"autograder release {self.assignment} --sync-points",
            )


def master_of(notebook: nb.Notebook) -> Master:
    """From the rows that generate_assignment wrote."""
    graded = {cell.name: cell.max_score for cell in notebook.grade_cells}
    tasks = {cell.name: cell.max_score for cell in notebook.task_cells}
    solutions = {cell.name for cell in notebook.solution_cells}
    cells = {
        source.name: MasterCell(
            grade_id=source.name,
            cell_type=source.cell_type,
            source=source.source,
            checksum=source.checksum,
            locked=source.locked,
            grade=source.name in graded,
            solution=source.name in solutions,
            task=source.name in tasks,
            points=graded.get(source.name, tasks.get(source.name)),
        )
        for source in notebook.source_cells
    }
    kernelspec = json.loads(notebook.kernelspec or "{}")
    return Master(assignment=notebook.assignment.name, cells=cells, kernelspec=kernelspec)


def _differences(tested: dict[str, float], expected: dict[str, float | None]) -> list[str]:
    return [
        f"{name}: suite {tested.get(name, 'none')}, notebook {expected.get(name, 'none')}"
        for name in sorted(tested.keys() | expected.keys())
        if tested.get(name) != expected.get(name)
    ]
