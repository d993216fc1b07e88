"""What is hidden, and with what."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from autograder.verify.mutants.code import (
    Code,
    atom,
    dotted,
    expression,
    method,
    renamed,
    text,
    with_argument,
)
from autograder.verify.mutants.operator import operator

_TRIANGLES = {"tril": "triu", "triu": "tril"}
_INFINITIES = ("inf", "torch.inf", "math.inf", "np.inf")


@operator("mask-inverted", "z = x.masked_fill(~mask, 0.0)", "z = x.masked_fill(mask, 0.0)")
def mask_inverted(node: cst.CSTNode, code: Code) -> Iterator[cst.CSTNode]:
    """The mask for its opposite."""
    if isinstance(node, cst.UnaryOperation) and isinstance(node.operator, cst.BitInvert):
        yield node.expression
    elif isinstance(node, cst.Call) and method(node) in ("masked_fill", "masked_fill_"):
        mask = node.args[0].value
        if not isinstance(mask, cst.UnaryOperation):
            yield with_argument(node, 0, expression(f"~{atom(mask)}"))


@operator(
    "infinity-to-zero",
    'z = x.masked_fill(mask, float("-inf"))',
    "z = x.masked_fill(mask, 0.0)",
)
def infinity_to_zero(node: cst.CSTNode, code: Code) -> Iterator[cst.CSTNode]:
    """0 where an infinity stood, which softmax does not turn into a weight of 0."""
    if isinstance(code.parents.get(node), cst.UnaryOperation):
        return  # the sign goes too
    if _is_infinity(node.expression if isinstance(node, cst.UnaryOperation) else node):
        yield cst.Float("0.0")


@operator("triangle-swapped", "z = x.tril()", "z = x.triu()")
def triangle_swapped(node: cst.CSTNode, code: Code) -> Iterator[cst.CSTNode]:
    """The upper triangle for the lower one."""
    if isinstance(node, cst.Call) and method(node) in _TRIANGLES:
        yield renamed(node, _TRIANGLES[method(node)])


def _is_infinity(node: cst.CSTNode) -> bool:
    if isinstance(node, cst.Call) and dotted(node.func) == "float":
        return "inf" in "".join(map(text, node.args))
    return dotted(node) in _INFINITIES
