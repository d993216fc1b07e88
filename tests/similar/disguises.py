"""What people do to code that is not theirs, done by a machine: each keeps what the code does."""

from __future__ import annotations

import ast
from collections.abc import Callable
from random import Random

Disguise = Callable[[str, frozenset[str]], str]  # (source, graded symbols) → source


def renamed(source: str, symbols: frozenset[str]) -> str:
    """Every local name and helper gets another name; arguments of graded symbols keep theirs."""
    tree = ast.parse(source)
    kept = set(symbols) | {"self"} | _signatures(tree, symbols)
    bound = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and _stores(n)}
    bound |= {n.name for n in tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef)}
    names = {name: f"{_WORDS[i % len(_WORDS)]}_{i}" for i, name in enumerate(sorted(bound - kept))}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in names:
            node.id = names[node.id]
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name in names:
            node.name = names[node.name]
    return ast.unparse(tree)


def reformatted(source: str, symbols: frozenset[str]) -> str:
    """Other layout, other comments, other docstrings."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            node.body.insert(0, ast.Expr(ast.Constant(f"My own {node.name}: written at night.")))
    lines = ast.unparse(ast.fix_missing_locations(tree)).split("\n")
    loose = [
        f"{line}  # step {i}" if i % 3 == 0 and '"' not in line and "'" not in line else line
        for i, line in enumerate(lines)
    ]
    return "\n".join(loose).replace(", ", ",  ")


def reordered(source: str, symbols: frozenset[str]) -> str:
    """Definitions, and the methods of classes, stand in another order."""
    tree = ast.parse(source)
    for node in [tree, *(n for n in ast.walk(tree) if isinstance(n, ast.ClassDef))]:
        functions = [n for n in node.body if isinstance(n, ast.FunctionDef | ast.ClassDef)]
        others = [n for n in node.body if n not in functions]
        node.body = [*others, *reversed(functions)]
    return ast.unparse(tree)


def padded(source: str, symbols: frozenset[str]) -> str:
    """Dead code between the statements of every function."""
    tree = ast.parse(source)
    random = Random(7)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            body: list[ast.stmt] = []
            for statement in node.body:
                if random.random() < 0.5:
                    body += ast.parse(random.choice(_DEAD)).body
                body.append(statement)
            node.body = body
    return ast.unparse(ast.fix_missing_locations(tree))


def rewritten(source: str, symbols: frozenset[str]) -> str:
    """Returned values get a name first, `a += b` is written out, choices become statements,
    and loops that append become comprehensions."""
    tree = _Rewrite().visit(ast.parse(source))
    return ast.unparse(ast.fix_missing_locations(tree))


def everything(source: str, symbols: frozenset[str]) -> str:
    for disguise in (rewritten, padded, renamed, reordered, reformatted):
        source = disguise(source, symbols)
    return source


DISGUISES: tuple[Disguise, ...] = (renamed, reformatted, reordered, padded, rewritten, everything)

_WORDS = ("value", "tmp", "res", "arr", "item", "thing")
_DEAD = (
    "debug_level = 0",
    "if False:\n    print('never')",
    "unused = [1, 2, 3]",
    "assert True",
    "counter = 0\ncounter += 1",
)


class _Rewrite(ast.NodeTransformer):
    def visit_Return(self, node: ast.Return) -> list[ast.stmt] | ast.stmt:
        if node.value is None or isinstance(node.value, ast.Name):
            return node
        named = ast.Assign([ast.Name("result", ast.Store())], node.value)
        return [named, ast.Return(ast.Name("result", ast.Load()))]

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.stmt:
        if not isinstance(node.target, ast.Name):
            return node
        left = ast.Name(node.target.id, ast.Load())
        return ast.Assign([node.target], ast.BinOp(left, node.op, node.value))

    def visit_Assign(self, node: ast.Assign) -> ast.stmt:
        if not isinstance(node.value, ast.IfExp):
            return node
        choice = node.value
        return ast.If(
            choice.test,
            [ast.Assign(node.targets, choice.body)],
            [ast.Assign(node.targets, choice.orelse)],
        )

    def visit_For(self, node: ast.For) -> ast.stmt:
        self.generic_visit(node)
        match node:
            case ast.For(
                body=[
                    ast.Expr(
                        value=ast.Call(
                            func=ast.Attribute(value=ast.Name() as target, attr="append"),
                            args=[item],
                        )
                    )
                ],
                orelse=[],
            ):
                loop = ast.comprehension(node.target, node.iter, [], 0)
                return ast.AugAssign(
                    ast.Name(target.id, ast.Store()), ast.Add(), ast.ListComp(item, [loop])
                )
        return node


def _stores(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Store)


def _signatures(tree: ast.Module, symbols: frozenset[str]) -> set[str]:
    """Arguments of anything: they may be passed by keyword."""
    return {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
