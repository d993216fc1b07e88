"""What course.yml says that nbgrader has to know: language, due dates, late policies.

A folder without course.yml is a course for nbgrader all the same: English, and whatever was set
in formgrader.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import nbgrader.api as nb

from autograder.course import COURSE_FILE, Assignment, Course, LatePolicy, load_course


def language_of(root: Path) -> str:
    """Of the feedback."""
    course = _course(root)
    return course.language if course else "en"


def late_policy_of(root: Path, name: str) -> LatePolicy | None:
    assignment = _assignment(root, name)
    return assignment.late if assignment else None


def set_due_date(row: nb.Assignment, root: Path) -> None:
    """Into nbgrader's row (UTC, without a zone); a course.yml without one changes nothing."""
    assignment = _assignment(root, row.name)
    if assignment is not None and assignment.due is not None:
        row.duedate = _naive(assignment.due)


def _naive(when: datetime) -> datetime:
    return when.astimezone(UTC).replace(tzinfo=None)


def _assignment(root: Path, name: str) -> Assignment | None:
    course = _course(root)
    return next((a for a in course.assignments if a.name == name), None) if course else None


def _course(root: Path) -> Course | None:
    path = root / COURSE_FILE
    return _loaded(root, path.stat().st_mtime_ns) if path.is_file() else None


@lru_cache(maxsize=8)
def _loaded(root: Path, changed_ns: int) -> Course:
    """nbgrader asks once per submission, and formgrader's process lives for days."""
    return load_course(root)
