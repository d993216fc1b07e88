"""A stand-in answers as the reference does, gradients and all."""

from __future__ import annotations

import copy
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from autograder import wire
from autograder.candidate.second_device import DEVICE, Elsewhere, second_device
from autograder.candidate.stand_ins import StandIns
from autograder.examiner.reference_server import answers_for, stand_in_kinds


def scaled(x: Tensor, by: Tensor | float = 2.0, *, power: int = 3) -> Tensor:
    return by * x**power


def pair(x: Tensor) -> dict[str, Any]:
    return {"sum": x.sum(), "parts": (x, [x * x]), "words": "done", "count": x.numel()}


def on_its_own_device(x: Tensor) -> Tensor:
    return x + torch.ones(x.shape, device=x.device)


def on_the_cpu(x: Tensor) -> Tensor:
    return x + torch.ones(x.shape)


class Tied(nn.Module):
    """Two layers with one weight, a buffer, and a forward that knows about training."""

    def __init__(self, size: int, bias: bool = True) -> None:
        super().__init__()
        self.size = size
        self.layers = nn.ModuleDict({"a": nn.Linear(size, size, bias), "b": nn.Linear(size, size)})
        self.layers["b"].weight = self.layers["a"].weight
        self.frozen = nn.Parameter(torch.ones(1), requires_grad=False)
        self.register_buffer("shift", torch.full((size,), 0.5))

    def forward(self, x: Tensor, *, times: float = 1.0) -> Tensor:
        result: Tensor = self.layers["b"](self.layers["a"](x).tanh()) + self.shift
        return times * result * self.frozen if self.training else times * result


NAMES: dict[str, Any] = {
    function.__name__: function for function in (scaled, pair, on_its_own_device, on_the_cpu, Tied)
}


def question_of(asked: Any) -> wire.Request:
    if isinstance(asked, wire.Upvjp):
        return wire.Vjp(asked.node, asked.cotangents, asked.wanted, asked.create_graph)
    return wire.Call(
        0, asked.name, asked.args, asked.kwargs, asked.tensors, [], asked.grad, elsewhere=False
    )


@contextmanager
def stand_ins() -> Iterator[dict[str, Any]]:
    """Those for NAMES, and a thread that answers for the reference."""
    here, there = socket.socketpair()
    near: wire.Channel[Any] = wire.Channel(here, wire.Request, limit_bytes=1 << 24)
    far: wire.Channel[Any] = wire.Channel(there, wire.Reply, limit_bytes=1 << 24)
    answers = answers_for(NAMES, NAMES, limit_bytes=1 << 24)

    def serve() -> None:
        try:
            while True:
                reply: Any = answers.answer(question_of(far.receive()))
                far.send(wire.Upreply(reply))
        except wire.Closed:
            pass

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield StandIns(near).named(stand_in_kinds(NAMES))
    finally:
        near.close()
        thread.join()
        far.close()


@pytest.fixture
def far() -> Iterator[dict[str, Any]]:
    torch.manual_seed(7)
    with stand_ins() as names:
        yield names


def test_values_cross_both_ways(far: dict[str, Any]) -> None:
    x = torch.randn(3, dtype=torch.float64)
    found = far["pair"](x)
    assert torch.equal(found["sum"], x.sum())
    assert torch.equal(found["parts"][1][0], x * x)
    assert (found["words"], found["count"]) == ("done", 3)
    assert torch.equal(far["scaled"](x, power=2, by=4.0), 4 * x**2)


def test_gradients_cross_for_every_tensor_that_wants_one(far: dict[str, Any]) -> None:
    x = torch.randn(4, requires_grad=True)
    by = torch.randn(4, requires_grad=True)

    def gradients(function: Callable[..., Tensor]) -> tuple[Tensor, ...]:
        return torch.autograd.grad(function((2 * x).tanh(), by).sin().sum(), [x, by])

    torch.testing.assert_close(gradients(far["scaled"]), gradients(scaled))


def test_gradients_can_be_differentiated_again(far: dict[str, Any]) -> None:
    x = torch.randn(4, dtype=torch.float64, requires_grad=True)
    by = torch.randn(4, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(far["scaled"], (x, by))
    assert torch.autograd.gradgradcheck(far["scaled"], (x, by))


def test_without_gradients_none_are_kept(far: dict[str, Any]) -> None:
    x = torch.randn(2, requires_grad=True)
    with torch.no_grad():
        assert not far["scaled"](x).requires_grad
    assert not far["scaled"](x.detach()).requires_grad
    assert far["scaled"](x).requires_grad


def test_a_result_can_be_changed_in_place(far: dict[str, Any]) -> None:
    x = torch.randn(2, requires_grad=True)
    far["scaled"](x).mul_(3).sum().backward()
    assert x.grad is not None
    torch.testing.assert_close(x.grad, 18 * x.detach() ** 2)


def test_a_watch_sees_nothing_of_the_stand_ins_own_work(far: dict[str, Any]) -> None:
    seen: list[Any] = []

    class Watching(TorchFunctionMode):
        def __torch_function__(
            self, func: Any, types: Any, args: Any = (), kwargs: Any = None
        ) -> Any:
            seen.append(func)
            return func(*args, **(kwargs or {}))

    x, made = torch.randn(3, requires_grad=True), far["Tied"](3)
    with Watching():
        first, second = far["scaled"](x), made(x)
        torch.autograd.grad([first, second], x, [torch.ones(3), torch.ones(3)], create_graph=True)
    assert torch.ones in seen
    assert {func.__name__ for func in seen} <= {"ones", "grad"}


def test_a_module_has_the_references_parameters(far: dict[str, Any]) -> None:
    made, own = far["Tied"](3), Tied(3)
    assert isinstance(made, nn.Module)
    assert {name: value.shape for name, value in made.state_dict().items()} == {
        name: value.shape for name, value in own.state_dict().items()
    }
    assert [p.requires_grad for p in made.parameters()] == [
        p.requires_grad for p in own.parameters()
    ]
    assert made.layers.a.weight is made.layers.b.weight
    assert made.size == 3
    assert isinstance(made, far["Tied"])
    assert type(made).__name__ == "Tied"


def test_a_module_computes_with_the_parameters_that_it_has_here(far: dict[str, Any]) -> None:
    made, own = far["Tied"](3).double(), Tied(3).double()
    own.load_state_dict(made.state_dict())
    x = torch.randn(2, 3, dtype=torch.float64)
    torch.testing.assert_close(made(x, times=2.0), own(x, times=2.0))
    with torch.no_grad():
        for parameter in (*made.parameters(), *own.parameters()):
            parameter.copy_(torch.linspace(0.1, 1.0, parameter.numel()).reshape(parameter.shape))
    torch.testing.assert_close(made(x), own(x))
    torch.testing.assert_close(made.eval()(x), own.eval()(x))
    torch.testing.assert_close(made.layers.a(x), own.layers["a"](x))


def test_gradients_reach_a_modules_parameters(far: dict[str, Any]) -> None:
    made, own = far["Tied"](3), Tied(3)
    own.load_state_dict(made.state_dict())
    x = torch.randn(2, 3)
    made(made(x)).square().sum().backward()
    own(own(x)).square().sum().backward()
    for (name, parameter), (_, expected) in zip(
        made.named_parameters(), own.named_parameters(), strict=True
    ):
        torch.testing.assert_close(parameter.grad, expected.grad, msg=name)


def test_a_module_can_be_copied_subclassed_and_put_into_another(far: dict[str, Any]) -> None:
    class Twice(far["Tied"]):  # type: ignore[misc]
        def forward(self, x: Tensor) -> Any:
            return super().forward(super().forward(x))

    x, made = torch.randn(2, 3), Twice(3)
    copied = copy.deepcopy(made)
    torch.testing.assert_close(copied(x), made(x))
    with torch.no_grad():
        next(iter(copied.parameters())).zero_()
    assert not torch.equal(copied(x), made(x))
    assert len(list(nn.Sequential(made, nn.Linear(3, 3)).parameters())) == 6


def test_on_the_second_device_it_lies_where_the_references_result_lies(far: dict[str, Any]) -> None:
    x = torch.randn(3)
    with second_device():
        there = far["on_its_own_device"](Elsewhere(x))
        assert there.device == DEVICE
        assert torch.equal(there.held, x + 1)
        with pytest.raises(RuntimeError, match="same device"):
            far["on_the_cpu"](Elsewhere(x))
        assert far["on_the_cpu"](x).device.type == "cpu"
        with pytest.raises(RuntimeError, match="same device"):
            far["scaled"](Elsewhere(x), by=x)


@pytest.mark.needs_gpu
def test_on_a_gpu_the_copies_on_the_cpu_return_to_it(far: dict[str, Any]) -> None:
    if not torch.cuda.is_available():
        pytest.skip("no GPU here")
    x = torch.randn(3, device="cuda", requires_grad=True)
    result = far["scaled"](x)
    assert result.is_cuda
    result.sum().backward()
    torch.testing.assert_close(x.grad, 6 * x.detach() ** 2)
    made = far["Tied"](3).to("cuda")
    made(torch.randn(2, 3, device="cuda")).sum().backward()
    assert all(p.grad.is_cuda for p in made.parameters() if p.requires_grad)
