"""The rows that nbgrader's autograde writes, for many submissions in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import nbgrader.api as nb
from nbformat.notebooknode import NotebookNode
from nbgrader import utils
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What one submission says, by grade_id."""

    student: str
    timestamp: datetime | None  # UTC, without a zone, as nbgrader keeps it
    scores: dict[str, float | None]  # None: a person has to grade
    comments: dict[str, str | None]


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
    db: Session, target: Target, marks: Sequence[Marks], penalties: AssignLatePenalties
) -> None:
    """Students, submissions, grades, comments and penalties; flushed, not committed.

    Manual scores, extra credit and manual comments are not touched.
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
    for notebook in notebooks:
        _penalise(db, notebook, target, penalties)
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
        grade.auto_score = score
        grade.needs_manual_grade = grade.manual_score is not None or score is None
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


def _penalise(
    db: Session, notebook: nb.SubmittedNotebook, target: Target, penalties: AssignLatePenalties
) -> None:
    """As nbgrader's AssignLatePenalties does, with its plugin and its limits."""
    notebook.late_submission_penalty = None
    late_s = notebook.assignment.total_seconds_late
    if late_s <= 0:
        return
    db.flush()
    db.refresh(notebook, ["score"])
    penalties.assignment_id = target.assignment
    penalty = penalties.plugin_inst.late_submission_penalty(
        notebook.assignment.student_id, notebook.score, late_s
    )
    if penalty is not None:
        notebook.late_submission_penalty = penalties._check_late_penalty(notebook, penalty)
