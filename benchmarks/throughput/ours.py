"""Our own rows, on every sandbox.

Each gets ready, with one grading per worker so that none of them is still starting, yields its
laps, and cleans up after them.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from job import Job, Lap, Points
from workspace import ASSIGNMENT

if TYPE_CHECKING:
    from autograder.course import Course
    from autograder.report import Report
    from autograder.sandbox import Sandbox
    from autograder.sandbox.choice import Choice
    from autograder.submissions import Found

Kind = Literal["local", "docker"]
_SEED = 1


@contextmanager
def engine(job: Job) -> Iterator[list[Lap]]:
    """The engine alone, with the local sandbox."""
    with _alone(job, "local") as work:
        yield [("engine", work)]


@contextmanager
def docker(job: Job) -> Iterator[list[Lap]]:
    """The engine alone, with a warm pool of containers."""
    with _alone(job, "docker") as work:
        yield [("docker", work)]


@contextmanager
def docker_fresh(job: Job) -> Iterator[list[Lap]]:
    """`recycle_after: 1`: no two students see the same container.

    When it is ready, each worker has just graded one and waits for its next container: every
    submission that counts pays for the start of one.
    """
    with _alone(job, "docker", recycle_after=1) as work:
        yield [("docker_fresh", work)]


@contextmanager
def pipeline(job: Job) -> Iterator[list[Lap]]:
    """Grading, results store, nbgrader's gradebook, feedback pages."""
    with _with_gradebook(job, "local") as work:
        yield [("pipeline", work)]


@contextmanager
def docker_pipeline(job: Job) -> Iterator[list[Lap]]:
    with _with_gradebook(job, "docker") as work:
        yield [("docker_pipeline", work)]


@contextmanager
def _alone(
    job: Job, kind: Kind, *, recycle_after: int | None = None
) -> Iterator[Callable[[], Points]]:
    from autograder.grading import grade_batch
    from autograder.sandbox.choice import choose

    course, found = _submitted(job.workspace.ours, job.count)
    if recycle_after is not None:
        course = replace(course, sandbox=replace(course.sandbox, recycle_after=recycle_after))
    with _ready(choose(course, kind), found, job) as box:

        def work() -> Points:
            graded = grade_batch(found, course, box, jobs=job.jobs, seed=_SEED)
            return _points(report for _, report in graded)

        yield work


@contextmanager
def _with_gradebook(job: Job, kind: Kind) -> Iterator[Callable[[], Points]]:
    """On a fresh copy of the course."""
    from autograder.batch import grade_course
    from autograder.sandbox.choice import choose
    from autograder.store import Store

    with tempfile.TemporaryDirectory() as folder:
        root = Path(shutil.copytree(job.workspace.ours, Path(folder) / "course"))
        course, found = _submitted(root, job.count)
        choice = choose(course, kind)
        with _ready(choice, found, job) as box, Store(course.db_url) as store:

            def work() -> Points:
                reports: list[Report] = []
                outcome = grade_course(
                    found,
                    course,
                    lambda: nullcontext(box),
                    store,
                    jobs=job.jobs,
                    seed=_SEED,
                    again=False,
                    feedback=True,
                    emit=reports.append,
                    environments=choice.environments,
                )
                assert outcome.pages == len(found), outcome
                return _points(reports)

            yield work


@contextmanager
def _ready(choice: Choice, found: Sequence[Found], job: Job) -> Iterator[Sandbox]:
    """Open, the suite collected, one submission graded by every worker."""
    from autograder.grading import grade_batch

    with choice.open(jobs=job.jobs) as box:
        for _ in grade_batch(found[: job.jobs], choice.course, box, jobs=job.jobs, seed=_SEED):
            pass
        yield box


def _submitted(root: Path, count: int) -> tuple[Course, list[Found]]:
    from autograder import notebook
    from autograder.course import load_course
    from autograder.submissions import find_submissions

    course = load_course(root)
    symbols = notebook.read_reference(course.assignment(ASSIGNMENT).reference).symbols
    return course, find_submissions([root / "submitted"], {ASSIGNMENT: symbols})[:count]


def _points(reports: Iterable[Report]) -> Points:
    points: Points = {}
    for report in reports:
        assert report.score is not None, report.message
        cells = points.setdefault(report.student, {})
        for test in report.tests:
            cells[test.cell] = cells.get(test.cell, 0.0) + test.points
    return points
