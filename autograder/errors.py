"""Errors that a user can act on: what happened, where, and what to do next.

AutograderError
├── CourseError          course.yml, a reference or a suite is broken     (exit status 2)
├── UsageError           the command was given something it cannot use    (exit status 2)
├── SubmissionError      one notebook cannot be graded: becomes Status.ERROR
├── SandboxUnavailable   no worker could be started                       (exit status 2)
└── GradebookError       nbgrader's database or folders refuse the write
"""

from __future__ import annotations


class AutograderError(Exception):
    """Base of every error shown to a user without a traceback.

    code   short, stable, machine-readable ("gpu-missing")
    what   one sentence: what happened
    where  file, line, key, cell or student; may be empty
    next   what the reader can do about it; may be empty
    """

    def __init__(self, code: str, what: str, *, where: str = "", next: str = "") -> None:
        super().__init__(what)
        self.code = code
        self.what = what
        self.where = where
        self.next = next

    def __str__(self) -> str:
        lines = [f"error[{self.code}]: {self.what}"]
        if self.where:
            lines.append(f"  where: {self.where}")
        if self.next:
            lines.append(f"  next:  {self.next}")
        return "\n".join(lines)


class CourseError(AutograderError):
    """The course itself is broken: course.yml, a reference notebook or a hidden suite."""


class UsageError(AutograderError):
    """The command was given something that it cannot use."""


class SubmissionError(AutograderError):
    """One notebook cannot be graded; the batch goes on."""


class SandboxUnavailable(AutograderError):
    """No worker could be started on this host."""


class GradebookError(AutograderError):
    """nbgrader's gradebook or folders refuse what we write."""
