"""What leaves a grading: plain data, see the contract for `autograder grade --json`."""

from __future__ import annotations

from dataclasses import dataclass, fields
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


# When a student sees how a hidden test came out.
VISIBLE = ("always", "after_due", "never")
# What kind of behaviour a hidden test is about. A suite may have words of its own; for these the
# feedback has words in each of its languages.
CATEGORIES = (
    "values",
    "gradients",
    "shapes",
    "dtype and device",
    "extremes",
    "interface",
    "side effects",
    "randomness",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TestResult:
    __test__ = False  # not a test class, whatever pytest thinks of the name

    name: str  # pytest's name of the test, parameters included
    cell: str  # the graded symbol whose points these are
    outcome: Outcome
    points: float
    max_points: float
    message: str = ""  # for the student; of a passed one empty, unless an error was carried
    misconception: str | None = None
    description: str = ""  # first line of the test's docstring: the behaviour tested
    category: str = ""  # what kind of behaviour that is, such as "gradients"; empty: not said
    visible: str = ""  # to its student: always, after_due or never; empty: as course.yml says


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """Where gradings run, as far as it can change a result."""

    sandbox: str  # local, docker
    image: str = ""  # "sha256:…" of the image; empty: this host's own installation
    torch: str = ""  # versions
    python: str = ""
    platform: str = ""  # this package
    device: str = "cpu"
    gpu: str = ""  # with device cuda: the names of the cards, and the driver's version


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """How one result came about: its Environment, what went in, and who did it when."""

    sandbox: str
    image: str
    torch: str
    python: str
    platform: str
    device: str
    seed: int
    submission_sha256: str
    suite_sha256: str  # of all files of the hidden suite, names included
    reference_sha256: str
    duration_s: float
    worker: str  # name of the worker that graded it; empty where the sandbox names none
    attempts: int  # gradings it took; more than one after a failure of ours
    graded_at: str  # ISO 8601, UTC
    gpu: str = ""
    misconceptions_sha256: str = ""  # of the catalogue that failures were compared with
    # The most that a process with the student's code held in memory at once, beyond what every such
    # process has from the start (torch). None: not measured.
    memory_bytes: int | None = None

    @property
    def environment(self) -> Environment:
        return Environment(**{each.name: getattr(self, each.name) for each in fields(Environment)})


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
    untouched: tuple[str, ...] | None = None  # symbols still as released; None: not looked at
    message: str = ""  # why the platform could not grade (status error)
    seed: int | None = None  # replays the run: `autograder grade --seed`
    notebook: str = ""  # the file that was graded
    provenance: Provenance | None = None  # None: nothing was graded
