"""Statements that are not reached, not repeated or not there."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from autograder.verify.mutants.code import Code, dotted
from autograder.verify.mutants.operator import operator
from autograder.verify.mutants.tensors import is_bound

_OTHER_ERRORS = {"ValueError": "RuntimeError"}


@operator("statement-deleted", "n += 1\nprint(n)", "pass\nprint(n)")
def statement_deleted(node: cst.CSTNode, code: Code) -> Iterator[cst.CSTNode]:
    """An expression statement, or an assignment to names that have a value without it."""
    match node:
        case cst.Expr() | cst.AugAssign():
            yield cst.Pass()
        case cst.Assign():
            names = [name for target in node.targets for name in _names(target.target)]
            if names and all(name and is_bound(name, code, node) for name in names):
                yield cst.Pass()


@operator("return-dropped", "return x", "return None")
def return_dropped(node: cst.CSTNode, code: Code) -> Iterator[cst.CSTNode]:
    """None instead of the result; of several results see return-partial."""
    value = node.value if isinstance(node, cst.Return) else None
    if isinstance(node, cst.Return) and value is not None and not isinstance(value, cst.Tuple):
        yield node.with_changes(value=cst.Name("None"))


@operator("return-partial", "return x, y", "return x")
def return_partial(node: cst.CSTNode, code: Code) -> Iterator[cst.CSTNode]:
    """One of several results instead of all."""
    if isinstance(node, cst.Return) and isinstance(node.value, cst.Tuple):
        for element in node.value.elements:
            yield node.with_changes(value=element.value)


@operator("raise-dropped", "if n < 0:\n    raise ValueError(n)", "if n < 0:\n    pass")
def raise_dropped(node: cst.CSTNode, code: Code) -> Iterator[cst.CSTNode]:
    """Bad input goes through."""
    if isinstance(node, cst.Raise):
        yield cst.Pass()


@operator("raise-changed", "raise ValueError(n)", "raise RuntimeError(n)")
def raise_changed(node: cst.CSTNode, code: Code) -> Iterator[cst.CSTNode]:
    """Another kind of exception."""
    if not isinstance(node, cst.Raise) or not isinstance(node.exc, cst.Call | cst.Name):
        return
    name = dotted(node.exc.func if isinstance(node.exc, cst.Call) else node.exc)
    other = cst.Name(_OTHER_ERRORS.get(name, "ValueError"))
    whole = isinstance(node.exc, cst.Name)
    yield node.with_changes(exc=other if whole else node.exc.with_changes(func=other))


@operator("loop-once", "for row in x:\n    print(row)", "for row in x:\n    print(row)\n    break")
def loop_once(node: cst.CSTNode, code: Code) -> Iterator[cst.CSTNode]:
    """A loop that ends after its first round."""
    if isinstance(node, cst.For | cst.While) and isinstance(node.body, cst.IndentedBlock):
        stop = cst.SimpleStatementLine([cst.Break()])
        yield node.with_changes(body=node.body.with_changes(body=[*node.body.body, stop]))


@operator("loop-skipped", "for row in x:\n    print(row)", "for row in ():\n    print(row)")
def loop_skipped(node: cst.CSTNode, code: Code) -> Iterator[cst.CSTNode]:
    """A loop that has no round at all."""
    parent = code.parents.get(node)
    if isinstance(parent, cst.For | cst.CompFor) and node is parent.iter:
        yield cst.Tuple([])
    elif isinstance(parent, cst.While) and node is parent.test:
        yield cst.Name("False")


@operator(
    "break-continue",
    "for row in x:\n    if n:\n        break",
    "for row in x:\n    if n:\n        continue",
)
def break_continue(node: cst.CSTNode, code: Code) -> Iterator[cst.CSTNode]:
    """`continue` for `break`, `break` for `continue`, and neither."""
    if isinstance(node, cst.Break | cst.Continue):
        yield cst.Continue() if isinstance(node, cst.Break) else cst.Break()
        yield cst.Pass()


def _names(target: cst.CSTNode) -> list[str]:
    """The names that a target binds; "" for what is no name, such as self.weight."""
    if isinstance(target, cst.Tuple | cst.List):
        return [name for element in target.elements for name in _names(element.value)]
    return [target.value if isinstance(target, cst.Name) else ""]
