"""Recognises a solution cell that is still as it was released."""

from __future__ import annotations

import ast
import re

from autograder.notebook.statements import DEFINITIONS, Definition, Statement, parse

_REGION = re.compile(
    r"^([ \t]*)### BEGIN SOLUTION.*?### END SOLUTION[^\n]*", re.DOTALL | re.MULTILINE
)


def stubbed(source: str) -> str:
    """What nbgrader's release makes of a reference cell; "" if it would not change it."""
    if not _REGION.search(source):
        return ""
    return _REGION.sub(r"\1raise NotImplementedError", source)


def shape_of(source: str, symbol: str) -> str:
    """A definition without its comments, docstrings and positions; "" if there is none."""
    tree = parse(source).tree
    for node in reversed(tree.body if tree else []):
        if isinstance(node, DEFINITIONS) and node.name == symbol:
            return shape(node)
    return ""


def shape(node: Definition) -> str:
    try:
        return _dump(node)
    except RecursionError:  # no stub is that deep
        return ""


def is_stub(statement: Statement, released: str) -> bool:
    """It equals the released stub, or all that its functions do is raise NotImplementedError."""
    node = statement.node
    if not isinstance(node, DEFINITIONS) or "NotImplementedError" not in statement.source:
        return False
    return _is_hollow(node) or (bool(released) and shape(node) == released)


def _is_hollow(node: Definition) -> bool:
    body = _body(node)
    if isinstance(node, ast.ClassDef):
        functions = [item for item in body if isinstance(item, DEFINITIONS)]
        return bool(functions) and all(map(_is_hollow, functions))
    return bool(body) and _gives_up(body[-1]) and all(map(_is_super_init, body[:-1]))


def _dump(node: Definition) -> str:
    """`raise NotImplementedError("...")` in any form, and docstrings, count as the same."""
    parts = [ast.dump(item) for item in node.decorator_list]
    if isinstance(node, ast.ClassDef):
        parts += [ast.dump(item) for item in node.bases]
    else:
        parts.append(",".join(arg.arg for arg in ast.walk(node.args) if isinstance(arg, ast.arg)))
    for item in _body(node):
        if isinstance(item, DEFINITIONS):
            parts.append(_dump(item))
        else:
            parts.append("..." if _gives_up(item) else ast.dump(item))
    return f"{node.name}({';'.join(parts)})"


def _body(node: Definition) -> list[ast.stmt]:
    match node.body:
        case [ast.Expr(value=ast.Constant(value=str())), *rest]:
            return rest
    return node.body


def _gives_up(node: ast.AST) -> bool:
    match node:
        case ast.Raise(
            exc=ast.Name(id="NotImplementedError")
            | ast.Call(func=ast.Name(id="NotImplementedError"))
        ):
            return True
    return False


def _is_super_init(node: ast.stmt) -> bool:
    match node:
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr="__init__"))):
            return True
    return False
