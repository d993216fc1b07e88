"""What a corrected suite changes: for one student, and for a class. Plain data, kept as JSON."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import StrEnum

import msgspec

from autograder.origin import Digests
from autograder.report import Environment

# Is told how many steps there are, and then of each.
Progress = Callable[[int], AbstractContextManager[Callable[[], None]]]


class Fate(StrEnum):
    """What becomes of one submission; the first four are written when the regrade is applied."""

    CHANGED = "changed"  # another score
    SAME = "same"  # the same score, by the corrected suite
    NEW = "new"  # never graded before; without --new it is only listed
    KEPT = "kept"  # it would lose, and --never-lower keeps what it had
    UNCHANGED = "unchanged"  # nothing that determines the result has changed
    RESUBMITTED = "resubmitted"  # another notebook than the one graded: for `autograder grade`
    MISSING = "missing"  # graded earlier, and not in submitted/ any more: the grade stays
    ERROR = "error"  # the platform could not grade it now: the grade stays


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One test's result in one of the two gradings."""

    outcome: str
    points: float
    max_points: float
    misconception: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TestChange:
    __test__ = False  # not a test class, whatever pytest thinks of the name

    cell: str
    name: str
    description: str
    was: str = ""  # its name before, if that was another one
    before: Side | None = None  # None: the test is new
    after: Side | None = None  # None: the test is gone

    @property
    def gain(self) -> float:
        return (self.after.points if self.after else 0.0) - (
            self.before.points if self.before else 0.0
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SymbolChange:
    """Where only the gradebook knows what was before: the points of a whole symbol."""

    cell: str
    before: float
    after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ByHand:
    """A score that somebody gave in place of the automatic one: it stays, whatever that becomes."""

    cell: str
    score: float
    auto_before: float | None
    auto_after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """One cell of the gradebook when the preview was made: automatic, by hand, extra credit."""

    auto: float | None
    manual: float | None
    extra: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One student. Scores are before any penalty, and what was given by hand is in them."""

    student: str
    fate: Fate
    before: float | None = None
    after: float | None = None
    suite_before: float | None = None  # of the hidden suite alone
    suite_after: float | None = None
    penalty_before: float = 0.0
    penalty_after: float = 0.0
    tests: tuple[TestChange, ...] = ()  # those that come out otherwise
    symbols: tuple[SymbolChange, ...] = ()
    by_hand: tuple[ByHand, ...] = ()
    flags_gained: tuple[str, ...] = ()
    flags_lost: tuple[str, ...] = ()
    unsteady: tuple[str, ...] = ()  # tests that came out otherwise a second time
    before_from: str = ""  # results: test by test; gradebook: points of symbols; empty: nothing
    message: str = ""  # why there is no result; what else there is to say
    seed: int | None = None  # of both gradings
    key: str = ""  # of the new result
    # What the preview has seen, and what has to be there still when it is applied:
    before_key: str = ""
    before_at: str = ""  # when the earlier result was made
    marks: dict[str, Marks] = field(default_factory=dict)  # by grade_id

    @property
    def gain(self) -> float:
        if self.before is None or self.after is None:
            return 0.0
        return round(self.after - self.before, 6)  # 0.1 may have been given by hand

    @property
    def written(self) -> bool:
        """Is there something to apply?"""
        if self.fate is Fate.NEW:
            return self.after is not None
        if self.fate is Fate.KEPT:
            return self.before_from == "results"
        return self.fate in (Fate.CHANGED, Fate.SAME)


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteChange:
    """One test that the two suites do not have in common as it is."""

    cell: str
    name: str
    description: str = ""
    was: str = ""  # its earlier name, if it was renamed
    points_before: float | None = None  # None: it is new
    points_after: float | None = None  # None: it is gone


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What was asked for: applying asks for the same."""

    students: tuple[str, ...] = ()  # none: all
    never_lower: bool = False
    new: bool = False  # grade also what was never graded
    again: bool = False  # grade also what has not changed


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Means are over those who have a score before and after, unchanged ones included."""

    lose: int
    gain: int
    same: int  # of those with a score before and after
    mean_before: float | None
    mean_after: float | None
    largest_loss: float
    largest_gain: float
    fates: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Regrade:
    """All of one preview."""

    assignment: str
    device: str
    options: Options
    digests_before: tuple[Digests, ...]  # of those earlier results that were looked at again
    digests: Digests
    environment: Environment | None  # of the new gradings; None: there are none
    reasons: tuple[str, ...]  # what has changed since the earlier gradings, in words
    suite: tuple[SuiteChange, ...]
    summary: Summary
    changes: tuple[Change, ...]  # losers first
    remarks: tuple[str, ...] = ()  # what has to be done before it can be applied, and the like


def encoded(regrade: Regrade) -> str:
    return msgspec.json.encode(regrade).decode()


def decoded(content: str) -> Regrade:
    return msgspec.json.decode(content, type=Regrade)


def in_order(change: Change) -> tuple[int, float, str]:
    """The largest loss first, since it needs an explanation; then gains, then the others."""
    if change.fate is Fate.CHANGED or change.fate is Fate.KEPT:
        return (0 if change.gain < 0 else 1, change.gain if change.gain < 0 else -change.gain,
                change.student)  # fmt: skip
    return (2 if change.tests or change.by_hand else 3, 0.0, change.student)


def summary_of(changes: list[Change]) -> Summary:
    scored = [c for c in changes if c.before is not None and c.after is not None]
    # What is kept has the score that it had.
    gains = [0.0 if c.fate is Fate.KEPT else c.gain for c in scored]
    before = [c.before for c in scored if c.before is not None]
    mean_before = sum(before) / len(before) if before else None
    fates: dict[str, int] = {}
    for change in changes:
        fates[change.fate] = fates.get(change.fate, 0) + 1
    return Summary(
        lose=sum(gain < 0 for gain in gains),
        gain=sum(gain > 0 for gain in gains),
        same=sum(gain == 0 for gain in gains),
        mean_before=mean_before,
        mean_after=None if mean_before is None else mean_before + sum(gains) / len(gains),
        largest_loss=min([0.0, *gains]),
        largest_gain=max([0.0, *gains]),
        fates=fates,
    )
