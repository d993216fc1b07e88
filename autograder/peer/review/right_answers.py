"""Members' answers that have full marks, of those who may be shown."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.course import Assignment, Course
from autograder.errors import SubmissionError
from autograder.notebook import read_reference
from autograder.origin import digests_of, sha256
from autograder.peer.consent import read_consent
from autograder.report import Outcome, Report, Status, TestResult
from autograder.store import Store
from autograder.submissions import Found, find_submissions, read_bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    student: str
    notebook: bytes  # the very one that was graded
    tests: tuple[TestResult, ...]


def right_answers(course: Course, assignment: Assignment, chance: random.Random) -> Iterator[Right]:
    """In random order. Only what passed every test of the suite as it is today, without a flag.

    raises  CourseError, AutograderError of the store
    """
    found = {one.student: one for one in _submitted(course, assignment)}
    consent = read_consent(course)
    students = sorted(student for student in found if consent.shows(student))
    chance.shuffle(students)
    if not students:
        return
    suite = digests_of(assignment).suite
    with Store(course.db_url, course=course.id, root=course.root) as store:
        kept = store.kept((student, assignment.name) for student in students)
    for student in students:
        result = kept.get((student, assignment.name))
        report = result.report if result is not None else None
        if report is None or not _is_right(report, suite):
            continue
        notebook = _bytes_of(found[student])
        origin = report.provenance
        if notebook is not None and origin and origin.submission_sha256 == sha256(notebook):
            yield Right(student=student, notebook=notebook, tests=report.tests)


def _is_right(report: Report, suite: str) -> bool:
    return (
        report.status is Status.GRADED
        and report.provenance is not None
        and report.provenance.suite_sha256 == suite
        and not report.flags
        and bool(report.tests)
        # Not one that was counted over the reference's version of another symbol: it says so.
        and all(test.outcome is Outcome.PASSED and not test.message for test in report.tests)
    )


def _submitted(course: Course, assignment: Assignment) -> list[Found]:
    folder = course.submitted
    if not folder.is_dir() or not any(folder.glob(f"*/{assignment.name}")):
        return []
    symbols = {assignment.name: read_reference(assignment.reference).symbols}
    paths = sorted(path for path in folder.glob(f"*/{assignment.name}") if path.is_dir())
    return [one for one in find_submissions(paths, symbols, assignment.name) if not one.problem]


def _bytes_of(found: Found) -> bytes | None:
    try:
        return read_bytes(found.path)
    except SubmissionError:
        return None
