"""The small number that keeps a division or a logarithm finite."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from autograder.verify.mutants.code import Code, atom, expression, method, receiver, text
from autograder.verify.mutants.operator import operator
from autograder.verify.mutants.tensors import is_tensor

SMALL = 1e-3  # a number below it is there for the sake of exactness, not of meaning
_ADDED = "1e-6"  # float64 shows it, at a tolerance of 1e-9
_NEED = ("log", "sqrt", "rsqrt", "reciprocal")


@operator("eps-added", "z = x / y", "z = x / (y + 1e-6)")
def eps_added(node: cst.CSTNode, code: Code) -> Iterator[cst.CSTNode]:
    """A small number added to a denominator or to what a logarithm or a root is taken of."""
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Divide):
        if _small_term(node.right) is None and (is_tensor(node, code)):
            yield node.with_changes(right=expression(f"({text(node.right)} + {_ADDED})"))
    elif isinstance(node, cst.Call) and method(node) in _NEED and is_tensor(node, code):
        inner = receiver(node)
        if inner is not None and _small_term(inner) is None:
            added = expression(f"({text(inner)} + {_ADDED})")
            yield node.with_changes(func=node.func.with_changes(value=added))
        elif inner is None and node.args and _small_term(node.args[0].value) is None:
            added = expression(f"{atom(node.args[0].value)} + {_ADDED}")
            yield node.with_changes(args=[node.args[0].with_changes(value=added), *node.args[1:]])


@operator("eps-moved", "z = torch.sqrt(x + 1e-5)", "z = torch.sqrt(x) + 1e-5")
def eps_moved(node: cst.CSTNode, code: Code) -> Iterator[cst.CSTNode]:
    """A small number added after a root, a logarithm or a division instead of before."""
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Divide):
        if (sum_ := _small_term(node.right)) is not None:
            yield expression(f"{atom(node.left)} / {atom(sum_.left)} + {text(sum_.right)}")
    elif isinstance(node, cst.Call) and method(node) in _NEED:
        inner = receiver(node)
        sum_ = _small_term(inner or (node.args[0].value if node.args else None))
        if sum_ is None:
            return
        function = text(node.func) if inner is None else f"{atom(sum_.left)}.{method(node)}"
        argument = text(sum_.left) if inner is None else ""
        yield expression(f"{function}({argument}) + {text(sum_.right)}")


def is_small(node: cst.CSTNode | None) -> bool:
    """A literal such as 1e-5, or a name that means one."""
    if isinstance(node, cst.Float):
        return 0 < float(node.value) < SMALL
    return isinstance(node, cst.Attribute) and node.attr.value in ("eps", "epsilon")


def _small_term(node: cst.CSTNode | None) -> cst.BinaryOperation | None:
    """The node, if it is a sum of something and a small number."""
    if not isinstance(node, cst.BinaryOperation) or not isinstance(node.operator, cst.Add):
        return None
    named = isinstance(node.right, cst.Name) and node.right.value == "eps"
    return node if named or is_small(node.right) else None
