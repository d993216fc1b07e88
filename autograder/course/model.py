"""The course as the rest of the package sees it: frozen, every path absolute, every unit named."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Literal

from autograder.course.folders import Folders
from autograder.errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    call_s: float = 5.0  # wall time of one call into student code
    test_s: float = 10.0  # wall time of one hidden test, all its calls together
    notebook_s: float = 60.0  # wall time of everything for one submission
    memory_bytes: int = 2 << 30  # what the student's process may hold
    message_bytes: int = 64 << 20  # one message between candidate and examiner
    scratch_bytes: int = 64 << 20  # the private folder that student code may write to
    gpu_memory_bytes: int = 2 << 30  # what its tensors may take on a card, with device: cuda


@dataclass(frozen=True, slots=True, kw_only=True)
class LatePolicy:
    """What a late submission costs; without a policy it costs nothing."""

    penalty_per_day: float  # fraction of the score lost per started day, 0 … 1
    cutoff_s: float | None = None  # later than this scores nothing; None: never


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """One student's own due date of an assignment."""

    student: str
    due: datetime  # with a time zone


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxDefaults:
    # auto: docker where an engine answers and the image is there, else local
    kind: Literal["auto", "local", "docker"] = "auto"
    jobs: int | None = None  # workers side by side; None: as many as the host has cores
    image: str | None = None  # docker: another image than the platform's own
    recycle_after: int = 100  # docker: submissions that one candidate's container serves
    gpus: tuple[int, ...] | None = None  # cards by number, as nvidia-smi counts; None: all
    per_gpu: int = 1  # candidates on one card at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A peer study group."""

    name: str
    members: tuple[str, ...]  # student ids


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectDefaults:
    pattern: str | None = None  # the naming rule of loose notebooks
    notebook: str | None = None  # where it lies in a student's git repository


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackRules:
    """What students see of hidden tests, and when; docs/feedback.md."""

    tests: Literal["always", "after_due", "never"] = "always"  # those that say nothing themselves
    informative_attempts_per_day: int | None = None  # None: all of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    name: str
    title: str
    reference: Path  # solutions/NAME/NAME.ipynb; exists. Of an adopted course: see folders.py
    suite: Path  # tests/hidden/NAME; may be missing until the suite is written
    misconceptions: Path  # solutions/NAME/misconceptions; may be missing
    proof: Path | None  # solutions/NAME/proof.json; may be missing. None: it is left out of account
    release: Path  # assignments/NAME/NAME.ipynb; may be missing until it is released
    limits: Limits
    device: Literal["cpu", "cuda"]
    forbidden: tuple[str, ...]  # dotted names; a module stands for everything in it
    execute: Literal["needed", "all"]  # which of the student's cells are run
    carry_errors: bool  # a symbol is tested over the reference of a wrong one that it uses
    due: datetime | None  # with a time zone
    late: LatePolicy | None
    extensions: tuple[Extension, ...] = ()  # a student is here once; groups are resolved
    # Which of a student's attempts counts. best: by the score after the penalty
    attempts: Literal["latest_on_time", "last", "best"] = "latest_on_time"
    feedback: FeedbackRules = FeedbackRules()

    def due_of(self, student: str) -> datetime | None:
        """The student's own due date: their extension's, else the assignment's."""
        return next((each.due for each in self.extensions if each.student == student), self.due)


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    root: Path
    id: str
    title: str
    language: Literal["en", "ko"]  # of the feedback
    roster: Path | None
    groups: tuple[Group, ...]
    sandbox: SandboxDefaults
    db_url: str  # SQLAlchemy's form
    assignments: tuple[Assignment, ...]
    timezone: str = "UTC"  # of dates that name none
    collect: CollectDefaults = CollectDefaults()
    folders: Folders = field(default_factory=Folders)

    @property
    def submitted(self) -> Path:
        return self.root / self.folders.submitted

    def assignment(self, name: str) -> Assignment:
        """The assignment of that name.

        raises  UsageError "unknown-assignment", naming what is near or what there is
        """
        for assignment in self.assignments:
            if assignment.name == name:
                return assignment
        raise UsageError(
            "unknown-assignment",
            f'the course "{self.id}" has no assignment "{name}"',
            where=str(self.root),
            next=self._instead_of(name),
        )

    def _instead_of(self, name: str) -> str:
        names = [assignment.name for assignment in self.assignments]
        if not names and self.folders.adopted:
            return f"give one a hidden suite: {self.folders.hidden}/NAME/test_NAME.py"
        if not names:
            return "add one: a reference notebook at solutions/NAME/NAME.ipynb"
        near = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
        if near:
            return f"did you mean {' or '.join(near)}?"
        return f"the course has {', '.join(names)}"


def with_device(course: Course, device: Literal["cpu", "cuda"] | None) -> Course:
    """The course with every assignment on that device; None: as each says."""
    if device is None:
        return course
    moved = tuple(replace(assignment, device=device) for assignment in course.assignments)
    return replace(course, assignments=moved)
