"""The rows that nbgrader's autograde writes, for many submissions in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import nbgrader.api as nb
from nbformat.notebooknode import NotebookNode
from nbgrader import utils
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from autograder.gradebook.penalties import penalise


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What one submission says, by grade_id."""

    student: str
    timestamp: datetime | None  # UTC, without a zone, as nbgrader keeps it
    scores: dict[str, float | None]  # None: a person has to grade
    comments: dict[str, str | None]
    # The very submission that people have looked at: what they graded by hand needs a second look
    # only where its automatic score is another one now.
    looked_at: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The rows of an assignment that submissions refer to."""

    assignment: str
    assignment_id: str
    notebook: str
    notebook_id: str
    graded: dict[str, str] = field(default_factory=dict)  # grade_id → id of its row
    commented: dict[str, str] = field(default_factory=dict)


def target_of(notebook: nb.Notebook) -> Target:
    tasks = {cell.name: cell.id for cell in notebook.task_cells}
    return Target(
        assignment=notebook.assignment.name,
        assignment_id=notebook.assignment.id,
        notebook=notebook.name,
        notebook_id=notebook.id,
        graded={cell.name: cell.id for cell in notebook.grade_cells} | tasks,
        commented={cell.name: cell.id for cell in notebook.solution_cells} | tasks,
    )


def marks_in(
    cells: Iterable[NotebookNode],
) -> tuple[dict[str, float | None], dict[str, str | None]]:
    """Scores and comments as nbgrader's SaveAutoGrades reads them from an executed notebook."""
    scores: dict[str, float | None] = {}
    comments: dict[str, str | None] = {}
    for cell in cells:
        if utils.is_grade(cell):
            scores[cell.metadata.nbgrader["grade_id"]] = utils.determine_grade(cell)[0]
        if utils.is_solution(cell) or utils.is_task(cell):
            own = cell.metadata.nbgrader
            unchanged = own.get("checksum") == utils.compute_checksum(cell)
            answered = utils.is_task(cell) or not unchanged
            comments[own["grade_id"]] = None if answered else "No response."
    return scores, comments


def write_rows(
    db: Session,
    target: Target,
    marks: Sequence[Marks],
    penalties: AssignLatePenalties,
    settle: Callable[[], None] = lambda: None,
) -> None:
    """Students, submissions, grades, comments and penalties; flushed, not committed.

    Manual scores, extra credit and manual comments are not touched.
    settle  puts extensions in place, when the rows are there and before penalties are given
    """
    known = _submissions(db, target, [m.student for m in marks])
    notebooks: list[nb.SubmittedNotebook] = []
    for mark in marks:
        submission = known.get(mark.student) or _new_submission(db, target, mark.student)
        known[mark.student] = submission
        if mark.timestamp is not None:
            submission.timestamp = mark.timestamp
        notebook = next(n for n in submission.notebooks if n.notebook_id == target.notebook_id)
        _fill(notebook, target, mark)
        notebooks.append(notebook)
    db.flush()
    settle()
    penalties.assignment_id = target.assignment
    for notebook in notebooks:
        penalise(notebook, penalties)
    db.flush()


def missing_students(db: Session, students: Iterable[str]) -> set[str]:
    wanted = set(students)
    found = set(db.scalars(select(nb.Student.id).where(nb.Student.id.in_(wanted))))
    return wanted - found


def _submissions(
    db: Session, target: Target, students: list[str]
) -> dict[str, nb.SubmittedAssignment]:
    rows = db.scalars(
        select(nb.SubmittedAssignment)
        .where(
            nb.SubmittedAssignment.assignment_id == target.assignment_id,
            nb.SubmittedAssignment.student_id.in_(students),
        )
        .options(
            selectinload(nb.SubmittedAssignment.notebooks).options(
                selectinload(nb.SubmittedNotebook.grades),
                selectinload(nb.SubmittedNotebook.comments),
            )
        )
    )
    return {row.student_id: row for row in rows}


def _new_submission(db: Session, target: Target, student: str) -> nb.SubmittedAssignment:
    submission = nb.SubmittedAssignment(assignment_id=target.assignment_id, student_id=student)
    submission.notebooks = [nb.SubmittedNotebook(notebook_id=target.notebook_id)]
    db.add(submission)
    return submission


def _fill(notebook: nb.SubmittedNotebook, target: Target, mark: Marks) -> None:
    _complete(notebook, target)
    grades = {grade.cell_id: grade for grade in notebook.grades}
    comments = {comment.cell_id: comment for comment in notebook.comments}
    for name, score in mark.scores.items():
        grade = grades[target.graded[name]]
        by_hand = grade.manual_score is not None
        if not (mark.looked_at and by_hand and grade.auto_score == score):
            grade.needs_manual_grade = by_hand or score is None
        grade.auto_score = score
    for name, comment in mark.comments.items():
        comments[target.commented[name]].auto_comment = comment


def _complete(notebook: nb.SubmittedNotebook, target: Target) -> None:
    """A grade for each graded cell and a comment for each answer, as nbgrader makes them."""
    graded = {grade.cell_id for grade in notebook.grades}
    commented = {comment.cell_id for comment in notebook.comments}
    notebook.grades.extend(
        nb.Grade(cell_id=cell_id) for cell_id in target.graded.values() if cell_id not in graded
    )
    notebook.comments.extend(
        nb.Comment(cell_id=cell_id)
        for cell_id in target.commented.values()
        if cell_id not in commented
    )
