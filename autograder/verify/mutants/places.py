"""Where a cell may be changed."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from autograder.verify.mutants.code import Code, dotted

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"


def changeable(code: Code) -> Iterator[cst.CSTNode]:
    """The nodes that operators may see, outer before inner, in the order of the text."""
    lines = _solution_lines(code.source)
    holders = {
        around
        for node in code.within(code.module)
        if isinstance(node, cst.BaseSmallStatement) and code.lines[node] in lines
        for around in code.ancestors(node)
    }
    for node in _visible(code, code.module):
        if isinstance(node, cst.Param):  # the promise of a signature, see the package's docstring
            if code.parent(code.parent(node)) in holders:
                yield node
        elif code.lines.get(node) in lines and not _in_signature(node, code):
            yield node


def _solution_lines(source: str) -> set[int]:
    """1-based numbers of the lines between the markers, or of all lines if there are none."""
    lines = source.split("\n")
    if not any(line.strip().startswith(BEGIN) for line in lines):
        return set(range(1, len(lines) + 1))
    inside, found = False, set()
    for number, line in enumerate(lines, start=1):
        if line.strip().startswith((BEGIN, END)):
            inside = line.strip().startswith(BEGIN)
        elif inside:
            found.add(number)
    return found


def _visible(code: Code, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    if _hidden(node, code):
        return
    yield node
    if isinstance(node, cst.Raise):
        return  # whether and what it raises is the contract's business, its words are not
    for child in code.children.get(node, ()):
        if not (isinstance(node, cst.Assert) and child is node.msg):
            yield from _visible(code, child)


def _hidden(node: cst.CSTNode, code: Code) -> bool:
    match node:
        case cst.Annotation() | cst.Import() | cst.ImportFrom() | cst.FormattedString():
            return True
        case cst.Decorator() | cst.Comment():
            return True
        case cst.Expr(value=cst.SimpleString() | cst.ConcatenatedString()):
            return True  # a docstring, or a comment in the shape of one
        case cst.Expr() | cst.For():
            return _only_initialises(node, code)
    return False


def _only_initialises(node: cst.CSTNode, code: Code) -> bool:
    """nn.init.uniform_(…), or a loop that does nothing else."""
    if isinstance(node, cst.Expr):
        name = dotted(node.value.func) if isinstance(node.value, cst.Call) else ""
        return "init" in name.split(".")[:-1] and name.endswith("_")
    if not isinstance(node, cst.For):
        return False
    statements = [
        each for each in code.within(node) if isinstance(each, cst.BaseSmallStatement | cst.For)
    ]
    inner = [each for each in statements if each is not node]
    return bool(inner) and all(_only_initialises(each, code) for each in inner)


def _in_signature(node: cst.CSTNode, code: Code) -> bool:
    """Defaults are changed at their Param, whole."""
    around = [node, *code.ancestors(node)]
    return any(isinstance(each, cst.Param) for each in around)
