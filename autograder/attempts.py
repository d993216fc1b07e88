"""Who sees how much of which result: attempts where they are limited, and views at a moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from autograder.course import Course, FeedbackRules
from autograder.feedback import Attempt, View, this_moment, view_of
from autograder.gradebook import course_in, due_dates, due_of
from autograder.report import Report
from autograder.store import Store
from autograder.store.attempts import Attempts


class Counter:
    """Counts what is graded; a course without limits has no table of attempts."""

    def __init__(self, course: Course, store: Store) -> None:
        self._course, self._store = course, store
        self._opened: Attempts | None = None

    def __call__(self, report: Report, handed_in: datetime | None) -> Attempt | None:
        """Its place among the attempts, for good; None: they are not counted."""
        if not self._counts(report.assignment) or report.provenance is None:
            return None
        return self._attempts().count(report, handed_in)

    def of(self, report: Report) -> Attempt | None:
        """As it was counted when it was written; nothing is counted now."""
        if not self._counts(report.assignment) or report.provenance is None:
            return None
        sha = report.provenance.submission_sha256
        return self._attempts().of(report.student, report.assignment, sha)

    def _counts(self, assignment: str) -> bool:
        return self._course.assignment(assignment).feedback.informative_attempts_per_day is not None

    def _attempts(self) -> Attempts:
        self._opened = self._opened or Attempts(self._store, self._course.timezone)
        return self._opened


class Views:
    """What students see at one moment; reads of the gradebook only what has to be read."""

    def __init__(self, course: Course, counter: Counter, now: datetime) -> None:
        self._course, self._counter, self._now = course, counter, now
        self._in_gradebook: dict[tuple[str, str], datetime | None] | None = None

    def of(self, report: Report) -> View:
        """raises GradebookError, AutograderError of the store"""
        return view_of(
            self._course.assignment(report.assignment).feedback,
            due=due_of(
                self._course.root, report.student, report.assignment, self._due_there(report)
            ),
            now=self._now,
            attempt=self._counter.of(report),
            timezone=self._course.timezone,
        )

    def name_of(self, report: Report) -> str:
        """As a page that is made now would be marked, see View.name_for."""
        rules = self._course.assignment(report.assignment).feedback
        says = {test.visible for test in report.tests} - {"", "always"}
        if rules == FeedbackRules() and not says:
            return ""
        return self.of(report).name_for(report.tests)

    def _due_there(self, report: Report) -> datetime | None:
        if self._in_gradebook is None:
            self._in_gradebook = due_dates(self._course.root)
        return self._in_gradebook.get((report.student, report.assignment))


def view_now(course: Course, report: Report, *, in_gradebook: bool) -> View:
    """What its student would see of a result at this moment.

    in_gradebook  it was written there; else there are neither attempts nor extensions of nbgrader's
    """
    if not in_gradebook:
        due = due_of(course.root, report.student, report.assignment, None)
        rules = course.assignment(report.assignment).feedback
        return view_of(rules, due=due, now=this_moment(), timezone=course.timezone)
    with Store(course.db_url, course=course.id, root=course.root) as store:
        return Views(course, Counter(course, store), this_moment()).of(report)


def open_count(root: Path) -> Callable[[Report, datetime | None], Attempt | None]:
    """A Counter of its own for each call: nbgrader's processes grade one by one, and live long."""
    course = course_in(root)

    def count(report: Report, handed_in: datetime | None) -> Attempt | None:
        with Store(course.db_url, course=course.id, root=course.root) as store:
            return Counter(course, store)(report, handed_in)

    return count
