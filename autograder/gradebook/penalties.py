"""Late penalties as nbgrader's AssignLatePenalties gives them, with its plugin and its limits."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from pathlib import Path

import nbgrader.api as nb
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload
from traitlets.config import Config

from autograder.feedback import Notice
from autograder.gradebook.config import course_config, course_directory
from autograder.gradebook.deadlines import put_deadlines
from autograder.gradebook.generate import silent_log
from autograder.gradebook.notebooks import penalties_of
from autograder.gradebook.opened import opened
from autograder.gradebook.settings import deadlines_of, zones_of
from autograder.gradebook.timestamps import submitted_at
from autograder.gradebook.trouble import shown_url, translated

Pair = tuple[str, str]  # student, assignment


def penalise(notebook: nb.SubmittedNotebook, penalties: AssignLatePenalties) -> bool:
    """By the scores that its grades have now. True: the penalty is another one than before."""
    before, penalty = notebook.late_submission_penalty, _penalty(notebook, penalties)
    if penalty is None or before is None:
        changed = penalty is not before
    else:
        changed = not math.isclose(penalty, before, rel_tol=1e-9, abs_tol=1e-9)
    if changed:
        notebook.late_submission_penalty = penalty
    return changed


def settle_deadlines(
    course: Path,
    names: Iterable[str],
    *,
    before_commit: Callable[[list[Pair]], None] = lambda changed: None,
    notice: Notice = lambda error: None,
) -> list[Pair]:
    """Due dates, extensions and penalties of all that the gradebook has, as course.yml says now.

    names          assignments; those that the gradebook does not know are left out
    before_commit  is told what is returned, and may raise: nothing is changed then
    notice         is told what in nbgrader differs from course.yml
    returns        (student, assignment) of every penalty that is another one now
    raises         GradebookError, CourseError
    """
    root = course.absolute()
    config = course_config(root)
    coursedir = course_directory(config)
    where = shown_url(coursedir.db_url)
    converter = Autograde(coursedir=coursedir, config=config, log=silent_log())
    penalties = penalties_of(converter)
    with translated(where), opened(coursedir.db_url) as gradebook:
        db: Session = gradebook.db()
        changed = [pair for name in names for pair in _settle(db, root, name, penalties, notice)]
        before_commit(changed)
        db.commit()
    return changed


def settle_submission(
    coursedir: CourseDirectory, config: Config, student: str, name: str, notice: Notice
) -> None:
    """Before nbgrader's own AssignLatePenalties looks at a submission that it has just recorded.

    raises  GradebookError, if the time of submission cannot be read; CourseError
    """
    root = Path(coursedir.root)
    wanted = deadlines_of(root, name)
    if wanted is None:
        return
    folder = coursedir.format_path(coursedir.submitted_directory, student, name)
    when = submitted_at(Path(folder), zones_of(root, config))
    with translated(shown_url(coursedir.db_url)), opened(coursedir.db_url) as gradebook:
        row = gradebook.find_assignment(name)
        for remark in put_deadlines(gradebook.db(), row, wanted):
            notice(remark)
        if when is not None:
            gradebook.find_submission(name, student).timestamp = when
        gradebook.db.commit()


def _settle(
    db: Session, root: Path, name: str, penalties: AssignLatePenalties, notice: Notice
) -> list[Pair]:
    row = db.scalar(select(nb.Assignment).where(nb.Assignment.name == name))
    wanted = deadlines_of(root, name)
    if row is None or wanted is None:
        return []
    for remark in put_deadlines(db, row, wanted):
        notice(remark)
    penalties.assignment_id = name
    return [
        (notebook.assignment.student_id, name)
        for notebook in _perhaps_late(db, row)
        if penalise(notebook, penalties)
    ]


def _perhaps_late(db: Session, row: nb.Assignment) -> Iterable[nb.SubmittedNotebook]:
    submitted, notebook = nb.SubmittedAssignment, nb.SubmittedNotebook
    late = notebook.late_submission_penalty.is_not(None)
    if row.duedate is not None:
        late |= submitted.timestamp > row.duedate
    return db.scalars(
        select(notebook)
        .join(submitted, submitted.id == notebook.assignment_id)
        .where(submitted.assignment_id == row.id, late)
        .options(selectinload(notebook.grades), selectinload(notebook.assignment))
    ).all()


def _penalty(notebook: nb.SubmittedNotebook, penalties: AssignLatePenalties) -> float | None:
    submission = notebook.assignment
    if submission.assignment.duedate is None:  # nbgrader fails at an extension of nothing
        return None
    late_s = submission.total_seconds_late
    if late_s <= 0:
        return None
    score = sum((_score(grade) for grade in notebook.grades), 0.0)
    penalty = penalties.plugin_inst.late_submission_penalty(submission.student_id, score, late_s)
    return None if penalty is None else min(max(0.0, penalty), score)


def _score(grade: nb.Grade) -> float:
    """As the database computes it, which knows of a change only after it was written and read."""
    given = grade.manual_score if grade.manual_score is not None else grade.auto_score
    return 0.0 if given is None else float(given + (grade.extra_credit or 0.0))
