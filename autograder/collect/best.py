"""`attempts: best`: every attempt is graded, and the best after its penalty goes into submitted/.

Scores are kept beside the attempts under the key of all that determines them, so an attempt is
graded once, and anew when the suite changes. Only what the hidden suite decides is compared: points
that a person gives belong to the submission, and not to an attempt.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import msgspec

from autograder.collect.attempts import Attempt, Attempts
from autograder.collect.choice import after_penalty, first
from autograder.collect.submitting import submit
from autograder.course import Assignment, Course
from autograder.grading import grade_batch
from autograder.origin import Digests, digests_of, key_of
from autograder.report import Environment, Report
from autograder.sandbox import Sandbox
from autograder.sandbox.environment import local_environment
from autograder.store import only_batch
from autograder.submissions import Found

SCORE = "score.json"
OpenSandbox = Callable[[], AbstractContextManager[Sandbox]]


@dataclass(frozen=True, slots=True)
class Score:
    key: str
    score: float


@dataclass(slots=True)
class Settled:
    """What came of it."""

    graded: int = 0  # attempts that were graded just now
    changed: list[str] = field(default_factory=list)  # students with another submission than before
    remarks: list[str] = field(default_factory=list)  # about attempts that could not be graded


def settle_best(
    course: Course,
    names: Iterable[str],
    open_sandbox: OpenSandbox,
    *,
    environments: Mapping[str, Environment],
    jobs: int,
    seed: int,
    now: datetime,
) -> Settled:
    """Put the best attempt of every student in place, for the assignments that want it.

    names   of assignments; others than those with `attempts: best` are left alone
    raises  as grade_batch does, and UsageError if another batch is running
    """
    wanted = [a for name in sorted(names) if (a := course.assignment(name)).attempts == "best"]
    settled = Settled()
    if not any((course.root / "attempts" / one.name).is_dir() for one in wanted):
        return settled
    with only_batch(course.root):
        for assignment in wanted:
            environment = environments.get(assignment.device) or local_environment(
                assignment.device
            )
            one = _Settling(course, assignment, environment, settled)
            one.grade(open_sandbox, jobs, seed)
            one.put_in_place(now)
    return settled


@dataclass(slots=True)
class _Settling:
    course: Course
    assignment: Assignment
    environment: Environment
    settled: Settled
    attempts: Attempts = field(init=False)
    several: dict[str, list[Attempt]] = field(init=False)  # by student, of those with a choice
    digests: Digests = field(init=False)

    def __post_init__(self) -> None:
        self.attempts = Attempts(self.course.root)
        self.digests = digests_of(self.assignment)
        name = self.assignment.name
        every = {who: self.attempts.of(who, name) for who in self.attempts.students(name)}
        self.several = {who: attempts for who, attempts in every.items() if len(attempts) > 1}

    def grade(self, open_sandbox: OpenSandbox, jobs: int, seed: int) -> None:
        """Those that have no score under today's suite."""
        fresh: dict[Path, Attempt] = {}
        for attempt in (one for attempts in self.several.values() for one in attempts):
            if self._score(attempt) is None:
                fresh[self.attempts.notebook(attempt)] = attempt
        if not fresh:
            return
        found = [
            Found(student=attempt.student, assignment=self.assignment.name, path=path)
            for path, attempt in fresh.items()
        ]
        known = {self.assignment.name: self.digests}
        with (
            open_sandbox() as sandbox,
            closing(
                grade_batch(found, self.course, sandbox, jobs=jobs, seed=seed, digests=known)
            ) as graded,
        ):
            for one, report in graded:
                self._note(fresh[one.path], report)

    def put_in_place(self, now: datetime) -> None:
        for student, attempts in self.several.items():
            best = self._best(attempts)
            if best is None:
                continue
            placed = submit(
                *(self.course, self.assignment, self.attempts, best),
                replace=False,
                dry_run=False,
                now=now,
            )
            if placed.status in ("collected", "replaced"):
                self.settled.changed.append(student)
            elif placed.status == "not-replaced":
                self.settled.remarks.append(f"{student}: {placed.why}")

    def _best(self, attempts: list[Attempt]) -> Attempt | None:
        """Of equals the earliest; None if none could be graded."""
        due = self.assignment.due_of(attempts[0].student)
        scored = [(one, score) for one in attempts if (score := self._score(one)) is not None]
        worth = [after_penalty(score, one, due, self.assignment.late) for one, score in scored]
        best = [one for (one, _), each in zip(scored, worth, strict=True) if each == max(worth)]
        return first(best) or (best[0] if best else None)

    def _note(self, attempt: Attempt, report: Report) -> None:
        if report.score is None:
            why = report.message.split("\n")[0]
            self.settled.remarks.append(f"{attempt.student}: {attempt.file} has no score: {why}")
            return
        self.settled.graded += 1
        kept = Score(self._key(attempt), report.score)
        (self.attempts.folder(attempt) / SCORE).write_bytes(msgspec.json.encode(kept))

    def _score(self, attempt: Attempt) -> float | None:
        try:
            data = (self.attempts.folder(attempt) / SCORE).read_bytes()
            kept = msgspec.json.decode(data, type=Score)
        except (OSError, msgspec.DecodeError):
            return None
        return kept.score if kept.key == self._key(attempt) else None

    def _key(self, attempt: Attempt) -> str:
        return key_of(
            attempt.sha256,
            self.assignment,
            self.digests,
            self.environment,
            language=self.course.language,
        )
