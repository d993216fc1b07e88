"""Whether two replies say the same: in structure, shapes, dtypes, place, and values.

One of the two comes from a candidate. It is walked along with the other, which is of code of the
course, so that neither its depth nor its size can be a surprise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch

from autograder import wire
from autograder.codec import DTYPES, tensor_from_wire
from autograder.testing import TOLERANCES

_FLOAT = 1e-9  # a Python float has float64's precision
Tensors = list[wire.TensorData]
Pair = Callable[[wire.TensorData, wire.TensorData], bool]


def alike(theirs: wire.Reply | None, ours: wire.Reply | None) -> bool:
    """The same answer. Two exceptions are if class and message agree."""
    return _alike(theirs, ours, close)


def of_one_form(theirs: wire.Reply | None, ours: wire.Reply | None) -> bool:
    """The same answer but for the values in its tensors."""
    return _alike(theirs, ours, like)


def _alike(theirs: wire.Reply | None, ours: wire.Reply | None, pair: Pair) -> bool:
    match theirs, ours:
        case wire.Result(), wire.Result():
            return (
                bool(theirs.node) == bool(ours.node)
                and set(theirs.mutated) == set(ours.mutated)
                and _Walk(theirs.tensors, ours.tensors, pair).same(theirs.value, ours.value)
            )
        case wire.Gradients(), wire.Gradients():
            return theirs.present == ours.present and _all(pair, theirs.tensors, ours.tensors)
        case wire.NamedTensors(), wire.NamedTensors():
            return theirs.names == ours.names and _all(pair, theirs.tensors, ours.tensors)
        case wire.Raised(), wire.Raised():
            return alike_exceptions(theirs, ours) and theirs.message == ours.message
    return theirs is None and ours is None


def alike_exceptions(theirs: wire.Reply | None, ours: wire.Reply | None) -> bool:
    """Two exceptions of one class, whatever they say."""
    both = isinstance(theirs, wire.Raised) and isinstance(ours, wire.Raised)
    return both and theirs.types[:1] == ours.types[:1]  # type: ignore[union-attr]


def links(theirs: wire.Reply | None, ours: wire.Reply | None) -> Iterator[tuple[int, int]]:
    """The handles of two replies that are alike, side by side."""
    if isinstance(theirs, wire.Result) and isinstance(ours, wire.Result):
        yield from _links(theirs.value, ours.value, theirs.tensors, ours.tensors)


def close(theirs: wire.TensorData, ours: wire.TensorData) -> bool:
    """The same kind of tensor, and values within what a check of a suite allows."""
    if not like(theirs, ours) or theirs.requires_grad != ours.requires_grad:
        return False
    if theirs.data == ours.data:
        return True
    dtype = DTYPES[ours.dtype]
    tolerance = TOLERANCES.get((dtype, "cpu"))
    if tolerance is None:
        return False
    rtol, atol = tolerance
    mine, right = tensor_from_wire(theirs), tensor_from_wire(ours)
    return bool(torch.isclose(mine, right, rtol=rtol, atol=atol, equal_nan=True).all())


def like(theirs: wire.TensorData, ours: wire.TensorData) -> bool:
    """The same dtype, shape, place and number of bytes."""
    return (
        theirs.dtype == ours.dtype
        and theirs.shape == ours.shape
        and theirs.place == ours.place
        and len(theirs.data) == len(ours.data)
    )


def _all(pair: Pair, theirs: Tensors, ours: Tensors) -> bool:
    return len(theirs) == len(ours) and all(map(pair, theirs, ours))


@dataclass(frozen=True, slots=True)
class _Walk:
    """Through two values side by side; the second decides how deep."""

    mine: Tensors
    right: Tensors
    pair: Pair

    def same(self, theirs: wire.Value, ours: wire.Value) -> bool:
        match theirs, ours:
            case wire.Slot(), wire.Slot():
                there = 0 <= theirs.index < len(self.mine)
                return there and self.pair(self.mine[theirs.index], self.right[ours.index])
            case wire.Items(), wire.Items():  # a list for a tuple is no difference to a suite
                of_a_kind = (theirs.kind == "set") == (ours.kind == "set")
                return of_a_kind and self._all_same(theirs.items, ours.items)
            case wire.Pairs(), wire.Pairs():
                return self._all_same(_flat(theirs), _flat(ours))
            case wire.Handle(), wire.Handle():
                return theirs.kind == ours.kind
            case float(), float():
                return _equal(theirs, ours)
        return type(theirs) is type(ours) and theirs == ours

    def _all_same(self, theirs: list[wire.Value], ours: list[wire.Value]) -> bool:
        return len(theirs) == len(ours) and all(map(self.same, theirs, ours))


def _flat(pairs: wire.Pairs) -> list[wire.Value]:
    return [part for pair in pairs.items for part in pair]


def _equal(theirs: float, ours: float) -> bool:
    both_nan = theirs != theirs and ours != ours
    return theirs == ours or both_nan or abs(theirs - ours) <= _FLOAT * abs(ours)


def _links(
    theirs: wire.Value, ours: wire.Value, mine: Tensors, right: Tensors
) -> Iterator[tuple[int, int]]:
    match theirs, ours:
        case wire.Handle(), wire.Handle():
            yield theirs.id, ours.id
        case wire.Slot(), wire.Slot():
            one, other = mine[theirs.index].handle, right[ours.index].handle
            if one and other:
                yield one, other
        case wire.Items(), wire.Items():
            for a, b in zip(theirs.items, ours.items, strict=True):
                yield from _links(a, b, mine, right)
        case wire.Pairs(), wire.Pairs():
            for a, b in zip(_flat(theirs), _flat(ours), strict=True):
                yield from _links(a, b, mine, right)
