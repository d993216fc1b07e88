"""Which scope every node of a statement belongs to, by Python's own rules.

A function's locals, a comprehension's targets and a class body's names are not global names;
decorators, defaults, annotations and base classes are evaluated in the scope around the
definition. The walk keeps its own stack, so depth costs no recursion.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from typing import Any, Literal, TypeAlias

Kind: TypeAlias = Literal["module", "class", "function", "comprehension"]


class Scope:
    """One scope; `deferred` means that its code runs when something is called, not at once."""

    __slots__ = ("bound", "deferred", "globals", "kind", "nonlocals", "parent")

    def __init__(self, kind: Kind, parent: Scope | None) -> None:
        self.kind: Kind = kind
        self.parent = parent
        self.bound: set[str] = set()
        self.globals: set[str] = set()
        self.nonlocals: set[str] = set()
        self.deferred: bool = kind == "function" or (parent is not None and parent.deferred)

    def owner(self, name: str) -> Scope | None:
        """The inner scope in which a name is looked up here; None: among the globals."""
        scope: Scope | None = self
        while scope is not None and scope.kind != "module":
            if name in scope.globals:
                return None
            visible = scope is self or scope.kind != "class"
            if visible and name in scope.bound and name not in scope.nonlocals:
                return scope
            scope = scope.parent
        return None


Placed: TypeAlias = tuple[ast.AST, Scope]


class Walk:
    """The nodes of one top-level statement in preorder, each with its scope.

    nodes     (node, scope), parents first
    bindings  (name, scope in which it is bound), in order
    """

    def __init__(self, statement: ast.stmt) -> None:
        self.module = Scope("module", None)
        self.nodes: list[Placed] = []
        self.bindings: list[tuple[str, Scope]] = []
        stack: list[Placed] = [(statement, self.module)]
        while stack:
            node, scope = placed = stack.pop()
            self.nodes.append(placed)
            visit = _VISITORS.get(type(node))
            children = visit(self, node, scope) if visit else _children(node, scope)
            stack.extend(reversed(children))

    def bind(self, name: str, scope: Scope) -> None:
        scope.bound.add(name)
        self.bindings.append((name, scope))

    def _name(self, node: ast.Name, scope: Scope) -> list[Placed]:
        if not isinstance(node.ctx, ast.Load):
            self.bind(node.id, scope)
        return []

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> list[Placed]:
        self.bind(node.name, scope)
        outer: list[ast.AST | None] = [*node.decorator_list, node.returns]
        return _placed(outer, scope) + self._call_frame(node.args, node.body, scope)

    def _lambda(self, node: ast.Lambda, scope: Scope) -> list[Placed]:
        return self._call_frame(node.args, [node.body], scope)

    def _call_frame(
        self, args: ast.arguments, body: Iterable[ast.AST], scope: Scope
    ) -> list[Placed]:
        inner = Scope("function", scope)
        outer: list[ast.AST | None] = [*args.defaults, *args.kw_defaults]
        for arg in (*args.posonlyargs, *args.args, args.vararg, *args.kwonlyargs, args.kwarg):
            if arg is not None:
                self.bind(arg.arg, inner)
                outer.append(arg.annotation)
        return _placed(outer, scope) + _placed(body, inner)

    def _class(self, node: ast.ClassDef, scope: Scope) -> list[Placed]:
        self.bind(node.name, scope)
        outer = [*node.decorator_list, *node.bases, *node.keywords]
        return _placed(outer, scope) + _placed(node.body, Scope("class", scope))

    def _comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, scope: Scope
    ) -> list[Placed]:
        inner = Scope("comprehension", scope)
        first = node.generators[0]
        rest = [first.target, *first.ifs, *node.generators[1:]]
        if isinstance(node, ast.DictComp):
            rest += [node.key, node.value]
        else:
            rest.append(node.elt)
        return [(first.iter, scope), *_placed(rest, inner)]

    def _walrus(self, node: ast.NamedExpr, scope: Scope) -> list[Placed]:
        holder = scope
        while holder.kind == "comprehension" and holder.parent is not None:
            holder = holder.parent
        return [(node.value, scope), (node.target, holder)]

    def _import(self, node: ast.Import | ast.ImportFrom, scope: Scope) -> list[Placed]:
        for alias in node.names:
            if alias.name != "*":
                name = alias.asname or alias.name
                self.bind(name if alias.asname else name.partition(".")[0], scope)
        return []

    def _named(self, node: ast.ExceptHandler | ast.MatchAs, scope: Scope) -> list[Placed]:
        if node.name:
            self.bind(node.name, scope)
        return _children(node, scope)

    def _match_rest(self, node: ast.MatchMapping, scope: Scope) -> list[Placed]:
        if node.rest:
            self.bind(node.rest, scope)
        return _children(node, scope)

    def _global(self, node: ast.Global, scope: Scope) -> list[Placed]:
        scope.globals.update(node.names)
        return []

    def _nonlocal(self, node: ast.Nonlocal, scope: Scope) -> list[Placed]:
        scope.nonlocals.update(node.names)
        return []


_Visitor: TypeAlias = Callable[[Walk, Any, Scope], list[Placed]]
_VISITORS: dict[type[ast.AST], _Visitor] = {
    ast.Name: Walk._name,
    ast.FunctionDef: Walk._function,
    ast.AsyncFunctionDef: Walk._function,
    ast.Lambda: Walk._lambda,
    ast.ClassDef: Walk._class,
    ast.ListComp: Walk._comprehension,
    ast.SetComp: Walk._comprehension,
    ast.GeneratorExp: Walk._comprehension,
    ast.DictComp: Walk._comprehension,
    ast.NamedExpr: Walk._walrus,
    ast.Import: Walk._import,
    ast.ImportFrom: Walk._import,
    ast.ExceptHandler: Walk._named,
    ast.MatchAs: Walk._named,
    ast.MatchStar: Walk._named,
    ast.MatchMapping: Walk._match_rest,
    ast.Global: Walk._global,
    ast.Nonlocal: Walk._nonlocal,
}


def _placed(nodes: Iterable[ast.AST | None], scope: Scope) -> list[Placed]:
    return [(node, scope) for node in nodes if node is not None]


_LEAVES = (ast.expr_context, ast.operator, ast.unaryop, ast.cmpop, ast.boolop)


def _children(node: ast.AST, scope: Scope) -> list[Placed]:
    found: list[Placed] = []
    for name in node._fields:
        value = getattr(node, name, None)
        if isinstance(value, list):
            found += [(item, scope) for item in value if isinstance(item, ast.AST)]
        elif isinstance(value, ast.AST) and not isinstance(value, _LEAVES):
            found.append((value, scope))
    return found
