"""Due dates and extensions of course.yml → the rows by which nbgrader tells who is late.

nbgrader keeps an extension as a time span beside the submission, and nowhere who gave it. A table
of ours, in the same database and the same transaction, remembers what came from course.yml: only
that is changed or taken away again. What somebody set in nbgrader since stays.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import nbgrader.api as nb
from sqlalchemy import Column, MetaData, String, Table, delete, select
from sqlalchemy.orm import Session

from autograder.errors import AutograderError, GradebookError

_ASSIGNMENT_ITSELF = ""  # in the column `student`: the due date of all
_metadata = MetaData()
_ours = Table(
    "autograder_deadlines",
    _metadata,
    Column("assignment", String(128), primary_key=True),
    Column("student", String(128), primary_key=True),
    Column("value", String(64), nullable=False),  # as in nbgrader's row: ISO 8601, or seconds
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """Of one assignment, as course.yml says. Times are UTC, without a zone, as nbgrader's are."""

    assignment: str
    due: datetime | None
    extensions: Mapping[str, datetime] = field(default_factory=dict)  # by student: the new due date


def put_deadlines(db: Session, row: nb.Assignment, wanted: Deadlines) -> list[AutograderError]:
    """Into nbgrader's rows, of students who have submitted; the others' come with their rows.

    Flushed, not committed; what is as it should be is not written.
    returns  remarks: what in nbgrader differs from course.yml, and which of the two counts
    """
    remembered = _remembered(db, row.name)
    rows = _submissions(db, row)
    remarks = _put_due_date(row, wanted, remembered, rows)
    for student in wanted.extensions.keys() | remembered.keys() - {_ASSIGNMENT_ITSELF}:
        if student not in rows:
            remembered.pop(student, None)  # the row is gone, and what was said of it
    remarks += _put_extensions(rows, wanted, remembered)
    _remember(db, row.name, remembered)
    db.flush()
    return remarks


def put_extensions(
    db: Session, row: nb.Assignment, wanted: Deadlines, students: Collection[str]
) -> None:
    """As put_deadlines, for these students alone: their rows may be new."""
    if not wanted.extensions.keys() & set(students):
        return
    remembered = _remembered(db, row.name)
    _put_extensions(_submissions(db, row, students), wanted, remembered)
    _remember(db, row.name, remembered)
    db.flush()


def _put_extensions(
    rows: Mapping[str, nb.SubmittedAssignment], wanted: Deadlines, remembered: dict[str, str]
) -> list[AutograderError]:
    concerned = (wanted.extensions.keys() | remembered.keys()) & rows.keys()
    remarks = (
        _put_extension(rows[student], wanted.extensions.get(student), remembered)
        for student in sorted(concerned)
    )
    return [remark for remark in remarks if remark is not None]


def _put_due_date(
    row: nb.Assignment,
    wanted: Deadlines,
    remembered: dict[str, str],
    rows: Mapping[str, nb.SubmittedAssignment],
) -> list[AutograderError]:
    before, ours = row.duedate, remembered.get(_ASSIGNMENT_ITSELF)
    if wanted.due is None:
        theirs = any(
            each.extension is not None and _seconds(each.extension) != remembered.get(student)
            for student, each in rows.items()
        )
        # nbgrader fails at an extension of nothing: with one of its own the due date stays.
        if before is not None and ours == before.isoformat() and not theirs:
            row.duedate = None
        remembered.pop(_ASSIGNMENT_ITSELF, None)
        return []
    if before != wanted.due:
        row.duedate = wanted.due
    remembered[_ASSIGNMENT_ITSELF] = wanted.due.isoformat()
    if before in (None, wanted.due) or ours == before.isoformat():
        return []
    return [_replaced(row.name, before, wanted.due)]


def _put_extension(
    row: nb.SubmittedAssignment, until: datetime | None, remembered: dict[str, str]
) -> AutograderError | None:
    student, due, theirs = row.student_id, row.assignment.duedate, row.extension
    ours = remembered.pop(student, None)
    extra = None if until is None or due is None or until <= due else until - due
    if theirs is not None and _seconds(theirs) != ours:  # somebody gave it in nbgrader
        return None if until is None or theirs == extra else _differs(row, until)
    if theirs != extra:
        row.extension = extra
    if extra is not None:
        remembered[student] = _seconds(extra)
    return None


def _submissions(
    db: Session, row: nb.Assignment, students: Collection[str] | None = None
) -> dict[str, nb.SubmittedAssignment]:
    query = select(nb.SubmittedAssignment).where(nb.SubmittedAssignment.assignment_id == row.id)
    if students is not None:
        query = query.where(nb.SubmittedAssignment.student_id.in_(students))
    return {each.student_id: each for each in db.scalars(query)}


def _remembered(db: Session, assignment: str) -> dict[str, str]:
    if not _exists(db):
        return {}
    mine = select(_ours.c.student, _ours.c.value).where(_ours.c.assignment == assignment)
    return {row.student: row.value for row in db.execute(mine)}


def _remember(db: Session, assignment: str, values: Mapping[str, str]) -> None:
    if _remembered(db, assignment) == values:
        return
    _metadata.create_all(db.connection())
    db.execute(delete(_ours).where(_ours.c.assignment == assignment))
    rows = [{"assignment": assignment, "student": s, "value": v} for s, v in values.items()]
    if rows:
        db.execute(_ours.insert(), rows)


def _exists(db: Session) -> bool:
    connection = db.connection()
    return connection.dialect.has_table(connection, _ours.name)


def _seconds(span: timedelta) -> str:
    return repr(span.total_seconds())


def _replaced(assignment: str, before: datetime, now: datetime) -> GradebookError:
    return GradebookError(
        "due-date-replaced",
        f"the gradebook had the due date {before} UTC, and course.yml says {now} UTC, which counts",
        where=f"assignment {assignment}",
        next="change due dates in course.yml; one that is set in formgrader is replaced by it",
    )


def _differs(row: nb.SubmittedAssignment, until: datetime) -> GradebookError:
    return GradebookError(
        "extension-differs",
        f"{row.student_id} has an extension until {row.duedate} UTC in nbgrader, which counts, "
        f"and until {until} UTC in course.yml",
        where=f"assignment {row.assignment.name}",
        next="keep one: remove the line from course.yml, or the extension from nbgrader",
    )
