"""Python source → a sequence of tokens in which the usual disguises leave no trace.

The tokens are the nodes of the syntax tree, outermost first, so layout, comments, quotes and
parentheses are gone from the start. Of names only those stay that come from elsewhere (`torch`,
`exp`, `range`, the graded symbols): what somebody has named themselves may have been renamed.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass

WALL = ""  # stands between two definitions: no fingerprint reaches across, whatever their order
MAX_TOKENS = 20_000  # of one submission: a hundred times what a long one has

_TEXT_CHARS = 24  # a longer string is an explanation and no word such as "mean"
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(frozen=True, slots=True)
class Token:
    label: str
    line: int  # 1-based, in the source


@dataclass(frozen=True, slots=True)
class OwnNames:
    """Names that the author of a source chose."""

    bound: frozenset[str]
    unread: frozenset[str]  # bound and never used: nothing depends on what is assigned to them


def own_names(trees: Iterable[ast.Module], kept: Set[str]) -> OwnNames:
    """Of all parts of one submission together.

    kept  names that the assignment gives: the graded symbols
    """
    bound: set[str] = set()
    read: set[str] = set()
    for tree in trees:
        for node in ast.walk(tree):
            bound.update(_bound(node))
            if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Store):
                read.add(node.id)
    own = frozenset(bound - kept)
    return OwnNames(own, own - read)


def tokens_of(tree: ast.Module, own: OwnNames, *, most: int = MAX_TOKENS) -> list[Token]:
    """raises  RecursionError where the code is nested too deeply to be walked"""
    found: list[Token] = []
    walk = _Walk(own, found, most)
    for statement in tree.body:
        walk.visit(statement, getattr(statement, "lineno", 1))
        found.append(Token(WALL, 0))
    return found


def _bound(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name) | ast.alias(asname=str(name)):
            yield name
        case ast.Attribute(attr=name, ctx=ast.Store()) | ast.ExceptHandler(name=str(name)):
            yield name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            if not name.startswith("__"):
                yield name


class _Walk:
    """Appends the tokens of a tree, outermost first."""

    def __init__(self, own: OwnNames, found: list[Token], most: int) -> None:
        self.own = own
        self.found = found
        self.most = most

    def visit(self, node: ast.AST, line: int) -> None:
        if len(self.found) >= self.most or self._says_nothing(node):
            return
        line = getattr(node, "lineno", line)
        definition = isinstance(node, _DEFINITIONS)
        if definition:
            self.found.append(Token(WALL, 0))
        label = self._label(node)
        if label:
            self.found.append(Token(label, line))
        for child in _children(node):
            self.visit(child, line)
        if definition:
            self.found.append(Token(WALL, 0))

    def _label(self, node: ast.AST) -> str:
        match node:
            case ast.Name(id=name):
                return self._name(name)
            case ast.Attribute(attr=name):
                return f".{self._name(name)}"
            case ast.keyword(arg=name):
                return f"{self._name(name or '**')}="
            case ast.Constant(value=str(text)):
                return repr(text) if len(text) <= _TEXT_CHARS else "text"
            case ast.Constant(value=value):
                return repr(value)[:_TEXT_CHARS]
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                return f"{type(node).__name__} {self._name(name)}"
            case ast.AugAssign() | ast.AnnAssign() | ast.NamedExpr():
                return "Assign"
            case ast.Expr() | ast.expr_context() | ast.arguments():
                return ""
        return type(node).__name__

    def _name(self, name: str) -> str:
        return "name" if name in self.own.bound else name

    def _says_nothing(self, node: ast.AST) -> bool:
        """What changes nothing is put in to look different, or left in from trying things out."""
        match node:
            case ast.Pass() | ast.Expr(value=ast.Constant()) | ast.Import() | ast.ImportFrom():
                return True
            case ast.Expr(value=ast.Call(func=ast.Name(id="print"))):
                return True
            case (
                ast.If(test=ast.Constant(value=value), orelse=[])
                | ast.While(test=ast.Constant(value=value), orelse=[])
            ):
                return not value
            case ast.Assert(test=ast.Constant()):
                return True
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AugAssign(target=ast.Name(id=name)):
                return name in self.own.unread
        return False


def _children(node: ast.AST) -> Iterable[ast.AST]:
    """What counts below a node: no docstrings, no annotations; `a += b` as `a = a + b`."""
    match node:
        case ast.AugAssign(target=target, op=op, value=value):
            return (target, ast.BinOp(target, op, value))
        case ast.AnnAssign(target=target, value=value):
            return (target, value) if value else (target,)
        case ast.arg():
            return ()
        case ast.FunctionDef(args=args, body=body, decorator_list=decorators):
            return (*decorators, args, *body)
        case ast.ClassDef(bases=bases, body=body, decorator_list=decorators):
            return (*decorators, *bases, *body)
    return ast.iter_child_nodes(node)
