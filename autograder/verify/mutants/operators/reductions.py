"""How many values become one."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from autograder.verify.mutants.code import (
    Code,
    expression,
    keyword,
    method,
    receiver,
    renamed,
    with_argument,
)
from autograder.verify.mutants.operator import operator

_OTHERS = {
    "sum": ("mean", "amax"), "mean": ("sum", "amax"), "amax": ("amin", "mean"),
    "amin": ("amax", "mean"), "max": ("min",), "min": ("max",), "prod": ("sum",),
    "var": ("std",), "std": ("var",), "argmax": ("argmin",), "argmin": ("argmax",),
    "any": ("all",), "all": ("any",), "logsumexp": ("sum", "amax"), "norm": ("sum",),
    "cumsum": ("cumprod",), "cumprod": ("cumsum",), "maximum": ("minimum",),
    "minimum": ("maximum",),
}  # fmt: skip
_NAMED = {"none": ("mean", "sum"), "mean": ("sum", "none"), "sum": ("mean", "none")}
_ONLY_RENAMED = ("max", "min", "maximum", "minimum", "argmax", "argmin", "cumsum", "cumprod")


@operator("reduction-swapped", "z = x.sum(dim=1)", "z = x.mean(dim=1)")
def reduction_swapped(node: cst.CSTNode, code: Code) -> Iterator[cst.CSTNode]:
    """sum, mean, amax and their kin exchanged."""
    if isinstance(node, cst.Call):
        for name in _OTHERS.get(method(node), ()):
            yield renamed(node, name)


@operator("reduction-dropped", "z = x.sum(dim=1)", "z = x")
def reduction_dropped(node: cst.CSTNode, code: Code) -> Iterator[cst.CSTNode]:
    """No reduction at all."""
    if not isinstance(node, cst.Call) or method(node) not in _OTHERS:
        return
    original = receiver(node)
    if original is not None and method(node) not in _ONLY_RENAMED:
        yield original


@operator(
    "reduction-named",
    'z = F.mse_loss(x, y, reduction="none")',
    'z = F.mse_loss(x, y, reduction="mean")',
)
def reduction_named(node: cst.CSTNode, code: Code) -> Iterator[cst.CSTNode]:
    """Another word for the argument `reduction`."""
    if isinstance(node, cst.Call):
        for index, arg in enumerate(node.args):
            if keyword(arg) == "reduction" and isinstance(arg.value, cst.SimpleString):
                for word in _NAMED.get(str(arg.value.evaluated_value), ()):
                    yield with_argument(node, index, expression(f'"{word}"'))
