"""A graded cell as a syntax tree that knows its parents and places, and pieces of code as text.

Operators read the tree and write text: `expression(f"{atom(node)}.detach()")` is easier to read,
and to trust, than the six nodes that it stands for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import libcst as cst
from libcst.metadata import (
    ByteSpanPositionProvider,
    CodeSpan,
    MetadataWrapper,
    ParentNodeProvider,
    PositionProvider,
)

_EMPTY = cst.Module([])
_ATOMS = (
    cst.Name, cst.Attribute, cst.Call, cst.Subscript, cst.Integer, cst.Float, cst.SimpleString,
    cst.List, cst.Dict, cst.Set,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Code:
    """One cell, parsed."""

    source: str
    data: bytes  # the source in UTF-8
    module: cst.Module
    parents: Mapping[cst.CSTNode, cst.CSTNode]
    spans: Mapping[cst.CSTNode, CodeSpan]  # in bytes of UTF-8, without parentheses around
    lines: Mapping[cst.CSTNode, int]  # where a node begins, 1-based
    children: Mapping[cst.CSTNode, list[cst.CSTNode]]  # in the order of the text

    def ancestors(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """From the parent outwards, the module last."""
        while node in self.parents:
            node = self.parents[node]
            yield node

    def within(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """The node itself and all below it, in the order of the text."""
        yield node
        for child in self.children.get(node, ()):
            yield from self.within(child)

    def parent(self, node: cst.CSTNode) -> cst.CSTNode:
        return self.parents[node]

    def function_of(self, node: cst.CSTNode) -> cst.FunctionDef | None:
        """The innermost function around a node."""
        return next((n for n in self.ancestors(node) if isinstance(n, cst.FunctionDef)), None)

    def class_of(self, node: cst.CSTNode) -> cst.ClassDef | None:
        return next((n for n in self.ancestors(node) if isinstance(n, cst.ClassDef)), None)


def parse(source: str) -> Code:
    """raises  libcst.ParserSyntaxError if the cell is not Python"""
    wrapper = MetadataWrapper(cst.parse_module(source))
    positions = wrapper.resolve(PositionProvider)
    parents = wrapper.resolve(ParentNodeProvider)
    children: dict[cst.CSTNode, list[cst.CSTNode]] = {}
    for child, parent in parents.items():
        children.setdefault(parent, []).append(child)
    return Code(
        source=source,
        data=source.encode(),
        module=wrapper.module,
        parents=parents,
        children=children,
        spans=wrapper.resolve(ByteSpanPositionProvider),
        lines={node: position.start.line for node, position in positions.items()},
    )


def text(node: cst.CSTNode) -> str:
    return _EMPTY.code_for_node(node)


def atom(node: cst.BaseExpression) -> str:
    """The text of an expression, so that `.method()` and every operator may follow it."""
    if node.lpar or isinstance(node, _ATOMS):
        return text(node)
    return f"({text(node)})"


def bare(node: cst.BaseExpression) -> str:
    """The text of an expression without parentheses of its own; those of () are not around it."""
    if isinstance(node, cst.Tuple) and not node.elements:
        return "()"
    return text(node.with_changes(lpar=[], rpar=[]))


def plus(node: cst.BaseExpression, number: int) -> cst.BaseExpression:
    """node + number, or node - |number|."""
    before = text(node) if isinstance(node, cst.BinaryOperation) else atom(node)
    return expression(f"{before} {'-' if number < 0 else '+'} {abs(number)}")


def expression(code: str) -> cst.BaseExpression:
    return cst.parse_expression(code)


def dotted(node: cst.CSTNode) -> str:
    """A chain of names with its dots, such as torch.nn.functional, else nothing."""
    if isinstance(node, cst.Name):
        return node.value
    if isinstance(node, cst.Attribute):
        base = dotted(node.value)
        return f"{base}.{node.attr.value}" if base else ""
    return ""


def method(call: cst.Call) -> str:
    """The last name of what is called: "sum" in x.sum(), torch.sum(x) and sum(x)."""
    function = call.func
    if isinstance(function, cst.Attribute):
        return function.attr.value
    return function.value if isinstance(function, cst.Name) else ""


def receiver(call: cst.Call) -> cst.BaseExpression | None:
    """x in x.sum(); None in torch.sum(x) and in sum(x)."""
    if not isinstance(call.func, cst.Attribute) or is_library(call.func.value):
        return None
    return call.func.value


def is_library(node: cst.CSTNode) -> bool:
    """Is this a module such as torch or F, rather than a value?"""
    return dotted(node).split(".")[0] in ("torch", "F", "functional", "nn", "math", "np", "init")


def renamed(call: cst.Call, name: str) -> cst.Call:
    """The same call of another function or method."""
    if isinstance(call.func, cst.Attribute):
        return call.with_changes(func=call.func.with_changes(attr=cst.Name(name)))
    return call.with_changes(func=cst.Name(name))


def keyword(argument: cst.Arg) -> str:
    return argument.keyword.value if argument.keyword else ""


def positional(call: cst.Call) -> list[cst.Arg]:
    return [arg for arg in call.args if arg.keyword is None and not arg.star]


def with_argument(call: cst.Call, index: int, value: cst.BaseExpression) -> cst.Call:
    args = list(call.args)
    args[index] = args[index].with_changes(value=value)
    return call.with_changes(args=args)


def without_argument(call: cst.Call, index: int) -> cst.Call:
    """The comma goes with it."""
    args = [arg for i, arg in enumerate(call.args) if i != index]
    if args and index == len(args):
        args[-1] = args[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
    return call.with_changes(args=args)


def with_keyword(call: cst.Call, name: str, value: str) -> cst.Call:
    """The call with one more argument, given by name."""
    given = [text(arg.with_changes(comma=cst.MaybeSentinel.DEFAULT)).strip() for arg in call.args]
    made = expression(f"{text(call.func)}({', '.join([*given, f'{name}={value}'])})")
    assert isinstance(made, cst.Call)
    return made


def integer(node: cst.CSTNode) -> int | None:
    """The value of an integer literal, its sign included."""
    if isinstance(node, cst.Integer):
        return int(node.value, 0)
    if isinstance(node, cst.UnaryOperation) and isinstance(node.operator, cst.Minus):
        value = integer(node.expression)
        return None if value is None else -value
    return None
