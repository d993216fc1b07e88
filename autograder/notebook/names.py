"""What a top-level statement does to the notebook's global names."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from autograder.notebook.scopes import Scope, Walk


@dataclass(slots=True)
class Names:
    """All are global names.

    binds    it binds or deletes when it is executed
    changes  it changes the object behind (`TABLE["a"] = 1`, `LSTMCell.forward = forward`)
    pokes    it calls a method on, as a statement (`helpers.append(f)`): may change the object
    uses     it refers to, at once or when something that it defines is called
    at_once  it refers to when it is executed
    calls    functions that it calls as a statement, for a value or as a decorator
    effects  bound or changed by code inside its functions, whenever those are called
    later    it calls a method on inside its functions: may change the object
    stars    modules that it star-imports
    unknown  it binds names that only running it tells: `globals()[name] = f`, `exec(code)`
    """

    binds: set[str] = field(default_factory=set)
    changes: set[str] = field(default_factory=set)
    pokes: set[str] = field(default_factory=set)
    uses: set[str] = field(default_factory=set)
    at_once: set[str] = field(default_factory=set)
    calls: set[str] = field(default_factory=set)
    effects: set[str] = field(default_factory=set)
    later: set[str] = field(default_factory=set)
    stars: set[str] = field(default_factory=set)
    unknown: bool = False


def names_of(walk: Walk) -> Names:
    names = Names()
    for name, scope in walk.bindings:
        if scope.kind == "module" or name in scope.globals:
            (names.effects if scope.deferred else names.binds).add(name)
    for node, scope in walk.nodes:
        match node:
            case ast.Name(ctx=ast.Load()):
                _use(names, node.id, scope)
            case ast.Attribute(ctx=ast.Store() | ast.Del()):
                _change(names, root(node.value), scope)
            case ast.Subscript(ctx=ast.Store() | ast.Del()):
                _change_item(names, node, scope)
            case ast.Expr():
                _statement_call(names, node.value, scope)
            case ast.Assign() | ast.AnnAssign() | ast.AugAssign():
                _assignment(names, node, scope)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                for decorator in node.decorator_list:
                    _decorated(names, decorator, scope)
            case ast.ImportFrom(names=[ast.alias(name="*")]):
                names.stars.add(node.module or "")
    return names


def root(node: ast.expr) -> str | None:
    """TABLE in `TABLE["a"].setdefault(k, []).append`; None where there is no such name."""
    while True:
        match node:
            case ast.Name():
                return node.id
            case ast.Attribute() | ast.Subscript() | ast.Starred() | ast.Await():
                node = node.value
            case ast.Call(func=ast.Attribute() as method):
                node = method.value
            case ast.Call(func=ast.Name(id="vars" | "getattr"), args=[first, *_]):
                node = first
            case _:
                return None


def _use(names: Names, name: str, scope: Scope) -> None:
    owner = scope.owner(name)
    # a class body may read the global name that it is about to shadow: `forward = forward`
    if owner is None or (owner.kind == "class" and owner is scope):
        names.uses.add(name)
        if not scope.deferred:
            names.at_once.add(name)


def _assignment(
    names: Names, node: ast.Assign | ast.AnnAssign | ast.AugAssign, scope: Scope
) -> None:
    _called(names, node.value, scope)
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        _use(names, node.target.id, scope)  # `CALLS += 1` reads CALLS too


def _change(names: Names, name: str | None, scope: Scope) -> None:
    if name is not None and scope.owner(name) is None:
        (names.effects if scope.deferred else names.changes).add(name)


def _change_item(names: Names, node: ast.Subscript, scope: Scope) -> None:
    match node:
        case ast.Subscript(
            value=ast.Call(func=ast.Name(id="globals" | "locals" | "vars"), args=[]),
            slice=ast.Constant(value=str(key)),
        ):
            (names.effects if scope.deferred else names.binds).add(key)
        case ast.Subscript(
            value=ast.Call(func=ast.Name(id="globals" | "locals" | "vars"), args=[])
        ):
            names.unknown = names.unknown or not scope.deferred
        case _:
            _change(names, root(node.value), scope)


def _statement_call(names: Names, value: ast.expr, scope: Scope) -> None:
    """A call whose value nobody keeps is made for what it does."""
    if isinstance(value, ast.Await):
        value = value.value
    match value:
        case ast.Call(func=ast.Name(id="setattr" | "delattr"), args=[target, *_]):
            _change(names, root(target), scope)
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name), args=[target, *_]) if (
            name.endswith("_") and not name.endswith("__")  # torch's mark for in-place
        ):
            _change(names, root(target), scope)
    match value:
        case (
            ast.Call(func=ast.Name(id="exec"))
            | ast.Call(
                func=ast.Attribute(value=ast.Call(func=ast.Name(id="globals")), attr="update")
            )
        ):
            names.unknown = names.unknown or not scope.deferred
        case ast.Call(func=ast.Attribute() as method):
            _poke(names, root(method.value), scope)
        case _:
            _called(names, value, scope)


def _poke(names: Names, name: str | None, scope: Scope) -> None:
    if name is not None and scope.owner(name) is None:
        (names.later if scope.deferred else names.pokes).add(name)


def _called(names: Names, value: ast.expr | None, scope: Scope) -> None:
    if isinstance(value, ast.Await):
        value = value.value
    match value:
        case ast.Call(func=ast.Name(id=name)) if scope.owner(name) is None:
            names.calls.add(name)


def _decorated(names: Names, decorator: ast.expr, scope: Scope) -> None:
    target = decorator.func if isinstance(decorator, ast.Call) else decorator
    if isinstance(target, ast.Name):
        if scope.owner(target.id) is None:
            names.calls.add(target.id)
    else:
        _poke(names, root(target), scope)
