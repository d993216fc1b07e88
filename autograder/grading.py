"""One submission, and a batch: the story on one screen.

    notebook ──▶ sandbox ──▶ Report

A failure of ours is tried once more and then reported as an error; it is never a score. What the
student's code did is never tried again into a different score.
"""

from __future__ import annotations

import atexit
import secrets
import time
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path

from autograder import wire
from autograder.course import Course, load_course
from autograder.errors import AutograderError, CourseError, SubmissionError
from autograder.report import Outcome, Report, Status, TestResult
from autograder.sandbox import Sandbox, SandboxFailure
from autograder.sandbox.local import LocalSandbox
from autograder.submissions import Found, read_bytes

_ATTEMPTS = 2


def grade(found: Found, course: Course, sandbox: Sandbox, *, seed: int) -> Report:
    """Grade one submission.

    raises  CourseError if its assignment's reference or hidden suite is broken
    """
    started = time.monotonic()
    try:
        if found.problem is not None:
            raise found.problem
        assignment = course.assignment(found.assignment)
        verdicts = _attempt(
            lambda: sandbox.grade(read_bytes(found.path), assignment, seed=seed), found
        )
    except CourseError:
        raise
    except AutograderError as error:
        return _ungraded(found, error, seed, time.monotonic() - started)
    return _graded(found, verdicts, seed, time.monotonic() - started)


def grade_batch(
    submissions: Sequence[Found], course: Course, sandbox: Sandbox, *, jobs: int, seed: int
) -> Generator[tuple[Found, Report], None, None]:
    """Grade side by side, yielding each report as it is ready; at most 2 × jobs wait in memory.

    Closing the iterator (Ctrl-C) lets the gradings under way go and starts no more.

    raises  CourseError before anything is graded if a suite or reference is broken
    """
    for name in sorted({found.assignment for found in submissions if found.problem is None}):
        sandbox.open(course.assignment(name))
    queue, running = iter(submissions), dict[Future[Report], Found]()
    pool = ThreadPoolExecutor(jobs)
    try:
        while True:
            for found in queue:
                running[pool.submit(grade, found, course, sandbox, seed=seed)] = found
                if len(running) >= 2 * jobs:
                    break
            if not running:
                return
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                yield running.pop(future), future.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def open_engine(root: Path) -> Callable[[Path, str, str], Report]:
    """A function (notebook, student, assignment) → Report, for one course; for nbgrader.

    The sandbox starts with the first grading and ends with the process.
    """
    course = load_course(root)
    started: list[Sandbox] = []

    def engine(path: Path, student: str, assignment: str) -> Report:
        if not started:
            started.append(LocalSandbox.of(course))
            atexit.register(started[0].close)
        found = Found(student=student, assignment=assignment, path=path)
        return grade(found, course, started[0], seed=fresh_seed())

    return engine


def fresh_seed() -> int:
    """A seed for one run: not known beforehand, and recorded in every report."""
    return secrets.randbelow(1 << 31)


def _attempt(grading: Callable[[], wire.Graded], found: Found) -> wire.Graded:
    """Try again what failed on our side."""
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            return grading()
        except SandboxFailure as failure:
            if attempt == _ATTEMPTS:
                raise SubmissionError(
                    "platform",
                    f"the platform failed {_ATTEMPTS} times: {failure}",
                    where=str(found.path),
                    next="run the command again; if it stays, report it with this message",
                ) from None
    raise AssertionError("unreachable")


def _graded(found: Found, verdicts: wire.Graded, seed: int, duration_s: float) -> Report:
    tests = tuple(
        TestResult(
            name=name,
            cell=cell,
            outcome=Outcome(outcome),
            points=points,
            max_points=max_points,
            message=message,
            description=description,
        )
        for name, cell, outcome, points, max_points, message, description in verdicts.tests
    )
    return Report(
        student=found.student,
        assignment=found.assignment,
        status=Status.GRADED,
        score=sum(test.points for test in tests),
        max_score=sum(test.max_points for test in tests),
        duration_s=round(duration_s, 4),
        tests=tests,
        flags=tuple(sorted({*found.flags, *verdicts.flags})),
        notes=(*found.notes, *verdicts.notes),
        seed=seed,
        notebook=str(found.path),
    )


def _ungraded(found: Found, error: AutograderError, seed: int, duration_s: float) -> Report:
    return Report(
        student=found.student,
        assignment=found.assignment,
        status=Status.ERROR,
        score=None,
        max_score=None,
        duration_s=round(duration_s, 4),
        flags=found.flags,
        notes=found.notes,
        message=str(error),
        seed=seed,
        notebook=str(found.path),
    )
