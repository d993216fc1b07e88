"""Numbers, truth values and strings that stand in the code, and default values."""

from __future__ import annotations

import json
from collections.abc import Iterator

import libcst as cst

from autograder.verify.mutants.code import Code, expression, integer, keyword
from autograder.verify.mutants.operator import operator
from autograder.verify.mutants.operators.dimensions import is_dimension, other_dimensions
from autograder.verify.mutants.operators.exactness import SMALL

_DIMENSIONS = ("dim", "axis")
_TRUTH = {"True": "False", "False": "True"}
_WORDS = {"mean": "sum", "sum": "mean", "none": "mean"}


@operator("integer-changed", "z = 4 * n", "z = 5 * n")
def integer_changed(node: cst.CSTNode, code: Code) -> Iterator[cst.CSTNode]:
    """A whole number one larger, one smaller; dimensions have operators of their own."""
    value = integer(node)
    if value is None or isinstance(code.parent(node), cst.UnaryOperation):
        return
    if not is_dimension(node, code):
        neutral = _neutral(code.parent(node), node)
        for other in (value + 1, value - 1):
            if other != neutral:
                yield expression(str(other))


@operator("float-changed", "z = max(n, 1.0)", "z = max(n, 0.0)")
def float_changed(node: cst.CSTNode, code: Code) -> Iterator[cst.CSTNode]:
    """0 for 1, 1 for 0, twice any other; factors and small numbers have their own operators."""
    if isinstance(node, cst.Float) and not isinstance(code.parent(node), cst.BinaryOperation):
        value = float(node.value)
        if value == 0 or value >= SMALL:
            yield expression({0.0: "1.0", 1.0: "0.0"}.get(value, repr(2 * value)))


@operator("boolean-flipped", "z = nn.Linear(n, n, bias=True)", "z = nn.Linear(n, n, bias=False)")
def boolean_flipped(node: cst.CSTNode, code: Code) -> Iterator[cst.CSTNode]:
    """False for True and True for False; keepdim has an operator of its own."""
    if not isinstance(node, cst.Name) or node.value not in _TRUTH:
        return
    parent = code.parent(node)
    if not (isinstance(parent, cst.Arg) and keyword(parent) in ("keepdim", "keepdims")):
        yield cst.Name(_TRUTH[node.value])


@operator("string-changed", 'z = n == "sum"', 'z = n == "not sum"')
def string_changed(node: cst.CSTNode, code: Code) -> Iterator[cst.CSTNode]:
    """A string that something is compared with."""
    if isinstance(node, cst.SimpleString) and isinstance(node.evaluated_value, str):
        around = list(code.ancestors(node))[:4]  # a member of a tuple is that deep
        if any(isinstance(each, cst.Comparison) for each in around):
            yield expression(json.dumps(f"not {node.evaluated_value}", ensure_ascii=False))


@operator(
    "default-changed", "def f(x, dim=-1):\n    return dim", "def f(x, dim=0):\n    return dim"
)
def default_changed(node: cst.CSTNode, code: Code) -> Iterator[cst.CSTNode]:
    """Another default value of an argument, or none at all where it was None."""
    if not isinstance(node, cst.Param) or node.default is None:
        return
    for default in _other_defaults(node.name.value, node.default):
        yield node.with_changes(default=expression(default))
    if isinstance(node.default, cst.Name) and node.default.value == "None":
        yield node.with_changes(default=None, equal=cst.MaybeSentinel.DEFAULT)


def _neutral(parent: cst.CSTNode, operand: cst.CSTNode) -> int | None:
    """The number that would make the operation do nothing: term-dropped and its kin do that."""
    if not isinstance(parent, cst.BinaryOperation):
        return None
    if isinstance(parent.operator, cst.Add | cst.Subtract):
        return 0
    if isinstance(parent.operator, cst.Multiply):
        return 1
    divides = isinstance(parent.operator, cst.Divide | cst.FloorDivide | cst.Power)
    return 1 if divides and operand is parent.right else None


def _other_defaults(name: str, default: cst.BaseExpression) -> list[str]:
    value = integer(default)
    if name in _DIMENSIONS and value is not None:
        return [str(dim) for dim in other_dimensions(default)]
    if value is not None:
        return [str(value + 1), str(value - 1)]
    match default:
        case cst.Float():
            number = float(default.value)
            return [{0.0: "0.1", 1.0: "0.5"}.get(number, repr(2 * number))]
        case cst.Name() if default.value in _TRUTH:
            return [_TRUTH[default.value]]
        case cst.SimpleString() if isinstance(default.evaluated_value, str):
            word = default.evaluated_value
            return [json.dumps(_WORDS.get(word, f"not {word}"), ensure_ascii=False)]
    return []
