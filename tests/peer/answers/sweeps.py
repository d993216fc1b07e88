"""Answers to the shipped assignments, as they were and without their authors."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from autograder.course import Course, load_course
from autograder.peer.answers import Answer, anonymised_answer, notebook_with
from autograder.sandbox.local import LocalSandbox
from tests.suites.answers import ROOT, alternative, answers, misconception

COURSE: Course = load_course(ROOT)
NAMES = tuple(assignment.name for assignment in COURSE.assignments)
Books = dict[str, bytes]


def anonymous(
    name: str, data: bytes, symbol: str, words: frozenset[str] = frozenset()
) -> Answer | None:
    assignment, reference = COURSE.assignment(name), answers(name).reference
    return anonymised_answer(data, assignment, reference, symbol, forbidden_words=words)


def all_of(name: str, data: bytes) -> dict[str, str]:
    """symbol → code; what cannot be shown is missing."""
    found = {symbol: anonymous(name, data, symbol) for symbol in answers(name).symbols}
    return {symbol: answer.code for symbol, answer in found.items() if answer is not None}


def again(name: str, data: bytes) -> bytes:
    """The notebook of nobody that answers alike."""
    return notebook_with(COURSE.assignment(name).release, all_of(name, data))


@cache
def alternatives(name: str) -> Books:
    folder = ROOT / "solutions" / name / "alternatives"
    return {path.stem: alternative(name, path) for path in sorted(folder.glob("*.py"))}


@cache
def misconceptions(name: str) -> Books:
    folder = ROOT / "solutions" / name / "misconceptions"
    return {path.stem: misconception(name, path)[1] for path in sorted(folder.glob("*.py"))}


def everything(name: str) -> Books:
    return {"reference": answers(name).right()} | alternatives(name) | misconceptions(name)


def outcomes(sandbox: LocalSandbox, name: str, data: bytes) -> dict[str, str]:
    """By test; without the catalogue, whose recognition takes time and changes no outcome."""
    nowhere = ROOT / "solutions" / name / "no-misconceptions"
    assignment = replace(COURSE.assignment(name), misconceptions=nowhere)
    graded = sandbox.grade(data, assignment, seed=7)
    return {f"{test.cell}/{test.name}": test.outcome for test in graded.tests}
