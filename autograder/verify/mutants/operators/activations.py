"""Functions applied to every value."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from autograder.verify.mutants.code import Code, method, receiver, renamed, without_argument
from autograder.verify.mutants.operator import operator
from autograder.verify.mutants.operators.dimensions import dimension_arguments

_OTHERS = {
    "sigmoid": "tanh", "tanh": "sigmoid", "relu": "sigmoid", "softmax": "sigmoid",
    "Sigmoid": "Tanh", "Tanh": "Sigmoid", "ReLU": "Sigmoid", "gelu": "relu", "GELU": "ReLU",
    "softplus": "exp", "log_softmax": "softmax", "log1p": "log", "expm1": "exp", "logsigmoid":
    "sigmoid", "MaxPool2d": "AvgPool2d", "AvgPool2d": "MaxPool2d", "sin": "cos", "cos": "sin",
}  # fmt: skip
_DROPPED = (
    "sigmoid", "tanh", "relu", "gelu", "softmax", "log_softmax", "exp", "log", "softplus", "abs",
    "log1p", "expm1", "clamp", "dropout", "normalize", "layer_norm",
)  # fmt: skip
_MODULES = ("ReLU", "Sigmoid", "Tanh", "GELU", "Softmax", "LogSoftmax", "LeakyReLU", "ELU")


@operator("activation-swapped", "z = torch.sigmoid(x)", "z = torch.tanh(x)")
def activation_swapped(node: cst.CSTNode, code: Code) -> Iterator[cst.CSTNode]:
    """sigmoid for tanh and the like; average pooling for maximum pooling."""
    if isinstance(node, cst.Call) and method(node) in _OTHERS:
        other = renamed(node, _OTHERS[method(node)])
        for index in reversed(dimension_arguments(node) if method(node) == "softmax" else []):
            other = without_argument(other, index)
        yield other


@operator("activation-dropped", "z = torch.relu(x)", "z = x")
def activation_dropped(node: cst.CSTNode, code: Code) -> Iterator[cst.CSTNode]:
    """relu, sigmoid, exp, log and their kin left out."""
    if isinstance(node, cst.Call) and method(node) in _DROPPED:
        original = receiver(node) or (node.args[0].value if node.args else None)
        if original is not None:
            yield original


@operator("activation-made-identity", "z = [nn.ReLU()]", "z = [nn.Identity()]")
def activation_made_identity(node: cst.CSTNode, code: Code) -> Iterator[cst.CSTNode]:
    """A layer that changes nothing in the place of an activation."""
    if isinstance(node, cst.Call) and method(node) in _MODULES:
        yield renamed(node, "Identity").with_changes(args=[])
