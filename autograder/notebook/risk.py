"""Tells statements that cannot surprise from those that run the student's expressions."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Sequence, Set

from autograder.notebook.statements import Statement

_WELL_KNOWN = frozenset(
    re.findall(
        r"\w+",
        """
        __future__ abc collections contextlib copy dataclasses enum functools itertools math
        numbers numpy operator random re statistics string sys time torch types typing
        typing_extensions warnings
        """,
    )
)
_BASES = frozenset(("Module", "object"))  # classes without metaclasses of their own
_BUILTINS = frozenset(dir(builtins))


def safe_names(statements: Sequence[Statement]) -> frozenset[str]:
    """Names behind which stands a well-known module or a builtin, and nothing else."""
    bound: set[str] = set()
    unsafe: set[str] = set()
    for statement in statements:
        names = statement.names
        bound |= names.binds
        if not is_plain_import(statement.node):
            unsafe |= names.binds
        unsafe |= names.changes | names.effects
    return frozenset((bound | _BUILTINS) - unsafe)


def is_plain_import(node: ast.stmt) -> bool:
    match node:
        case ast.Import():
            return all(alias.name.partition(".")[0] in _WELL_KNOWN for alias in node.names)
        case ast.ImportFrom(level=0, module=str(module)):
            starred = any(alias.name == "*" for alias in node.names)
            return not starred and module.partition(".")[0] in _WELL_KNOWN
    return False


def is_risky(node: ast.stmt, safe: Set[str], *, future: bool) -> bool:
    """Whether executing the statement may run code that the student chose."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return not _plain_function(node, safe, future)
        case ast.ClassDef():
            return not _plain_class(node, safe, future)
        case ast.Assign(targets=[ast.Name()], value=value):
            return not _plain(value, safe)
        case ast.AnnAssign(target=ast.Name(), annotation=annotation, value=value):
            plain_annotation = future or _plain(annotation, safe)
            return not (plain_annotation and (value is None or _plain(value, safe)))
        case ast.Expr(value=ast.Constant()) | ast.Pass():
            return False
    return not is_plain_import(node)


def _plain_function(
    node: ast.FunctionDef | ast.AsyncFunctionDef, safe: Set[str], future: bool
) -> bool:
    args = node.args
    evaluated: list[ast.expr | None] = [*args.defaults, *args.kw_defaults]
    if not future:
        every = (*args.posonlyargs, *args.args, args.vararg, *args.kwonlyargs, args.kwarg)
        evaluated += [arg.annotation for arg in every if arg is not None]
        evaluated.append(node.returns)
    plain = all(_plain(value, safe) for value in evaluated if value is not None)
    return plain and not node.decorator_list


def _plain_class(node: ast.ClassDef, safe: Set[str], future: bool) -> bool:
    if node.decorator_list or node.keywords:
        return False
    bases = all(_plain(base, safe) and _last_name(base) in _BASES for base in node.bases)
    # a nested class is not plain: its names are looked up in the class around it
    return bases and not any(
        isinstance(item, ast.ClassDef) or is_risky(item, safe, future=future) for item in node.body
    )


def _last_name(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _plain(node: ast.expr, safe: Set[str], depth: int = 0) -> bool:
    """Constants, names of well-known things, and types made of them."""
    if depth > 20:
        return False
    match node:
        case ast.Constant():
            return True
        case ast.Name(id=name):
            return name in safe
        case ast.Attribute(value=value):
            return _plain(value, safe, depth + 1)
        case ast.UnaryOp(operand=ast.Constant()):
            return True
        case ast.Tuple(elts=items) | ast.List(elts=items):
            return all(_plain(item, safe, depth + 1) for item in items)
        case (
            ast.Subscript(value=left, slice=right)
            | ast.BinOp(left=left, op=ast.BitOr(), right=right)
        ):
            return _plain(left, safe, depth + 1) and _plain(right, safe, depth + 1)
    return False
