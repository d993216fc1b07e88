"""What a hidden suite sees of the student's notebook: functions and modules that look local.

`student.softmax(x)` sends x by value, gets fresh plain tensors back, and autograd crosses with
it: the result's backward asks the candidate for its vector–Jacobian product, and that product
can be differentiated again. A remote module's parameters have mirrors here: leaf tensors whose
`.grad` fills and whose changed values are sent before the next call.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn

import torch
from torch import Tensor

from autograder import wire
from autograder.codec import Packer, Unsendable, tensor_to_wire, unpack
from autograder.examiner.candidate import Candidate
from autograder.examiner.error_words import TYPES
from autograder.examiner.redaction import Written, written_in
from autograder.examiner.verdicts import Crashed, Inconclusive, StudentError
from autograder.graphs import linked, pack_input, tensors_from
from autograder.testing import Finding

_NAMESPACE = 0
_WRONG_DEVICE = (
    "the result lies on the CPU although the inputs lie on another device (as on a GPU): "
    "create new tensors on the inputs' device"
)


class Student:
    """The notebook's namespace: `student.softmax`, `student.LSTMCell(3, 5)`."""

    def __init__(self, session: Session, *, elsewhere: bool = False) -> None:
        self._session = session
        self._elsewhere = elsewhere

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        kind = self._session.candidate.kind(name)
        if kind in ("module", "object"):
            return self._session.get(_NAMESPACE, name, elsewhere=self._elsewhere)
        return RemoteFunction(self._session, _NAMESPACE, name, elsewhere=self._elsewhere)

    def on_another_device(self) -> Student:
        """The same notebook, with every call on a simulated second device.

        Inputs are given and results come back as CPU tensors, without gradients. A result that
        the student's code left on the CPU raises Finding.
        """
        return Student(self._session, elsewhere=self._session.simulates)


class RemoteObject:
    """An object that stays with the student's code; only its attributes can be read."""

    def __init__(self, session: Session, handle: wire.Handle, *, elsewhere: bool) -> None:
        self._session = session
        self._handle = handle
        self._elsewhere = elsewhere

    @property
    def remote_type(self) -> str:
        """The name of its class, for messages: one that the test cannot have had a part in."""
        name = self._handle.type_name
        return name if name in TYPES or name in self._session.written.names else "an object"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._session.get(self._handle.id, name, elsewhere=self._elsewhere, owner=self)


class RemoteFunction:
    """A callable of the student's: a function, a class or a bound method."""

    def __init__(
        self,
        session: Session,
        target: int,
        attribute: str,
        *,
        elsewhere: bool,
        owner: RemoteObject | None = None,
    ) -> None:
        self._session = session
        self._target, self._attribute = target, attribute
        self._elsewhere = elsewhere
        self._owner = owner

    @property
    def remote_type(self) -> str:
        return "function"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        owners = [self._owner] if isinstance(self._owner, RemoteModule) else []
        return self._session.call(
            self._target, self._attribute, args, kwargs, owners, elsewhere=self._elsewhere
        )


class RemoteModule(RemoteObject):
    """An nn.Module of the student's."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._session.call(
            self._handle.id, "", args, kwargs, [self], elsewhere=self._elsewhere
        )

    def named_parameters(self) -> Iterator[tuple[str, Tensor]]:
        """As torch's: (name, leaf tensor); values are read afresh from the student's side."""
        yield from self._session.parameters(self._handle.id)

    def parameters(self) -> Iterator[Tensor]:
        for _, parameter in self.named_parameters():
            yield parameter

    def state_dict(self) -> dict[str, Tensor]:
        result: dict[str, Tensor] = self._method("state_dict")
        return result

    def load_state_dict(self, state: dict[str, Tensor], strict: bool = True) -> Any:
        result = self._method("load_state_dict", state, strict=strict)
        list(self.named_parameters())  # the mirrors follow
        return result

    def train(self, mode: bool = True) -> RemoteModule:
        return self._changed("train", mode)

    def eval(self) -> RemoteModule:
        return self._changed("eval")

    def to(self, *args: Any, **kwargs: Any) -> RemoteModule:
        return self._changed("to", *args, **kwargs)

    def double(self) -> RemoteModule:
        return self._changed("double")

    def float(self) -> RemoteModule:
        return self._changed("float")

    def zero_grad(self, set_to_none: bool = True) -> None:
        for parameter in self.parameters():
            parameter.grad = None if set_to_none else torch.zeros_like(parameter)

    def _changed(self, method: str, *args: Any, **kwargs: Any) -> RemoteModule:
        self._method(method, *args, **kwargs)
        list(self.named_parameters())
        return self

    def _method(self, name: str, *args: Any, **kwargs: Any) -> Any:
        with torch.no_grad():
            return self._session.call(
                self._handle.id, name, args, kwargs, [], elsewhere=self._elsewhere, check=False
            )


@dataclass(slots=True)
class _Mirror:
    tensor: Tensor  # what the test sees and may change in place
    sent: Tensor  # the values that the candidate has


@dataclass(slots=True)
class Session:
    """The proxies' common state during one test."""

    candidate: Candidate
    simulates: bool = True  # the second device; False: it is the CPU once more
    cuda: bool = False  # this process and the candidate's have started CUDA
    _generation: int = 0
    _mirrors: dict[int, _Mirror] = field(default_factory=dict)
    _owned: dict[int, list[tuple[str, int]]] = field(default_factory=dict)
    _written: Written | None = None

    @property
    def written(self) -> Written:
        """What stands in the notebook; read when it is first wanted."""
        if self._written is None:
            load = self.candidate.terms.load
            self._written = written_in(load.units, load.sources.items())
        return self._written

    def begin_test(self, cell: str, seed: int, *, tf32: bool = False) -> None:
        self._mirrors.clear()
        self._owned.clear()
        self.candidate.begin_test(cell, seed, tf32=tf32)
        self._generation = -1

    def call(
        self,
        target: int,
        attribute: str,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        owners: list[RemoteModule],
        *,
        elsewhere: bool,
        check: bool = True,
    ) -> Any:
        involved = list(owners)
        packer = Packer(lambda value: _pack_remote(value, involved), pack_input)
        packed = [packer.pack(value) for value in args]
        named = {str(name): packer.pack(value) for name, value in kwargs.items()}
        grad = torch.is_grad_enabled() and not elsewhere
        extra = self._differentiable(involved) if grad else []
        self._push_changes()
        request = wire.Call(
            target,
            attribute,
            packed,
            named,
            packer.data,
            extra,
            torch.is_grad_enabled(),
            elsewhere,
        )
        try:
            reply = self.ask(request, wire.Result)
        except StudentError as error:
            _excuse_the_simulation(error, elsewhere)
            raise
        for index in reply.mutated:
            if 0 <= index < len(packer.tensors):
                packer.tensors[index].changed_by_student = True
        inputs = [x for x in packer.tensors if grad and x.requires_grad]
        inputs += [self._mirrors[handle].tensor for handle in extra]
        return self._result(reply, inputs, elsewhere=elsewhere, check=check)

    def get(
        self, target: int, name: str, *, elsewhere: bool, owner: RemoteObject | None = None
    ) -> Any:
        self._push_changes()
        reply = self.ask(wire.Get(target, name), wire.Result)
        if isinstance(reply.value, wire.Slot) and reply.tensors and reply.tensors[0].handle:
            return self._mirror(reply.tensors[0])
        return self._unpack(reply, tensors_from(self, reply.tensors), elsewhere, owner)

    def measure(self, request: wire.Measure) -> Any:
        """A Cost, or the values that the course's function returned."""
        self.candidate.kind(request.symbol)  # which says why, if it is missing
        if request.cost:
            return self.ask(request, wire.Cost)
        reply = self.ask(request, wire.Result)
        return self._unpack(reply, tensors_from(self, reply.tensors), False, None)

    def parameters(self, target: int) -> list[tuple[str, Tensor]]:
        self._push_changes()
        reply = self.ask(wire.Parameters(target), wire.NamedTensors)
        if len(reply.names) != len(reply.tensors):
            self.misbehaved("parameters without names")
        self._owned[target] = [
            (name, data.handle) for name, data in zip(reply.names, reply.tensors, strict=True)
        ]
        return [
            (name, self._mirror(data))
            for name, data in zip(reply.names, reply.tensors, strict=True)
        ]

    def ask(self, request: wire.Request, expected: Any) -> Any:
        """Handles die with the candidate that gave them out."""
        if self._generation not in (-1, self.candidate.generation):
            raise Crashed("the process that ran your code ended earlier in this test")
        reply = self.candidate.ask(request, expected)
        self._generation = self.candidate.generation
        return reply

    def _differentiable(self, modules: list[RemoteModule]) -> list[int]:
        handles: dict[int, None] = {}
        for module in modules:
            target = module._handle.id
            if target not in self._owned:
                self.parameters(target)
            for _, handle in self._owned[target]:
                if self._mirrors[handle].tensor.requires_grad:
                    handles[handle] = None
        return list(handles)

    def _mirror(self, data: wire.TensorData) -> Tensor:
        value = tensors_from(self, [data])[0]
        mirror = self._mirrors.get(data.handle)
        if mirror is None:
            tensor = value.clone().requires_grad_(data.requires_grad and value.is_floating_point())
            mirror = self._mirrors[data.handle] = _Mirror(tensor, value)
        else:
            mirror.tensor.data = value.clone()  # on another device too, as nn.Module.to does it
            if mirror.tensor.grad is not None and mirror.tensor.grad.device != value.device:
                mirror.tensor.grad = mirror.tensor.grad.to(value.device)
            mirror.sent = value
        return mirror.tensor

    def _push_changes(self) -> None:
        changed = {
            handle: mirror
            for handle, mirror in self._mirrors.items()
            if not torch.equal(mirror.tensor.detach(), mirror.sent)
        }
        if changed:
            data = [tensor_to_wire(mirror.tensor) for mirror in changed.values()]
            self.candidate.tell(wire.Assign(list(changed), data))
            for mirror in changed.values():
                mirror.sent = mirror.tensor.detach().clone()

    def _result(
        self, reply: wire.Result, inputs: list[Tensor], *, elsewhere: bool, check: bool
    ) -> Any:
        if elsewhere and check and any(t.place != wire.SIMULATED for t in reply.tensors):
            raise Finding(_WRONG_DEVICE)
        tensors = linked(self, reply.node, reply.tensors, inputs)
        return self._unpack(reply, tensors, elsewhere, None)

    def _unpack(
        self, reply: wire.Result, tensors: list[Tensor], elsewhere: bool, owner: RemoteObject | None
    ) -> Any:
        def resolve(handle: wire.Handle) -> Any:
            if handle.kind == "module":
                return RemoteModule(self, handle, elsewhere=elsewhere)
            if handle.kind == "object":
                return RemoteObject(self, handle, elsewhere=elsewhere)
            return RemoteFunction(self, handle.id, "", elsewhere=elsewhere, owner=owner)

        try:
            return unpack(reply.value, tensors, resolve)
        except wire.Malformed as problem:
            self.misbehaved(str(problem))

    def misbehaved(self, why: str) -> NoReturn:
        self.candidate.close()
        raise Crashed(f"the process that ran your code misbehaved: {why}")


def _pack_remote(value: Any, involved: list[RemoteModule]) -> wire.Value:
    if isinstance(value, RemoteModule):
        involved.append(value)
    if isinstance(value, RemoteObject):
        return value._handle
    raise Unsendable(f"a {type(value).__name__} cannot be handed to student code")


def _excuse_the_simulation(error: StudentError, elsewhere: bool) -> None:
    """The second device is simulated; what only the simulation cannot do is no finding."""
    text = error.raised.message
    unsupported = "NotImplementedError" in error.raised.types or "tensor subclasses" in text
    if elsewhere and unsupported and ("Elsewhere" in text or "meta" in text.lower()):
        raise Inconclusive(text) from None
