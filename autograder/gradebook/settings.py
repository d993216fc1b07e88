"""What course.yml says that nbgrader has to know: languages, due dates, late policies.

A folder without course.yml is a course for nbgrader all the same: English, and whatever was set
in formgrader.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from zoneinfo import available_timezones

from traitlets.config import Config

from autograder.course import (
    COURSE_FILE,
    Assignment,
    Course,
    FeedbackRules,
    LatePolicy,
    languages_of,
    load_course,
)
from autograder.gradebook.config import folders_at
from autograder.gradebook.deadlines import Deadlines


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


def feedback_rules_of(root: Path, name: str) -> FeedbackRules:
    assignment = _assignment(root, name)
    return assignment.feedback if assignment else FeedbackRules()


def timezone_of(root: Path) -> str:
    course = _course(root)
    return course.timezone if course else "UTC"


def deadlines_of(root: Path, name: str) -> Deadlines | None:
    """None: course.yml does not know the assignment, and whatever nbgrader has is right."""
    assignment = _assignment(root, name)
    if assignment is None or not (root / COURSE_FILE).is_file():
        return None
    return Deadlines(
        assignment=name,
        due=None if assignment.due is None else _naive(assignment.due),
        extensions={each.student: _naive(each.due) for each in assignment.extensions},
    )


def zones_of(root: Path, config: Config) -> tuple[str, ...]:
    """Whose abbreviations a time of submission may name: the course's zone, the exchange's."""
    course = _course(root)
    own = () if course is None else (course.timezone,)
    exchange = str(config.Exchange.get("timezone", "")) if "Exchange" in config else ""
    return (*own, *([exchange] if exchange in available_timezones() else []))


def _naive(when: datetime) -> datetime:
    return when.astimezone(UTC).replace(tzinfo=None)


def _assignment(root: Path, name: str) -> Assignment | None:
    """By our name; of an adopted course by nbgrader's too, where each notebook has a suite."""
    course = _course(root, name)
    found = [a for a in course.assignments if a.name == name] if course else []
    if course and course.folders.adopted:
        found += [a for a in course.assignments if a.reference.parent.name == name]
    return found[0] if found else None


def _course(root: Path, name: str = "") -> Course | None:
    """name  the assignment in question: a problem with another one's suite must not matter"""
    folders = folders_at(root)
    if folders.adopted:
        return load_course(root, folders, only=name)
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
