"""What dotted name an expression stands for, through imports, aliases and `getattr`."""

from __future__ import annotations

import ast
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from autograder.notebook.scopes import Scope, Walk

MAX_DEPTH = 40  # of nested expressions that are resolved
MAX_PATH = 200  # characters of a dotted name
MAX_PATHS = 16  # meanings that a name may have at once

Paths: TypeAlias = frozenset[str]
NONE: Paths = frozenset()
LATER = 1 << 62  # code in functions runs when everything is defined
_BUILTINS = frozenset(("getattr", "vars", "__import__"))
_COMPOUND = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.Try, ast.TryStar, ast.With, ast.Match)


@dataclass(slots=True)
class Meanings:
    """What global names stand for, statement by statement, and which modules are star-imported.

    related  dotted names worth knowing behind a star import
    symbols  graded names: code that calls one of them is not blamed for what it stands for
    """

    related: Paths
    symbols: frozenset[str]
    _names: dict[str, tuple[list[int], list[Paths]]] = field(default_factory=dict)
    _stars: dict[str, list[int]] = field(default_factory=dict)

    def add(self, name: str, index: int, paths: Paths) -> None:
        """Statement `index` binds the name; indices only grow."""
        indices, meanings = self._names.setdefault(name, ([], []))
        indices.append(index)
        meanings.append(paths)

    def add_star(self, module: str, index: int) -> None:
        if module in self.related:
            self._stars.setdefault(module, []).append(index)

    def lookup(self, name: str, at: int) -> Paths:
        """As the last statement before `at` left it."""
        indices, meanings = self._names.get(name, ((), ()))
        place = bisect_left(indices, at)
        if place:
            last, paths = indices[place - 1], meanings[place - 1]
        else:
            last, paths = -1, frozenset((f"builtins.{name}",)) if name in _BUILTINS else NONE
        for module, places in self._stars.items():
            starred = bisect_left(places, at) > bisect_right(places, last)
            if starred and f"{module}.{name}" in self.related:
                paths |= {f"{module}.{name}"}
        return paths


class Resolver:
    """Resolves the expressions of one statement."""

    def __init__(self, meanings: Meanings, walk: Walk, index: int, *, compound: bool) -> None:
        self.meanings = meanings
        self.walk = walk
        self.index = index
        self.compound = compound  # earlier lines of the statement count for later ones
        self._known: dict[tuple[Scope, str], Paths] = {}
        self._values: dict[tuple[Scope, str], list[tuple[ast.expr, Scope]]] = {}
        for node, scope in walk.nodes:
            if learn := _LEARN.get(type(node)):
                learn(self, node, scope)

    def _import(self, node: ast.Import, scope: Scope) -> None:
        for alias in node.names:
            top = alias.name.partition(".")[0]
            self._know(scope, alias.asname or top, alias.name if alias.asname else top)

    def _import_from(self, node: ast.ImportFrom, scope: Scope) -> None:
        for alias in node.names:
            self._know(scope, alias.asname or alias.name, f"{node.module}.{alias.name}")

    def _know(self, scope: Scope, name: str, path: str) -> None:
        self._known[scope, name] = self._known.get((scope, name), NONE) | {path}

    def _assign(self, node: ast.Assign, scope: Scope) -> None:
        for target in node.targets:
            self._pair(target, node.value, scope)

    def _single(self, node: ast.AnnAssign | ast.NamedExpr, scope: Scope) -> None:
        holder = scope
        while isinstance(node, ast.NamedExpr) and holder.kind == "comprehension" and holder.parent:
            holder = holder.parent
        if node.value is not None and isinstance(node.target, ast.Name):
            self._values.setdefault((holder, node.target.id), []).append((node.value, scope))

    def _pair(self, target: ast.expr, value: ast.expr, scope: Scope) -> None:
        match target, value:
            case ast.Name(id=name), _:
                self._values.setdefault((scope, name), []).append((value, scope))
            case (
                ast.Tuple(elts=targets) | ast.List(elts=targets),
                ast.Tuple(elts=values) | ast.List(elts=values),
            ):
                for one, its in zip(targets, values, strict=False):
                    if isinstance(one, ast.Name):
                        self._values.setdefault((scope, one.id), []).append((its, scope))

    def bound(self, scope: Scope, name: str, depth: int = 0) -> Paths:
        """What the statement's own code binds the name to in this scope."""
        key = (scope, name)
        values = self._values.pop(key, ())  # taken away first: an alias of itself ends here
        if values:
            paths = self._known.get(key, NONE)
            for value, where in values[:MAX_PATHS]:
                paths |= self.resolve(value, where, depth + 1)
            self._known[key] = frozenset(sorted(paths)[:MAX_PATHS])
        return self._known.get(key, NONE)

    def resolve(self, node: ast.expr, scope: Scope, depth: int = 0) -> Paths:
        """Dotted names that the expression may stand for; none where that is not known."""
        attributes: list[str] = []
        while isinstance(node, ast.Attribute):
            attributes.append(node.attr)
            node = node.value
        if depth > MAX_DEPTH or len(attributes) > MAX_DEPTH:
            return NONE
        paths = self._base(node, scope, depth)
        if not attributes or not paths:
            return paths
        tail = ".".join(reversed(attributes))
        return frozenset(f"{path}.{tail}" for path in paths if len(path) + len(tail) < MAX_PATH)

    def _base(self, node: ast.expr, scope: Scope, depth: int) -> Paths:
        match node:
            case ast.Name(id=name):
                return self._name(name, scope, depth)
            case ast.Call():
                return self._call(node, scope, depth)
            case ast.Subscript(value=value, slice=key):
                return _item(self.resolve(value, scope, depth + 1), constant(key))
            case ast.NamedExpr(value=value):
                return self.resolve(value, scope, depth + 1)
            case ast.IfExp(body=left, orelse=right) | ast.BoolOp(values=[left, right]):
                either = self.resolve(left, scope, depth + 1)
                return either | self.resolve(right, scope, depth + 1)
        return NONE

    def _name(self, name: str, scope: Scope, depth: int) -> Paths:
        owner = scope.owner(name)
        if owner is not None:
            return self.bound(owner, name, depth)
        if scope.deferred:
            graded = name in self.meanings.symbols
            return NONE if graded else self.meanings.lookup(name, LATER)
        paths = self.meanings.lookup(name, self.index)
        return paths | self.bound(self.walk.module, name, depth) if self.compound else paths

    def _call(self, node: ast.Call, scope: Scope, depth: int) -> Paths:
        if not node.args:
            return NONE
        functions = self.resolve(node.func, scope, depth + 1)
        first = node.args[0]
        if "builtins.getattr" in functions and len(node.args) > 1:
            name = constant(node.args[1])
            return _below(self.resolve(first, scope, depth + 1), name) if name else NONE
        if "builtins.vars" in functions:
            return _below(self.resolve(first, scope, depth + 1), "__dict__")
        module = constant(first)
        if module and "importlib.import_module" in functions:
            return frozenset((module,))
        if module and "builtins.__import__" in functions:
            whole = len(node.args) > 3 or any(word.arg == "fromlist" for word in node.keywords)
            return frozenset((module if whole else module.partition(".")[0],))
        return NONE


def constant(node: ast.expr, depth: int = 0) -> str | None:
    """The string that an expression of string literals makes."""
    if depth > MAX_DEPTH:
        return None
    parts: Iterable[ast.expr]
    separator = ""
    match node:
        case ast.Constant(value=str(text)):
            return text if len(text) < MAX_PATH else None
        case ast.FormattedValue(value=value, format_spec=None):
            return constant(value, depth + 1)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            parts = (left, right)
        case ast.JoinedStr(values=parts):
            pass
        case ast.Call(
            func=ast.Attribute(value=ast.Constant(value=str(separator)), attr="join"),
            args=[ast.List(elts=parts) | ast.Tuple(elts=parts)],
        ):
            pass
        case _:
            return None
    found: list[str] = []
    for part in parts:
        one = constant(part, depth + 1)
        if one is None or len(found) > MAX_PATH:
            return None
        found.append(one)
    return separator.join(found)[:MAX_PATH]


def _below(paths: Paths, name: str) -> Paths:
    return frozenset(f"{path}.{name}" for path in paths if len(path) + len(name) < MAX_PATH)


def _item(paths: Paths, key: str | None) -> Paths:
    """`torch.__dict__["softmax"]` and `sys.modules["torch"]`."""
    found: set[str] = set()
    for path in paths if key else ():
        if path == "sys.modules":
            found.add(str(key))
        elif path.endswith(".__dict__"):
            found.add(f"{path.removesuffix('.__dict__')}.{key}")
    return frozenset(found)


_LEARN: dict[type[ast.AST], Callable[[Resolver, Any, Scope], None]] = {
    ast.Import: Resolver._import,
    ast.ImportFrom: Resolver._import_from,
    ast.Assign: Resolver._assign,
    ast.AnnAssign: Resolver._single,
    ast.NamedExpr: Resolver._single,
}


def is_compound(node: ast.stmt) -> bool:
    return isinstance(node, _COMPOUND)
