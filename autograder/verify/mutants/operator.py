"""What an operator is: a function from a node to what could stand in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import libcst as cst

from autograder.verify.mutants.code import Code

Change = Callable[[cst.CSTNode, Code], Iterator[cst.CSTNode]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """One kind of change.

    change         yields, for a node, the nodes that could stand in its place; it sees every node
                   of a cell that may be changed, and yields nothing for those it does not know
    before, after  an example: statements in a function of x, y (Tensor), mask (Tensor) and n (int),
                   or a whole definition; `after` is one of the mutants of `before`
    """

    name: str
    summary: str
    change: Change
    before: str
    after: str


def operator(name: str, before: str, after: str) -> Callable[[Change], Operator]:
    """Makes an Operator of a function, whose docstring says what it does."""

    def make(change: Change) -> Operator:
        summary = (change.__doc__ or "").strip()
        return Operator(name=name, summary=summary, change=change, before=before, after=after)

    return make
