"""What the modules of this package hand to each other, and to whoever makes a session.

A Text is by language: "en" and "ko", both there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from autograder.course import Assignment

Text: TypeAlias = Mapping[str, str]

NEXT = "see docs/peer-sessions.md, section Writing experiments and discussions"


def session_folder(assignment: Assignment) -> Path:
    """Beside the catalogue, solutions/NAME/session; it may be missing."""
    return assignment.misconceptions.parent / "session"


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One visible input of a graded symbol, as a function that is given the symbol.

    `code` is all that it needs, imports and helpers too: executed in an empty namespace it defines
    a function `name` of one argument, the symbol (a function, or a class), which returns a dict
    from labels to values. `large` is such code for the symbol's large input, the same for all
    probes of a symbol: it defines `large_SYMBOL`, which is given the symbol, prepares everything
    (a module is built here), and returns a function without arguments that makes the one call to
    be measured. "" where the course has none.
    """

    name: str
    symbol: str
    ask: Text  # what to predict before it is run
    vary: Text  # what to change afterwards
    looks: tuple[str, ...]  # the labels of what it returns, as far as they are written there
    raises: str  # the exception's class where a right answer raises one, else ""
    shows: tuple[str, ...]  # entries of the catalogue that it is meant for; it may show others
    code: str
    function: str  # the function alone, without its docstring
    needs: str  # helpers above it, without imports
    large: str
    path: Path
    line: int

    @property
    def large_name(self) -> str:
        return f"large_{self.symbol}" if self.large else ""


@dataclass(frozen=True, slots=True)
class Cell:
    """Of a notebook."""

    kind: Literal["markdown", "code"]
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """What to run in a notebook about one misconception. It has no code of the reference."""

    misconception: str  # the entry's id; not for the group's eyes
    symbol: str
    probe: str
    title: Text  # the probe's name in words
    text: Text  # a short text for the page: the prediction to make
    cells_in: Mapping[str, tuple[Cell, ...]]  # by language
    printed: str  # what the wrong version prints, as the cell shows it; "" without it
    difference: Text  # one sentence on where it shows; "" without the wrong version

    def cells(self, language: str) -> tuple[Cell, ...]:
        return self.cells_in[language]


@dataclass(frozen=True, slots=True, kw_only=True)
class Interview:
    question: Text
    listen_for: Text  # what a good answer mentions: for the moderator


@dataclass(frozen=True, slots=True, kw_only=True)
class Topics:
    """What a group talks about with one symbol before it."""

    variations: tuple[Text, ...] = ()  # harder than the assignment
    interview: tuple[Interview, ...] = ()
    compare: tuple[Text, ...] = ()  # for two answers side by side


@dataclass(frozen=True, slots=True)
class Discussion:
    topics: Mapping[str, Topics] = field(default_factory=dict)  # by symbol, in the notebook's order

    def of(self, symbol: str) -> Topics:
        """Empty where there is nothing."""
        return self.topics.get(symbol, Topics())
