"""Where behaviours are looked at: a sandbox, the contract's course, and words for what is wrong."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autograder.course import Assignment, Course
from autograder.report import Outcome
from autograder.sandbox import Sandbox
from autograder.sandbox.contract.exercises import EXERCISES, notebook
from autograder.wire import Graded

SEED = 7
_SAID = "SAID"
_MAX_WORDS = 200


class BehaviourBroken(Exception):
    """The sandbox does not behave so; the message says what it did instead."""


def expect(condition: bool, words: str) -> None:
    """Raise BehaviourBroken(words) unless the condition holds."""
    if not condition:
        raise BehaviourBroken(words)


def short(value: object) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= _MAX_WORDS else f"{text[:_MAX_WORDS]}…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """One hidden test of one grading."""

    cell: str
    outcome: str
    points: float
    max_points: float
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What came out of one grading."""

    tests: Mapping[str, Tested]
    flags: tuple[str, ...]

    def points(self, cell: str | None = None) -> float:
        return sum(test.points for test in self.tests.values() if cell in (None, test.cell))

    def message(self, test: str) -> str:
        return self.tests[test].message

    def expect_full_marks(self, who: str = "a right answer") -> None:
        lost = {n: t for n, t in self.tests.items() if t.outcome != Outcome.PASSED}
        words = "; ".join(f"{n} {t.outcome}: {short(t.message)}" for n, t in lost.items())
        expect(not lost, f"{who} lost points: {words}")

    def expect_no_points(self, cell: str, who: str) -> None:
        expect(self.points(cell) == 0, f"{who} has {self.points(cell):g} points in `{cell}`")

    def expect_lost_only(self, lost: Mapping[str, str | tuple[str, ...]], words: str = "") -> None:
        """The named tests have (one of) these outcomes, and all others passed.

        words  every message of a lost test contains them
        """
        for name, test in self.tests.items():
            wanted = lost.get(name, Outcome.PASSED)
            allowed = (wanted,) if isinstance(wanted, str) else wanted
            expect(
                test.outcome in allowed,
                f"{name} should be {' or '.join(allowed)} and is {test.outcome}: "
                f"{short(test.message)}",
            )
            if name in lost:
                said = test.message.lower()
                expect(words in said, f'{name} does not say "{words}": {short(test.message)}')


class Bench:
    """Grades what behaviours bring. Everything goes through the protocol `Sandbox`."""

    def __init__(self, sandbox: Sandbox, course: Course) -> None:
        self.sandbox = sandbox
        self.course = course
        self._graded: dict[tuple[str, ...], Verdict] = {}

    def assignment(self, name: str) -> Assignment:
        return self.course.assignment(name)

    def grade(self, name: str, *helpers: str, seed: int = SEED, **symbols: str) -> Verdict:
        """Grade an exercise of which the symbols that are not given are right."""
        return self._grade(name, symbols, helpers, seed)

    def _grade(
        self, name: str, symbols: Mapping[str, str], helpers: Sequence[str] = (), seed: int = SEED
    ) -> Verdict:
        cells = dict(EXERCISES[name].symbols) | dict(symbols)
        return self.grade_bytes(name, notebook(cells, *helpers), seed=seed)

    def grade_bytes(self, name: str, data: bytes, *, seed: int = SEED) -> Verdict:
        """Also checks what holds for every verdict: the suite's tests, in its order, all or none
        of each test's points."""
        assignment = self.assignment(name)
        suite = self.sandbox.open(assignment)
        verdict = _verdict(self.sandbox.grade(data, assignment, seed=seed))
        there, wanted = list(verdict.tests), [test.name for test in suite.tests]
        expect(there == wanted, f"the verdict is about {short(there)} and not {short(wanted)}")
        for test_name, test in verdict.tests.items():
            due = test.max_points if test.outcome == Outcome.PASSED else 0.0
            expect(test.points == due, f"{test_name}: {test.outcome} with {test.points:g} points")
        return verdict

    def graded(self, name: str, **symbols: str) -> Verdict:
        """As `grade`, once for all behaviours that look at the same grading."""
        key = (name, *symbols, *symbols.values())
        if key not in self._graded:
            self._graded[key] = self._grade(name, symbols)
        return self._graded[key]

    def said(self, *helpers: str, seed: int = SEED, **symbols: str) -> dict[str, Any]:
        """What `first` and `second` answered: by test, without the prefix `test_`.

        raises  BehaviourBroken if a call did not come to its end
        """
        verdict = self._grade("spy", symbols, helpers, seed)
        return {name.removeprefix("test_"): _answer(t) for name, t in verdict.tests.items()}

    def expect_told_apart(
        self, name: str, right: Mapping[str, str], wrong: Mapping[str, str], *helpers: str
    ) -> None:
        """Right answers have full marks; and so that this means something, wrong ones do not."""
        self._grade(name, right, helpers).expect_full_marks()
        verdict = self._grade(name, wrong, helpers)
        for symbol in wrong:
            verdict.expect_no_points(symbol, "a wrong answer")


def _verdict(graded: Graded) -> Verdict:
    tests = {
        test.name: Tested(
            cell=test.cell,
            outcome=test.outcome,
            points=test.points,
            max_points=test.max_points,
            message=test.message,
        )
        for test in graded.tests
    }
    return Verdict(tests=tests, flags=tuple(graded.flags))


def _answer(test: Tested) -> Any:
    expect(
        test.message.startswith(_SAID),
        f"the suite heard no answer ({test.outcome}): {short(test.message)}",
    )
    return json.loads(test.message.removeprefix(_SAID))
