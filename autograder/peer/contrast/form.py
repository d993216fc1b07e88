"""How an answer is written: loops, branches and helpers, counted in its syntax tree."""

from __future__ import annotations

import ast
from collections import Counter
from functools import cache

from autograder.notebook.statements import parse
from autograder.peer.contrast.model import Form

_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_BRANCHES = (ast.If, ast.IfExp, ast.match_case)
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
# Usual names of modules whose functions are called like torch's: math.exp, itertools.repeat.
_OTHER_MODULES = frozenset(
    {"math", "cmath", "np", "numpy", "itertools", "functools", "operator", "random", "statistics"}
)
_OF_A_MODULE = ("__init__", "forward")
_OPERATORS: dict[type[ast.operator], tuple[str, ...]] = {
    ast.Add: ("add",),
    ast.Sub: ("sub",),
    ast.Mult: ("mul",),
    ast.Div: ("div",),
    ast.Pow: ("pow",),
    ast.MatMult: ("matmul", "linear"),
}
# Methods that dictionaries and lists have too, and what says nothing of how something is computed.
_EVERYBODYS = frozenset({"values", "index", "split", "size", "item", "tolist", "dim", "numel"})


def form_of(code: str, symbol: str) -> Form:
    """Of an answer's whole code. What is no Python has an empty form."""
    tree = parse(code).tree
    if tree is None:
        return Form()
    nodes = list(ast.walk(tree))
    own = {node.name for node in nodes if isinstance(node, _DEFINITIONS)}
    return Form(
        statements=sum(isinstance(node, ast.stmt) and not _says_nothing(node) for node in nodes),
        loops=sum(isinstance(node, _LOOPS) for node in nodes),
        comprehensions=sum(isinstance(node, _COMPREHENSIONS) for node in nodes),
        branches=sum(isinstance(node, _BRANCHES) for node in nodes),
        helpers=len(own - {symbol, *_OF_A_MODULE}),
        calls=Counter(name for node in nodes if (name := _called(node)) and name not in own),
        names=frozenset(name for node in nodes for name in _named(node)),
    )


def _says_nothing(node: ast.stmt) -> bool:
    """Imports, and text that stands alone: a docstring."""
    if isinstance(node, ast.Import | ast.ImportFrom | ast.Pass):
        return True
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _called(node: ast.AST) -> str:
    """The last name of a call that torch, its tensors or its layers know; else nothing.

    A bare name may be anybody's: `sum(x)` is Python's, `softmax(x)` a graded symbol.
    """
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return ""
    return next((name for name in _named(node.func) if name not in _EVERYBODYS), "")


def _named(node: ast.AST) -> tuple[str, ...]:
    """By what a reader sees that torch is asked for something."""
    match node:
        case ast.Attribute(value=ast.Name(id=module)) if module in _OTHER_MODULES:
            return ()
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return (name,) if name in _names_of_torch() else ()
        case ast.BinOp(op=operator):
            return _OPERATORS.get(type(operator), ())
        case ast.AugAssign(op=operator):
            return tuple(f"{name}_" for name in _OPERATORS.get(type(operator), ()))
        case ast.Assign(targets=[ast.Subscript(), *_]):
            return ("index_put_",)
    return ()


@cache
def _names_of_torch() -> frozenset[str]:
    import torch  # not at the top: it takes a second, which no other command should pay

    homes = (torch, torch.Tensor, torch.nn, torch.nn.functional)
    return frozenset(name for home in homes for name in dir(home) if not name.startswith("_"))
