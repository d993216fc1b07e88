"""Exceptions that end a hidden test because of the student's code, and their words."""

from __future__ import annotations

import os
import signal

from autograder import wire

# Exceptions of student code arrive as these, so that `pytest.raises(ValueError)` means what it
# says. Only names from this table are ever looked up; everything else is a plain Exception.
_KNOWN: dict[str, type[Exception]] = {
    cls.__name__: cls
    for cls in (
        *(ArithmeticError, AssertionError, AttributeError, BufferError, EOFError, ImportError),
        *(IndexError, KeyError, LookupError, MemoryError, ModuleNotFoundError, NameError),
        *(NotImplementedError, OSError, OverflowError, PermissionError, RecursionError),
        *(RuntimeError, StopIteration, SyntaxError, TypeError, UnboundLocalError),
        *(UnicodeError, ValueError, ZeroDivisionError),
    )
}
_MAX_LINES = 6


class StudentError(Exception):
    """The student's code raised. Instances are also of the same builtin class, if there is one."""

    raised: wire.Raised

    def words(self, raised: wire.Raised | None = None) -> str:
        """What happened; `raised` is told in place of what was really raised."""
        raised = raised or self.raised
        name = raised.types[0] if raised.types else "an exception"
        text = f"your code raised {name}"
        if raised.message:
            text += f": {raised.message}"
        frames = raised.frames[-_MAX_LINES:]
        lines = [f"  cell {f.cell}, line {f.line}, in {f.function}: {f.text}" for f in frames]
        return "\n".join([text, *lines])


class GpuMemoryExhausted(StudentError):
    """The student's code asked for more of the GPU's memory than one submission may have."""

    limit_bytes: int

    def words(self, raised: wire.Raised | None = None) -> str:
        _, *lines = super().words(raised).split("\n")
        amount = f"{self.limit_bytes / (1 << 30):.3g} GiB"
        what = f"the GPU's memory for one submission ({amount}) was exhausted"
        own = [line for line in lines if line.startswith("  cell ")]  # not torch's advice
        return "\n".join([what, *own])


class Missing(Exception):
    """The symbol is not there; the message says why, in words for the student."""


class TimedOut(Exception):
    """A limit passed while the student's code was running."""


class Crashed(Exception):
    """The student's process ended, or sent what no candidate of ours sends."""


class Inconclusive(Exception):
    """The simulated second device cannot run this code: the test is run again without it."""


class PlatformFailure(Exception):
    """Ours, not the student's: the grading as a whole is an error, never a score."""


def student_error(raised: wire.Raised, *, loading: bool = False) -> StudentError:
    """The exception that stands for what student code raised.

    loading  it ended a definition: no ValueError that a test may be waiting for
    """
    builtin = next((_KNOWN[name] for name in raised.types if name in _KNOWN and not loading), None)
    bases = (StudentError,) if builtin is None else (StudentError, builtin)
    # An identifier, because `type` itself raises ValueError for what cannot be a name.
    name = next((name for name in raised.types if name.isidentifier()), "Exception")
    cls = type(name, bases, {"__module__": __name__})
    error: StudentError = cls(raised.message)
    error.raised = raised
    return error


def gpu_memory_exhausted(raised: wire.Raised, limit_bytes: int) -> GpuMemoryExhausted:
    """A plain RuntimeError for a suite that waits for one, as torch's own is."""
    error: GpuMemoryExhausted = type(
        "OutOfMemoryError", (GpuMemoryExhausted, RuntimeError), {"__module__": __name__}
    )(raised.message)
    error.raised, error.limit_bytes = raised, limit_bytes
    return error


def how_it_ended(status: int | None) -> str:
    """A wait status in words for the student."""
    if status is None:
        return "the process that ran your code broke off"
    if os.WIFEXITED(status):
        # Without the exit status: a byte of the student's choice.
        return "your code ended the Python process (as os._exit does)"
    number = os.WTERMSIG(status)
    reasons: dict[int, str] = {
        signal.SIGSEGV: "a segmentation fault: endless recursion, or memory used up",
        signal.SIGABRT: "aborted: memory used up, or a failed check inside a library",
        signal.SIGKILL: "killed: more memory or disk used than allowed",
        signal.SIGXCPU: "killed: more processor time used than allowed",
        signal.SIGXFSZ: "killed: it wrote a file larger than allowed",
        signal.SIGBUS: "a bus error: memory used up",
        wire.OVER_GPU_SHARE: "killed: it took more of the GPU's memory than its share",
    }
    reason = reasons.get(number, f"signal {number}")
    return f"the process that ran your code ended ({reason})"
