"""What the misconception catalogue tells a student about a failure that was recognised.

Only title and feedback leave the catalogue: its code, what it confuses, its question and its
source are for instructors and study groups.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from autograder.catalogue import Misconception, read_misconception
from autograder.errors import AutograderError, CourseError
from autograder.feedback.text import one_line
from autograder.report import TestResult

Notice = Callable[[AutograderError], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One misconception, in the language of a student."""

    number: int  # from 1, within a symbol's table
    cell: str  # the symbol whose code it is about, which may be one that the tested one uses
    title: str
    text: str


class Explains(Protocol):
    def of(self, tests: Iterable[TestResult], language: str) -> dict[str, Explanation]:
        """By misconception, in the order in which the tests name them first."""


class Explanations:
    """The catalogue's files of one assignment, each read when it is first wanted.

    folder  solutions/NAME/misconceptions
    notice  is told, once, about each file that a result names and that cannot be read; the
            student's table is then without its words, and no grading fails for it
    """

    def __init__(self, folder: Path, notice: Notice = lambda error: None) -> None:
        self._folder = folder
        self._notice = notice
        self._read: dict[str, Misconception | None] = {}

    def of(self, tests: Iterable[TestResult], language: str) -> dict[str, Explanation]:
        """By misconception, in the order in which the tests name them first."""
        named = dict.fromkeys(test.misconception for test in tests if test.misconception)
        known = {name: entry for name in named if (entry := self._entry(name))}
        return {
            name: Explanation(
                number=number,
                cell=entry.cell,
                title=one_line(entry.title[language], 300),
                text=one_line(entry.feedback[language], 5_000),
            )
            for number, (name, entry) in enumerate(known.items(), start=1)
        }

    def _entry(self, name: str) -> Misconception | None:
        if name not in self._read:
            self._read[name] = self._looked_up(name)
        return self._read[name]

    def _looked_up(self, name: str) -> Misconception | None:
        path = self._folder / f"{name}.py"
        try:
            return read_misconception(path)
        except CourseError as error:
            self._notice(
                CourseError(
                    "explanation-missing",
                    f"feedback is without the words of a misconception that was recognised: "
                    f"{error.what}",
                    where=error.where,
                    next="put the file back, and grade again: what it changed is graded anew",
                )
            )
            return None
