"""What verify found wrong: one thing each, where it is, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.errors import AutograderError


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    check: str  # a name of CHECKS
    what: str
    where: str  # file and line
    next: str


# Every check by its name, in the order of the page, with what it means that there is no finding.
CHECKS = {
    "files": "everything that belongs to the assignment is there and can be read",
    "reference": "the reference gets full marks: repeated, under every seed, in every order, alone",
    "suite": "tests have points, a description, and time to spare",
    "stubs": "an untouched notebook gets nothing",
    "trivial": "trivial answers get no more than the points for shape",
    "misconceptions": "every known misconception loses points and is recognised",
    "alternatives": "honest alternatives get full marks",
    "mutants": "every changed reference loses points, or is known to mean the same",
    "empty": "every test fails at least one wrong answer",
    "strength": "the suite notices all that it noticed when it was accepted",
}


def of_error(check: str, error: AutograderError) -> Finding:
    return Finding(check=check, what=error.what, where=error.where, next=error.next)
