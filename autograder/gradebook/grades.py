"""What the gradebook says about every submission of an assignment, cell by cell; only ever read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import nbgrader.api as nb
from nbgrader.converters import Autograde
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy import Select, create_engine, inspect, select
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session, selectinload

from autograder.gradebook.config import course_config, course_directory
from autograder.gradebook.generate import silent_log
from autograder.gradebook.master import CHECK_PREFIX, Master, master_of
from autograder.gradebook.notebooks import penalties_of
from autograder.gradebook.opened import refuse_other_versions
from autograder.gradebook.standings import STUDENTS_PER_QUERY
from autograder.gradebook.trouble import shown_url, translated


@dataclass(frozen=True, slots=True, kw_only=True)
class CellGrade:
    """One graded cell of one submission."""

    auto: float | None  # None: a person has to grade it
    manual: float | None  # given by hand; it counts in place of the automatic one
    extra: float | None  # credit, on top

    @property
    def score(self) -> float:
        """As nbgrader adds it up."""
        given = self.auto if self.manual is None else self.manual
        return 0.0 if given is None else given + (self.extra or 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grades:
    """One submission."""

    cells: dict[str, CellGrade]  # by grade_id
    late_s: float  # past the due date, extensions considered
    penalty: float

    @property
    def score(self) -> float:
        """Before the penalty."""
        return sum((cell.score for cell in self.cells.values()), 0.0)


class GradesReader:
    """with GradesReader(course) as reader: reader.grades("cross_entropy", ["kim"])

    A gradebook that is not there has no grades, and is not made.

    raises  GradebookError if it cannot be read; CourseError
    """

    def __init__(self, course: Path) -> None:
        config = course_config(course.absolute())
        self._url = course_directory(config).db_url
        self._converter = Autograde(
            coursedir=course_directory(config), config=config, log=silent_log()
        )
        self._penalties: AssignLatePenalties = penalties_of(self._converter)

    def __enter__(self) -> Self:
        there = _may_exist(self._url)
        if there:
            refuse_other_versions(self._url)
        self._engine = create_engine(self._url)
        with self._translated():
            self._there = there and inspect(self._engine).has_table("grade")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._engine.dispose()

    def students(self, assignment: str) -> set[str]:
        """Who has a submission of it in the gradebook."""
        if not self._there:
            return set()
        submitted = nb.SubmittedAssignment
        query = (
            select(submitted.student_id)
            .join(nb.Assignment, nb.Assignment.id == submitted.assignment_id)
            .where(nb.Assignment.name == assignment)
        )
        with self._translated(), Session(self._engine) as session:
            return set(session.scalars(query))

    def grades(self, assignment: str, students: list[str]) -> dict[str, Grades]:
        """By student, of those who have a submission in the gradebook."""
        if not self._there:
            return {}
        found: dict[str, Grades] = {}
        with self._translated(), Session(self._engine) as session:
            for at in range(0, len(students), STUDENTS_PER_QUERY):
                some = students[at : at + STUDENTS_PER_QUERY]
                found |= {
                    row.assignment.student_id: _grades(row)
                    for row in session.scalars(_notebooks(assignment, some))
                }
        return found

    def master(self, assignment: str) -> Master | None:
        """The released notebook, as the gradebook knows it."""
        if not self._there:
            return None
        query = (
            select(nb.Notebook)
            .join(nb.Assignment, nb.Assignment.id == nb.Notebook.assignment_id)
            .where(nb.Assignment.name == assignment, nb.Notebook.name == assignment)
        )
        with self._translated(), Session(self._engine) as session:
            row = session.scalars(query).first()
            return None if row is None else master_of(row)

    def penalty(self, assignment: str, student: str, score: float, late_s: float) -> float:
        """What nbgrader's plugin would take from that score."""
        if late_s <= 0:
            return 0.0
        self._penalties.assignment_id = assignment
        asked = self._penalties.plugin_inst.late_submission_penalty(student, score, late_s)
        return min(max(asked or 0.0, 0.0), score)

    @staticmethod
    def cell_of(symbol: str) -> str:
        """The grade_id of the cell that holds the points of a graded symbol."""
        return CHECK_PREFIX + symbol

    @contextmanager
    def _translated(self) -> Iterator[None]:
        with translated(shown_url(self._url)):
            yield


def _may_exist(url: str) -> bool:
    """To ask SQLite about a file that is not there would make it."""
    made = make_url(url)
    file = made.database if made.get_backend_name() == "sqlite" else None
    return not file or file.startswith("file:") or Path(file).is_file()


def _notebooks(assignment: str, students: list[str]) -> Select[tuple[nb.SubmittedNotebook]]:
    submitted, notebook = nb.SubmittedAssignment, nb.SubmittedNotebook
    return (
        select(notebook)
        .join(submitted, submitted.id == notebook.assignment_id)
        .join(nb.Assignment, nb.Assignment.id == submitted.assignment_id)
        .join(nb.Notebook, nb.Notebook.id == notebook.notebook_id)
        .where(
            nb.Assignment.name == assignment,
            nb.Notebook.name == assignment,
            submitted.student_id.in_(students),
        )
        .options(
            selectinload(notebook.assignment).selectinload(submitted.assignment),
            selectinload(notebook.grades).selectinload(nb.Grade.cell),
        )
    )


def _grades(row: nb.SubmittedNotebook) -> Grades:
    return Grades(
        cells={
            grade.cell.name: CellGrade(
                auto=grade.auto_score,
                manual=grade.manual_score,
                extra=grade.extra_credit,
            )
            for grade in row.grades
        },
        late_s=_late_s(row.assignment),
        penalty=row.late_submission_penalty or 0.0,
    )


def _late_s(submission: nb.SubmittedAssignment) -> float:
    if submission.assignment.duedate is None:  # nbgrader fails at an extension of nothing
        return 0.0
    return float(submission.total_seconds_late)
