"""What the gradebook says about submissions, for the pages that students read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import nbgrader.api as nb
from nbformat.notebooknode import NotebookNode
from nbgrader import utils
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload, undefer

STUDENTS_PER_QUERY = 200  # far below the number of parameters that any database takes


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One submission, manual grading included."""

    student: str
    assignment: str
    score: float  # before the penalty
    max_score: float
    late_penalty: float
    scores: dict[str, tuple[float, float]]  # grade_id → score, maximum
    comments: dict[str, str | None]
    due: datetime | None = None  # extension included, with a time zone


def standings(db: Session, pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Standing]:
    """By (student, assignment); a pair that has no submission is missing."""
    by_assignment: dict[str, list[str]] = {}
    for student, assignment in pairs:
        by_assignment.setdefault(assignment, []).append(student)
    found: dict[tuple[str, str], Standing] = {}
    for assignment, students in by_assignment.items():
        for at in range(0, len(students), STUDENTS_PER_QUERY):
            for standing in _of(db, assignment, students[at : at + STUDENTS_PER_QUERY]):
                found[standing.student, standing.assignment] = standing
    return found


def put_standing(node: NotebookNode, standing: Standing) -> None:
    """As nbgrader's GetGrades: scores and comments into the cells' metadata."""
    for cell in node.cells:
        if utils.is_solution(cell) or utils.is_task(cell):
            own = cell.metadata.nbgrader
            own["comment"] = standing.comments[own["grade_id"]]
        if utils.is_grade(cell) or utils.is_task(cell):
            own = cell.metadata.nbgrader
            own["score"], own["points"] = standing.scores[own["grade_id"]]


def due_in(row: nb.SubmittedAssignment) -> datetime | None:
    """Of nbgrader's row, which is in UTC without saying so, extension included."""
    due: datetime | None = row.duedate
    return None if due is None else due.replace(tzinfo=UTC)


def _of(db: Session, assignment: str, students: Sequence[str]) -> list[Standing]:
    submitted, notebook = nb.SubmittedAssignment, nb.SubmittedNotebook
    rows = db.scalars(
        select(notebook)
        .join(nb.Notebook, nb.Notebook.id == notebook.notebook_id)
        .join(submitted, submitted.id == notebook.assignment_id)
        .join(nb.Assignment, nb.Assignment.id == submitted.assignment_id)
        .where(
            nb.Assignment.name == assignment,
            nb.Notebook.name == assignment,
            submitted.student_id.in_(students),
        )
        .options(
            undefer(notebook.max_score),
            selectinload(notebook.assignment),
            selectinload(notebook.grades).options(
                undefer(nb.Grade.max_score), selectinload(nb.Grade.cell)
            ),
            selectinload(notebook.comments).selectinload(nb.Comment.cell),
        )
    )
    return [_standing(row, assignment) for row in rows]


def _standing(row: nb.SubmittedNotebook, assignment: str) -> Standing:
    return Standing(
        student=row.assignment.student_id,
        assignment=assignment,
        # Not row.score, which is the same sum: no index of nbgrader's serves that query, and each
        # one looks through the grades of the whole class.
        score=sum((grade.score for grade in row.grades), 0.0),
        max_score=row.max_score,
        late_penalty=row.late_submission_penalty or 0,
        scores={grade.cell.name: (grade.score, grade.max_score) for grade in row.grades},
        comments={comment.cell.name: comment.comment for comment in row.comments},
        due=due_in(row.assignment),
    )
