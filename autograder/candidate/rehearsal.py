"""A toy submission served to nobody before the first fork, so that no fork pays for first times."""

from __future__ import annotations

import socket
import sys

import torch

from autograder import wire
from autograder.candidate.server import Server
from autograder.codec import tensor_to_wire

_CELL = """\
class Toy(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(2, 2)

    def forward(self, x):
        return self.layer(x).relu()

def toy(x, dim=-1):
    return (x - x.amax(dim, keepdim=True)).exp().sum(dim)

def refuse(x):
    raise ValueError(x.shape)
"""
_ROOM_BYTES = 1 << 20


def rehearse(*, backward: bool) -> None:
    """Load a cell; call a function and a module; gradients, parameters, an exception.

    backward  False where the forks may use a GPU, see autograder/cuda.py
    """
    here, there = socket.socketpair()
    main = sys.modules["__main__"]
    try:
        server = Server(wire.Channel(here, wire.Request, limit_bytes=_ROOM_BYTES), [])
        server.load(_load())
        for elsewhere in (False, True):
            for seed in range(2):
                _one_test(server, seed, elsewhere, backward=backward)
    finally:
        sys.modules["__main__"] = main
        here.close()
        there.close()


def _one_test(server: Server, seed: int, elsewhere: bool, *, backward: bool) -> None:
    server.answer(wire.Begin(seed))
    x = tensor_to_wire(torch.ones(2, 2, requires_grad=not elsewhere))
    for name in ("toy", "refuse"):
        result = server.answer(_call(0, name, x, elsewhere))
    made = server.answer(wire.Call(0, "Toy", [], {}, [], [], True, elsewhere))
    assert isinstance(made, wire.Result)
    assert isinstance(made.value, wire.Handle)
    server.answer(wire.Parameters(made.value.id))
    result = server.answer(_call(made.value.id, "", x, elsewhere))
    assert isinstance(result, wire.Result)
    if result.node and backward:
        cotangent = tensor_to_wire(torch.ones(2, 2))
        for create_graph in (False, True):
            server.answer(wire.Vjp(result.node, [cotangent], [True], create_graph))


def _call(target: int, name: str, x: wire.TensorData, elsewhere: bool) -> wire.Call:
    return wire.Call(target, name, [wire.Slot(0)], {}, [x], [], not elsewhere, elsewhere)


def _load() -> wire.Load:
    units = [
        wire.CodeUnit("toy", "import torch", 1, ("torch",), risky=False, future=False),
        wire.CodeUnit("toy", _CELL, 1, ("Toy", "toy", "refuse"), risky=False, future=False),
    ]
    return wire.Load(
        units=units,
        skip=[],
        symbols=["Toy", "toy", "refuse"],
        forbidden=[],
        sources={"toy": _CELL},
        memory_bytes=_ROOM_BYTES,
        scratch_bytes=_ROOM_BYTES,
        message_bytes=_ROOM_BYTES,
        cpu_s=1,
        device="cpu",
    )
