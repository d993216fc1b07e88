"""Signs, terms, factors, powers and roots."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import libcst as cst

from autograder.verify.mutants.code import Code, atom, expression, integer, method, receiver, text
from autograder.verify.mutants.operator import operator
from autograder.verify.mutants.tensors import is_tensor

_SUMS = (cst.Add, cst.Subtract)
_PRODUCTS = (cst.Multiply, cst.Divide, cst.FloorDivide)
_OTHER_SIGN: dict[type[cst.BaseBinaryOp], type[cst.BaseBinaryOp]] = {
    cst.Add: cst.Subtract,
    cst.Subtract: cst.Add,
}
_OTHER_OPERATOR: dict[type[cst.BaseBinaryOp], type[cst.BaseBinaryOp]] = {
    cst.Multiply: cst.Divide,
    cst.Divide: cst.Multiply,
    cst.FloorDivide: cst.Multiply,
    cst.Modulo: cst.FloorDivide,
    cst.Power: cst.Multiply,
    cst.MatrixMultiply: cst.Multiply,
    cst.BitAnd: cst.BitOr,
    cst.BitOr: cst.BitAnd,
}
_ROOTS = ("sqrt", "rsqrt")


@operator("plus-minus", "z = x + y", "z = x - y")
def plus_minus(node: cst.CSTNode, code: Code) -> Iterator[cst.CSTNode]:
    """+ for -, and - for +."""
    yield from _with_operator(node, _OTHER_SIGN)


@operator("operator-swapped", "z = x * y", "z = x / y")
def operator_swapped(node: cst.CSTNode, code: Code) -> Iterator[cst.CSTNode]:
    """Divided for multiplied and the like, * for @, | for &."""
    yield from _with_operator(node, _OTHER_OPERATOR)


@operator("operands-swapped", "z = x - y", "z = y - x")
def operands_swapped(node: cst.CSTNode, code: Code) -> Iterator[cst.CSTNode]:
    """The two sides of -, / and @ exchanged."""
    if isinstance(node, cst.BinaryOperation) and isinstance(
        node.operator, cst.Subtract | cst.Divide | cst.MatrixMultiply
    ):
        sign = text(node.operator)
        yield expression(f"{atom(node.right)}{sign}{atom(node.left)}")


@operator("minus-dropped", "z = -x", "z = x")
def minus_dropped(node: cst.CSTNode, code: Code) -> Iterator[cst.CSTNode]:
    """The minus in front of an expression left out; of a whole number see integer-changed."""
    minus = isinstance(node, cst.UnaryOperation) and isinstance(node.operator, cst.Minus)
    if isinstance(node, cst.UnaryOperation) and minus and integer(node) is None:
        yield node.expression


@operator("minus-added", "return x + y", "return -(x + y)")
def minus_added(node: cst.CSTNode, code: Code) -> Iterator[cst.CSTNode]:
    """The result with the other sign."""
    value = node.value if isinstance(node, cst.Return) else None
    if value is not None and is_tensor(value, code) and not isinstance(value, cst.IfExp):
        yield node.with_changes(value=expression(f"-{atom(value)}"))


@operator("term-dropped", "z = x + y + n", "z = x + n")
def term_dropped(node: cst.CSTNode, code: Code) -> Iterator[cst.CSTNode]:
    """A sum without one of its terms."""
    if not isinstance(node, cst.BinaryOperation) or not isinstance(node.operator, _SUMS):
        return
    yield node.left
    if not _is_chain(node.left, _SUMS):
        sign = "-" if isinstance(node.operator, cst.Subtract) else ""
        yield expression(f"-{atom(node.right)}") if sign else node.right


@operator("factor-dropped", "z = 0.5 * x", "z = x")
def factor_dropped(node: cst.CSTNode, code: Code) -> Iterator[cst.CSTNode]:
    """A product without one of its factors, a quotient without its denominator."""
    if not isinstance(node, cst.BinaryOperation) or not isinstance(node.operator, _PRODUCTS):
        return
    yield node.left
    if isinstance(node.operator, cst.Multiply) and not _is_chain(node.left, _PRODUCTS):
        yield node.right


@operator("power-dropped", "z = x**2", "z = x")
def power_dropped(node: cst.CSTNode, code: Code) -> Iterator[cst.CSTNode]:
    """The base without its exponent."""
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Power):
        yield node.left
    if isinstance(node, cst.Call) and method(node) in ("pow", "square"):
        original = receiver(node)
        if original is not None:
            yield original


@operator("root-dropped", "z = x / math.sqrt(n)", "z = x / n")
def root_dropped(node: cst.CSTNode, code: Code) -> Iterator[cst.CSTNode]:
    """What is under a square root, without it."""
    if isinstance(node, cst.Call) and method(node) in _ROOTS:
        yield receiver(node) or node.args[0].value


@operator("scale-changed", "z = 0.5 * x", "z = 0.25 * x")
def scale_changed(node: cst.CSTNode, code: Code) -> Iterator[cst.CSTNode]:
    """A constant factor twice as large, or half where twice would be no factor."""
    parent = code.parents.get(node)
    if (
        isinstance(node, cst.Float)
        and isinstance(parent, cst.BinaryOperation)
        and isinstance(parent.operator, _PRODUCTS)
    ):
        value = float(node.value)
        yield expression(repr(value / 2 if value * 2 == 1 else value * 2))


def _with_operator(
    node: cst.CSTNode, others: dict[type[cst.BaseBinaryOp], type[cst.BaseBinaryOp]]
) -> Iterator[cst.CSTNode]:
    if isinstance(node, cst.BinaryOperation) and type(node.operator) in others:
        sign: Any = node.operator  # every operator has these two, but not their base class
        spaces = {"whitespace_before": sign.whitespace_before}
        spaces["whitespace_after"] = sign.whitespace_after
        yield node.with_changes(operator=others[type(sign)](**spaces))


def _is_chain(node: cst.CSTNode, operators: tuple[type[cst.BaseBinaryOp], ...]) -> bool:
    return isinstance(node, cst.BinaryOperation) and isinstance(node.operator, operators)
