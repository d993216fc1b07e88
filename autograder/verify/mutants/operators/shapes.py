"""How a tensor is laid out: transposed, reshaped, with or without a dimension of size 1."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from autograder.verify.mutants.code import Code, atom, expression, method, receiver, text
from autograder.verify.mutants.operator import operator

_TRANSPOSING = ("transpose", "permute", "swapaxes", "swapdims", "movedim", "t", "moveaxis")
_TRANSPOSED = ("T", "mT", "H", "mH")
_RESHAPING = ("view", "reshape")
_DROPPED = ("squeeze", "unsqueeze", "flatten", "unflatten", "flip", "roll")


@operator("transpose-dropped", "z = x @ y.transpose(-2, -1)", "z = x @ y")
def transpose_dropped(node: cst.CSTNode, code: Code) -> Iterator[cst.CSTNode]:
    """transpose, permute, T or mT left out."""
    original = _transposed(node)
    if original is not None:
        yield original


@operator("transpose-to-reshape", "z = x @ y.T", "z = x @ y.reshape(y.T.shape)")
def transpose_to_reshape(node: cst.CSTNode, code: Code) -> Iterator[cst.CSTNode]:
    """The right shape with the values in the wrong places: a view where a transpose is needed."""
    original = _transposed(node)
    if original is not None:
        yield expression(f"{atom(original)}.reshape({text(node)}.shape)")


@operator("reshape-transposed", "z = x.view(n, 2)", "z = x.transpose(-2, -1).reshape(n, 2)")
def reshape_transposed(node: cst.CSTNode, code: Code) -> Iterator[cst.CSTNode]:
    """Reshaped from the transposed tensor: the same shape, other values in it."""
    if isinstance(node, cst.Call) and method(node) in _RESHAPING:
        original = receiver(node)
        if original is not None:
            sizes = ", ".join(
                text(arg.with_changes(comma=cst.MaybeSentinel.DEFAULT)) for arg in node.args
            )
            yield expression(f"{atom(original)}.transpose(-2, -1).reshape({sizes})")


@operator("shape-kept", "z = x.unsqueeze(1)", "z = x")
def shape_kept(node: cst.CSTNode, code: Code) -> Iterator[cst.CSTNode]:
    """squeeze, unsqueeze, flatten or another change of shape left out."""
    if isinstance(node, cst.Call) and method(node) in (*_DROPPED, *_RESHAPING):
        original = receiver(node)
        if original is not None:
            yield original


def _transposed(node: cst.CSTNode) -> cst.BaseExpression | None:
    """x of x.T, x.transpose(1, 2) and their kin."""
    if isinstance(node, cst.Attribute) and node.attr.value in _TRANSPOSED:
        return node.value
    if isinstance(node, cst.Call) and method(node) in _TRANSPOSING:
        return receiver(node)
    return None
