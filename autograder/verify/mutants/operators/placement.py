"""dtype, device and memory: what a result is made of, and whose memory it overwrites."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from autograder.verify.mutants.code import (
    Code,
    atom,
    expression,
    is_library,
    keyword,
    method,
    receiver,
    renamed,
    text,
    with_keyword,
    without_argument,
)
from autograder.verify.mutants.operator import operator
from autograder.verify.mutants.tensors import is_input, is_tensor, parameter_named, uses_of

_NEW = {"new_zeros": "zeros", "new_ones": "ones", "new_full": "full", "new_empty": "empty",
        "new_tensor": "tensor"}  # fmt: skip
_LIKE = {"zeros_like": "zeros", "ones_like": "ones", "randn_like": "randn", "rand_like": "rand"}
_MADE = ("zeros", "ones", "full", "eye", "arange", "tensor", "randn", "rand", "linspace")
_IN_PLACE_OPERATORS = {
    cst.Add: "add_", cst.Subtract: "sub_", cst.Multiply: "mul_", cst.Divide: "div_",
    cst.Power: "pow_",
}  # fmt: skip
_IN_PLACE = (
    "exp", "log", "sqrt", "sigmoid", "tanh", "relu", "abs", "neg", "clamp", "masked_fill",
    "squeeze", "unsqueeze", "transpose", "t", "add", "sub", "mul", "div", "pow", "square",
)  # fmt: skip


@operator("input-in-place", "z = x.exp()", "z = x.exp_()")
def input_in_place(node: cst.CSTNode, code: Code) -> Iterator[cst.CSTNode]:
    """An operation that overwrites what the caller handed in."""
    if isinstance(node, cst.Call) and method(node) in _IN_PLACE:
        changed = receiver(node) or (node.args[0].value if node.args else None)
        if changed is not None and is_input(changed, code):
            yield renamed(node, method(node) + "_")
    elif isinstance(node, cst.BinaryOperation) and is_input(node.left, code):
        name = _IN_PLACE_OPERATORS.get(type(node.operator))
        if name:
            yield expression(f"{text(node.left)}.{name}({text(node.right)})")
    elif isinstance(node, cst.UnaryOperation) and is_input(node.expression, code):
        name = "neg_" if isinstance(node.operator, cst.Minus) else "bitwise_not_"
        yield expression(f"{text(node.expression)}.{name}()")


@operator("placement-dropped", "z = x.new_zeros(n)", "z = torch.zeros(n)")
def placement_dropped(node: cst.CSTNode, code: Code) -> Iterator[cst.CSTNode]:
    """A new tensor of the default dtype on the default device, whatever the inputs have."""
    if not isinstance(node, cst.Call):
        return
    for index, arg in enumerate(node.args):
        if keyword(arg) in ("dtype", "device"):
            yield without_argument(node, index)
    arguments = ", ".join(
        text(arg.with_changes(comma=cst.MaybeSentinel.DEFAULT)) for arg in node.args
    )
    if method(node) in _NEW and receiver(node) is not None:
        yield expression(f"torch.{_NEW[method(node)]}({arguments})")
    elif method(node) in _LIKE and len(node.args) == 1:
        yield expression(f"torch.{_LIKE[method(node)]}({atom(node.args[0].value)}.shape)")


@operator("device-fixed", "z = x.new_zeros(n)", 'z = x.new_zeros(n, device="cpu")')
def device_fixed(node: cst.CSTNode, code: Code) -> Iterator[cst.CSTNode]:
    """A new tensor, or the result, on the CPU."""
    if isinstance(node, cst.Call) and _makes_tensor(node):
        if all(keyword(arg) != "device" for arg in node.args) and not _in_constructor(node, code):
            yield with_keyword(node, "device", '"cpu"')
    elif isinstance(node, cst.Return):
        for value in _results(node, code):
            yield _returning(node, value, expression(f"{atom(value)}.cpu()"))


@operator("dtype-fixed", "return x + y", "return (x + y).float()")
def dtype_fixed(node: cst.CSTNode, code: Code) -> Iterator[cst.CSTNode]:
    """A value, or the result, in float32 whatever the inputs have."""
    if isinstance(node, cst.Return):
        for value in _results(node, code):
            yield _returning(node, value, expression(f"{atom(value)}.float()"))
    elif (value_ := _assigned(node, code)) is not None and not _drawn(value_):
        yield node.with_changes(value=expression(f"{atom(value_)}.float()"))


@operator("detached", "return x + y", "return (x + y).detach()")
def detached(node: cst.CSTNode, code: Code) -> Iterator[cst.CSTNode]:
    """No gradient through one operand, one intermediate value or the result."""
    if isinstance(node, cst.Return):
        for value in _results(node, code):
            yield _returning(node, value, expression(f"{atom(value)}.detach()"))
    elif (value_ := _assigned(node, code)) is not None and not _makes_tensor(value_):
        yield node.with_changes(value=expression(f"{atom(value_)}.detach()"))
    elif isinstance(node, cst.BinaryOperation):
        for side in ("left", "right"):
            operand = getattr(node, side)
            if _trained(operand, code):
                yield node.with_changes(**{side: expression(f"{atom(operand)}.detach()")})


def _makes_tensor(call: cst.CSTNode) -> bool:
    """A new tensor, which has no gradient to lose."""
    if not isinstance(call, cst.Call):
        return False
    name = method(call)
    if name in _LIKE or name in _NEW:
        return True
    return name in _MADE and isinstance(call.func, cst.Attribute) and is_library(call.func.value)


def _drawn(call: cst.CSTNode) -> bool:
    """Random numbers, of which a test cannot tell how exact they are."""
    return _makes_tensor(call) and isinstance(call, cst.Call) and method(call).startswith("rand")


def _in_constructor(node: cst.CSTNode, code: Code) -> bool:
    """What a module makes for itself moves with it."""
    function = code.function_of(node)
    return function is not None and function.name.value == "__init__"


def _results(node: cst.Return, code: Code) -> list[cst.BaseExpression]:
    """The tensors that are returned, one or several."""
    values = [node.value]
    if isinstance(node.value, cst.Tuple):
        values = [element.value for element in node.value.elements]
    elif isinstance(node.value, cst.IfExp):
        values = [node.value.body, node.value.orelse]
    return [value for value in values if value is not None and is_tensor(value, code)]


def _returning(node: cst.Return, value: cst.BaseExpression, new: cst.BaseExpression) -> cst.CSTNode:
    changed = node.deep_replace(value, new)
    assert isinstance(changed, cst.CSTNode)
    return changed


def _assigned(node: cst.CSTNode, code: Code) -> cst.BaseExpression | None:
    """The value of an assignment to one name, if it is a tensor that is computed here."""
    if not isinstance(node, cst.Assign) or not is_tensor(node.value, code):
        return None
    whole = all(isinstance(target.target, cst.Name) for target in node.targets)
    computed = not isinstance(node.value, cst.Name)
    return node.value if whole and computed else None


def _trained(operand: cst.BaseExpression, code: Code) -> bool:
    """A tensor that gradients reach, and whose detaching is not that of its assignment.

    An argument that may be left out is not what one trains.
    """
    if isinstance(operand, cst.BinaryOperation | cst.UnaryOperation):
        return False
    if isinstance(operand, cst.Name):
        function = code.function_of(operand)
        parameter = parameter_named(operand.value, function) if function else None
        if parameter is not None and parameter.default is not None:
            return False
        if parameter is None and uses_of(operand, code) <= 2:
            return False
    return is_tensor(operand, code)
