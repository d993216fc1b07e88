"""What a made-up submission is: who hands in what, and what a grading of it has to come to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from notebooks import Material

ON_TIME = "2026-03-30 20:15:00 UTC"
LATE = "2026-04-01 23:10:00 UTC"  # the demo's course is due on 31 March


@dataclass(frozen=True, slots=True, kw_only=True)
class Expect:
    """What a grading has to come to. Points: "all", "none", or "some" but not all."""

    status: str = "graded"
    points: str = "all"
    cell: str = ""  # where points are lost; every other cell keeps all of its own if `only_there`
    only_there: bool = False
    outcome: str = ""  # of each test in that cell
    flag: str = ""  # the beginning of one that has to be there
    code: str = ""  # of the error, where there is no grade


@dataclass(frozen=True, slots=True, kw_only=True)
class HandIn:
    student: str
    assignment: str
    kind: str  # right, wrong, odd, broken, hostile
    story: str
    data: bytes
    expect: Expect
    file: str
    timestamp: str = ON_TIME


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """A student who does the same to every assignment."""

    student: str
    kind: str
    story: str
    make: Callable[[Material], bytes]
    expect: Callable[[Material], Expect] = field(default=lambda _: Expect())
    file: str = "{name}.ipynb"
    timestamp: str = ON_TIME

    def hand_in(self, given: Material) -> HandIn:
        return HandIn(
            student=self.student,
            assignment=given.name,
            kind=self.kind,
            story=self.story,
            data=self.make(given),
            expect=self.expect(given),
            file=self.file.format(name=given.name),
            timestamp=self.timestamp,
        )


def costs_one_cell(outcome: str = "", flag: str = "") -> Callable[[Material], Expect]:
    return lambda given: Expect(
        points="some", cell=given.alone, only_there=True, outcome=outcome, flag=flag
    )


def no_grade(code: str) -> Callable[[Material], Expect]:
    return lambda _: Expect(status="error", code=code)


def flagged(flag: str) -> Callable[[Material], Expect]:
    return lambda given: Expect(flag=flag.format(first=given.symbols[0]))
