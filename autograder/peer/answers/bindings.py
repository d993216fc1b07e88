"""Which names an answer chose itself, what each is for, and where it is bound."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from autograder.notebook.scopes import Scope, Walk
from autograder.peer.answers.extract import CannotBeSure
from autograder.peer.answers.roles import class_stem, loop_stems, stem_of
from autograder.peer.answers.vocabulary import word_set

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Key: TypeAlias = tuple[Scope | None, str]  # None: a global name
_DEFINED = (ast.FunctionDef, ast.AsyncFunctionDef)
_UNKNOWABLE = word_set(
    "globals locals vars eval exec compile __import__ input open breakpoint dir __name__ __doc__ "
    "__file__ __builtins__ __loader__ __spec__ get_ipython exit quit help"
)


@dataclass(slots=True)
class Parameter:
    node: ast.arg
    owner: str  # of a contract: "softmax", "LSTMCell.forward"; else ""
    fixed: str = ""  # "self" and the like
    stem: str = "input"


@dataclass(slots=True)
class Bindings:
    """All over the statements of an answer, in their canonical order."""

    walks: list[Walk]
    symbol: str
    stems: dict[Key, str] = field(default_factory=dict)  # own names, as they are first bound
    parameters: dict[Key, Parameter] = field(default_factory=dict)
    members: dict[str, str] = field(default_factory=dict)  # own attributes → what they hold
    imports: dict[Key, str] = field(default_factory=dict)  # → dotted path
    classes: set[str] = field(default_factory=set)
    functions: set[str] = field(default_factory=set)

    def nodes(self) -> Iterator[tuple[ast.AST, Scope]]:
        for walk in self.walks:
            yield from walk.nodes

    def owner(self, name: str, scope: Scope) -> Scope | None:
        return None if name in scope.globals else scope.owner(name)


def bindings_of(statements: Sequence[ast.stmt], symbol: str) -> Bindings:
    """raises CannotBeSure"""
    found = Bindings([Walk(node) for node in statements], symbol)
    for node, scope in found.nodes():
        if isinstance(node, ast.ClassDef) and scope.kind != "class":
            found.classes.add(node.name)
        if isinstance(node, _DEFINED) and scope.kind != "class":
            found.functions.add(node.name)
    for walk in found.walks:
        _Reading(found, walk).read()
    return found


class _Reading:
    """One top-level statement."""

    def __init__(self, found: Bindings, walk: Walk) -> None:
        self.found = found
        self.walk = walk
        self.scope_of = {id(node): scope for node, scope in walk.nodes}
        self.stems: dict[int, str] = {}  # of Name nodes that are bound
        self.own = found.classes | found.functions

    def read(self) -> None:
        for node, scope in self.walk.nodes:
            self._values(node, scope)
        for node, scope in self.walk.nodes:
            self._bind(node, scope)

    def _values(self, node: ast.AST, scope: Scope) -> None:
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._target(target, value)
            case (
                ast.NamedExpr(target=target, value=value)
                | ast.AugAssign(target=target, value=value)
            ):
                self._target(target, value)
            case ast.AnnAssign(target=target, value=value):
                self._target(target, value)
            case ast.For() | ast.AsyncFor():
                self.stems.update(loop_stems(node.target, node.iter))
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                for clause in node.generators:
                    self.stems.update(loop_stems(clause.target, clause.iter))
            case ast.withitem(optional_vars=ast.expr() as target):
                self._target(target, None, "context")

    def _target(self, target: ast.expr, value: ast.expr | None, stem: str = "") -> None:
        if isinstance(target, ast.Tuple | ast.List):
            values: list[ast.expr | None] = [value] * len(target.elts)
            if isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts):
                values = [*value.elts]
            for one, its in zip(target.elts, values, strict=True):
                self._target(one, its, stem)
        elif isinstance(target, ast.Starred):
            self._target(target.value, None, "rest")
        elif isinstance(target, ast.Name):
            self.stems.setdefault(id(target), stem or stem_of(value, self.own))
        elif isinstance(target, ast.Attribute):
            self.found.members.setdefault(target.attr, member_stem(value, self.found.classes))

    def _bind(self, node: ast.AST, scope: Scope) -> None:
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                self._add(name, scope, self.stems.get(id(node), "value"))
            case ast.Name(id=name) if name in _UNKNOWABLE:
                if self.found.owner(name, scope) is None:
                    raise CannotBeSure(f"uses {name}")
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._add(node.name, scope, "method" if scope.kind == "class" else "helper")
                self._arguments(node, scope)
            case ast.Lambda():
                self._arguments(node, scope)
            case ast.ClassDef():
                self._add(node.name, scope, class_stem(node))
            case ast.ExceptHandler(name=str(name)):
                self._add(name, scope, "error")
            case ast.MatchAs(name=str(name)):
                self._add(name, scope, "part")
            case ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
                self._add(name, scope, "rest")
            case ast.Import() | ast.ImportFrom():
                self._import(node, scope)
            case ast.Attribute(attr=name, ctx=ast.Store() | ast.Del()):
                self.found.members.setdefault(name, "attribute")

    def _add(self, name: str, scope: Scope, stem: str) -> None:
        if name.startswith("__") and not name.endswith("__") and scope.kind != "class":
            raise CannotBeSure("a name that Python changes in classes")
        if scope.kind == "class" and name not in scope.globals:
            self.found.members.setdefault(name, stem if stem in ("method", "layer") else "field")
        else:
            self.found.stems.setdefault((self._holder(name, scope), name), stem)

    def _holder(self, name: str, scope: Scope) -> Scope | None:
        owner = self.found.owner(name, scope)
        return None if owner is None or owner.kind == "module" else owner

    def _arguments(self, node: Function, scope: Scope) -> None:
        body = node.body if isinstance(node, ast.Lambda) else node.body[0]
        inner = self.scope_of[id(body)]
        args = node.args
        fixed = _first_argument(node, scope, self.walk)
        owner = self._contract(node, scope)
        for index, arg in enumerate((*args.posonlyargs, *args.args)):
            self._parameter(arg, inner, owner, fixed=fixed if index == 0 else "")
        for arg in args.kwonlyargs:
            self._parameter(arg, inner, owner)
        if args.vararg:
            self._parameter(args.vararg, inner, owner, stem="inputs")
        if args.kwarg:
            self._parameter(args.kwarg, inner, owner, stem="options")

    def _parameter(
        self, arg: ast.arg, inner: Scope, owner: str, *, fixed: str = "", stem: str = "input"
    ) -> None:
        self.found.stems.setdefault((inner, arg.arg), stem)
        self.found.parameters[inner, arg.arg] = Parameter(arg, owner, fixed, stem)

    def _contract(self, node: Function, scope: Scope) -> str:
        """Whose arguments are named by the contract: "softmax", "LSTMCell.forward"."""
        symbol, top = self.found.symbol, self.walk.nodes[0][0]
        if node is top and getattr(node, "name", "") == symbol:
            return symbol
        if isinstance(top, ast.ClassDef) and top.name == symbol and node in top.body:
            return f"{symbol}.{getattr(node, 'name', '')}"
        if isinstance(top, ast.Assign) and top.value is node:
            return symbol if symbol in {getattr(t, "id", "") for t in top.targets} else ""
        return ""

    def _import(self, node: ast.Import | ast.ImportFrom, scope: Scope) -> None:
        for alias in node.names:
            path = alias.name
            if isinstance(node, ast.ImportFrom):
                if node.level:
                    raise CannotBeSure("a relative import")
                path = f"{node.module}.{alias.name}"
            elif not alias.asname:
                path = alias.name.partition(".")[0]
            if alias.name == "*":
                continue
            name = alias.asname or path.rpartition(".")[2]
            if scope.kind == "class":
                raise CannotBeSure("an import in a class")
            key = (self._holder(name, scope), name)
            if self.found.imports.setdefault(key, path) != path:
                raise CannotBeSure("one name for two modules")


def _first_argument(node: Function, scope: Scope, walk: Walk) -> str:
    if scope.kind != "class" or isinstance(node, ast.Lambda):
        return ""
    decorators = {getattr(each, "id", "") for each in node.decorator_list}
    if "staticmethod" in decorators:
        top = walk.nodes[0][0]
        operation = isinstance(top, ast.ClassDef) and class_stem(top) == "Operation"
        return "ctx" if operation and node.name in ("forward", "backward", "jvp") else ""
    special = ("__new__", "__init_subclass__", "__class_getitem__")
    return "cls" if "classmethod" in decorators or node.name in special else "self"


def member_stem(value: ast.expr | None, classes: set[str]) -> str:
    """What an attribute of an object holds."""
    match value:
        case ast.Call(func=ast.Attribute(attr="Parameter") | ast.Name(id="Parameter")):
            return "parameter"
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)):
            return "layer" if name in classes or name[:1].isupper() else "attribute"
    return "attribute"
