"""From what was found out to what is said about it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from autograder.course import Assignment
from autograder.verify.bench import Marks
from autograder.verify.catalogued import recognised
from autograder.verify.findings import CHECKS, Finding
from autograder.verify.mutation import Fate
from autograder.verify.result import (
    AlternativeRow,
    MisconceptionRow,
    MutantSummary,
    Survivor,
    TestRow,
    TrivialRow,
    Verified,
)

if TYPE_CHECKING:
    from autograder.verify.run import Work


def told(work: Work, duration_s: float) -> Verified:
    tests = work.bench.tests if work.bench is not None else {}
    return Verified(
        assignment=work.plan.assignment.name,
        proven=not work.findings,
        findings=tuple(work.findings),
        skipped=tuple(name for name in CHECKS if name in work.skipped),
        notes=tuple(work.notes),
        points=sum(test.points for test in tests.values()),
        tests=tuple(_tests(work)),
        reference_runs=work.runs.runs if work.runs is not None else 0,
        second_device=work.second_device,
        cuda=work.cuda,
        trivial=tuple(_trivial(work)),
        misconceptions=tuple(_misconceptions(work)),
        alternatives=tuple(_alternatives(work)),
        mutants=_mutants(work),
        seed=work.plan.options.seed,
        duration_s=round(duration_s, 2),
    )


def broken(assignment: Assignment, finding: Finding) -> Verified:
    """Nothing could be looked at."""
    return Verified(
        assignment=assignment.name,
        proven=False,
        findings=(finding,),
        skipped=tuple(name for name in CHECKS if name != "files"),
    )


def _tests(work: Work) -> list[TestRow]:
    if work.bench is None:
        return []
    fails = Counter(key for stops in work.stops.values() for key in stops)
    fails.update(key for marks in work.trivial.values() for key in marks.lost)
    return [
        TestRow(
            name=test.name,
            cell=test.cell,
            points=test.points,
            shape=test.shape,
            description=test.description,
            file=test.file,
            line=test.line,
            fails=fails[key],
        )
        for key, test in work.bench.tests.items()
    ]


def _trivial(work: Work) -> list[TrivialRow]:
    tests = work.bench.tests.values() if work.bench is not None else ()
    allowed: dict[str, float] = {}
    for test in tests:
        if test.shape:
            allowed[test.cell] = allowed.get(test.cell, 0.0) + test.points
    return [
        TrivialRow(cell=cell, kind=kind, points=marks.points(cell), allowed=allowed.get(cell, 0.0))
        for (cell, kind), marks in work.trivial.items()
    ]


def _misconceptions(work: Work) -> list[MisconceptionRow]:
    return [
        MisconceptionRow(
            id=entry.id,
            cell=entry.cell,
            title=entry.title["en"],
            lost=_names_of_lost(marks, entry.cell),
            recognised=tuple(sorted(recognised(marks))),
        )
        for entry, marks in work.misconceptions
    ]


def _names_of_lost(marks: Marks, cell: str) -> tuple[str, ...]:
    lost = sorted(marks.lost.values(), key=lambda test: test.cell != cell)
    return tuple(test.name for test in lost)


def _alternatives(work: Work) -> list[AlternativeRow]:
    rows = []
    for each in work.alternatives:
        tests = list(each.marks.tests.values()) if each.marks is not None else []
        got = sum(test.points for test in tests) if tests else None
        most = sum(test.max_points for test in tests)
        rows.append(AlternativeRow(file=each.path.name, points=got, max_points=most))
    return rows


def _mutants(work: Work) -> MutantSummary:
    reasons = work.plan.marked.reasons
    counted = [fate for fate in work.fates if fate.mutant.id not in reasons]
    killed = sum(bool(fate.killed_by) for fate in counted)
    return MutantSummary(
        made=len(work.plan.every),
        tried=len(work.fates),
        killed=killed,
        timed_out=sum(fate.timed_out for fate in counted),
        marked=len(work.fates) - len(counted),
        score=round(killed / len(counted), 4) if counted else None,
        survivors=tuple(_survivor(f, reasons.get(f.mutant.id, "")) for f in _alive(work.fates)),
    )


def _alive(fates: list[Fate]) -> list[Fate]:
    return [fate for fate in fates if not fate.killed_by]


def _survivor(fate: Fate, reason: str) -> Survivor:
    mutant = fate.mutant
    return Survivor(
        id=mutant.id,
        operator=mutant.operator,
        cell=mutant.cell,
        line=mutant.line,
        diff=mutant.diff,
        reason=reason,
    )
