"""One assignment, all checks: from the files of a course to what verify says about them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace

from autograder.catalogue import Misconception, Variant
from autograder.course import Assignment
from autograder.errors import CourseError
from autograder.sandbox import Sandbox
from autograder.verify import places
from autograder.verify.alternatives import Alternative, check_alternatives, too_few
from autograder.verify.bench import Bench, Job, Marks
from autograder.verify.careless import careless_jobs
from autograder.verify.catalogued import check_misconceptions, check_variants, misconception_job
from autograder.verify.emptiness import check_emptiness
from autograder.verify.findings import CHECKS, Finding, of_error
from autograder.verify.inventory import Inventory, inventory_of
from autograder.verify.mutation import (
    Fate,
    cells_that_use,
    check_mutants,
    short_limits,
    tests_failed,
    try_mutants,
)
from autograder.verify.plan import Options, Plan, plan
from autograder.verify.proof import SEEDS, Stops, held, read_proof, stops_of, write_proof
from autograder.verify.reference import ReferenceRuns, check_reference
from autograder.verify.result import Verified
from autograder.verify.rows import broken, told
from autograder.verify.strength import Now, check_strength, news
from autograder.verify.suite_files import check_names, check_suite, on_second_device
from autograder.verify.trivial import check_stubs, check_trivial, trivial_jobs

NO_GPU = "no GPU"
Progress = Callable[[int], AbstractContextManager[Callable[[], None]]]


@contextmanager
def silence(total: int) -> Iterator[Callable[[], None]]:
    """No progress."""
    yield lambda: None


@dataclass(slots=True)
class Work:
    """What has been found out so far."""

    plan: Plan
    findings: list[Finding] = field(default_factory=list)
    skipped: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    bench: Bench | None = None
    inventory: Inventory = field(default_factory=dict)
    runs: ReferenceRuns | None = None
    cuda: str = ""
    second_device: dict[str, int] = field(default_factory=dict)
    trivial: dict[tuple[str, str], Marks] = field(default_factory=dict)
    careless: dict[tuple[str, str], Marks] = field(default_factory=dict)
    misconceptions: list[tuple[Misconception, Marks]] = field(default_factory=list)
    variants: list[tuple[Misconception, Variant, Marks]] = field(default_factory=list)
    alternatives: list[Alternative] = field(default_factory=list)
    fates: list[Fate] = field(default_factory=list)
    stops: Stops = field(default_factory=dict)


def verify(
    assignment: Assignment,
    sandbox: Sandbox,
    options: Options,
    *,
    cuda: Sandbox | str = NO_GPU,
    progress: Progress = silence,
) -> Verified:
    """Everything about one assignment. What is broken is a finding, and no exception.

    cuda      a sandbox for the same course on a GPU, or why there is none
    progress  is told how many gradings there will be about, and gives what to call after each
    raises    SandboxUnavailable if there is nothing to grade with
    """
    began = time.monotonic()
    try:
        planned = plan(assignment, options)
    except CourseError as error:
        return broken(assignment, of_error("files", error))
    work = Work(planned, cuda=f"not run: {cuda}" if isinstance(cuda, str) else "")
    work.findings += planned.catalogue.findings
    with progress(planned.gradings) as tick:
        try:
            usable = not planned.catalogue.broken
            work.bench = Bench(sandbox, assignment, jobs=options.jobs, tick=tick, catalogue=usable)
            _all_checks(work, work.bench, cuda)
        except CourseError as error:
            work.findings.append(of_error("files", error))
            work.skipped |= CHECKS.keys() - {"files"}
    return told(work, time.monotonic() - began)


def _all_checks(work: Work, bench: Bench, cuda: Sandbox | str) -> None:
    plan, assignment = work.plan, work.plan.assignment
    work.inventory = inventory_of(assignment.suite)
    work.findings += check_names(bench.suite.tests, assignment)
    work.findings += check_suite(bench, plan.answers)
    work.second_device = on_second_device(bench, work.inventory)
    work.runs = check_reference(bench, plan.answers, plan.options.seed)
    work.findings += work.runs.findings
    if not isinstance(cuda, str):
        _on_cuda(work, cuda)
    work.findings += check_stubs(bench, plan.answers, plan.options.seed)
    if any(finding.check == "reference" for finding in work.findings):
        work.notes.append("no wrong answer was tried: the reference comes first")
        work.skipped |= CHECKS.keys() - {"files", "reference", "suite", "stubs"}
        return
    _right_and_wrong_answers(work, bench, work.runs)


def _right_and_wrong_answers(work: Work, bench: Bench, runs: ReferenceRuns) -> None:
    plan, seed = work.plan, SEEDS[0]
    work.trivial = bench.grade_each(trivial_jobs(plan.answers, bench, seed))
    work.findings += check_trivial(bench, work.trivial)
    if plan.options.mutants is None:
        work.careless = bench.grade_each(careless_jobs(plan.answers, bench, seed))
    work.alternatives = check_alternatives(bench, plan.answers, plan.options.seed)
    work.findings += too_few(plan.assignment)
    work.findings += [finding for each in work.alternatives for finding in each.findings]
    if plan.catalogue.broken:
        work.skipped.add("misconceptions")
    else:
        work.misconceptions = _misconceptions(work, bench, seed)
        work.findings += check_misconceptions(bench, work.misconceptions)
        work.variants = _variants(work, bench, seed)
        work.findings += check_variants(work.variants)
    work.fates = _mutants(work, bench, runs, seed)
    work.findings += check_mutants(work.fates, plan.every, plan.marked, plan.assignment)
    failed = {test for marks in _wrong(work) for test in tests_failed(marks)}
    work.findings += check_emptiness(bench, plan.answers, failed, plan.untried, seed)
    work.stops = _stops(work, bench)
    _strength(work, bench, runs)


def _misconceptions(work: Work, bench: Bench, seed: int) -> list[tuple[Misconception, Marks]]:
    entries = work.plan.catalogue.entries
    jobs = [misconception_job(work.plan.answers, entry, seed) for entry in entries]
    return list(zip(entries, bench.grade_all(jobs, bench.as_students), strict=True))


def _variants(work: Work, bench: Bench, seed: int) -> list[tuple[Misconception, Variant, Marks]]:
    """Further versions of the entries; the proof knows an entry by its first."""
    each = [(entry, made) for entry in work.plan.catalogue.entries for made in entry.variants]
    jobs = [misconception_job(work.plan.answers, entry, seed, made.code) for entry, made in each]
    marks = bench.grade_all(jobs, bench.as_students)
    return [(entry, made, got) for (entry, made), got in zip(each, marks, strict=True)]


def _mutants(work: Work, bench: Bench, runs: ReferenceRuns, seed: int) -> list[Fate]:
    answers, limits = work.plan.answers, short_limits(work.plan.assignment.limits, runs)
    users = cells_that_use(bench, answers, seed)
    return try_mutants(bench, answers, work.plan.mutants, seed=seed, limits=limits, users=users)


def _wrong(work: Work) -> list[Marks]:
    return [
        *work.trivial.values(),
        *work.careless.values(),
        *(marks for _, marks in work.misconceptions),
        *(marks for _, _, marks in work.variants),
        *(fate.marks for fate in work.fates),
    ]


def _stops(work: Work, bench: Bench) -> Stops:
    """Every wrong answer, and the tests of its own cell that stop it, with the statement."""
    files = {key: test.file for key, test in bench.tests.items()}
    simple = {**work.trivial, **work.careless}
    answers = (
        *((f"{cell}:{kind}", cell, marks) for (cell, kind), marks in simple.items()),
        *((entry.id, entry.cell, marks) for entry, marks in work.misconceptions),
        *((fate.mutant.id, fate.mutant.cell, fate.marks) for fate in work.fates),
    )
    found = {}
    for name, cell, marks in answers:
        own = Marks(marks.lost_in(cell), (), 0.0)
        found[name] = stops_of(own, files, work.inventory)
    return found


def _strength(work: Work, bench: Bench, runs: ReferenceRuns) -> None:
    plan = work.plan
    if plan.options.accept:
        _accept(work, bench, runs)
        return
    try:
        proof = read_proof(plan.assignment)
    except CourseError as error:
        work.findings.append(of_error("strength", error))
        return
    if proof is None:
        accept = f"autograder verify {plan.assignment.name} --accept"
        work.skipped.add("strength")
        work.notes.append(f"how strong the suite is was never recorded: {accept}")
        return
    now = Now(plan.assignment, bench.tests, work.inventory, work.stops)
    work.findings += check_strength(proof, now)
    work.notes += news(proof, now, plan.ids)


def _accept(work: Work, bench: Bench, runs: ReferenceRuns) -> None:
    """Only what is so under a second seed too; and only of a suite with nothing else wrong."""
    if work.findings:
        work.notes.append("not accepted: first what is wrong has to be corrected")
        return
    plan, seed = work.plan, SEEDS[1]
    again = Work(plan, inventory=work.inventory)
    again.trivial = bench.grade_each(trivial_jobs(plan.answers, bench, seed))
    again.careless = bench.grade_each(careless_jobs(plan.answers, bench, seed))
    again.misconceptions = _misconceptions(work, bench, seed)
    again.fates = _mutants(work, bench, runs, seed)
    stops = held(work.stops, _stops(again, bench))
    path = write_proof(plan.assignment, work.inventory, stops)
    work.notes.append(f"accepted: {path}")


def _on_cuda(work: Work, cuda: Sandbox) -> None:
    """The reference again where tensors lie on a card."""
    plan = work.plan
    on_card = replace(plan.assignment, device="cuda")
    bench = Bench(cuda, on_card, jobs=plan.options.jobs, tick=lambda: None)
    seeds = range(plan.options.seed, plan.options.seed + 2)
    marks = bench.grade_all([Job(plan.answers.right(), seed) for seed in seeds])
    work.cuda = f"{len(marks)} runs"
    lost = {key: test for each in marks for key, test in each.lost.items()}
    work.findings += [
        Finding(
            check="reference",
            what=f"on CUDA the reference fails {test.name}: {test.message}",
            where=places.of_test(bench.tests[key], plan.assignment),
            next="make tensors on the fixture `device`; allow for another order of additions",
        )
        for key, test in lost.items()
    ]
