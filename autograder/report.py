"""What leaves a grading: plain data, see the contract for `autograder grade --json`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    GRADED = "graded"  # any verdict on the student, down to a crash of their code
    ERROR = "error"  # the platform could not grade: a message, never a score


class Outcome(StrEnum):
    PASSED = "passed"
    FAILED = "failed"  # a check did not hold
    ERROR = "error"  # the student's code raised, or the symbol is missing
    TIMEOUT = "timeout"  # a time limit was reached
    CRASHED = "crashed"  # the student's process ended or broke the protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class TestResult:
    __test__ = False  # not a test class, whatever pytest thinks of the name

    name: str  # pytest's name of the test, parameters included
    cell: str  # the graded symbol whose points these are
    outcome: Outcome
    points: float
    max_points: float
    message: str = ""  # for the student; empty when passed
    misconception: str | None = None
    description: str = ""  # first line of the test's docstring: the behaviour tested


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    student: str
    assignment: str
    status: Status
    score: float | None  # None when status is error: never a zero for a failure of ours
    max_score: float | None
    duration_s: float
    tests: tuple[TestResult, ...] = ()
    flags: tuple[str, ...] = ()  # machine-readable hints for the instructor
    notes: tuple[str, ...] = ()  # what was repaired in the notebook, one line each
    message: str = ""  # why the platform could not grade (status error)
    seed: int | None = None  # replays the run: `autograder grade --seed`
    notebook: str = ""  # the file that was graded
