"""One too many, one too few."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from autograder.verify.mutants.code import (
    Code,
    dotted,
    expression,
    integer,
    keyword,
    method,
    plus,
    text,
    with_argument,
)
from autograder.verify.mutants.operator import operator

_SIZES = ("padding", "kernel_size", "stride", "dilation", "groups", "size", "steps", "end",
          "num_layers", "num_classes", "chunks", "split_size", "length")  # fmt: skip
_SIZED = ("new_zeros", "new_ones", "new_full", "new_empty", "zeros", "ones", "empty", "full", "eye",
          "arange", "view", "reshape", "expand", "repeat")  # fmt: skip


@operator("size-off-by-one", "z = x.new_zeros(n)", "z = x.new_zeros(n + 1)")
def size_off_by_one(node: cst.CSTNode, code: Code) -> Iterator[cst.CSTNode]:
    """A computed size, kernel or padding one larger; of a literal see integer-changed."""
    if not isinstance(node, cst.Call):
        return
    for index, arg in enumerate(node.args):
        sized = keyword(arg) in _SIZES or (method(node) in _SIZED and not keyword(arg))
        computed = not isinstance(arg.value, cst.Tuple | cst.BaseString | cst.BaseList)
        if sized and computed and not arg.star and integer(arg.value) is None:
            yield with_argument(node, index, plus(arg.value, 1))


@operator("range-off-by-one", "z = [i for i in range(n)]", "z = [i for i in range(n - 1)]")
def range_off_by_one(node: cst.CSTNode, code: Code) -> Iterator[cst.CSTNode]:
    """range() with one step less, one more, or begun one later."""
    if not isinstance(node, cst.Call) or dotted(node.func) != "range" or not node.args:
        return
    last = min(len(node.args) - 1, 1)
    end = node.args[last].value
    if integer(end) is None:
        yield with_argument(node, last, plus(end, -1))
        yield with_argument(node, last, plus(end, 1))
    if last == 0:
        comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
        start = cst.Arg(cst.Integer("1"), comma=comma)
        yield node.with_changes(args=[start, *node.args])


@operator("slice-off-by-one", "z = x[:n]", "z = x[: n + 1]")
def slice_off_by_one(node: cst.CSTNode, code: Code) -> Iterator[cst.CSTNode]:
    """A computed bound of a slice one further; of a literal see integer-changed."""
    if not isinstance(node, cst.Subscript):
        return
    for index, element in enumerate(node.slice):
        for part in ("lower", "upper"):
            bound = getattr(element.slice, part, None)
            if bound is not None and integer(bound) is None:
                moved = element.slice.with_changes(**{part: plus(bound, 1)})
                slices = list(node.slice)
                slices[index] = element.with_changes(slice=moved)
                yield node.with_changes(slice=slices)


@operator("loop-end-skipped", "for row in x:\n    print(row)", "for row in x[1:]:\n    print(row)")
def loop_end_skipped(node: cst.CSTNode, code: Code) -> Iterator[cst.CSTNode]:
    """A loop over all but the first, or all but the last."""
    parent = code.parents.get(node)
    if not isinstance(parent, cst.For | cst.CompFor) or node is not parent.iter:
        return
    if isinstance(node, cst.Name | cst.Attribute):
        yield expression(f"{text(node)}[1:]")
        yield expression(f"{text(node)}[:-1]")
