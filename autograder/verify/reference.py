"""The reference gets full marks, whatever the seed and the order; and how long its tests take."""

from __future__ import annotations

import random
from dataclasses import dataclass

from autograder import wire
from autograder.verify import places
from autograder.verify.answers import Answers
from autograder.verify.bench import Bench, Job, Marks, passed
from autograder.verify.findings import Finding

_REPEATS, _SEEDS, _SHUFFLES = 3, 4, 2
_SHARE_OF_LIMIT = 0.5  # of a test's time limit that the reference may take


@dataclass(frozen=True, slots=True)
class Run:
    """One way of running the tests: a seed and an order."""

    kind: str  # repeated, seed, order, alone
    words: str
    seed: int
    tests: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReferenceRuns:
    """What came of it."""

    runs: int
    findings: tuple[Finding, ...]
    slowest_s: float  # of the tests, each alone
    whole_s: float  # the longest run of all tests


def check_reference(bench: Bench, answers: Answers, seed: int) -> ReferenceRuns:
    """Grade the reference in every way; each test that it does not always pass is named once."""
    notebook = answers.right()
    runs = _runs(tuple(bench.tests), seed)
    marks = bench.grade_all([Job(notebook, run.seed, run.tests) for run in runs])
    findings = []
    for key, test in bench.tests.items():
        tried = [(r, m.tests[key]) for r, m in zip(runs, marks, strict=True) if key in m.tests]
        finding = _judged(bench, notebook, test, key, tried)
        if finding is not None:
            findings.append(finding)
    alone = {r.tests[0]: m for r, m in zip(runs, marks, strict=True) if r.kind == "alone"}
    findings += _as_students(bench, notebook, seed, known=bool(findings))
    return ReferenceRuns(
        runs=len(runs),
        findings=(*findings, *_slow(bench, alone)),
        slowest_s=max(mark.seconds for mark in alone.values()),
        whole_s=max(m.seconds for r, m in zip(runs, marks, strict=True) if r.kind != "alone"),
    )


def _runs(tests: tuple[str, ...], seed: int) -> list[Run]:
    runs = [Run("repeated", f"under seed {seed}", seed, tests) for _ in range(_REPEATS)]
    others = range(seed + 1, seed + _SEEDS)
    runs += [Run("seed", f"under seed {other}", other, tests) for other in others]
    runs.append(Run("order", "in reversed order", seed, tests[::-1]))
    for number in range(_SHUFFLES):
        shuffled = random.Random(f"{seed}/{number}").sample(tests, len(tests))
        after = places.listed([key.partition("/")[2] for key in shuffled], 3)
        runs.append(Run("order", f"in another order ({after} …)", seed, tuple(shuffled)))
    return runs + [Run("alone", "when it runs alone", seed, (key,)) for key in tests]


def _judged(
    bench: Bench,
    notebook: bytes,
    test: wire.TestInfo,
    key: str,
    tried: list[tuple[Run, wire.GradedTest]],
) -> Finding | None:
    """What is wrong with one test, in the kind that explains most."""
    lost = [(run, result) for run, result in tried if not passed(result)]
    if not lost:
        return None
    run, result = lost[0]
    if len(lost) == len(tried):
        return _finding(
            bench,
            test,
            f"the reference fails {test.name}: {result.message}",
            "correct the test or the reference",
        )
    same = [passed(result) for other, result in tried if other.kind == "repeated"]
    again = bench.grade(Job(notebook, run.seed, run.tests)).tests[key]
    if len(set(same)) > 1 or passed(again):
        what = f"{test.name} is flaky: with the same seed in the same order it passes and fails"
        step = "draw every number from torch's own generator, which is seeded; wait for no clock"
    elif run.kind == "seed":
        what = f"{test.name} depends on the seed: the reference fails it {run.words}"
        step = f"autograder verify --seed {run.seed} shows it; widen what it allows, with a reason"
    else:
        what = f"{test.name} depends on other tests: the reference fails it {lost[-1][0].words}"
        step = "let it make all that it needs itself, and keep nothing in the suite's module"
    return _finding(bench, test, f"{what} ({result.message})", step)


def _as_students(bench: Bench, notebook: bytes, seed: int, *, known: bool) -> list[Finding]:
    """Once as students' notebooks are graded; what was found already is not said twice."""
    marks = bench.grade(Job(notebook, seed), bench.as_students)
    findings = []
    if marks.lost and not known:
        key, result = next(iter(marks.lost.items()))
        what = f"graded as students are, the reference fails {result.name}: {result.message}"
        step = "this is graded with carry_errors and the catalogue: correct those"
        findings.append(_finding(bench, bench.tests[key], what, step))
    if marks.flags:
        findings.append(
            Finding(
                check="reference",
                what=f"the reference raises {places.listed(list(marks.flags))}",
                where=str(bench.as_students.reference),
                next="a reference keeps to its own rules: change it, or `forbidden` in course.yml",
            )
        )
    return findings


def _slow(bench: Bench, alone: dict[str, Marks]) -> list[Finding]:
    limit_s = bench.as_students.limits.test_s
    return [
        Finding(
            check="suite",
            what=f"{bench.tests[key].name} takes {marks.seconds:.1f} s on the reference, "
            f"more than half of its limit of {limit_s:g} s",
            where=places.of_test(bench.tests[key], bench.as_students),
            next="make it smaller, or raise `limits: test` in course.yml",
        )
        for key, marks in alone.items()
        if marks.seconds > _SHARE_OF_LIMIT * limit_s
    ]


def _finding(bench: Bench, test: wire.TestInfo, what: str, step: str) -> Finding:
    where = places.of_test(test, bench.as_students)
    return Finding(check="reference", what=what, where=where, next=step)
