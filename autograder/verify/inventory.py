"""What a suite checks, read from its source: per function, the statements that can find a fault.

Such a statement asserts, raises, or calls something that does: `check…`, `assert…`, pytest's
`raises` and `fail`, `inputs_unchanged`, or a function of the suite that itself makes checks.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_STARTS = ("check", "assert")
_NAMES = ("raises", "fail", "inputs_unchanged", "gradcheck", "gradgradcheck")
_COMPOUND = (ast.With, ast.For, ast.If, ast.While, ast.Try)
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Check:
    text: str  # the statement, on one line; numbered where a function has it more than once
    first_line: int
    last_line: int  # of a compound statement only its head


@dataclass(frozen=True, slots=True)
class FunctionChecks:
    file: str
    name: str
    line: int
    last_line: int
    checks: tuple[Check, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(check.text for check in self.checks)

    def at(self, line: int) -> str:
        """The check that a line belongs to; "" if to none."""
        return next((c.text for c in self.checks if c.first_line <= line <= c.last_line), "")


Inventory = Mapping[tuple[str, str], FunctionChecks]  # by file and function


def inventory_of(suite: Path) -> Inventory:
    """Of every function in the files of a suite. They are known to be Python: pytest read them."""
    trees = {path.name: ast.parse(path.read_bytes()) for path in sorted(suite.glob("*.py"))}
    functions = [
        (file, node)
        for file, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, Function)
    ]
    checking = _checking([node for _, node in functions])
    return {
        (file, node.name): FunctionChecks(
            file,
            node.name,
            node.lineno,
            node.end_lineno or node.lineno,
            tuple(_numbered(_checks(node, checking))),
        )
        for file, node in functions
    }


def _checking(functions: list[Function]) -> set[str]:
    """The names of those that make checks, themselves or through each other."""
    found: set[str] = set()
    while True:
        more = {f.name for f in functions if any(_checks(f, found))} - found
        more = {name for name in more if not name.startswith("test_")}
        if not more:
            return found
        found |= more


def _checks(function: Function, checking: set[str]) -> Iterator[Check]:
    for node in _statements(function):
        if _can_fail(node, checking):
            last = node.body[0].lineno - 1 if isinstance(node, _COMPOUND) else node.end_lineno
            yield Check(_text(node), node.lineno, max(last or 0, node.lineno))


def _statements(function: Function) -> Iterator[ast.stmt]:
    """In the order of the text; those of functions inside it belong to them."""

    def below(body: list[ast.stmt]) -> Iterator[ast.stmt]:
        for node in body:
            if isinstance(node, Function | ast.ClassDef):
                continue
            yield node
            for _, value in ast.iter_fields(node):
                items = value if isinstance(value, list) else []
                yield from below([item for item in items if isinstance(item, ast.stmt)])
                for handler in items:
                    if isinstance(handler, ast.ExceptHandler):
                        yield from below(handler.body)

    yield from below(function.body)


def _can_fail(node: ast.stmt, checking: set[str]) -> bool:
    if isinstance(node, ast.Assert | ast.Raise):
        return True
    return any(
        isinstance(part, ast.Call) and _is_check(part.func, checking)
        for part in _own_expressions(node)
    )


def _own_expressions(node: ast.stmt) -> Iterator[ast.AST]:
    """What a statement evaluates itself, without the statements inside it."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.stmt | ast.ExceptHandler):
            yield from ast.walk(child)


def _is_check(function: ast.expr, checking: set[str]) -> bool:
    if isinstance(function, ast.Name):
        name = function.id
    elif isinstance(function, ast.Attribute):
        name = function.attr
    else:
        return False
    own = isinstance(function, ast.Name) and name in checking
    return own or name.startswith(_STARTS) or name in _NAMES


def _text(node: ast.stmt) -> str:
    lines = ast.unparse(node).splitlines()
    return lines[0] if isinstance(node, _COMPOUND) else " ".join(line.strip() for line in lines)


def _numbered(checks: Iterator[Check]) -> Iterator[Check]:
    seen: Counter[str] = Counter()
    for check in checks:
        seen[check.text] += 1
        number = f" #{seen[check.text]}" if seen[check.text] > 1 else ""
        yield Check(check.text + number, check.first_line, check.last_line)
