"""Extra credit on a cell, formgrader's field of that name: nbgrader adds it to the cell's score.

Written all or nothing, and only over what the caller has seen: what somebody enters in formgrader
in between is never overwritten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import nbgrader.api as nb
from nbgrader.converters import Autograde
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session, selectinload

from autograder.errors import GradebookError
from autograder.gradebook.config import course_config, course_directory
from autograder.gradebook.generate import silent_log
from autograder.gradebook.notebooks import penalties_of
from autograder.gradebook.opened import opened
from autograder.gradebook.penalties import Pair, penalise
from autograder.gradebook.trouble import shown_url, translated


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtraCredit:
    """One cell of one submission."""

    student: str
    cell: str  # its grade_id
    before: float | None  # what the gradebook has now
    after: float | None  # what it is to have; None: nothing was entered


def put_extra_credit(
    course: Path,
    assignment: str,
    credits: Sequence[ExtraCredit],
    *,
    before_commit: Callable[[list[Pair]], None] = lambda changed: None,
) -> None:
    """All of these, with the late penalties that go by the scores that come of them.

    before_commit  is told (student, assignment) of each, and may raise: nothing is changed then
    raises         GradebookError "gradebook-changed" if a cell has not what was seen any more, or
                   is gone; locked, of another version, not writable: as everywhere. CourseError
    """
    config = course_config(course.absolute())
    coursedir = course_directory(config)
    where = shown_url(coursedir.db_url)
    penalties = penalties_of(Autograde(coursedir=coursedir, config=config, log=silent_log()))
    with translated(where), opened(coursedir.db_url) as gradebook:
        db: Session = gradebook.db()
        try:
            for credit in credits:
                _put(db, assignment, credit, where)
            _penalise(db, assignment, [credit.student for credit in credits], penalties)
            before_commit([(credit.student, assignment) for credit in credits])
            db.commit()
        except BaseException:
            db.rollback()
            raise


def _put(db: Session, assignment: str, credit: ExtraCredit, where: str) -> None:
    """The condition is the update's own: nothing comes between looking and writing."""
    grade = db.scalar(
        select(nb.Grade.id)
        .join(nb.SubmittedNotebook, nb.SubmittedNotebook.id == nb.Grade.notebook_id)
        .join(
            nb.SubmittedAssignment, nb.SubmittedAssignment.id == nb.SubmittedNotebook.assignment_id
        )
        .join(nb.Assignment, nb.Assignment.id == nb.SubmittedAssignment.assignment_id)
        .join(nb.BaseCell, nb.BaseCell.id == nb.Grade.cell_id)
        .where(
            nb.Assignment.name == assignment,
            nb.SubmittedAssignment.student_id == credit.student,
            nb.BaseCell.name == credit.cell,
        )
    )
    column = nb.Grade.extra_credit
    as_seen = column.is_(None) if credit.before is None else column == credit.before
    done: CursorResult[object] = db.execute(  # type: ignore[assignment]  # what an UPDATE gives
        update(nb.Grade)
        .where(nb.Grade.id == grade, as_seen)
        .values(extra_credit=credit.after)
        .execution_options(synchronize_session=False)
    )
    if done.rowcount != 1:
        raise GradebookError(
            "gradebook-changed",
            f"the extra credit of {credit.student} in {credit.cell} is another one than a moment "
            "ago: somebody is grading by hand",
            where=where,
            next="nothing was written; run the same command again",
        )


def _penalise(
    db: Session, assignment: str, students: Iterable[str], penalties: AssignLatePenalties
) -> None:
    penalties.assignment_id = assignment
    submitted, notebook = nb.SubmittedAssignment, nb.SubmittedNotebook
    for student in students:
        rows = db.scalars(
            select(notebook)
            .join(submitted, submitted.id == notebook.assignment_id)
            .join(nb.Assignment, nb.Assignment.id == submitted.assignment_id)
            .where(nb.Assignment.name == assignment, submitted.student_id == student)
            .options(selectinload(notebook.grades), selectinload(notebook.assignment))
        )
        for row in rows:
            penalise(row, penalties)
    db.flush()
