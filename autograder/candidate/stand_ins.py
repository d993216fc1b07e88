"""What stands for the reference's symbols in a candidate: calls that another process answers.

When a student's own `softmax` is wrong, what they built on it is tested over the reference's.
The reference must not become readable by this, so nothing of it comes here: a stand-in sends its
arguments over the line to the examiner and waits for the answer. Tensors cross by value, autograd
crosses with them, and a module's parameters live here, so that whoever sets them sets them.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any, NoReturn

import torch
from torch import Tensor, nn

from autograder import wire
from autograder.candidate.second_device import Elsewhere
from autograder.codec import Packer, Unsendable, tensor_to_wire, unpack
from autograder.graphs import linked, pack_input

# As in answers.py: our own handling of tensors goes past the watch for torch's functions.
_OWN_WORK = torch._C.DisableTorchFunction


class StandIns:
    """The line to the reference; to `autograder.graphs` it is the peer."""

    cuda = False  # tensors on a GPU cross as their copies on the CPU, and return to it here

    def __init__(self, channel: wire.Channel[wire.Request]) -> None:
        self._channel = channel
        self._lock = Lock()  # student code may have threads, and autograd has some for a GPU

    def __deepcopy__(self, memo: object) -> StandIns:
        return self  # a copied module asks the same reference

    def named(self, kinds: Mapping[str, str]) -> dict[str, Any]:
        """A stand-in for each name: a function, or a subclass of nn.Module."""
        makers = {"function": _function, "module": _module}
        return {name: makers[kind](name, self) for name, kind in kinds.items()}

    def call(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """What the reference's function returns; raises what it raises."""
        with _OWN_WORK():
            crossing = _Crossing()
            packer = Packer(_pack_object, crossing.pack)
            try:
                packed = [packer.pack(value) for value in args]
                named = {str(key): packer.pack(value) for key, value in kwargs.items()}
            except Unsendable as problem:
                raise TypeError(f"{problem} cannot be handed to `{name}`") from None
            reply = self._exchange(
                wire.Upcall(name, packer.data, packed, named, torch.is_grad_enabled())
            )
            sent = zip(crossing.plain, packer.data, strict=True)
            inputs = [tensor for tensor, data in sent if data.requires_grad]
            tensors = linked(self, reply.node, reply.tensors, inputs)
            arrived = zip(tensors, reply.tensors, strict=True)
            tensors = [crossing.landed(tensor, data) for tensor, data in arrived]
            return unpack(reply.value, tensors, lambda handle: handle)

    def ask(self, request: Any, expected: Any) -> Any:
        """A vector-Jacobian product: all that a graph asks for."""
        return self._exchange(
            wire.Upvjp(request.node, request.cotangents, request.wanted, request.create_graph)
        )

    def misbehaved(self, why: str) -> NoReturn:
        raise RuntimeError(why)

    def _exchange(self, message: wire.Upcall | wire.Upvjp) -> Any:
        with self._lock:
            self._channel.send(message)
            answer = self._channel.receive()
        if not isinstance(answer, wire.Upreply):
            raise RuntimeError("this function can be called while a test waits for your code only")
        if isinstance(answer.reply, wire.Raised):
            raise _exception(answer.reply)
        return answer.reply


class _Crossing:
    """The tensors of one call: their copies that cross, and where the results belong."""

    def __init__(self) -> None:
        self.plain: list[Tensor] = []
        self._device: torch.device | None = None

    def pack(self, tensor: Tensor) -> wire.TensorData:
        """The copy to the CPU is part of the graph, so a gradient finds its way back."""
        if isinstance(tensor, Elsewhere):
            self.plain.append(tensor.held)
            return tensor_to_wire(tensor.held, place=wire.SIMULATED)
        if tensor.is_cuda:
            self._device, tensor = tensor.device, tensor.cpu()
        self.plain.append(tensor)
        return pack_input(tensor)

    def landed(self, tensor: Tensor, data: wire.TensorData) -> Tensor:
        if data.place == wire.SIMULATED:
            return Elsewhere(tensor)
        return tensor if self._device is None else tensor.to(self._device)


class _Part(nn.Module):
    """A module of the reference's, or a part of one: parameters here, behaviour there."""

    _far: tuple[StandIns, wire.Handle, str]  # the line, the whole module, this part's path in it

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        line, whole, path = self._far
        values = dict(self.named_parameters(remove_duplicate=False))
        values |= dict(self.named_buffers(remove_duplicate=False))  # type: ignore[arg-type]
        return line.call("", (whole, path, self.training, values, args, kwargs), {})


def _function(name: str, line: StandIns) -> Callable[..., Any]:
    def stand_in(*args: Any, **kwargs: Any) -> Any:
        return line.call(name, args, kwargs)

    stand_in.__name__ = stand_in.__qualname__ = name
    return stand_in


def _module(name: str, line: StandIns) -> type[nn.Module]:
    def __init__(self: _Part, *args: Any, **kwargs: Any) -> None:
        nn.Module.__init__(self)
        whole, parts = line.call(name, args, kwargs)
        _furnish(self, line, whole, parts)

    return type(name, (_Part,), {"__init__": __init__})


def _furnish(root: _Part, line: StandIns, whole: wire.Handle, parts: list[Any]) -> None:
    """Parts come as (path, parameters, buffers, facts), the whole first, parents before children.

    A parameter that several parts share is one parameter here as well.
    """
    shared: dict[int, nn.Parameter] = {}
    for path, parameters, buffers, facts in parts:
        part = root
        if path:
            parent, _, name = path.rpartition(".")
            part = _Part()
            root.get_submodule(parent).add_module(name, part)
        part._far = (line, whole, path)
        for name, (value, trained) in parameters.items():
            own = shared.setdefault(id(value), nn.Parameter(value, requires_grad=trained))
            part.register_parameter(name, own)
        for name, value in buffers.items():
            part.register_buffer(name, value)
        for name, value in facts.items():
            setattr(part, name, value)


def _pack_object(value: Any) -> wire.Value:
    if isinstance(value, wire.Handle):
        return value
    raise Unsendable(f"a {type(value).__name__}")


def _exception(raised: wire.Raised) -> Exception:
    """The builtin class that comes first in its ancestry."""
    for name in raised.types:
        cls = getattr(builtins, name, None)
        if isinstance(cls, type) and issubclass(cls, Exception):
            try:
                return cls(raised.message)
            except TypeError:  # some want more than a message
                continue
    return RuntimeError(raised.message)
