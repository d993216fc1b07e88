"""Which submissions the gradebook has."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import nbgrader.api as nb
from sqlalchemy import select

from autograder.gradebook.config import course_config, course_directory
from autograder.gradebook.opened import opened
from autograder.gradebook.trouble import shown_url, translated


def known_submissions(course: Path) -> set[tuple[str, str]]:
    """(student, assignment) of each; none if there is no gradebook yet.

    raises  GradebookError if it cannot be read
    """
    url = course_directory(course_config(course.absolute())).db_url
    submitted, assignment = nb.SubmittedAssignment, nb.Assignment
    query = select(submitted.student_id, assignment.name).join(
        assignment, assignment.id == submitted.assignment_id
    )
    with translated(shown_url(url)), opened(url) as gradebook:
        return {(student, name) for student, name in gradebook.db.execute(query)}


def due_dates(course: Path) -> dict[tuple[str, str], datetime | None]:
    """By (student, assignment), extension included, with a time zone; None where there is none.

    raises  GradebookError if it cannot be read
    """
    url = course_directory(course_config(course.absolute())).db_url
    submitted, assignment = nb.SubmittedAssignment, nb.Assignment
    query = select(
        submitted.student_id, assignment.name, assignment.duedate, submitted.extension
    ).join(assignment, assignment.id == submitted.assignment_id)
    with translated(shown_url(url)), opened(url) as gradebook:
        return {
            (student, name): None if due is None else _later(due, extra)
            for student, name, due, extra in gradebook.db.execute(query)
        }


def _later(due: datetime, extra: timedelta | None) -> datetime:
    """nbgrader's times are in UTC without saying so."""
    return (due + (extra or timedelta())).replace(tzinfo=UTC)
