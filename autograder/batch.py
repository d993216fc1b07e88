"""A course's batch: grade what changed, hand every result to nbgrader, write the feedback."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, field

from autograder.course import Course
from autograder.errors import AutograderError, SubmissionError
from autograder.gradebook import record, render_feedback
from autograder.grading import grade_batch
from autograder.report import Report, Status
from autograder.sandbox import Sandbox
from autograder.store import Kept, Store, key_of, suite_digest
from autograder.submissions import Found, read_bytes

OpenSandbox = Callable[[], AbstractContextManager[Sandbox]]


@dataclass(slots=True)
class Outcome:
    """What became of a batch, beside the reports."""

    kept: int = 0  # unchanged since an earlier run, not graded again
    unrecorded: list[AutograderError] = field(default_factory=list)
    pages: int = 0
    unwritten_pages: list[AutograderError] = field(default_factory=list)


def grade_course(
    submissions: Sequence[Found],
    course: Course,
    open_sandbox: OpenSandbox,
    store: Store,
    *,
    jobs: int,
    seed: int,
    again: bool,
    feedback: bool,
    emit: Callable[[Report], None],
) -> Outcome:
    """Grade into the gradebook; every report goes to `emit` as soon as it is there.

    again   grade also what has not changed since it was graded
    raises  CourseError, GradebookError; what was finished before is kept in either case
    """
    outcome = Outcome()
    batch = _Batch(course, store, emit, outcome)
    reports = batch.reports(submissions, open_sandbox, jobs=jobs, seed=seed, again=again)
    with closing(reports):
        for saved in record(course.root, reports, language=course.language):
            if saved.error is None:
                batch.recorded.append((saved.student, saved.assignment))
                store.mark_recorded(
                    batch.keys[saved.student, saved.assignment], saved.student, saved.assignment
                )
            else:
                outcome.unrecorded.append(saved.error)
    if feedback:
        for page in render_feedback(course.root, batch.recorded, jobs=jobs):
            outcome.pages += page.error is None
            if page.error is not None:
                outcome.unwritten_pages.append(page.error)
    return outcome


@dataclass(slots=True)
class _Batch:
    course: Course
    store: Store
    emit: Callable[[Report], None]
    outcome: Outcome
    keys: dict[tuple[str, str], str] = field(default_factory=dict)
    recorded: list[tuple[str, str]] = field(default_factory=list)

    def reports(
        self,
        submissions: Sequence[Found],
        open_sandbox: OpenSandbox,
        *,
        jobs: int,
        seed: int,
        again: bool,
    ) -> Generator[tuple[Report, bytes], None, None]:
        """What the gradebook must be told: (report, the submitted file)."""
        digests = {
            name: suite_digest(self.course.assignment(name))
            for name in {found.assignment for found in submissions if found.problem is None}
        }
        fresh: list[Found] = []
        for found in submissions:
            kept = self._look_up(found, digests, again)
            if kept is None:
                fresh.append(found)
                continue
            self.outcome.kept += 1
            self.emit(kept.report)
            if not kept.recorded or not self._has_autograded(found):
                yield kept.report, read_bytes(found.path)
        if not fresh:
            return  # a sandbox takes seconds to start
        with (
            open_sandbox() as sandbox,
            closing(grade_batch(fresh, self.course, sandbox, jobs=jobs, seed=seed)) as graded,
        ):
            for found, report in graded:
                if report.status is Status.GRADED:
                    self.store.keep(self.keys[found.student, found.assignment], report)
                self.emit(report)
                if report.status is Status.GRADED:
                    yield report, read_bytes(found.path)

    def _look_up(self, found: Found, digests: dict[str, str], again: bool) -> Kept | None:
        if found.problem is not None:
            return None
        try:
            data = read_bytes(found.path)
        except SubmissionError:
            return None  # grading says what is wrong
        assignment = self.course.assignment(found.assignment)
        key = key_of(
            data,
            assignment,
            suite_digest=digests[assignment.name],
            language=self.course.language,
        )
        self.keys[found.student, found.assignment] = key
        return None if again else self.store.find(key, found.student, found.assignment)

    def _has_autograded(self, found: Found) -> bool:
        folder = self.course.root / "autograded" / found.student / found.assignment
        return folder.is_dir()
