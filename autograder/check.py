"""The student's side: the visible checks of a notebook, run the way grading loads it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder import notebook, wire
from autograder.course import Limits
from autograder.errors import CourseError, SandboxUnavailable, SubmissionError, UsageError
from autograder.examiner.candidate import Candidate, Terms
from autograder.examiner.load import code_unit
from autograder.examiner.verdicts import (
    Crashed,
    Missing,
    PlatformFailure,
    StudentError,
    TimedOut,
)
from autograder.sandbox.local import candidates
from autograder.submissions import read_bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One symbol's visible checks."""

    symbol: str
    passed: bool
    started: bool = True  # False: still the stub
    message: str = ""


def check(path: Path, *, limits: Limits | None = None) -> Iterator[Checked]:
    """Run every visible check of the notebook; each symbol is reported as soon as it is known.

    raises  UsageError if the file is not an assignment notebook, SubmissionError if unreadable
    """
    if not path.is_file():
        raise UsageError("no-such-file", f"{path} is not a file", next="check the path")
    limits = limits or Limits()
    data = read_bytes(path)
    notebook.cell_ids(data)  # says what is wrong with a file that is no notebook at all
    try:
        reference = notebook.read_reference(path)
    except CourseError:
        raise SubmissionError(
            "not-an-assignment",
            "this notebook's graded cells cannot be found",
            where=str(path),
            next="fetch the assignment afresh and copy your answers into it",
        ) from None
    submission = notebook.read_submission(data, reference)
    with candidates(scratch_bytes=limits.scratch_bytes) as socket_path:
        candidate = Candidate(_terms(submission, reference, socket_path, limits))
        for symbol in reference.symbols:
            yield _check(symbol, candidate, submission, reference)
        candidate.close()


def _check(
    symbol: str,
    candidate: Candidate,
    submission: notebook.Submission,
    reference: notebook.Reference,
) -> Checked:
    if symbol in submission.untouched:
        return Checked(symbol=symbol, passed=False, started=False)
    cell = f"test_{symbol}"
    try:
        candidate.begin_test(symbol, 0)
        candidate.kind(symbol)
        candidate.ask(wire.RunChecks(cell, reference.checks.get(cell, "")), wire.Result)
    except StudentError as error:
        return Checked(symbol=symbol, passed=False, message=_words(error, cell))
    except (Missing, TimedOut, Crashed) as error:
        return Checked(symbol=symbol, passed=False, message=str(error))
    except PlatformFailure as failure:
        raise SandboxUnavailable(
            "platform", f"the checks could not be run: {failure}", next="run the command again"
        ) from None
    return Checked(symbol=symbol, passed=True)


def _words(error: StudentError, cell: str) -> str:
    """A failed check in its own words; another exception with the student's lines."""
    raised = error.raised
    own = [frame for frame in raised.frames if frame.cell != cell]
    if "AssertionError" in raised.types and not own:
        shown = raised.frames[-1].text if raised.frames else ""
        return raised.message or f"this check does not hold: {shown}"
    return error.words()


def _terms(
    submission: notebook.Submission,
    reference: notebook.Reference,
    socket_path: Path,
    limits: Limits,
) -> Terms:
    # The checks may use a name from a read-only cell that the student's own code does not.
    locked = [
        wire.CodeUnit(cell, source, 1, (), risky=True, future=False)
        for cell, source in reference.locked.items()
    ]
    load = wire.Load(
        units=[*locked, *(code_unit(unit) for unit in submission.units)],
        skip=[],
        symbols=list(reference.symbols),
        forbidden=[],
        sources=dict(submission.sources) | reference.checks,
        memory_bytes=limits.memory_bytes,
        scratch_bytes=limits.scratch_bytes,
        message_bytes=limits.message_bytes,
        cpu_s=int(2 * limits.notebook_s) + 10,
        device="cpu",
    )
    return Terms(
        socket_path=str(socket_path),
        load=load,
        missing=submission.missing,
        call_s=limits.test_s,
        test_s=limits.test_s,
        notebook_s=limits.notebook_s,
        message_bytes=limits.message_bytes + (1 << 20),
    )
