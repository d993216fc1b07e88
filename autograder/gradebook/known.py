"""Which submissions the gradebook has."""

from __future__ import annotations

from pathlib import Path

import nbgrader.api as nb
from sqlalchemy import select

from autograder.gradebook.config import course_config, course_directory
from autograder.gradebook.generate import known_alembic_version
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
    with translated(shown_url(url)), known_alembic_version(), nb.Gradebook(url) as gradebook:
        return {(student, name) for student, name in gradebook.db.execute(query)}
