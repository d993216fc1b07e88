"""Every test fails at least one wrong answer by what it finds, and not because that raised."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from autograder.verify import places
from autograder.verify.answers import Answers
from autograder.verify.bench import Bench, Job
from autograder.verify.careless import careless_jobs
from autograder.verify.findings import Finding
from autograder.verify.mutants import Mutant
from autograder.verify.mutation import tests_failed


def check_emptiness(
    bench: Bench, answers: Answers, failed: Iterable[str], untried: Sequence[Mutant], seed: int
) -> list[Finding]:
    """Tests that nothing fails.

    failed   the tests that some wrong answer failed
    untried  mutants that were not in the sample: tried on what is left, and careless answers too
    """
    left = set(bench.tests) - set(failed)
    others = [(m.cell, answers.with_cells({m.cell: m.source})) for m in untried if left]
    if untried and left:
        careless = careless_jobs(answers, bench, seed)
        others = [*((cell, job.notebook) for (cell, _), job in careless.items()), *others]
    for start in range(0, len(others), 2 * bench.jobs):
        some = others[start : start + 2 * bench.jobs]
        jobs = [Job(data, seed, tests) for cell, data in some if (tests := _of(cell, left, bench))]
        for marks in bench.grade_all(jobs):
            left -= tests_failed(marks)
    return [_finding(key, bench) for key in bench.tests if key in left]


def _of(cell: str, left: set[str], bench: Bench) -> tuple[str, ...]:
    return tuple(key for key in bench.tests_of(cell) if key in left)


def _finding(key: str, bench: Bench) -> Finding:
    test = bench.tests[key]
    return Finding(
        check="empty",
        what=f"no wrong answer fails {test.name}: it gives {test.points:g} points for nothing",
        where=places.of_test(test, bench.as_students),
        next="sharpen it, or add the misconception that it is there for to the catalogue",
    )
