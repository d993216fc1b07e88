"""From the exception that ended a hidden test to an outcome and words for the student."""

from __future__ import annotations

import re

import pytest

from autograder.examiner.verdicts import (
    Crashed,
    Missing,
    PlatformFailure,
    StudentError,
    TimedOut,
)
from autograder.report import Outcome
from autograder.testing import Finding

_MAX_MESSAGE = 4000
_MISMATCH = re.compile(r"Mismatched elements: .*")


def judge(error: BaseException | None) -> tuple[Outcome, str]:
    """Raises PlatformFailure through: a failure of ours is no verdict."""
    outcome, message = _judge(error)
    return outcome, message[:_MAX_MESSAGE]


def _judge(error: BaseException | None) -> tuple[Outcome, str]:
    match error:
        case None:
            return Outcome.PASSED, ""
        case PlatformFailure():
            raise error
        case pytest.skip.Exception():
            return Outcome.PASSED, f"not tested here: {error.msg}"
        case TimedOut():
            return Outcome.TIMEOUT, str(error)
        case Crashed():
            return Outcome.CRASHED, str(error)
        case Missing():
            return Outcome.ERROR, str(error)
        case StudentError():
            return Outcome.ERROR, _student_error(error)
        case Finding():
            return Outcome.FAILED, str(error)
        case pytest.fail.Exception():
            return Outcome.FAILED, _pytest_failure(str(error.msg))
        case AssertionError():
            return Outcome.FAILED, _assertion(str(error))
    return Outcome.ERROR, (
        f"what your code returned could not be used by the test ({type(error).__name__})"
    )


def _student_error(error: StudentError) -> str:
    if "NotImplementedError" in error.raised.types:
        where = error.raised.frames[-1].function if error.raised.frames else "a function"
        return f"`{where}` is not implemented yet"
    return error.words()


def _pytest_failure(message: str) -> str:
    """`pytest.raises` says DID NOT RAISE <class 'ValueError'>."""
    found = re.fullmatch(r"DID NOT RAISE <class '([\w.]+)'>", message)
    return f"expected a {found[1]}, and nothing was raised" if found else message


def _assertion(message: str) -> str:
    """An assertion's own words; torch's comparisons without the values that they print."""
    if "Tensor-likes are not" in message or "Scalars are not" in message:
        found = _MISMATCH.search(message)
        return "the values are not close" + (f" ({found[0]})" if found else "")
    return message or "the behaviour that this test describes does not hold"
