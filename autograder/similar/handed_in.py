"""What of a submission is compared: the statements that its graded symbols need.

They are chosen as grading chooses them, so helpers in other cells count, and scratch cells, plots
and training loops do not. What was handed out, and symbols that are still the stub, is left out.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.course import Assignment
from autograder.errors import CourseError, SubmissionError
from autograder.notebook import Reference, Submission, Unit, read_reference, read_submission
from autograder.notebook.statements import parse
from autograder.similar.tokens import MAX_TOKENS, OwnNames, Token, own_names, tokens_of
from autograder.submissions import Found, read_bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """The code of one submission that counts."""

    student: str
    path: Path
    digest: str  # of the notebook's bytes
    source: str  # the statements one below the other, with a heading for each cell
    tokens: tuple[Token, ...]  # their lines are those of `source`
    headings: frozenset[int]  # lines of `source` that name a cell, and are not the student's


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A submission that was not compared, and why."""

    student: str
    why: str
    unreadable: bool = False  # otherwise there is nothing in it to compare


def read_handed(found: Found, assignment: Assignment, reference: Reference) -> Handed | LeftOut:
    """Whatever bytes a student hands in: something to compare, or the reason why not."""
    if found.problem is not None:
        return LeftOut(found.student, found.problem.what, unreadable=True)
    try:
        data = read_bytes(found.path)
        submission = read_submission(data, reference, execute=assignment.execute)
        source, parts, headings = _laid_out(submission, reference)
        tokens = _tokens(parts, reference.symbols)
    except SubmissionError as error:
        return LeftOut(found.student, error.what, unreadable=True)
    except (RecursionError, MemoryError):
        why = "the code is too large or too deeply nested to be compared"
        return LeftOut(found.student, why, unreadable=True)
    if not tokens:
        return LeftOut(found.student, "nothing was written yet: every graded cell is as handed out")
    return Handed(
        student=found.student,
        path=found.path,
        digest=hashlib.sha256(data).hexdigest(),
        source=source,
        tokens=tokens,
        headings=headings,
    )


def known_sources(assignment: Assignment, reference: Reference) -> Iterator[str]:
    """Code that nobody need have from anybody: reference, what was handed out, alternatives.

    raises  CourseError where an alternative cannot be read
    """
    for role in ("symbol", "locked", "checks"):
        yield "\n\n".join(cell.source for cell in reference.cells if cell.role == role)
    if assignment.release.is_file():
        yield from _cells(assignment.release)
    for path in sorted((assignment.misconceptions.parent / "alternatives").glob("*.py")):
        try:
            yield path.read_text(encoding="utf-8")
        except (OSError, ValueError) as error:
            raise CourseError(
                "alternative-broken",
                f"an honest alternative cannot be read: {error}",
                where=str(path),
                next="correct or remove the file",
            ) from None


def tokens_of_source(source: str, symbols: Sequence[str]) -> tuple[Token, ...]:
    """Of a whole solution; nothing of what is not Python."""
    tree = parse(source).tree
    return _tokens([tree] if tree else [], symbols)


def _cells(path: Path) -> Iterator[str]:
    try:
        released = read_reference(path)
    except CourseError:
        return  # it is not today's release; the reference says what is known
    yield "\n\n".join(c.source for c in released.cells if c.type == "code")


def _tokens(trees: Sequence[ast.Module], symbols: Sequence[str]) -> tuple[Token, ...]:
    own: OwnNames = own_names(trees, frozenset(symbols))
    found: list[Token] = []
    for tree in trees:
        found += tokens_of(tree, own, most=MAX_TOKENS - len(found))
        if len(found) >= MAX_TOKENS:
            break
    return tuple(found) if any(token.label for token in found) else ()


def _laid_out(
    submission: Submission, reference: Reference
) -> tuple[str, list[ast.Module], frozenset[int]]:
    """(source for a reader, its statements with that source's line numbers, headings' lines)."""
    lines: list[str] = []
    trees: list[ast.Module] = []
    headings: set[int] = set()
    cell = ""
    for unit in submission.units:
        tree = parse(unit.source).tree
        if tree is None or not _counts(unit, submission, reference):
            continue
        if unit.cell != cell:
            lines += [""] * bool(lines) + [unit.cell]
            headings.add(len(lines))
            cell = unit.cell
        trees.append(_moved(tree, len(lines)))
        lines += unit.source.split("\n")
    return "\n".join(lines), trees, frozenset(headings)


def _counts(unit: Unit, submission: Submission, reference: Reference) -> bool:
    stub = unit.cell in submission.untouched or bool(set(unit.binds) & set(submission.untouched))
    return unit.cell not in reference.locked and not stub


def _moved(tree: ast.Module, lines: int) -> ast.Module:
    for node in ast.walk(tree):
        if hasattr(node, "lineno"):
            node.lineno += lines
    return tree
