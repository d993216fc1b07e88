"""What an instructor should look at first, in the order in which it matters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from autograder.overview.compute import EVERYBODY, NEGATIVE, NOBODY
from autograder.overview.model import Overview


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    where: str  # the part of the page
    what: str
    who: tuple[str, ...] = ()
    next: str = ""


def attention(overview: Overview) -> list[Look]:
    return [*_about_grading(overview), *_about_tests(overview), *_about_students(overview)]


def _about_grading(o: Overview) -> Iterator[Look]:
    grade = f"autograder grade --assignment {o.assignment}"
    if o.not_graded:
        students = tuple(one.student for one in o.not_graded)
        what = f"{_n(students, 'student')} handed in and {_have(students)} no result"
        yield Look(where="trouble", what=what, who=students)
    if o.outdated:
        yield Look(
            where="scores",
            what=f"{_n(o.outdated, 'result')} of another suite or reference than today's",
            who=o.outdated,
            next=f"autograder regrade {o.assignment} --preview",
        )
    if o.changed:
        what = f"{_n(o.changed, 'student')} handed in again since the grading"
        yield Look(where="students", what=what, who=o.changed, next=grade)
    waiting = tuple(s.student for s in o.students if s.waiting)
    if waiting:
        what = f"{_n(waiting, 'submission')} with cells to grade by hand"
        yield Look(where="students", what=what, who=waiting, next="formgrader")
    if o.retried:
        what = f"{_n(o.retried, 'submission')} graded only after failures of ours"
        yield Look(where="trouble", what=what, who=o.retried)


def _about_tests(o: Overview) -> Iterator[Look]:
    words = {
        NOBODY: "that nobody passes: the test, or the lecture?",
        NEGATIVE: "that those who do well elsewhere fail more often: look at the test",
        EVERYBODY: "that everybody passes",
    }
    for remark, said in words.items():
        tests = tuple(f"{t.cell}/{t.name}" for t in o.tests if t.remark == remark)
        if tests:
            yield Look(where="tests", what=f"{_n(tests, 'test')} {said}", who=tests)


def _about_students(o: Overview) -> Iterator[Look]:
    left = tuple(s.student for s in o.students if s.untouched)
    if left:
        yield Look(where="cells", what=f"{_n(left, 'student')} left cells untouched", who=left)
    for what in ("time", "memory"):
        far = tuple(each.student for each in o.outliers if each.what == what)
        if far:
            said = f"{_n(far, 'student')} took far more {what} than the others"
            yield Look(where="resources", what=said, who=far)
    flagged = tuple(s.student for s in o.students if s.flags)
    if flagged:
        yield Look(where="trouble", what=f"{_n(flagged, 'notebook')} with flags", who=flagged)


def _n(things: tuple[str, ...], what: str) -> str:
    return f"{len(things)} {what}" + ("" if len(things) == 1 else "s")


def _have(things: tuple[str, ...]) -> str:
    return "has" if len(things) == 1 else "have"
