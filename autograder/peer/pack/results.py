"""The members' results: what is kept and still true of what lies there now, else graded now.

What is graded here goes nowhere else: neither into the store nor into the gradebook.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from autograder.course import Assignment, Course
from autograder.errors import SubmissionError
from autograder.grading import grade_batch
from autograder.origin import Digests, digests_of, sha256
from autograder.report import Report, Status
from autograder.sandbox import Sandbox
from autograder.store import Store
from autograder.submissions import Found, read_bytes

OpenSandbox = Callable[[], AbstractContextManager[Sandbox]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One member's, graded."""

    student: str
    report: Report
    data: bytes  # the notebook that was graded
    digest: str  # of these bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    graded: tuple[Result, ...]  # by student
    problems: tuple[tuple[str, str], ...]  # (student, why there is no result)
    kept: int = 0  # of these, taken from the store


def results_of(
    found: Sequence[Found],
    assignment: Assignment,
    course: Course,
    open_sandbox: OpenSandbox,
    *,
    seed: int,
    store: Store | None = None,
    jobs: int | None = None,
) -> Results:
    """
    found    the members' submissions to this assignment
    course   as the sandbox's choice has it: each assignment with its device
    store    None: nothing is kept of these
    raises   CourseError if the suite is broken, SandboxUnavailable; AutograderError of the store
    """
    data, problems = _read(found)
    usable = [one for one in found if one.student in data]
    digests = digests_of(assignment)
    kept = {} if store is None else _still_true(usable, data, digests, assignment, store)
    fresh = [one for one in usable if one.student not in kept]
    reports = kept | _graded_now(fresh, course, open_sandbox, seed, jobs)
    graded = []
    for student in sorted(reports):
        report = reports[student]
        if report.status is not Status.GRADED:
            problems[student] = report.message.split("\n")[0]
            continue
        graded.append(
            Result(
                student=student,
                report=report,
                data=data[student],
                digest=sha256(data[student]),
            )
        )
    return Results(graded=tuple(graded), problems=tuple(sorted(problems.items())), kept=len(kept))


def _read(found: Iterable[Found]) -> tuple[dict[str, bytes], dict[str, str]]:
    """(notebooks by student, why others have none)."""
    data: dict[str, bytes] = {}
    problems: dict[str, str] = {}
    for one in found:
        try:
            if one.problem is not None:
                raise one.problem
            data[one.student] = read_bytes(one.path)
        except SubmissionError as error:
            problems[one.student] = error.what
    return data, problems


def _still_true(
    found: Iterable[Found],
    data: Mapping[str, bytes],
    today: Digests,
    assignment: Assignment,
    store: Store,
) -> dict[str, Report]:
    """By student, what is kept of these very bytes with today's suite, wherever it was graded."""
    kept = store.kept((one.student, assignment.name) for one in found)
    true = {}
    for (student, _), one in kept.items():
        report = one.report
        origin = report.provenance
        if origin is None or report.status is not Status.GRADED:
            continue
        then = Digests(origin.suite_sha256, origin.reference_sha256, origin.misconceptions_sha256)
        if then == today and origin.submission_sha256 == sha256(data[student]):
            true[student] = report
    return true


def _graded_now(
    fresh: Sequence[Found],
    course: Course,
    open_sandbox: OpenSandbox,
    seed: int,
    jobs: int | None,
) -> dict[str, Report]:
    if not fresh:
        return {}  # a sandbox takes seconds to start
    workers = jobs or course.sandbox.jobs or os.cpu_count() or 1
    with open_sandbox() as sandbox:
        batch = grade_batch(fresh, course, sandbox, jobs=min(workers, len(fresh)), seed=seed)
        return {found.student: report for found, report in batch}
