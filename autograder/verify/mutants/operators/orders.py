"""What comes first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

import libcst as cst

from autograder.verify.mutants.code import Code, method
from autograder.verify.mutants.operator import operator

# The order of their arguments means nothing, or is the business of other operators.
_UNORDERED = (
    "transpose", "swapaxes", "swapdims", "max", "min", "maximum", "minimum", "add", "mul",
    "isinstance", "allclose", "range", "print", "getattr", "hasattr", "zip", "append", "extend",
    "super", "isclose", "equal", "logical_and", "logical_or",
)  # fmt: skip
_Part = TypeVar("_Part", cst.Arg, cst.BaseElement)


@operator("targets-swapped", "a, b = x.chunk(2)", "b, a = x.chunk(2)")
def targets_swapped(node: cst.CSTNode, code: Code) -> Iterator[cst.CSTNode]:
    """Two neighbours among the names that a tuple is unpacked into."""
    if isinstance(node, cst.Tuple) and isinstance(code.parent(node), cst.AssignTarget | cst.For):
        for elements in _neighbours_swapped(node.elements):
            yield node.with_changes(elements=elements)


@operator("arguments-swapped", "z = torch.where(mask, x, y)", "z = torch.where(mask, y, x)")
def arguments_swapped(node: cst.CSTNode, code: Code) -> Iterator[cst.CSTNode]:
    """Two neighbours among the arguments given by position: tensors, sizes, layers."""
    if isinstance(node, cst.Call) and method(node) not in _UNORDERED:
        count = sum(not arg.keyword and arg.star != "**" for arg in node.args)
        if all(not arg.keyword for arg in node.args[:count]):
            for args in _neighbours_swapped(node.args[:count]):
                yield node.with_changes(args=[*args, *node.args[count:]])


@operator("elements-swapped", "z = torch.cat([x, y])", "z = torch.cat([y, x])")
def elements_swapped(node: cst.CSTNode, code: Code) -> Iterator[cst.CSTNode]:
    """Two neighbours in a list or tuple, except where only membership counts."""
    if isinstance(node, cst.Tuple | cst.List) and not _is_target_or_set(node, code):
        for elements in _neighbours_swapped(node.elements):
            yield node.with_changes(elements=elements)


def _neighbours_swapped(parts: Sequence[_Part]) -> Iterator[list[_Part]]:
    """The commas stay where they are: the last one need not have one."""
    for i in range(len(parts) - 1):
        first, second = parts[i], parts[i + 1]
        changed = list(parts)
        changed[i] = second.with_changes(comma=first.comma)
        changed[i + 1] = first.with_changes(comma=second.comma)
        yield changed


def _is_target_or_set(node: cst.CSTNode, code: Code) -> bool:
    parent = code.parent(node)
    if isinstance(parent, cst.ComparisonTarget):
        return isinstance(parent.operator, cst.In | cst.NotIn)
    if isinstance(parent, cst.Arg) and isinstance(call := code.parent(parent), cst.Call):
        return method(call) in ("isinstance", "set", "frozenset", "sorted", "sum", "max", "min")
    return isinstance(parent, cst.AssignTarget | cst.For | cst.CompFor | cst.Element | cst.Del)
