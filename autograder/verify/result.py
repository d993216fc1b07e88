"""What verify says about one assignment: plain data, for `--json` and for the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from autograder.verify.findings import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class TestRow:
    name: str
    cell: str
    points: float
    shape: bool  # it says of itself that it is about shape only
    description: str
    file: str
    line: int
    fails: int  # of the wrong answers that were tried


@dataclass(frozen=True, slots=True, kw_only=True)
class TrivialRow:
    cell: str
    kind: str
    points: float
    allowed: float  # what the cell's tests about shape give


@dataclass(frozen=True, slots=True, kw_only=True)
class MisconceptionRow:
    id: str
    cell: str
    title: str
    lost: tuple[str, ...]  # the tests that it fails, those of its own cell first
    recognised: tuple[str, ...]  # the ids that its failures were recognised as


@dataclass(frozen=True, slots=True, kw_only=True)
class AlternativeRow:
    file: str
    points: float | None  # None: it could not be graded
    max_points: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Survivor:
    id: str
    operator: str
    cell: str
    line: int
    diff: str
    reason: str  # why it means the same as the reference; "": nobody has said so


@dataclass(frozen=True, slots=True, kw_only=True)
class MutantSummary:
    made: int = 0
    tried: int = 0
    killed: int = 0
    timed_out: int = 0  # of those killed: by time limits alone
    marked: int = 0  # equivalent, with a reason
    score: float | None = None  # killed of those tried and not marked; None: none was
    survivors: tuple[Survivor, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    assignment: str
    proven: bool
    findings: tuple[Finding, ...]
    skipped: tuple[str, ...] = ()  # checks that could not be made, or for which there is nothing
    notes: tuple[str, ...] = ()  # what an instructor should know, and nothing wrong
    points: float = 0.0
    tests: tuple[TestRow, ...] = ()
    reference_runs: int = 0
    second_device: Mapping[str, int] = field(default_factory=dict)  # symbol → tests
    cuda: str = "not run"
    trivial: tuple[TrivialRow, ...] = ()
    misconceptions: tuple[MisconceptionRow, ...] = ()
    alternatives: tuple[AlternativeRow, ...] = ()
    mutants: MutantSummary = field(default_factory=MutantSummary)
    seed: int = 0
    duration_s: float = 0.0
