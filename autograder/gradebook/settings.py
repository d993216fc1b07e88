"""What course.yml says that nbgrader has to know: languages, due dates, late policies.

A folder without course.yml is a course for nbgrader all the same: English, and whatever was set
in formgrader.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import nbgrader.api as nb

from autograder.course import COURSE_FILE, Assignment, Course, LatePolicy, languages_of, load_course


def language_of(root: Path, student: str) -> str:
    """Of the feedback: the student's own by the roster, else the course's.

    raises  CourseError if course.yml or the roster is broken
    """
    course = _course(root)
    if course is None:
        return "en"
    return _languages(course).get(student, course.language)


def misconceptions_of(root: Path, name: str) -> Path:
    """The folder of an assignment's catalogue; may be missing."""
    assignment = _assignment(root, name)
    return assignment.misconceptions if assignment else root / "solutions" / name / "misconceptions"


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


def _languages(course: Course) -> Mapping[str, str]:
    if course.roster is None or not course.roster.is_file():
        return {}
    return _read_roster(course.root, course.roster.stat().st_mtime_ns)


@lru_cache(maxsize=8)
def _read_roster(root: Path, changed_ns: int) -> Mapping[str, str]:
    course = _course(root)
    return languages_of(course) if course else {}


@lru_cache(maxsize=8)
def _loaded(root: Path, changed_ns: int) -> Course:
    """nbgrader asks once per submission, and formgrader's process lives for days."""
    return load_course(root)
