"""One submission, and a batch: the story on one screen.

    notebook ──▶ sandbox ──▶ Report

A failure of ours is tried again, with pauses in between, and then reported as an error; it is
never a score. What the student's code did is never tried again into a different score.
"""

from __future__ import annotations

import atexit
import secrets
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from threading import Event
from typing import TypeVar

from autograder import wire
from autograder.course import Assignment, Course, Folders, load_course
from autograder.errors import AutograderError, CourseError, SandboxUnavailable, SubmissionError
from autograder.origin import Digests, digests_of, sha256
from autograder.report import Outcome, Provenance, Report, Status, TestResult
from autograder.sandbox import Sandbox, SandboxFailure
from autograder.sandbox.choice import choose
from autograder.submissions import Found, read_bytes

# Before each further attempt. Together long enough for a worker, or an engine of containers, to
# be started again; short enough that a host which cannot grade says so within the minute.
PAUSES_S = (0.5, 2.0, 8.0)
T = TypeVar("T")


def grade(found: Found, course: Course, sandbox: Sandbox, *, seed: int) -> Report:
    """Grade one submission.

    raises  CourseError if its assignment's reference or hidden suite is broken,
            SandboxUnavailable if there is nothing left to grade with
    """
    return _grade(found, _Run(course, sandbox, seed))


def grade_batch(
    submissions: Sequence[Found],
    course: Course,
    sandbox: Sandbox,
    *,
    jobs: int,
    seed: int,
    seeds: Mapping[Path, int] | None = None,
    digests: Mapping[str, Digests] | None = None,
    pauses_s: Sequence[float] = PAUSES_S,
) -> Generator[tuple[Found, Report], None, None]:
    """Grade side by side, yielding each report as it is ready; at most 2 × jobs wait in memory.

    Closing the iterator (Ctrl-C) lets the gradings under way go and starts no more.

    seeds     of some notebooks, by path, in place of `seed`
    digests   of the assignments, if they are known already
    pauses_s  seconds before each further attempt after a failure of ours
    raises    CourseError before anything is graded if a suite or reference is broken,
              SandboxUnavailable if there is nothing left to grade with
    """
    names = sorted({found.assignment for found in submissions if found.problem is None})
    # Before the suites are collected: one that changes in between is under its old digest, which
    # is not looked up again, and never an old one under the new digest.
    known = digests or {name: digests_of(course.assignment(name)) for name in names}
    run = _Run(course, sandbox, seed, known, pauses_s, seeds=seeds or {})
    for name in names:
        _open_suite(course.assignment(name), run)
    queue, running = iter(submissions), dict[Future[Report], Found]()
    pool = ThreadPoolExecutor(jobs)
    try:
        while True:
            for found in queue:
                running[pool.submit(_grade, found, run)] = found
                if len(running) >= 2 * jobs:
                    break
            if not running:
                return
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                yield running.pop(future), future.result()
    finally:
        run.stopped.set()
        pool.shutdown(wait=False, cancel_futures=True)


def open_engine(root: Path, folders: Folders | None = None) -> Callable[[Path, str, str], Report]:
    """A function (notebook, student, assignment) → Report, for one course; for nbgrader.

    The sandbox starts with the first grading, anew when course or suite have changed (formgrader's
    process lives for days), and ends with the process.

    folders  of an existing nbgrader course; None: ours
    """
    engine = _Engine(root, folders)
    atexit.register(engine.close)
    return engine.grade


@dataclass(slots=True)
class _Engine:
    root: Path
    folders: Folders | None
    course: Course | None = None  # that the sandbox was opened for
    suites: dict[str, Digests] = field(default_factory=dict)  # as the sandbox has collected them
    opened: ExitStack = field(default_factory=ExitStack)
    sandbox: Sandbox | None = None

    def grade(self, path: Path, student: str, assignment: str) -> Report:
        only = assignment if self.folders is not None and self.folders.adopted else None
        course = load_course(self.root, self.folders, only=only)
        suite = digests_of(course.assignment(assignment))
        if self.course != course or self.suites.get(assignment, suite) != suite:
            self.close()
        if self.sandbox is None:
            choice = choose(course, course.sandbox.kind)
            self.sandbox, self.course = self.opened.enter_context(choice.open(jobs=1)), course
        self.suites[assignment] = suite
        found = Found(student=student, assignment=assignment, path=path)
        return grade(found, course, self.sandbox, seed=fresh_seed())

    def close(self) -> None:
        self.sandbox = None
        self.suites.clear()
        self.opened.close()


def fresh_seed() -> int:
    """A seed for one run: not known beforehand, and recorded in every report."""
    return secrets.randbelow(1 << 31)


@dataclass(frozen=True, slots=True)
class _Run:
    """What the gradings of one batch have in common."""

    course: Course
    sandbox: Sandbox
    seed: int
    digests: Mapping[str, Digests] = field(default_factory=dict)
    pauses_s: Sequence[float] = PAUSES_S
    stopped: Event = field(default_factory=Event)  # nothing is tried again any more
    seeds: Mapping[Path, int] = field(default_factory=dict)  # of some notebooks, in place of `seed`


def _grade(found: Found, run: _Run) -> Report:
    started = time.monotonic()
    seed = run.seeds.get(found.path, run.seed)
    try:
        if found.problem is not None:
            raise found.problem
        assignment = run.course.assignment(found.assignment)
        notebook = read_bytes(found.path)
        verdicts, attempts = _attempt(
            lambda: run.sandbox.grade(notebook, assignment, seed=seed), found.path, run
        )
    except (CourseError, SandboxUnavailable):
        raise
    except AutograderError as error:
        return _ungraded(found, error, seed, time.monotonic() - started)
    duration_s = round(time.monotonic() - started, 4)
    provenance = _provenance(notebook, assignment, verdicts, run, seed, attempts, duration_s)
    return _graded(found, verdicts, provenance)


def _open_suite(assignment: Assignment, run: _Run) -> None:
    """Raises CourseError if it is broken, SandboxUnavailable if it cannot be told."""
    try:
        _attempt(lambda: run.sandbox.open(assignment), assignment.suite, run)
    except SubmissionError as error:
        raise SandboxUnavailable(
            error.code, error.what, where=error.where, next=error.next
        ) from None


def _attempt(step: Callable[[], T], where: Path, run: _Run) -> tuple[T, int]:
    """(its result, attempts made): tries again what failed on our side."""
    for attempt in count(1):
        try:
            return step(), attempt
        except (SandboxFailure, SandboxUnavailable) as failure:
            if attempt > len(run.pauses_s) or run.stopped.wait(run.pauses_s[attempt - 1]):
                raise _given_up(failure, attempt, where) from None
    raise AssertionError("unreachable")


def _given_up(
    failure: SandboxFailure | SandboxUnavailable, attempts: int, where: Path
) -> AutograderError:
    if isinstance(failure, SandboxUnavailable):
        return failure
    times = "once" if attempts == 1 else f"{attempts} times"
    return SubmissionError(
        "platform",
        f"the platform failed {times}: {failure}",
        where=str(where),
        next="run the command again; if it stays, report it with this message",
    )


def _provenance(
    notebook: bytes,
    assignment: Assignment,
    verdicts: wire.Graded,
    run: _Run,
    seed: int,
    attempts: int,
    duration_s: float,
) -> Provenance:
    digests = run.digests.get(assignment.name) or digests_of(assignment)
    return Provenance(
        **asdict(run.sandbox.environments[assignment.device]),
        seed=seed,
        submission_sha256=sha256(notebook),
        suite_sha256=digests.suite,
        reference_sha256=digests.reference,
        misconceptions_sha256=digests.misconceptions,
        duration_s=duration_s,
        worker=verdicts.worker,
        attempts=attempts,
        graded_at=datetime.now(UTC).isoformat(timespec="milliseconds"),
        memory_bytes=verdicts.memory_bytes,
    )


def _graded(found: Found, verdicts: wire.Graded, provenance: Provenance) -> Report:
    tests = tuple(
        TestResult(
            name=test.name,
            cell=test.cell,
            outcome=Outcome(test.outcome),
            points=test.points,
            max_points=test.max_points,
            message=test.message,
            misconception=test.misconception,
            description=test.description,
            category=test.category,
            visible=test.visible,
        )
        for test in verdicts.tests
    )
    return Report(
        student=found.student,
        assignment=found.assignment,
        status=Status.GRADED,
        score=sum(test.points for test in tests),
        max_score=sum(test.max_points for test in tests),
        duration_s=provenance.duration_s,
        tests=tests,
        flags=tuple(sorted({*found.flags, *verdicts.flags})),
        notes=(*found.notes, *verdicts.notes),
        untouched=None if verdicts.untouched is None else tuple(verdicts.untouched),
        seed=provenance.seed,
        notebook=str(found.path),
        provenance=provenance,
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
