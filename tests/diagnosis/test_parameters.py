"""A module is compared with the values that the student's parameters had."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from autograder import wire
from autograder.codec import tensor_to_wire
from autograder.examiner.replay import matched

from .replayed import FAILED, Ask, call, course, recognised, recorded

X = torch.tensor([[1.0, -2.0], [0.5, 3.0]])
# The last line in braces is what a version does with its branch.
MODULE = """
    class f(nn.Module):
        def __init__(self):
            super().__init__()
            {setup}

        def forward(self, x):
            return {forward}
"""
REFERENCE = MODULE.format(
    setup="self.branch = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 2))",
    forward="self.branch(x)",
)
NO_RELU = MODULE.format(
    setup="self.branch = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 2))", forward="self.branch(x)"
)
KNOWN = course(REFERENCE, no_relu=NO_RELU)


def whole(ask: Ask) -> None:
    """What the examiner asks before the first call of a module, and its gradient."""
    handle = ask(call("f")).value.id
    handles = [tensor.handle for tensor in ask(wire.Parameters(handle)).tensors]
    reply = ask(call("", X, target=handle, extra=handles))
    ask(wire.Vjp(reply.node, [tensor_to_wire(torch.ones(2, 2))], [True] * len(handles), False))


def part(ask: Ask) -> None:
    """The branch by itself."""
    handle = ask(call("f")).value.id
    branch = ask(wire.Get(handle, "branch")).value.id
    handles = [tensor.handle for tensor in ask(wire.Parameters(branch)).tensors]
    ask(call("", X, target=branch, extra=handles))


@pytest.mark.parametrize("test", [whole, part])
def test_inner_names_are_the_students_own_business(test: Any) -> None:
    student = MODULE.format(
        setup="""self.branch = nn.Sequential()
            self.branch.add_module("reduce", nn.Linear(2, 3))
            self.branch.add_module("wide", nn.Linear(3, 2))
            nn.init.normal_(self.branch.wide.weight)""",
        forward="self.branch(x)",
    )
    assert recognised(KNOWN, (FAILED, recorded(student, test))) == ["no_relu"]
    right = student.replace("return self.branch(x)", "return self.branch.wide(self.h(x).relu())")
    right += "\n        def h(self, x):\n            return self.branch.reduce(x)\n"
    if test is whole:
        run = recorded(right, test)
        assert isinstance(run.steps[-1].reply, wire.Gradients)
        assert recognised(KNOWN, (FAILED, run)) == [None]


def test_values_that_a_test_assigns_are_assigned_here_too() -> None:
    def assigned(ask: Ask) -> None:
        handle = ask(call("f")).value.id
        tensors = ask(wire.Parameters(handle)).tensors
        for tensor in tensors:
            value = tensor_to_wire(torch.linspace(-1, 2, tensor_size(tensor)).view(tensor.shape))
            ask(wire.Assign([tensor.handle], [value]))
        ask(call("", X, target=handle, extra=[tensor.handle for tensor in tensors]))

    assert recognised(KNOWN, (FAILED, recorded(NO_RELU, assigned, seed=3))) == ["no_relu"]


def test_parameters_that_are_read_one_by_one() -> None:
    """Also where they are no parameters at all, but plain tensors."""
    source = "self.weight = torch.randn(2)"
    known = course(
        MODULE.format(
            setup="self.weight = nn.Parameter(torch.randn(2))", forward="x * self.weight"
        ),
        plain=MODULE.format(setup=source, forward="x * self.weight"),
    )
    student = MODULE.format(
        setup="torch.randn(7)\n            " + source, forward="self.weight * x"
    )

    def read(ask: Ask) -> None:
        handle = ask(call("f")).value.id
        ask(wire.Get(handle, "weight"))
        ask(wire.Parameters(handle))
        ask(call("", X, target=handle))

    assert recognised(known, (FAILED, recorded(student, read))) == ["plain"]


def test_a_parameter_more_or_less_is_another_module() -> None:
    student = MODULE.format(
        setup="self.branch = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 2, bias=False))",
        forward="self.branch(x)",
    )
    assert recognised(KNOWN, (FAILED, recorded(student, whole))) == [None]


def test_parameters_are_matched_by_name_or_in_order_within_a_part() -> None:
    mine = named(("a.0", 2), ("a.1", 3), ("b.0", 2))
    assert matched(named(("b.0", 2), ("a.1", 3), ("a.0", 2)), mine) == [2, 1, 0]
    assert matched(named(("b.x", 2), ("a.x", 2), ("a.y", 3)), mine) == [2, 0, 1]
    assert matched(named(("a.x", 3), ("a.y", 2), ("b.x", 2)), mine) is None
    assert matched(named(("c.0", 2), ("a.1", 3), ("a.0", 2)), mine) is None
    assert matched(named(("x", 2), ("y", 3), ("z", 2)), mine, part=True) == [0, 1, 2]


def tensor_size(data: wire.TensorData) -> int:
    return torch.Size(data.shape).numel()


def named(*items: tuple[str, int]) -> wire.NamedTensors:
    names = [name for name, _ in items]
    return wire.NamedTensors(names, [tensor_to_wire(torch.ones(size)) for _, size in items])
