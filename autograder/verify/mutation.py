"""Mutants of every graded cell against the suite: which are killed, by what, and which survive."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import libcst as cst

from autograder.course import Assignment, Limits
from autograder.errors import CourseError
from autograder.report import Outcome
from autograder.verify import places
from autograder.verify.answers import Answers
from autograder.verify.bench import Bench, Job, Marks, key_of
from autograder.verify.equivalent import Marked
from autograder.verify.findings import Finding
from autograder.verify.mutants import Mutant, mutants_of
from autograder.verify.reference import ReferenceRuns

LEAST_KILLED, MOST_MARKED = 0.95, 0.05
_SHORTEST_CALL_S, _SHORTEST_NOTEBOOK_S = 0.5, 2.0


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one mutant."""

    mutant: Mutant
    marks: Marks  # on the tests of its own cell
    killed_by: tuple[str, ...]  # tests, as "cell/name"; of other cells only if none of its own
    timed_out: bool  # nothing but time limits killed it


def all_mutants(answers: Answers, assignment: Assignment) -> list[Mutant]:
    """Raises CourseError if LibCST cannot read a cell that Python can."""
    mutants = []
    for symbol in answers.symbols:
        try:
            mutants += mutants_of(answers.source(symbol), symbol, assignment.name)
        except cst.ParserSyntaxError as error:
            raise CourseError(
                "reference-unreadable",
                f"no mutants can be made of this cell: {error.message}",
                where=places.of_cell(symbol, assignment, error.raw_line),
                next="write it in the Python that LibCST reads",
            ) from None
    return mutants


def cells_that_use(bench: Bench, answers: Answers, seed: int) -> dict[str, tuple[str, ...]]:
    """By symbol, the other cells whose tests notice when it is missing."""

    def users(symbol: str) -> tuple[str, ...]:
        gone = f"def {symbol}(*args, **kwargs):\n    raise RuntimeError"
        marks = bench.grade(Job(answers.with_cells({symbol: gone}), seed))
        cells = dict.fromkeys(test.cell for test in marks.lost.values())
        return tuple(cell for cell in cells if cell != symbol)

    return dict(zip(answers.symbols, bench.map(users, answers.symbols), strict=True))


def short_limits(limits: Limits, runs: ReferenceRuns) -> Limits:
    """Enough for everything that is like the reference, so that one that hangs costs little."""
    call_s = min(limits.call_s, max(_SHORTEST_CALL_S, 5 * runs.slowest_s))
    notebook_s = max(_SHORTEST_NOTEBOOK_S, 2 * call_s, 5 * runs.whole_s)
    return replace(
        limits,
        call_s=call_s,
        test_s=min(limits.test_s, 2 * call_s),
        notebook_s=min(limits.notebook_s, notebook_s),
    )


def try_mutants(
    bench: Bench,
    answers: Answers,
    mutants: Sequence[Mutant],
    *,
    seed: int,
    limits: Limits,
    users: dict[str, tuple[str, ...]],
) -> list[Fate]:
    """In the order of the mutants."""
    quick = bench.quick(limits)
    bench.tried(lambda: bench.sandbox.open(quick))

    def fate(mutant: Mutant) -> Fate:
        notebook = answers.with_cells({mutant.cell: mutant.source})

        def graded(*tests: str) -> Marks:
            return bench.grade(Job(notebook, seed, tests), quick)

        return _fate(mutant, graded, bench, users.get(mutant.cell, ()))

    return bench.map(fate, mutants)


def _fate(
    mutant: Mutant, graded: Callable[..., Marks], bench: Bench, users: tuple[str, ...]
) -> Fate:
    marks = graded(*bench.tests_of(mutant.cell))
    lost = marks.lost
    if not lost and users:
        lost = graded(*bench.tests_of(*users)).lost
    in_time = {key: test for key, test in lost.items() if test.outcome != Outcome.TIMEOUT}
    if lost and not in_time:  # once more, since a busy host is slow too
        lost = graded(next(iter(lost))).lost
    return Fate(mutant, marks, tuple(lost), bool(lost) and not in_time)


def check_mutants(
    fates: Sequence[Fate], every: Sequence[Mutant], marked: Marked, assignment: Assignment
) -> list[Finding]:
    """every  all mutants there are, of which `fates` may be a sample"""
    findings = [*marked.findings, *_wrong_marks(fates, every, marked)]
    survivors = [f for f in fates if not f.killed_by and f.mutant.id not in marked.reasons]
    findings += [_survivor(fate.mutant, marked, assignment) for fate in survivors]
    counted = [fate for fate in fates if fate.mutant.id not in marked.reasons]
    if counted and (len(counted) - len(survivors)) / len(counted) < LEAST_KILLED:
        findings.append(
            _finding(
                f"only {len(counted) - len(survivors)} of {len(counted)} mutants are killed; "
                f"at least {LEAST_KILLED:.0%} have to be",
                str(assignment.suite),
                "add tests, beginning with the survivors below",
            )
        )
    marks = len(marked.reasons.keys() & {mutant.id for mutant in every})
    if marks > MOST_MARKED * len(every):
        findings.append(
            _finding(
                f"{marks} of {len(every)} mutants are marked equivalent; no more than "
                f"{MOST_MARKED:.0%} may be",
                places.of_line(marked.path),
                "look at each again: most of them can be noticed by a test",
            )
        )
    return findings


def _wrong_marks(fates: Sequence[Fate], every: Sequence[Mutant], marked: Marked) -> list[Finding]:
    known = {mutant.id for mutant in every}
    killed = {fate.mutant.id: fate for fate in fates if fate.killed_by}
    findings = []
    for name in marked.reasons:
        if name not in known:
            what = f"there is no mutant {name} any more: the reference has changed"
            findings.append(marked.finding(name, what, "take the line out"))
        elif name in killed:
            by = killed[name].killed_by[0].partition("/")[2]
            what = f"the mutant {name} is marked equivalent, and {by} kills it"
            findings.append(marked.finding(name, what, "take the line out"))
    return findings


def _survivor(mutant: Mutant, marked: Marked, assignment: Assignment) -> Finding:
    return _finding(
        f"no test notices the mutant {mutant.id} ({mutant.operator}):\n{mutant.diff}",
        places.of_cell(mutant.cell, assignment, mutant.line),
        "add a test that it fails; or, if it means the same, mark it with the reason in "
        f'{marked.path}:  {mutant.id}: "…"',
    )


def _finding(what: str, where: str, step: str) -> Finding:
    return Finding(check="mutants", what=what, where=where, next=step)


def tests_failed(marks: Marks) -> set[str]:
    """Those that looked at an answer and found it wrong; it neither raised nor hung."""
    return {key_of(test) for test in marks.tests.values() if test.outcome == Outcome.FAILED}
