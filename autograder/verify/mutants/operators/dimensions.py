"""Which dimension an operation works along."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from autograder.verify.mutants.code import (
    Code,
    expression,
    integer,
    is_library,
    keyword,
    method,
    with_argument,
    with_keyword,
    without_argument,
)
from autograder.verify.mutants.operator import operator

_KEYWORDS = ("dim", "axis", "dim0", "dim1", "dims", "start_dim", "end_dim")
_FIRST = (
    "sum", "mean", "amax", "amin", "max", "min", "prod", "std", "var", "argmax", "argmin", "any",
    "all", "softmax", "log_softmax", "logsumexp", "cumsum", "cumprod", "squeeze", "unsqueeze",
    "select", "narrow", "gather", "index_select", "unbind", "size", "unflatten", "sort", "flip",
)  # fmt: skip
_POSITIONS = {  # of the arguments of a method that are dimensions; a function has the tensor before
    **dict.fromkeys(_FIRST, (0,)),
    **dict.fromkeys(("transpose", "swapaxes", "swapdims", "flatten", "movedim"), (0, 1)),
    **dict.fromkeys(("chunk", "split", "topk"), (1,)),
    **dict.fromkeys(("cat", "concat", "stack"), (0,)),
}
_REDUCING = ("sum", "mean", "amax", "amin", "prod", "std", "var", "logsumexp", "any", "all")


@operator("dim-changed", "z = x.sum(dim=1)", "z = x.sum(dim=0)")
def dim_changed(node: cst.CSTNode, code: Code) -> Iterator[cst.CSTNode]:
    """Another dimension: a neighbour, the first or the last.

    One counted from the front is never turned into -1, and -1 only into the first: on tensors of
    two dimensions, which most are, 1 and -1 are the same.
    """
    if not isinstance(node, cst.Call):
        return
    for index in dimension_arguments(node):
        given = node.args[index].value
        others = {integer(arg.value) for i, arg in enumerate(node.args) if i != index}
        distinct = others if method(node) in ("transpose", "swapaxes", "swapdims") else set()
        for dim in other_dimensions(given):
            if dim not in distinct:
                yield with_argument(node, index, expression(str(dim)))


@operator("dim-dropped", "z = x.sum(dim=1)", "z = x.sum()")
def dim_dropped(node: cst.CSTNode, code: Code) -> Iterator[cst.CSTNode]:
    """A reduction over everything instead of one dimension."""
    if isinstance(node, cst.Call) and method(node) in _REDUCING and len(node.args) == 1:
        for index in dimension_arguments(node):
            yield without_argument(node, index)


@operator("dim-added", "z = torch.stack([x, y])", "z = torch.stack([x, y], dim=1)")
def dim_added(node: cst.CSTNode, code: Code) -> Iterator[cst.CSTNode]:
    """stack and cat along the second dimension instead of the first."""
    if not isinstance(node, cst.Call) or method(node) not in ("stack", "cat", "concat"):
        return
    if not dimension_arguments(node):
        yield with_keyword(node, "dim", "1")


@operator("keepdim-flipped", "z = x.amax(dim=1, keepdim=True)", "z = x.amax(dim=1)")
def keepdim_flipped(node: cst.CSTNode, code: Code) -> Iterator[cst.CSTNode]:
    """keepdim dropped where it is, added where it is not and something uses the result."""
    if not isinstance(node, cst.Call) or method(node) not in (*_REDUCING, "max", "min", "argmax"):
        return
    given = [i for i, arg in enumerate(node.args) if keyword(arg) in ("keepdim", "keepdims")]
    for index in given:
        yield without_argument(node, index)
    if not given and dimension_arguments(node):
        yield with_keyword(node, "keepdim", "True")


@operator("size-of-another-dim", "n = x.shape[0]", "n = x.shape[1]")
def size_of_another_dim(node: cst.CSTNode, code: Code) -> Iterator[cst.CSTNode]:
    """The size of a neighbouring dimension."""
    index = shape_index(node)
    if index is None or not isinstance(node, cst.Subscript):
        return
    for dim in other_dimensions(index.value):
        changed = index.with_changes(value=expression(str(dim)))
        yield node.with_changes(slice=[node.slice[0].with_changes(slice=changed)])


def dimension_arguments(call: cst.Call) -> list[int]:
    """The indices of a call's arguments that say a dimension, given by name or by position."""
    name = method(call)
    shift = _tensors_before(call)
    places = [] if shift is None else [place + shift for place in _POSITIONS.get(name, ())]
    every = name == "permute"
    return [
        index
        for index, arg in enumerate(call.args)
        if keyword(arg) in _KEYWORDS
        or (not keyword(arg) and not arg.star and (index in places or every))
    ]


def is_dimension(node: cst.CSTNode, code: Code) -> bool:
    """Is this literal a dimension, and so the business of the operators here?"""
    parent, around, further = list(code.ancestors(node))[:3]
    if isinstance(parent, cst.Arg) and isinstance(around, cst.Call):
        return any(around.args[index] is parent for index in dimension_arguments(around))
    return shape_index(further) is not None


def _tensors_before(call: cst.Call) -> int | None:
    """How many arguments come before the first dimension; None: who knows what this calls."""
    if isinstance(call.func, cst.Attribute):
        return 1 if is_library(call.func.value) else 0
    return 1 if method(call) in ("softmax", "log_softmax", "logsumexp", "one_hot") else None


def other_dimensions(given: cst.CSTNode) -> list[int]:
    """Other literals to put in a dimension's place."""
    dim = integer(given)
    if dim is None:
        return [] if isinstance(given, cst.Tuple | cst.List) else [0, -1]
    if dim == 0:
        return [1, -1]
    near = [dim - 1, dim + 1, 0] if dim > 0 else [dim - 1, dim + 1, 0, -1]
    return [other for other in dict.fromkeys(near) if other != dim]


def shape_index(node: cst.CSTNode) -> cst.Index | None:
    """k of x.shape[k]"""
    if not isinstance(node, cst.Subscript) or not isinstance(node.value, cst.Attribute):
        return None
    index = node.slice[0].slice
    single = node.value.attr.value == "shape" and len(node.slice) == 1
    return index if single and isinstance(index, cst.Index) else None
