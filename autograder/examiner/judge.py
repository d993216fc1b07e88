"""From the exception that ended a hidden test to an outcome and words for the student."""

from __future__ import annotations

import re

import pytest

from autograder import wire
from autograder.examiner.redaction import Written, harmless
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
_NOTHING = Written()
# What a suite's own message may have taken from tensors: their text, lists of numbers, decimals.
_TENSOR = re.compile(r"(?:tensor|array|Parameter containing:\s*tensor)\([^()]*(?:\)|$)", re.DOTALL)
_LIST = re.compile(r"\[[^\[\]]*\d\.\d[^\[\]]*(?:\]|$)")
_NUMBER = re.compile(r"\d{5,}|\d+\.\d{2,}(?:e[+-]?\d+)?|\d(?:\.\d+)?e[+-]?\d+")
_MISMATCH = re.compile(r"Mismatched elements: .*")


def judge(error: BaseException | None, written: Written = _NOTHING) -> tuple[Outcome, str]:
    """The words hold nothing that the test gave to the student's code.

    written  the notebook: what of an exception's text was there before the test
    raises   PlatformFailure, through: a failure of ours is no verdict
    """
    outcome, message = _judge(error, written)
    return outcome, message[:_MAX_MESSAGE]


def _judge(error: BaseException | None, written: Written) -> tuple[Outcome, str]:
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
            return Outcome.CRASHED, _NUMBER.sub("…", str(error))
        case Missing():
            return Outcome.ERROR, str(error)
        case StudentError():
            return Outcome.ERROR, _student_error(error, harmless(error.raised, written))
        case Finding():
            return Outcome.FAILED, str(error)
        case pytest.fail.Exception():
            return Outcome.FAILED, without_values(_pytest_failure(str(error.msg)))
        case AssertionError():
            return Outcome.FAILED, without_values(_assertion(str(error)))
    return Outcome.ERROR, (
        f"what your code returned could not be used by the test ({type(error).__name__})"
    )


def without_values(message: str) -> str:
    """A suite's own words without what looks like an input or an expected value."""
    for pattern in (_TENSOR, _LIST, _NUMBER):
        message = pattern.sub("…", message)
    return message


def _student_error(error: StudentError, told: wire.Raised) -> str:
    if "NotImplementedError" in told.types:
        where = told.frames[-1].function if told.frames else "a function"
        return f"`{where}` is not implemented yet"
    return error.words(told)


def _pytest_failure(message: str) -> str:
    """`pytest.raises` says DID NOT RAISE <class 'ValueError'>."""
    found = re.fullmatch(r"DID NOT RAISE <class '([\w.]+)'>", message)
    return f"expected a {found[1]}, and nothing was raised" if found else message


def _assertion(message: str) -> str:
    """An assertion's own words; torch's comparisons without the values that they print."""
    if "Tensor-likes are not" in message or "Scalars are not" in message:
        found = _MISMATCH.search(message)
        return "the values are not close" + (f" ({found[0]})" if found else "")
    if message.startswith("Regex pattern did not match"):  # it goes on with the suite's own text
        return "the message of the exception is not what it should be"
    return message or "the behaviour that this test describes does not hold"
