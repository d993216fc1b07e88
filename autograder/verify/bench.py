"""Where answers are graded: one assignment in one sandbox, side by side."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from threading import Event
from typing import TypeVar

from autograder import wire
from autograder.course import Assignment, Limits
from autograder.errors import SandboxUnavailable
from autograder.report import Outcome
from autograder.sandbox import Sandbox, SandboxFailure

PAUSES_S = (0.5, 2.0, 8.0)
T = TypeVar("T")
R = TypeVar("R")
K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Marks:
    """What one answer got. Tests are named "cell/name": two cells may have tests of one name."""

    tests: Mapping[str, wire.GradedTest]
    flags: tuple[str, ...]
    seconds: float

    @property
    def lost(self) -> dict[str, wire.GradedTest]:
        return {key: test for key, test in self.tests.items() if not passed(test)}

    def lost_in(self, cell: str) -> dict[str, wire.GradedTest]:
        return {key: test for key, test in self.lost.items() if test.cell == cell}

    def points(self, cell: str) -> float:
        return sum(test.points for test in self.tests.values() if test.cell == cell)


@dataclass(frozen=True, slots=True)
class Job:
    """One answer to grade."""

    notebook: bytes
    seed: int
    tests: tuple[str, ...] = ()  # "cell/name", in this order; none: all


class Bench:
    """An assignment's suite, open.

    as_students  graded as students' notebooks are: mistakes recognised, carried errors seen;
                 without a catalogue if that cannot be used
    plain        the tests alone: what each of them makes of an answer
    raises       CourseError if suite or reference are broken
    """

    def __init__(
        self,
        sandbox: Sandbox,
        assignment: Assignment,
        *,
        jobs: int,
        tick: Callable[[], None],
        catalogue: bool = True,
    ) -> None:
        self.sandbox, self.jobs, self.tick = sandbox, jobs, tick
        # What was proven once must not decide what can be proven now.
        assignment = replace(assignment, proof=None)
        self.stopped = Event()
        nothing = assignment.misconceptions.with_name("none")  # what lies beside it still does
        self.as_students = assignment
        if not catalogue:
            self.as_students = replace(assignment, misconceptions=nothing)
        # A name of its own: a sandbox knows an open suite by the name of its assignment.
        self.plain = replace(
            assignment,
            name=f"{assignment.name}+plain",
            carry_errors=False,
            misconceptions=nothing,
        )
        self.suite = self.tried(lambda: sandbox.open(self.plain))
        self.tests = {key_of(test): test for test in self.suite.tests}

    def quick(self, limits: Limits) -> Assignment:
        """The plain assignment with other limits."""
        return replace(self.plain, name=f"{self.as_students.name}+quick", limits=limits)

    def tests_of(self, *cells: str) -> tuple[str, ...]:
        return tuple(key for key, test in self.tests.items() if test.cell in cells)

    def grade(self, job: Job, assignment: Assignment | None = None) -> Marks:
        """Raises SubmissionError if the notebook cannot be read, SandboxUnavailable if we fail."""
        graded_as = assignment or self.plain
        began = time.monotonic()
        graded = self.tried(
            lambda: self.sandbox.grade(job.notebook, graded_as, seed=job.seed, tests=job.tests)
        )
        seconds = time.monotonic() - began
        self.tick()
        return Marks({key_of(test): test for test in graded.tests}, tuple(graded.flags), seconds)

    def map(self, function: Callable[[T], R], items: Iterable[T]) -> list[R]:
        """In the order of the items, as many at a time as there are jobs."""
        pool = ThreadPoolExecutor(self.jobs)
        try:
            return list(pool.map(function, items))
        except BaseException:
            self.stopped.set()  # what fails now, because the sandbox closes, is not tried again
            raise
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def grade_all(self, jobs: Sequence[Job], assignment: Assignment | None = None) -> list[Marks]:
        return self.map(lambda job: self.grade(job, assignment), jobs)

    def grade_each(self, jobs: Mapping[K, Job]) -> dict[K, Marks]:
        return dict(zip(jobs, self.grade_all(list(jobs.values())), strict=True))

    def tried(self, step: Callable[[], R]) -> R:
        """Again after a failure of ours, with pauses."""
        for pause_s in PAUSES_S:
            try:
                return step()
            except SandboxFailure:
                if self.stopped.wait(pause_s):
                    raise
        try:
            return step()
        except SandboxFailure as failure:
            raise SandboxUnavailable(
                "platform",
                f"the platform failed {len(PAUSES_S) + 1} times: {failure}",
                where=str(self.as_students.suite),
                next="run the command again; if it stays, report it with this message",
            ) from None


def key_of(test: wire.TestInfo | wire.GradedTest) -> str:
    return f"{test.cell}/{test.name}"


def passed(test: wire.GradedTest) -> bool:
    return test.outcome == Outcome.PASSED
