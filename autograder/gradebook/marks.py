"""What the gradebook has for every student and assignment, as `nbgrader export` would say it.

nbgrader's own export asks for each submission's score by itself, and every such question looks
through the grades of the whole class. Here three questions serve them all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import nbgrader.api as nb
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from autograder.gradebook.config import course_config, course_directory
from autograder.gradebook.opened import opened
from autograder.gradebook.trouble import shown_url, translated


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A student as nbgrader knows them."""

    id: str
    first_name: str | None
    last_name: str | None
    email: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    timestamp: datetime | None  # UTC, without a zone, as nbgrader keeps it
    raw_score: float  # before the penalty; manual grades and extra credit included
    penalty: float
    ungraded_cells: int  # that wait for a person

    @property
    def score(self) -> float:
        return max(0.0, self.raw_score - self.penalty)


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """One assignment of the gradebook."""

    assignment: str
    due: datetime | None  # UTC, without a zone
    max_score: float
    by_student: dict[str, Submitted]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassMarks:
    students: tuple[Person, ...]  # in nbgrader's order
    assignments: tuple[Marks, ...]


def class_marks(course: Path, names: Sequence[str] | None = None) -> ClassMarks:
    """All students of the gradebook, and their marks in these assignments; None: in all.

    An assignment that the gradebook does not know is left out.

    raises  GradebookError if the gradebook cannot be read; CourseError
    """
    url = course_directory(course_config(course.absolute())).db_url
    with translated(shown_url(url)), opened(url) as gradebook:
        wanted = [a for a in gradebook.assignments if names is None or a.name in names]
        people = tuple(
            Person(id=s.id, first_name=s.first_name, last_name=s.last_name, email=s.email)
            for s in gradebook.students
        )
        marks = tuple(_marks(gradebook.db(), assignment) for assignment in wanted)
    return ClassMarks(students=people, assignments=marks)


def _marks(db: Session, assignment: nb.Assignment) -> Marks:
    submitted, notebook, grade = nb.SubmittedAssignment, nb.SubmittedNotebook, nb.Grade
    who, ours = submitted.student_id, submitted.assignment_id == assignment.id
    in_notebooks = submitted.__table__.join(
        notebook.__table__, notebook.assignment_id == submitted.id
    )
    in_grades = in_notebooks.join(grade.__table__, grade.notebook_id == notebook.id)
    # Floats are added here, in one order: a database may add them in another every time.
    raw: dict[str, float] = {}
    scores = select(who, grade.score).select_from(in_grades).where(ours)
    for student, score in db.execute(scores.order_by(notebook.id, grade.id)):
        raw[student] = raw.get(student, 0.0) + (score or 0.0)
    charged = select(who, func.sum(notebook.late_submission_penalty)).select_from(in_notebooks)
    waits = select(who, func.count()).select_from(in_grades).where(grade.needs_manual_grade)
    penalties = _by_student(db, charged.where(ours).group_by(who))
    waiting = _by_student(db, waits.where(ours).group_by(who))
    stamps = _by_student(db, select(who, submitted.timestamp).where(ours))
    return Marks(
        assignment=assignment.name,
        due=assignment.duedate,
        max_score=assignment.max_score,
        by_student={
            student: Submitted(
                timestamp=stamp,
                raw_score=raw.get(student, 0.0),
                penalty=penalties.get(student) or 0.0,
                ungraded_cells=waiting.get(student, 0),
            )
            for student, stamp in stamps.items()
        },
    )


def _by_student(db: Session, query: Select[tuple[str, Any]]) -> dict[str, Any]:
    return {student: value for student, value in db.execute(query)}  # noqa: C416
