"""Where gradings run: one narrow protocol, and `local`, its implementation for this host."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from autograder.course import Assignment
from autograder.report import Environment
from autograder.wire import Graded, TestInfo


class SandboxFailure(Exception):
    """The sandbox broke during one grading; ours, never the student's. May be tried again."""


@dataclass(frozen=True, slots=True)
class Suite:
    """A hidden suite as collected: its tests in the order of every result."""

    tests: tuple[TestInfo, ...]

    @property
    def max_score(self) -> float:
        return sum(test.points for test in self.tests)


class Sandbox(Protocol):
    @property
    def environments(self) -> Mapping[str, Environment]:
        """By device: what a result depends on."""

    def open(self, assignment: Assignment) -> Suite:
        """Collect the assignment's hidden suite, once.

        raises  CourseError if the suite or the reference is broken
        """

    def grade(
        self, notebook: bytes, assignment: Assignment, *, seed: int, tests: Sequence[str] = ()
    ) -> Graded:
        """Grade one notebook; whatever the student's code does becomes an outcome.

        tests   the names of those to run, in this order; none: all, in the suite's order
        raises  SubmissionError if the notebook cannot be read, SandboxFailure if the sandbox
                itself broke, CourseError as `open`
        """

    def missing_walls(self) -> list[str]:
        """The walls of the inner sandbox that this host does not give."""

    def close(self) -> None:
        """End every process and remove every file of this sandbox."""
