"""One autograd graph over two processes: what a peer computed joins the graph of this one.

The peer answers a call with tensors and the number of a node, which it can differentiate when it is
asked to. Used by the examiner, whose tests call a student's code, and by a candidate, whose code
calls what stands for a reference.
"""

from __future__ import annotations

from typing import Any, NoReturn, Protocol

import torch
from torch import Tensor

from autograder import wire
from autograder.codec import tensor_from_wire, tensor_to_wire


class Peer(Protocol):
    """The other side, as far as a graph needs it."""

    cuda: bool  # whether tensors on a GPU may come from it

    def ask(self, request: wire.Request, expected: Any) -> Any:
        """The reply of the expected kind; raises what went wrong there."""

    def misbehaved(self, why: str) -> NoReturn:
        """The peer sent what cannot be."""


def tensors_from(peer: Peer, data: list[wire.TensorData]) -> list[Tensor]:
    try:
        return [tensor_from_wire(item, cuda=peer.cuda) for item in data]
    except wire.Malformed as problem:
        peer.misbehaved(str(problem))


def linked(
    peer: Peer, node: int, data: list[wire.TensorData], inputs: list[Tensor]
) -> list[Tensor]:
    """Fresh tensors; those that the peer can differentiate are joined to `inputs`.

    node  0: it can differentiate none
    """
    tensors = tensors_from(peer, data)
    if node and inputs:
        places = [i for i, item in enumerate(data) if item.requires_grad]
        # Detached they are no views any more, and may be changed in place like any result.
        own = [tensors[i].detach() for i in places]
        outputs = _Link.apply(peer, node, own, *inputs)  # type: ignore[no-untyped-call]
        for i, output in zip(places, outputs, strict=True):
            tensors[i] = output
    return tensors


def pack_input(tensor: Tensor) -> wire.TensorData:
    """By value, with a gradient where one is wanted and gradients are on. Raises Unsendable."""
    data = tensor_to_wire(tensor)
    wanted = tensor.requires_grad and torch.is_grad_enabled()
    return data if data.requires_grad == wanted else _without_grad(data)


def _without_grad(data: wire.TensorData) -> wire.TensorData:
    return wire.TensorData(data.dtype, data.shape, data.data, False, data.place)


def _vjp(
    peer: Peer, node: int, cotangents: tuple[Tensor, ...], wanted: list[bool], create_graph: bool
) -> wire.Gradients:
    data = [tensor_to_wire(c) for c in cotangents]
    reply = peer.ask(wire.Vjp(node, data, wanted, create_graph), wire.Gradients)
    if len(reply.present) != sum(wanted) or sum(reply.present) != len(reply.tensors):
        peer.misbehaved("gradients that do not fit the inputs")
    return reply  # type: ignore[no-any-return]


class _Link(torch.autograd.Function):
    """Joins tensors that came back from a peer to the graph of this process."""

    @staticmethod
    def forward(ctx: Any, peer: Peer, node: int, outputs: list[Tensor], *inputs: Tensor) -> Any:
        ctx.peer, ctx.node = peer, node
        ctx.save_for_backward(*inputs)
        return tuple(outputs)

    @staticmethod
    def backward(ctx: Any, *cotangents: Tensor) -> Any:
        # A watch for torch's functions is for those that student code uses.
        with torch._C.DisableTorchFunction():
            return _Link._gradients(ctx, cotangents)

    @staticmethod
    def _gradients(ctx: Any, cotangents: tuple[Tensor, ...]) -> Any:
        wanted = list(ctx.needs_input_grad[3:])
        create_graph = torch.is_grad_enabled()
        reply = _vjp(ctx.peer, ctx.node, cotangents, wanted, create_graph)
        again = [*ctx.saved_tensors, *cotangents] if create_graph else []
        grads = iter(linked(ctx.peer, reply.node, reply.tensors, again))
        present = iter(reply.present)
        full = [next(grads) if want and next(present) else None for want in wanted]
        for grad, x in zip(full, ctx.saved_tensors, strict=True):
            if grad is not None and not _fits(grad, x):
                ctx.peer.misbehaved("a gradient of the wrong shape")
        return (None, None, None, *full)


def _fits(grad: Tensor, x: Tensor) -> bool:
    return grad.shape == x.shape and grad.dtype == x.dtype and grad.device == x.device
