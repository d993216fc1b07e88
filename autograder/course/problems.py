"""Everything that is wrong with a course file, told at once."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from autograder.errors import CourseError


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    code: str
    what: str  # what was found and what was expected
    line: int  # from 1; 0: the file as a whole
    key: str = ""  # dotted, as in assignments.lstm_cell.limits.call
    next: str = ""


class BrokenCourse(CourseError):
    """A CourseError whose fields are the first problem's and whose text tells all of them."""

    def __init__(self, file: str, problems: Iterable[Problem]) -> None:
        first, *others = sorted(problems, key=lambda problem: problem.line)
        super().__init__(first.code, first.what, where=_where(file, first), next=first.next)
        self.others = tuple(
            CourseError(other.code, other.what, where=_where(file, other), next=other.next)
            for other in others
        )

    def __str__(self) -> str:
        return "\n".join([super().__str__(), *map(str, self.others)])


def nearest(word: str, choices: Iterable[str]) -> str:
    """Advice for a word that is none of the choices."""
    choices = sorted(choices)
    near = difflib.get_close_matches(word.lower(), choices, n=1, cutoff=0.6)
    if near:
        return f'did you mean "{near[0]}"?'
    return f"known here: {', '.join(choices)}"


def _where(file: str, problem: Problem) -> str:
    parts = [file]
    if problem.line:
        parts.append(f"line {problem.line}")
    if problem.key:
        parts.append(f'key "{problem.key}"')
    return ", ".join(parts)
