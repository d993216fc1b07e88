"""Names that an assignment does not allow, found in the syntax tree.

This is the first of three depths: it follows import aliases, simple aliases, `getattr` with a
constant name and `import_module`; what is hidden better is left to the two that run the code.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from autograder.notebook.aliases import LATER, Meanings, Paths, Resolver, is_compound
from autograder.notebook.needs import Needs
from autograder.notebook.statements import Statement

MAX_FINDINGS = 50  # per symbol: more would tell nobody anything
_MODULES = re.compile(r"torch\.nn\.modules\.(?:[a-z_]+\.)?(?=[A-Z])")
_CLASS = re.compile(r"(?:^|\.)[A-Z]\w*$")
_REFERENCES = (ast.Attribute, ast.Name, ast.Call, ast.Subscript)


@dataclass(frozen=True, slots=True)
class Finding:
    name: str  # "torch.softmax"
    cell: str
    line: int

    def __str__(self) -> str:
        cell = self.cell if self.cell.startswith("cell ") else f"cell {self.cell}"
        return f"{self.name} ({cell}, line {self.line})"


def find_forbidden(
    statements: Sequence[Statement],
    needs: Needs,
    symbols: Sequence[str],
    forbidden: Sequence[str],
) -> dict[str, tuple[Finding, ...]]:
    """Symbol -> findings in its definition and in the helpers it reaches.

    Other graded symbols that it calls answer for themselves, and text of the reference's for
    nobody's.
    """
    if not forbidden:
        return {}
    search = _Search(statements, frozenset(forbidden), frozenset(symbols))
    found: dict[str, tuple[Finding, ...]] = {}
    for symbol in symbols:
        others = frozenset(symbols) - {symbol}
        places = needs.reach([symbol], without=others)
        findings = [f for index in places for f in search.findings(index)]
        if needs.binds(symbol):
            findings += search.meant_by(symbol, needs.binders(symbol))
        if findings:
            found[symbol] = tuple(dict.fromkeys(findings))[:MAX_FINDINGS]
    return found


class _Search:
    """Resolves expressions to dotted names, and looks for those that are forbidden."""

    def __init__(
        self, statements: Sequence[Statement], forbidden: Paths, symbols: frozenset[str]
    ) -> None:
        self.statements = statements
        self.forbidden = forbidden
        self.meanings = Meanings(related=_with_parents(forbidden), symbols=symbols)
        self._found: dict[int, list[Finding]] = {}
        self._resolvers = [self._learn(index, one) for index, one in enumerate(statements)]

    def _learn(self, index: int, statement: Statement) -> Resolver:
        compound = is_compound(statement.node)
        resolver = Resolver(self.meanings, statement.walk, index, compound=compound)
        for module in statement.names.stars:
            self.meanings.add_star(module, index)
        for name in statement.names.binds:
            paths = resolver.bound(statement.walk.module, name)
            self.meanings.add(name, index, paths)
        return resolver

    def meant_by(self, symbol: str, binders: Sequence[int]) -> list[Finding]:
        """`from torch import softmax` in place of an answer."""
        statement = self.statements[binders[-1]]
        names = self._forbidden_in(self.meanings.lookup(symbol, LATER))
        return [Finding(name, statement.cell, statement.node.lineno) for name in names]

    def findings(self, index: int) -> list[Finding]:
        if index not in self._found:
            statement = self.statements[index]
            found = () if statement.locked else set(self._look(index, statement))
            self._found[index] = sorted(found, key=lambda finding: (finding.line, finding.name))
        return self._found[index]

    def _look(self, index: int, statement: Statement) -> Iterator[Finding]:
        resolver = self._resolvers[index]
        inner: set[ast.AST] = set()  # parts of a dotted name that was looked at as a whole
        for node, scope in statement.walk.nodes:
            if node in inner or not isinstance(node, _REFERENCES):
                continue
            names = self._forbidden_in(resolver.resolve(node, scope))
            if isinstance(node, ast.Attribute):
                inner |= _inner(node, with_call=bool(names))
            for name in names:
                yield Finding(name, statement.cell, node.lineno)

    def _forbidden_in(self, paths: Paths) -> list[str]:
        return sorted({name for path in paths for name in _matches(path, self.forbidden)})


def _matches(path: str, forbidden: Paths) -> list[str]:
    path = _MODULES.sub("torch.nn.", path)
    for entry in _parents(path):
        if entry in forbidden:
            rest = path[len(entry) + 1 :]
            # below a module everything is named in full; `.forward` of a class is the class
            whole = rest and not rest.startswith("_") and not _CLASS.search(entry)
            return [path if whole else entry]
    return []


def _parents(path: str) -> list[str]:
    """The path and what precedes each of its dots, shortest first."""
    parts = path.split(".")
    return [".".join(parts[:count]) for count in range(1, len(parts) + 1)]


def _with_parents(names: Iterable[str]) -> Paths:
    return frozenset(parent for name in names for parent in _parents(name))


def _inner(node: ast.Attribute, *, with_call: bool) -> set[ast.AST]:
    inner: set[ast.AST] = set()
    value: ast.expr = node.value
    while isinstance(value, ast.Attribute):
        inner.add(value)
        value = value.value
    if isinstance(value, ast.Name) or with_call:
        inner.add(value)
    return inner
