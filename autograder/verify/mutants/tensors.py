"""Which expressions are tensors, as far as names and annotations tell.

A guess that is wrong costs little: a mutant too few, or one that any test kills. Without it half
of the changes would be calls of tensor methods on numbers, which prove nothing about a suite.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from autograder.verify.mutants.code import Code, dotted, is_library, method, receiver, text

_NOT_TENSORS = frozenset({
    "item", "size", "dim", "ndimension", "numel", "tolist", "nelement", "stride", "data_ptr",
    "device", "dtype", "finfo", "Size", "Generator", "no_grad", "is_tensor", "get_device",
})  # fmt: skip
_TUPLES = frozenset({"chunk", "split", "tensor_split", "unbind", "topk", "sort", "meshgrid"})
_VIEWS = ("T", "mT", "H", "mH", "real", "imag", "grad", "data")
_BUILTINS = frozenset({
    "len", "int", "float", "bool", "str", "range", "list", "tuple", "dict", "set", "isinstance",
    "print", "enumerate", "zip", "getattr", "hasattr", "super", "type",
})  # fmt: skip
_DEEPEST = 12  # assignments that are followed back: names may depend on each other in circles


def is_tensor(node: cst.CSTNode, code: Code, depth: int = 0) -> bool:
    """Is the value a tensor for all that the cell's text says?"""
    if depth > _DEEPEST:
        return False
    match node:
        case cst.Name():
            return _is_tensor_name(node, code, depth)
        case cst.Attribute():
            return node.attr.value in _VIEWS or _is_parameter(node, code)
        case cst.Call():
            return _returns_tensor(node, code, depth)
        case cst.BinaryOperation():
            return any(is_tensor(side, code, depth + 1) for side in (node.left, node.right))
        case cst.UnaryOperation():
            return is_tensor(node.expression, code, depth + 1)
        case cst.Subscript():
            return is_tensor(node.value, code, depth + 1)
        case cst.IfExp():
            return any(is_tensor(side, code, depth + 1) for side in (node.body, node.orelse))
    return False


def is_input(node: cst.CSTNode, code: Code) -> bool:
    """Is it a tensor that the caller handed in, under a name that is bound nowhere else?"""
    function = code.function_of(node)
    if not isinstance(node, cst.Name) or function is None:
        return False
    parameter = parameter_named(node.value, function)
    if parameter is None or not _annotated_tensor(parameter):
        return False
    return next(_bindings(node.value, function, code), None) is None


def parameter_named(name: str, function: cst.FunctionDef) -> cst.Param | None:
    params = function.params
    every = (*params.posonly_params, *params.params, *params.kwonly_params)
    return next((param for param in every if param.name.value == name), None)


def is_bound(name: str, code: Code, apart_from: cst.CSTNode) -> bool:
    """Has the name a value in its function without that one statement?"""
    function = code.function_of(apart_from)
    if function is None:
        return False
    if parameter_named(name, function) is not None:
        return True
    return any(statement is not apart_from for statement, *_ in _bindings(name, function, code))


def uses_of(name: cst.Name, code: Code) -> int:
    """How often a name stands in its function, bindings included."""
    around = code.function_of(name) or code.module
    found = (node for node in code.within(around) if isinstance(node, cst.Name))
    return sum(node.value == name.value for node in found)


def _is_tensor_name(name: cst.Name, code: Code, depth: int) -> bool:
    for function in code.ancestors(name):  # a nested function sees the names around it
        if not isinstance(function, cst.FunctionDef):
            continue
        parameter = parameter_named(name.value, function)
        if parameter is not None and _annotated_tensor(parameter):
            return True
        for _, value, unpacked in _bindings(name.value, function, code):
            if _gives_tensor(value, unpacked, code, depth + 1):
                return True
    return False


def _gives_tensor(value: cst.BaseExpression, unpacked: bool, code: Code, depth: int) -> bool:
    """What a name gets that is bound to a value, or to a part of it."""
    if unpacked and isinstance(value, cst.Name) and "Tensor" in _annotation_of(value, code):
        return True
    if unpacked and isinstance(value, cst.Tuple):
        return any(is_tensor(element.value, code, depth) for element in value.elements)
    if isinstance(value, cst.Call) and (unpacked or method(value) not in _TUPLES):
        return _returns_tensor(value, code, depth, tuples=unpacked)
    return is_tensor(value, code, depth)


def _bindings(
    name: str, function: cst.FunctionDef, code: Code
) -> Iterator[tuple[cst.CSTNode, cst.BaseExpression, bool]]:
    """(statement, value, is it only a part of the value?) for each place that binds a name."""
    for node in code.within(function.body):
        for target, value in _targets_of(node):
            if name in _names_in(target):
                yield node, value, not isinstance(target, cst.Name)


def _targets_of(node: cst.CSTNode) -> list[tuple[cst.CSTNode, cst.BaseExpression]]:
    """(target, what it gets) of whatever binds names; `for` binds parts, so they count as such."""
    match node:
        case cst.Assign():
            return [(target.target, node.value) for target in node.targets]
        case cst.AnnAssign(value=cst.BaseExpression() as value):
            return [(node.target, value)]
        case cst.AugAssign():
            return [(node.target, node.value)]
        case cst.For():
            return [(node.target, node.iter)]
    return []


def _names_in(target: cst.CSTNode) -> list[str]:
    if isinstance(target, cst.Name):
        return [target.value]
    if isinstance(target, cst.Tuple | cst.List):
        return [name for element in target.elements for name in _names_in(element.value)]
    return []


def _annotated_tensor(parameter: cst.Param) -> bool:
    """`Tensor`, `Tensor | None`; of a pair of tensors only the parts are tensors."""
    if parameter.annotation is None:
        return False
    words = text(parameter.annotation.annotation)
    return "Tensor" in words and "[" not in words.replace("Optional[", "")


def _annotation_of(name: cst.Name, code: Code) -> str:
    function = code.function_of(name)
    parameter = parameter_named(name.value, function) if function else None
    return text(parameter.annotation.annotation) if parameter and parameter.annotation else ""


def _returns_tensor(call: cst.Call, code: Code, depth: int, *, tuples: bool = False) -> bool:
    name = method(call)
    if name in _NOT_TENSORS or (name in _TUPLES and not tuples):
        return False
    function = call.func
    if isinstance(function, cst.Attribute) and is_library(function.value):
        return dotted(function.value).split(".")[0] in ("torch", "F", "functional") and (
            not dotted(function).startswith("torch.nn.") or "functional" in dotted(function)
        )
    value = receiver(call)
    if value is not None and is_tensor(value, code, depth + 1):
        return True
    if name in _BUILTINS or not (name[:1].islower() or name.startswith("_")):
        return False  # a class's name: what is called here makes an object
    return any(is_tensor(argument.value, code, depth + 1) for argument in call.args)


def _is_parameter(node: cst.Attribute, code: Code) -> bool:
    """self.weight, where the class says self.weight = nn.Parameter(…)."""
    owner = code.class_of(node)
    if owner is None or dotted(node.value) != "self":
        return False
    for assign in code.within(owner):
        if isinstance(assign, cst.Assign) and isinstance(assign.value, cst.Call):
            targets = [dotted(target.target) for target in assign.targets]
            if f"self.{node.attr.value}" in targets and method(assign.value) == "Parameter":
                return True
    return False
