"""Statements in an order that says nothing of who wrote them: what is used stands before its user.

Definitions may be moved; whatever does something when it is executed keeps its place among all
that it may reach, and definitions that are never seen, because a later one replaces them, go.
"""

from __future__ import annotations

import ast
import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from autograder.notebook.names import Names, names_of
from autograder.notebook.scopes import Walk

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_OWN = 3
_ACTS = (ast.Call, ast.Await, ast.Subscript, ast.BinOp, ast.Yield)


@dataclass(slots=True, eq=False)
class Placed:
    node: ast.stmt
    walk: Walk
    names: Names
    acts: bool  # executing it may do more than to bind a name
    touches: frozenset[str] = frozenset()  # names that it binds, or whose objects it may change
    reaches: frozenset[str] = field(default=frozenset())  # names that executing it may look up


def in_canonical_order(statements: Sequence[ast.stmt], symbol: str) -> list[ast.stmt]:
    placed = _without_replaced([_placed(node) for node in statements])
    for one in placed:
        one.reaches = _reached(one, placed)
    ranks = _ranks(placed, symbol)
    before: list[set[int]] = [
        {i for i in range(j) if _has_to_precede(placed[i], placed[j])} for j in range(len(placed))
    ]
    waiting = [len(each) for each in before]
    ready = [(ranks[i], i) for i, count in enumerate(waiting) if not count]
    heapq.heapify(ready)
    ordered: list[ast.stmt] = []
    while ready:
        _, index = heapq.heappop(ready)
        ordered.append(placed[index].node)
        for later in range(len(placed)):
            if index in before[later]:
                waiting[later] -= 1
                if not waiting[later]:
                    heapq.heappush(ready, (ranks[later], later))
    return ordered


def methods_in_order(node: ast.ClassDef) -> None:
    """`__init__`, what everybody knows, then the class's own methods as they are first used."""
    functions = [item for item in node.body if isinstance(item, ast.FunctionDef)]
    names = [function.name for function in functions]
    rest = [item for item in node.body if not isinstance(item, ast.FunctionDef)]
    named = {n.id for item in rest for n in ast.walk(item) if isinstance(n, ast.Name)}
    for function in functions:
        outer = [*function.decorator_list, *function.args.defaults, *function.args.kw_defaults]
        named |= {n.id for o in outer if o for n in ast.walk(o) if isinstance(n, ast.Name)}
    if len(set(names)) < len(names) or named & set(names):
        return  # which one counts, or what is seen from here, depends on the order
    if any(not isinstance(item, ast.Assign | ast.AnnAssign | ast.Pass) for item in rest):
        return
    by_name = {function.name: function for function in functions}
    used = {name for function in functions for name in _attributes(function)}
    usual = [name for name in names if _place(name) < _OWN or name not in used]
    queue = sorted(usual, key=lambda name: (_place(name), name if _place(name) < _OWN else ""))
    queue += [name for name in names if name not in queue]
    placed: list[str] = []
    while queue:
        name = queue.pop(0)
        if name in placed:
            continue
        placed.append(name)
        own = [used for used in _attributes(by_name[name]) if used in by_name]
        queue = [*(name for name in dict.fromkeys(own) if _place(name) == _OWN), *queue]
    node.body = [*rest, *(by_name[name] for name in placed)]


def _place(name: str) -> int:
    """What everybody's classes have comes first, `__init__` before all."""
    if name == "__init__":
        return 0
    if name.startswith("__") and name.endswith("__"):
        return 1
    return 2 if name in ("forward", "backward") else _OWN


def _attributes(node: ast.AST) -> list[str]:
    return [inner.attr for inner in ast.walk(node) if isinstance(inner, ast.Attribute)]


def _placed(node: ast.stmt) -> Placed:
    walk = Walk(node)
    names = names_of(walk)
    return Placed(
        node=node,
        walk=walk,
        names=names,
        acts=_acts(node, walk),
        touches=frozenset(names.binds | names.changes | names.pokes),
    )


def _acts(node: ast.stmt, walk: Walk) -> bool:
    if not isinstance(node, (*_DEFINITIONS, ast.Assign, ast.Import, ast.ImportFrom)):
        return True
    return any(isinstance(inner, _ACTS) and not scope.deferred for inner, scope in walk.nodes)


def _reached(one: Placed, placed: Sequence[Placed]) -> frozenset[str]:
    if not one.acts:
        return frozenset(one.names.at_once)
    found: set[str] = set(one.names.uses)
    queue = list(found)
    while queue:
        name = queue.pop()
        for other in placed:
            if name in other.touches:
                new = (other.names.uses | other.names.effects) - found
                found |= new
                queue += new
    return frozenset(found)


def _has_to_precede(first: Placed, second: Placed) -> bool:
    """Of two in their original order: may they not change places?"""
    return bool(
        (first.acts and second.acts)
        or first.touches & second.touches
        or first.touches & second.reaches
        or second.touches & first.reaches
    )


def _ranks(placed: Sequence[Placed], symbol: str) -> list[int]:
    """The order in which a reader meets them who starts at the symbol; uses before users."""
    binders: dict[str, list[int]] = {}
    for index, one in enumerate(placed):
        for name in one.touches:
            binders.setdefault(name, []).append(index)
    finished: list[int] = []
    seen: set[int] = set()

    def visit(name: str) -> None:
        for index in binders.get(name, ()):
            if index not in seen:
                seen.add(index)
                for used in _used(placed[index]):
                    visit(used)
                finished.append(index)

    visit(symbol)
    finished += [index for index in range(len(placed)) if index not in seen]
    ranks = [0] * len(placed)
    for rank, index in enumerate(finished):
        ranks[index] = rank
    return ranks


def _used(one: Placed) -> Iterable[str]:
    nodes = one.walk.nodes
    loads = (
        (node, scope)
        for node, scope in nodes
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    )
    return [node.id for node, scope in loads if scope.owner(node.id) is None]


def _without_replaced(placed: list[Placed]) -> list[Placed]:
    """A first attempt that a later definition replaces before anything looks at it is not code."""
    for one in placed:
        one.reaches = _reached(one, placed)
    return [one for index, one in enumerate(placed) if not _is_replaced(index, placed)]


def _is_replaced(index: int, placed: Sequence[Placed]) -> bool:
    one = placed[index]
    if one.acts or not isinstance(one.node, _DEFINITIONS):
        return False
    name = one.node.name
    for later in placed[index + 1 :]:
        if name in later.reaches or (name in later.touches and name not in later.names.binds):
            return False
        if isinstance(later.node, _DEFINITIONS) and later.node.name == name:
            return not later.acts or not later.node.decorator_list
    return False
