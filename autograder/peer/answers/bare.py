"""Code without what it says to people: comments, docstrings, annotations, texts without effect."""

from __future__ import annotations

import ast

from autograder.notebook.needs import Needs
from autograder.notebook.statements import parse, statements_of
from autograder.peer.answers.extract import CannotBeSure, Extracted
from autograder.peer.answers.vocabulary import word_set

# All that Python 3.11 has in a notebook. What is newer may hold names in places of its own.
_NODES = word_set(
    "Module FunctionDef AsyncFunctionDef ClassDef Return Delete Assign AugAssign AnnAssign For "
    "AsyncFor While If With AsyncWith Match Raise Try TryStar Assert Import ImportFrom Global "
    "Nonlocal Expr Pass Break Continue BoolOp NamedExpr BinOp UnaryOp Lambda IfExp Dict Set "
    "ListComp SetComp DictComp GeneratorExp Await Yield YieldFrom Compare Call FormattedValue "
    "JoinedStr Constant Attribute Subscript Starred Name List Tuple Slice Load Store Del And Or "
    "Add Sub Mult MatMult Div Mod Pow LShift RShift BitOr BitXor BitAnd FloorDiv Invert Not UAdd "
    "USub Eq NotEq Lt LtE Gt GtE Is IsNot In NotIn comprehension ExceptHandler arguments arg "
    "keyword alias withitem match_case MatchValue MatchSingleton MatchSequence MatchMapping "
    "MatchClass MatchStar MatchAs MatchOr"
)
_SPECIAL_FIELDS = ("ClassVar", "InitVar", "KW_ONLY")  # annotations that a dataclass obeys


def bare(extracted: Extracted) -> list[ast.stmt]:
    """What is left of the statements, and still needed; none of the nodes is the original's.

    raises  CannotBeSure
    """
    for statement in extracted.statements:
        for node in ast.walk(statement):
            if type(node).__name__ not in _NODES:
                raise CannotBeSure(f"unknown syntax: {type(node).__name__}")
    module = ast.Module(body=list(extracted.statements), type_ignores=[])
    _Strip().visit(module)
    parsed = parse(ast.unparse(ast.fix_missing_locations(module)))
    statements = statements_of(parsed, cell="", locked=False)
    needs = Needs(statements, [extracted.symbol])
    chosen = needs.reach([extracted.symbol], without=frozenset(extracted.needs))
    return [statements[index].node for index in chosen]


class _Strip(ast.NodeTransformer):
    def __init__(self) -> None:
        self._in_class = False

    def visit(self, node: ast.AST) -> ast.AST | None:
        result: ast.AST | None = super().visit(node)
        for name in ("body", "orelse", "finalbody"):
            statements = getattr(result, name, None)
            if isinstance(statements, list):
                setattr(
                    result,
                    name,
                    _said_nothing(
                        statements, may_be_empty=name != "body" or isinstance(node, ast.Module)
                    ),
                )
        return result

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self._inside(node, in_class=False)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        node.returns = None
        return self._inside(node, in_class=False)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        return self._inside(node, in_class=True)

    def _inside(self, node: ast.AST, *, in_class: bool) -> ast.AST:
        around, self._in_class = self._in_class, in_class
        self.generic_visit(node)
        self._in_class = around
        return node

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        self.generic_visit(node)
        if self._in_class:
            # A field of a record stays one; of what type matters to nobody who runs it.
            names = {n.id for n in ast.walk(node.annotation) if isinstance(n, ast.Name)}
            names |= {n.attr for n in ast.walk(node.annotation) if isinstance(n, ast.Attribute)}
            if not names & set(_SPECIAL_FIELDS):
                node.annotation = ast.Name(id="object", ctx=ast.Load())
            return node
        if node.value is not None:
            return ast.Assign(targets=[node.target], value=node.value, lineno=node.lineno)
        return None


def _said_nothing(statements: list[ast.stmt], *, may_be_empty: bool) -> list[ast.stmt]:
    kept = [
        each
        for each in statements
        if not isinstance(each, ast.Pass)
        and not (isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant))
    ]
    return kept or ([] if may_be_empty else [ast.Pass()])
