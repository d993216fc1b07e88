"""An answer without its author: names, comments, texts, order, telling numbers; or nothing.

What cannot be made anonymous without a doubt is not shown: better a session with one answer less
than one that shows whose answer it is. docs/peer-anonymity.md says what remains.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

from autograder.course import Assignment
from autograder.notebook import Reference
from autograder.notebook.statements import parse
from autograder.peer.answers.bare import bare
from autograder.peer.answers.extract import CannotBeSure, Extracted, NothingToShow, extract
from autograder.peer.answers.imports import import_lines, is_import
from autograder.peer.answers.layout import laid_out
from autograder.peer.answers.numerals import check_numbers
from autograder.peer.answers.order import in_canonical_order, methods_in_order
from autograder.peer.answers.renaming import rename
from autograder.peer.answers.search import traces
from autograder.peer.answers.texts import silence
from autograder.peer.answers.vocabulary import CourseWords, course_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Somebody's answer to one stub, without a hint at whose it is."""

    symbol: str
    code: str  # of the symbol's cell, with the helpers that it needs; ends in a newline
    needs: tuple[str, ...]  # other graded symbols that it uses, in the assignment's order


def anonymised_answer(
    data: bytes,
    assignment: Assignment,
    reference: Reference,
    symbol: str,
    *,
    forbidden_words: frozenset[str],
) -> Answer | None:
    """The same answer gives the same text, whoever wrote it and whatever they called things.

    data     a notebook that was handed in: any bytes; nothing of it is executed
    symbol   one of the reference's
    returns  None where there is no answer (an untouched stub, a cell that does not parse), and
             where it cannot be made anonymous for sure
    """
    extracted = extract(data, assignment, reference, symbol)
    if isinstance(extracted, NothingToShow):
        return None
    try:
        course = course_words(assignment, reference)
        code = anonymous_code(extracted, course, forbidden_words)
    except (CannotBeSure, RecursionError, MemoryError):
        return None
    if traces(code, forbidden_words):
        return None
    return Answer(symbol=symbol, code=code, needs=extracted.needs)


def anonymous_code(
    extracted: Extracted, course: CourseWords, forbidden_words: frozenset[str]
) -> str:
    """raises CannotBeSure"""
    statements = in_canonical_order(bare(extracted), extracted.symbol)
    for node in (inner for statement in statements for inner in ast.walk(statement)):
        if isinstance(node, ast.ClassDef):
            methods_in_order(node)
    check_numbers(statements, course, forbidden_words)
    texts = silence(statements)
    before = [node for node in statements if is_import(node)]
    originals = ast.parse(ast.unparse(ast.Module(body=before, type_ignores=[]))).body
    names = rename(statements, extracted.symbol, extracted.needs, course, texts)
    own = [node for node in statements if not is_import(node)]
    code = laid_out([*import_lines(originals, names, course), *own])
    if parse(code).tree is None:
        raise CannotBeSure("what came out is not Python")
    return code
