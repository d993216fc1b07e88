"""A cell's text to its top-level statements."""

from __future__ import annotations

import ast
import warnings
from dataclasses import dataclass
from typing import TypeAlias

from autograder.notebook.magics import readings
from autograder.notebook.names import Names, names_of
from autograder.notebook.scopes import Walk

Definition: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
MAX_CHARS = 1_000_000  # of code in a notebook: months of typing, a second or two of parsing
MAX_STATEMENTS = 20_000
_IMPORTS = (ast.Import, ast.ImportFrom)


@dataclass(slots=True, eq=False)
class Statement:
    cell: str  # the cell's label
    locked: bool  # the text comes from the reference
    node: ast.stmt
    source: str
    first_line: int
    walk: Walk
    names: Names
    future: bool = False

    @property
    def assigns(self) -> bool:
        """It binds names to objects of the notebook's own, rather than importing or defining."""
        return not isinstance(self.node, (*DEFINITIONS, *_IMPORTS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """text is the cell without magics; problem is "line 3: invalid syntax", or "" """

    text: str
    tree: ast.Module | None
    problem: str


def parse(source: str, *, max_chars: int = MAX_CHARS) -> Parsed:
    """Never raises, never executes; what Python would refuse to compile has no tree."""
    if len(source) > max_chars:
        return Parsed(text="", tree=None, problem="the cell is too long to be read as code")
    problem, text = "", source
    previous = None
    for number, reading in enumerate(readings(source)):
        if reading == previous:
            continue
        previous = reading
        tree, found = _compiled(reading)
        if tree is not None and len(tree.body) > MAX_STATEMENTS:
            return Parsed(text="", tree=None, problem="the cell has too many statements")
        if tree is not None:
            return Parsed(text=reading, tree=tree, problem="")
        if number < 2:  # the words of a reading that is not too forgiving
            problem, text = found, reading
    return Parsed(text=text, tree=None, problem=problem)


def _compiled(text: str) -> tuple[ast.Module | None, str]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
            # `return` outside a function and the like are found only by the compiler
            compile(tree, "<cell>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
        return tree, ""
    except SyntaxError as error:
        words = (error.msg or "invalid syntax")[:200]  # it may quote a name of any length
        return None, f"line {error.lineno}: {words}" if error.lineno else words
    except (RecursionError, MemoryError):
        return None, "the code is too deeply nested"
    except (ValueError, OverflowError) as error:
        return None, str(error)


def statements_of(parsed: Parsed, *, cell: str, locked: bool) -> list[Statement]:
    if parsed.tree is None:
        return []
    text = _Text(parsed.text)
    found = []
    previous_end = 0
    for node in parsed.tree.body:
        first = text.first_line(node, previous_end)
        previous_end = node.end_lineno or node.lineno
        if isinstance(node, ast.Pass):
            continue
        walk = Walk(node)
        found.append(
            Statement(
                cell=cell,
                locked=locked,
                node=node,
                source=text.of(node, first),
                first_line=first,
                walk=walk,
                names=names_of(walk),
            )
        )
    return found


class _Text:
    """Cuts statements out of a cell; columns of the syntax tree count bytes of UTF-8."""

    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")
        self._encoded: tuple[int, bytes] = (-1, b"")  # one long line may hold many statements

    def first_line(self, node: ast.stmt, previous_end: int) -> int:
        """1-based. A decorator's `@` has no position of its own and may stand lines above."""
        if not (isinstance(node, DEFINITIONS) and node.decorator_list):
            return node.lineno
        line = previous_end
        while not self.lines[line].lstrip(" \t\f").startswith("@"):
            line += 1
        return line + 1

    def of(self, node: ast.stmt, first: int) -> str:
        last = node.end_lineno or node.lineno
        start = node.col_offset if first == node.lineno else 0
        if first == last:
            return self._cut(last, start, node.end_col_offset)
        middle = self.lines[first : last - 1]
        return "\n".join(
            (self._cut(first, start, None), *middle, self._cut(last, 0, node.end_col_offset))
        )

    def _cut(self, number: int, start: int, end: int | None) -> str:
        line = self.lines[number - 1]
        if line.isascii():
            return line[start:end]
        if self._encoded[0] != number:
            self._encoded = (number, line.encode())
        return self._encoded[1][start:end].decode(errors="replace")
