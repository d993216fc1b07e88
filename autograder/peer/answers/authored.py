"""What a notebook says in its author's own words: comments, texts, strings, names."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator

from autograder.errors import SubmissionError
from autograder.notebook.cells import Cell, read_notebook
from autograder.notebook.statements import MAX_CHARS, parse

MAX_WORDS = 5_000  # of one notebook, so that a hostile one does not make every search slow
_WORD = re.compile(r"[^\W\d_]{2,}")


def authored_words(data: bytes) -> set[str]:
    """Every word of every cell; whatever bytes. Whose words they are, the caller knows."""
    try:
        cells = read_notebook(data).cells
    except (SubmissionError, RecursionError, MemoryError):
        return set()
    found: set[str] = set()
    for cell in cells:
        for word in _of_cell(cell):
            if len(word) <= 80:
                found.add(word)
        if len(found) > MAX_WORDS:
            break
    return found


def _of_cell(cell: Cell) -> Iterator[str]:
    if cell.type != "code" or len(cell.source) > MAX_CHARS:
        yield from _WORD.findall(cell.source[:MAX_CHARS])
        return
    yield from _comments(cell.source)
    tree = parse(cell.source).tree
    if tree is None:
        yield from re.findall(r"\w+", cell.source)
        return
    for node in ast.walk(tree):
        yield from _of_node(node)


def _comments(source: str) -> Iterator[str]:
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.COMMENT:
                yield from _WORD.findall(token.string)
    except (tokenize.TokenError, SyntaxError, RecursionError):
        return  # the beginning of what cannot be read to its end


def _of_node(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
            yield name
        case ast.keyword(arg=str(name)) | ast.alias(asname=str(name)):
            yield name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
            yield name
        case ast.Constant(value=str(text)) if len(text) <= MAX_CHARS:
            yield from _WORD.findall(text)
