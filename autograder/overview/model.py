"""The class at a glance: what the page, the tables and the JSON say. Only data."""

from __future__ import annotations

from dataclasses import dataclass, field

from autograder.overview.measures import Figure, Spread

BINS = 10  # of a histogram of scores, each a tenth of the maximum


@dataclass(frozen=True, slots=True, kw_only=True)
class TestRow:
    """One hidden test."""

    __test__ = False

    number: int  # from 1, in the suite's order: how the drawings name it
    cell: str
    name: str
    description: str
    max_points: float
    n: int  # students that it was run for
    outcomes: dict[str, int]
    difficulty: float  # the share that passed: high is easy
    discrimination: Figure
    remark: str  # nobody passes, everybody passes, negative, weak; or empty


@dataclass(frozen=True, slots=True, kw_only=True)
class CellRow:
    """One graded symbol."""

    symbol: str
    max_points: float
    n: int
    mean: float  # points
    full: int  # students with all points
    none: int  # students without any
    untouched: tuple[str, ...]  # students who left it as it was released


@dataclass(frozen=True, slots=True, kw_only=True)
class MisconceptionRow:
    id: str
    cell: str  # whose code is about; empty if the entry is gone
    title: str  # in the course's language; the id if the entry is gone
    students: tuple[str, ...]
    share: float  # of those graded
    tests: tuple[str, ...]  # failures that were recognised as it, as cell/name
    points: float  # that these cost, of all students together


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagRow:
    flag: str
    students: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlier:
    student: str
    what: str  # time, memory
    value: float  # seconds, bytes
    times: float  # the median


@dataclass(frozen=True, slots=True, kw_only=True)
class NotGraded:
    """Handed in, and there is no result."""

    student: str
    why: str
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentRow:
    student: str
    name: str  # as the roster says; empty if it says nothing
    score: float  # in the hidden tests
    final: float | None  # in the gradebook: with manual grades, less penalties
    penalty: float | None
    waiting: int  # cells that wait for a person
    cells: dict[str, float]  # points by symbol
    passed: int
    tests: int
    outcomes: tuple[str, ...]  # in the order of Overview.tests; empty text: not run
    misconceptions: tuple[str, ...]
    untouched: tuple[str, ...] | None  # None: not recorded
    flags: tuple[str, ...]
    duration_s: float
    memory_bytes: int | None  # None: not recorded
    attempts: int  # gradings that it took; more than 1 after failures of ours
    graded_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    course: str
    assignment: str
    title: str
    language: str
    last_graded: str
    graded: int
    max_score: float
    scores: Spread
    bins: tuple[int, ...]  # how many have how many tenths of the maximum; the last includes it
    full_marks: int
    no_points: int
    final_max: float | None  # None: the gradebook knows nothing of it
    final: Spread | None
    alpha: Figure
    tests: tuple[TestRow, ...]
    cells: tuple[CellRow, ...]
    misconceptions: tuple[MisconceptionRow, ...]
    time: Spread  # seconds
    memory: Spread | None  # bytes
    memory_limit: int
    outliers: tuple[Outlier, ...]
    flags: tuple[FlagRow, ...]
    retried: tuple[str, ...]  # graded only after failures of ours
    not_graded: tuple[NotGraded, ...]
    not_submitted: tuple[str, ...] | None  # None: there is no roster
    changed: tuple[str, ...]  # handed in anew since they were graded
    outdated: tuple[str, ...]  # graded with another suite or reference than today's
    unrecorded: int  # results from before untouched cells and memory were recorded
    students: tuple[StudentRow, ...] = field(repr=False)
