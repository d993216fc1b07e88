"""The statements of a notebook that one graded symbol needs, chosen as grading chooses them.

Helpers, constants and imports in any cell count; other graded symbols that it uses are named and
not included; what was handed out is nobody's. Nothing is executed.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

from autograder.course import Assignment
from autograder.errors import SubmissionError
from autograder.notebook import Reference, Submission, read_submission
from autograder.notebook.needs import Needs
from autograder.notebook.statements import Statement, parse, statements_of

MAX_CHARS = 40_000  # of code that a page shows: far more than any answer to a stub has
MAX_STATEMENTS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    symbol: str
    statements: tuple[ast.stmt, ...]  # the student's own, in the order in which they are executed
    needs: tuple[str, ...]  # other graded symbols that they use, in the assignment's order


@dataclass(frozen=True, slots=True)
class NothingToShow:
    why: str  # in words; may quote the student


class CannotBeSure(Exception):
    """The code cannot be made anonymous without a doubt; the reason is for developers only."""


def extract(
    data: bytes, assignment: Assignment, reference: Reference, symbol: str
) -> Extracted | NothingToShow:
    """Whatever bytes a student hands in."""
    try:
        submission = read_submission(data, reference, execute=assignment.execute)
        return _extracted(submission, reference, symbol)
    except SubmissionError as error:
        return NothingToShow(error.what)
    except (RecursionError, MemoryError):
        return NothingToShow("the code is too large or too deeply nested to be shown")


def _extracted(
    submission: Submission, reference: Reference, symbol: str
) -> Extracted | NothingToShow:
    if symbol not in reference.symbols:
        return NothingToShow(f"the assignment has no symbol {symbol}")
    if symbol in submission.untouched:
        return NothingToShow(f"{symbol} is as it was handed out")
    if symbol in submission.missing:
        return NothingToShow(submission.missing[symbol])
    statements = _statements(submission, reference)
    others = frozenset(reference.symbols) - {symbol}
    needs = Needs(statements, reference.symbols)
    own = [statements[i] for i in needs.reach([symbol], without=others)]
    own = [statement for statement in own if not statement.locked]
    if any(statement.names.binds & others for statement in own):
        return NothingToShow(f"one statement defines {symbol} and another graded symbol")
    if not any(symbol in statement.names.binds for statement in own):
        return NothingToShow(f"{symbol} is bound in a way that only running tells")
    size = sum(len(statement.source) for statement in own)
    if size > MAX_CHARS or len(own) > MAX_STATEMENTS:
        return NothingToShow("the code is too long to be shown")
    used = {name for statement in own for name in statement.names.uses}
    return Extracted(
        symbol=symbol,
        statements=tuple(statement.node for statement in own),
        needs=tuple(name for name in reference.symbols if name in used & others),
    )


def _statements(submission: Submission, reference: Reference) -> list[Statement]:
    found: list[Statement] = []
    for unit in submission.units:
        locked = unit.cell in reference.locked
        found += statements_of(parse(unit.source), cell=unit.cell, locked=locked)
    return found
