"""What is asked, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from autograder.verify.mutants.code import Code, atom, expression
from autograder.verify.mutants.operator import operator

_NEAR: dict[type[cst.BaseCompOp], type[cst.BaseCompOp]] = {
    cst.LessThan: cst.LessThanEqual,
    cst.LessThanEqual: cst.LessThan,
    cst.GreaterThan: cst.GreaterThanEqual,
    cst.GreaterThanEqual: cst.GreaterThan,
}
_OPPOSITE: dict[type[cst.BaseCompOp], type[cst.BaseCompOp]] = {
    cst.LessThan: cst.GreaterThanEqual,
    cst.LessThanEqual: cst.GreaterThan,
    cst.GreaterThan: cst.LessThanEqual,
    cst.GreaterThanEqual: cst.LessThan,
    cst.Equal: cst.NotEqual,
    cst.NotEqual: cst.Equal,
    cst.Is: cst.IsNot,
    cst.IsNot: cst.Is,
    cst.In: cst.NotIn,
    cst.NotIn: cst.In,
}


@operator("comparison-opposite", "z = n == 2", "z = n != 2")
def comparison_opposite(node: cst.CSTNode, code: Code) -> Iterator[cst.CSTNode]:
    """Not equal for equal, `not in` for `in`, and the like."""
    yield from _compared(node, _OPPOSITE)


@operator("comparison-bound", "z = n < 2", "z = n <= 2")
def comparison_bound(node: cst.CSTNode, code: Code) -> Iterator[cst.CSTNode]:
    """The bound counted in or out."""
    yield from _compared(node, _NEAR)


@operator("condition-negated", "z = x if n else y", "z = x if not n else y")
def condition_negated(node: cst.CSTNode, code: Code) -> Iterator[cst.CSTNode]:
    """The other branch; a comparison has its opposite, see comparison-opposite."""
    parent = code.parents.get(node)
    if not isinstance(parent, cst.If | cst.IfExp | cst.While) or node is not parent.test:
        return
    if isinstance(node, cst.UnaryOperation) and isinstance(node.operator, cst.Not):
        yield node.expression
    elif isinstance(node, cst.BaseExpression) and not isinstance(node, cst.Comparison):
        yield expression(f"not {atom(node)}")


@operator("and-or", "z = n and x", "z = n or x")
def and_or(node: cst.CSTNode, code: Code) -> Iterator[cst.CSTNode]:
    """`or` for `and`, `and` for `or`, and either side alone."""
    if not isinstance(node, cst.BooleanOperation):
        return
    other = cst.Or if isinstance(node.operator, cst.And) else cst.And
    yield node.with_changes(
        operator=other(
            whitespace_before=node.operator.whitespace_before,
            whitespace_after=node.operator.whitespace_after,
        )
    )
    yield node.left
    yield node.right


def _compared(
    node: cst.CSTNode, others: dict[type[cst.BaseCompOp], type[cst.BaseCompOp]]
) -> Iterator[cst.CSTNode]:
    if not isinstance(node, cst.Comparison):
        return
    for index, target in enumerate(node.comparisons):
        other = others.get(type(target.operator))
        if other is not None:
            comparisons = list(node.comparisons)
            comparisons[index] = target.with_changes(operator=other())
            yield node.with_changes(comparisons=comparisons)
