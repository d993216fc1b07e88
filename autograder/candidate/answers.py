"""Answers calls, gradients and attribute reads about the names of one namespace.

In a candidate these names are the student's, and nothing here is trusted by the other side. The
same answers are given, elsewhere, about code of the course: a known wrong answer, or a reference.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any

import torch
from torch import Tensor

from autograder import cuda, wire
from autograder.candidate import second_device
from autograder.candidate.namespace import describe, kind_of
from autograder.candidate.second_device import Elsewhere
from autograder.codec import Packer, Unsendable, tensor_from_wire, tensor_to_wire, unpack

_NAMESPACE = 0
# Our own handling of tensors goes past the watch for torch's functions, which costs some
# microseconds each; the watch for its operators stays on.
_OWN_WORK = torch._C.DisableTorchFunction


class Answers:
    """The names of one namespace, and the objects that a test has been given handles of."""

    def __init__(self, names: Mapping[str, Any], *, limit_bytes: int, on_cuda: bool) -> None:
        self._names = names
        self._limit = limit_bytes
        self._cuda = on_cuda  # this process has started CUDA
        self._objects: dict[int, Any] = {}
        self._handles: dict[int, int] = {}  # id(object) → handle
        self._nodes: dict[int, tuple[list[Tensor], list[Tensor]]] = {}
        self._count = 0

    def answer(self, request: wire.Request) -> wire.Reply | None:
        """None where no reply is due; an exception of the code is a Raised."""
        try:
            return self.done(request)
        except BaseException as error:  # whatever the code raises is its answer
            return describe(error)

    def done(self, request: wire.Request) -> wire.Reply | None:
        """As answer, but exceptions pass through."""
        match request:
            case wire.Call():
                return self._call(request)
            case wire.Vjp():
                return self._vjp(request)
            case wire.Get():
                return self._get(request)
            case wire.Parameters():
                return self._parameters(request)
            case wire.Assign():
                self._assign(request)
            case wire.Begin():
                self._begin(request)
        return None

    def _begin(self, test: wire.Begin) -> None:
        self._objects.clear()
        self._handles.clear()
        self._nodes.clear()
        torch.default_generator.manual_seed(test.seed)  # as torch.manual_seed, and 3 ms faster
        random.seed(test.seed)
        if self._cuda:
            cuda.seed(test.seed)
            cuda.compute_exactly(tf32=test.tf32)

    def handed_back(self, value: Any) -> wire.Result:
        """A value that no call of a test asked for, and that has no gradient there."""
        with _OWN_WORK():
            packed = self._pack(value)
        return wire.Result(packed.value, packed.data)

    def _call(self, call: wire.Call) -> wire.Reply:
        elsewhere = call.elsewhere or any(data.place == wire.SIMULATED for data in call.tensors)
        with _OWN_WORK():
            inputs = [self._input(data, call.elsewhere) for data in call.tensors]
        args = [self._unpack(value, inputs) for value in call.args]
        kwargs = {name: self._unpack(value, inputs) for name, value in call.kwargs.items()}
        with ExitStack() as stack:
            stack.enter_context(torch.set_grad_enabled(call.grad))
            if elsewhere:
                stack.enter_context(second_device.second_device())
            target = self._attribute(call.target, call.attribute)
            result = target(*args, **kwargs)
            if call.elsewhere and isinstance(result, torch.nn.Module):
                result = result.to(second_device.DEVICE)
        with _OWN_WORK():
            pairs = zip(inputs, call.tensors, strict=True)
            mutated = [i for i, (x, sent) in enumerate(pairs) if _changed(x, sent)]
            packed = self._pack(result)
        differentiable = [inputs[i] for i in range(len(inputs)) if inputs[i].requires_grad]
        differentiable += [self._objects[handle] for handle in call.extra]
        node = 0 if elsewhere else self._remember(differentiable, packed.tensors)
        return wire.Result(packed.value, packed.data, node, mutated)

    def _attribute(self, target: int, attribute: str) -> Any:
        if target == _NAMESPACE:
            if attribute not in self._names:
                raise NameError(f"name '{attribute}' is not defined")
            return self._names[attribute]
        thing = self._objects[target]
        return getattr(thing, attribute) if attribute else thing

    def _input(self, data: wire.TensorData, elsewhere: bool) -> Tensor:
        """All of a call's tensors lie elsewhere, or those that say so, if a stand-in calls."""
        tensor = self._tensor(data)
        if elsewhere or data.place == wire.SIMULATED:
            tensor = Elsewhere(tensor)
        return tensor.requires_grad_() if data.requires_grad else tensor

    def _tensor(self, data: wire.TensorData) -> Tensor:
        return tensor_from_wire(data, cuda=self._cuda)

    def _unpack(self, value: wire.Value, tensors: list[Tensor]) -> Any:
        return unpack(value, tensors, lambda handle: self._objects[handle.id])

    def _pack(self, value: Any) -> _Packed:
        packer = Packer(self._pack_object, self._pack_tensor)
        packed = packer.pack(value)
        if sum(len(d.data) for d in packer.data) > self._limit:
            raise ValueError("the result is too large to be handed back")
        return _Packed(packed, packer.tensors, packer.data)

    def _pack_object(self, value: Any) -> wire.Value:
        return wire.Handle(self._handle(value), kind_of(value), type(value).__name__[:100])  # type: ignore[arg-type]

    def _pack_tensor(self, tensor: Tensor, handle: int = 0) -> wire.TensorData:
        try:
            if isinstance(tensor, Elsewhere):
                return tensor_to_wire(tensor.held, handle=handle, place=wire.SIMULATED)
            return tensor_to_wire(tensor, handle=handle)
        except Unsendable as problem:
            raise TypeError(f"the result cannot be handed back: {problem}") from None

    def _handle(self, value: Any) -> int:
        """The same object gets the same handle; it is kept until the next test begins."""
        if id(value) not in self._handles:
            self._count += 1
            self._handles[id(value)] = self._count
            self._objects[self._count] = value
        return self._handles[id(value)]

    def _remember(self, inputs: list[Tensor], outputs: list[Tensor]) -> int:
        if not inputs or not any(out.requires_grad for out in outputs):
            return 0
        self._count += 1
        self._nodes[self._count] = (inputs, [out for out in outputs if out.requires_grad])
        return self._count

    def _vjp(self, request: wire.Vjp) -> wire.Reply:
        inputs, outputs = self._nodes[request.node]
        cotangents = [self._tensor(data) for data in request.cotangents]
        if request.create_graph:
            cotangents = [c.requires_grad_() for c in cotangents]
        wanted = [x for x, want in zip(inputs, request.wanted, strict=True) if want]
        found = torch.autograd.grad(
            outputs,
            wanted,
            cotangents,
            allow_unused=True,
            retain_graph=True,
            create_graph=request.create_graph,
        )
        grads = [g for g in found if g is not None]
        packed = self._pack(tuple(grads))
        node = self._remember(inputs + cotangents, grads) if request.create_graph else 0
        slots = [packed.data[item.index] for item in packed.value.items]
        return wire.Gradients([g is not None for g in found], slots, node)

    def _get(self, request: wire.Get) -> wire.Reply:
        value = self._attribute(request.target, request.attribute)
        if isinstance(value, Tensor):
            data = self._pack_tensor(value, self._handle(value))
            return wire.Result(wire.Slot(0), [data])
        packed = self._pack(value)
        return wire.Result(packed.value, packed.data)

    def _parameters(self, request: wire.Parameters) -> wire.Reply:
        named = list(self._objects[request.target].named_parameters())
        return wire.NamedTensors(
            [name for name, _ in named],
            [self._pack_tensor(p, self._handle(p)) for _, p in named],
        )

    def _assign(self, request: wire.Assign) -> None:
        with torch.no_grad():
            for handle, data in zip(request.handles, request.tensors, strict=True):
                self._objects[handle].copy_(self._tensor(data))


class _Packed:
    def __init__(self, value: Any, tensors: list[Tensor], data: list[wire.TensorData]) -> None:
        self.value, self.tensors, self.data = value, tensors, data


def _changed(tensor: Tensor, sent: wire.TensorData) -> bool:
    """Whether a call left an input other than it was sent."""
    plain = tensor.held if isinstance(tensor, Elsewhere) else tensor
    if tuple(plain.shape) != sent.shape:
        return True
    try:
        return tensor_to_wire(plain).data != sent.data
    except Unsendable:
        return True
