"""A second device without a GPU: real values on the CPU that claim to lie elsewhere.

Device errors show on CUDA and nowhere else, and most graders have no GPU. Here a tensor
subclass claims the device `meta` (the only one that torch lets us name without its driver)
around a real CPU tensor, and a dispatch mode applies CUDA's rules for mixing devices:

    error    an operator that gets tensors of both devices
    allowed  zero-dimensional CPU tensors; CPU tensors as indices; copies from one to the other

Values stay real, so code may branch on them and call .item(), as it may on CUDA.
Source of the rules: TensorIterator::compute_types and the checks in aten/native of torch.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_flatten, tree_map

DEVICE = torch.device("meta")
_aten = torch.ops.aten
_COPIES = {_aten.copy_, _aten._to_copy, _aten.copy, _aten._copy_from, _aten.lift_fresh}
_INDEXED = {_aten.index, _aten.index_put, _aten.index_put_, _aten._index_put_impl_}
_FROM_DATA = {torch.tensor, torch.as_tensor, torch.asarray, Tensor.new_tensor}
_INDEXING = {Tensor.__getitem__, Tensor.__setitem__}
_STRICT = {_aten.cat, _aten.stack}  # these do not even take a zero-dimensional CPU tensor


class Elsewhere(Tensor):
    """A tensor on the second device; `held` has its values."""

    held: Tensor
    __torch_function__ = torch._C._disabled_torch_function_impl  # type: ignore[assignment]

    @staticmethod
    def __new__(cls, real: Tensor) -> Elsewhere:
        made = Tensor._make_wrapper_subclass(
            cls,
            real.size(),
            strides=real.stride(),
            storage_offset=real.storage_offset(),
            dtype=real.dtype,
            device=DEVICE,
            requires_grad=False,
        )
        made.held = real.detach()
        return made

    def __repr__(self, *args: Any, **kwargs: Any) -> str:  # type: ignore[override]
        return f"{self.held!r}  # on the second device"

    @classmethod
    def __torch_dispatch__(  # type: ignore[override]
        cls, func: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        return _run(func, args, kwargs or {})


@contextmanager
def second_device() -> Iterator[None]:
    """While active, new tensors can be made on the second device, and mixing is an error."""
    with _Constructors(), _Operators(), _swapping_modules():  # type: ignore[no-untyped-call]
        yield


@contextmanager
def _swapping_modules() -> Iterator[None]:
    """Moved or cast, a module's parameters stay the objects they are, so tied ones stay tied."""
    torch.__future__.set_swap_module_params_on_conversion(True)
    try:
        yield
    finally:
        torch.__future__.set_swap_module_params_on_conversion(False)


class _Operators(TorchDispatchMode):  # type: ignore[no-untyped-call]
    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        return False  # torch would import its compiler (a second) to tell it to stay away

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return _run(func, args, kwargs or {})


class _Constructors(TorchFunctionMode):
    """The few functions of torch that never become an operator with the asked device."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = dict(kwargs or {})
        if func in _FROM_DATA:
            return _from_data(func, args, kwargs)
        if func in _INDEXING:
            args = (args[0], _as_tensors(args[1]), *args[2:])
        if func is Tensor.tolist and isinstance(args[0], Elsewhere):
            return args[0].held.tolist()
        return func(*args, **kwargs)


def _as_tensors(index: Any) -> Any:
    """torch makes tensors of the lists in an index by itself, past every mode."""
    items = index if isinstance(index, tuple) else (index,)
    made = tuple(torch.tensor(list(i)) if isinstance(i, list | tuple | range) else i for i in items)
    return made if isinstance(index, tuple) else made[0]


def _from_data(func: Any, args: Any, kwargs: dict[str, Any]) -> Any:
    asked = kwargs.pop("device", None)
    needs_grad = kwargs.pop("requires_grad", False)
    if func is Tensor.new_tensor:
        like, *args = args
        func, asked = torch.tensor, asked or like.device
        kwargs.setdefault("dtype", like.dtype)
    made = func(*args, **kwargs)
    if asked is not None and not isinstance(made, Elsewhere):
        made = made.to(asked)
    return made.requires_grad_() if needs_grad else made


def _run(func: Any, args: Any, kwargs: dict[str, Any]) -> Any:
    packet = func.overloadpacket
    tensors = [x for x in tree_flatten((args, kwargs))[0] if isinstance(x, Tensor)]
    there = [x for x in tensors if isinstance(x, Elsewhere)]
    if there and len(there) < len(tensors) and packet not in _COPIES:
        _refuse_a_mix(packet, args, tensors)
    if any(x.device.type == DEVICE.type for x in tensors if not isinstance(x, Elsewhere)):
        # Made on the device by torch itself, past every mode: its values are nowhere.
        raise NotImplementedError(f"{func}: a tensor on the meta device that is not Elsewhere")
    real_args, real_kwargs = tree_map(_real, (args, kwargs))
    asked = real_kwargs.get("device")
    if asked is not None:
        real_kwargs["device"] = torch.device("cpu")
    result = func(*real_args, **real_kwargs)
    written = _written(func, args, kwargs)
    if written is not None:
        return written
    goes_there = _goes_there(packet, asked, args, there)
    return tree_map(_wrap, result) if goes_there else result


def _goes_there(packet: Any, asked: Any, args: Any, there: list[Elsewhere]) -> bool:
    if asked is not None:
        return torch.device(asked).type == DEVICE.type
    if packet in _COPIES and args:
        return isinstance(args[0], Elsewhere)
    return bool(there)


def _refuse_a_mix(packet: Any, args: Any, tensors: list[Tensor]) -> None:
    if packet in _INDEXED and isinstance(args[0], Elsewhere):
        tensors = [x for x in (args[0], *args[2:]) if isinstance(x, Tensor)]
    here = [x for x in tensors if not isinstance(x, Elsewhere)]
    if packet in _STRICT or any(x.dim() > 0 for x in here):
        raise RuntimeError(
            "Expected all tensors to be on the same device, but found at least two devices, "
            "that of the inputs and cpu!"
        )


def _written(func: Any, args: Any, kwargs: dict[str, Any]) -> Any:
    """The argument that an in-place or out= operator wrote to and returns; None otherwise."""
    if not func._schema.is_mutable:
        return None
    values = dict(zip((a.name for a in func._schema.arguments), args, strict=False)) | kwargs
    outputs = [
        values[a.name]
        for a in func._schema.arguments
        if a.alias_info is not None and a.alias_info.is_write and a.name in values
    ]
    if not outputs or not func._schema.returns:
        return None
    return outputs[0] if len(outputs) == 1 else tuple(outputs)


def _real(value: Any) -> Any:
    return value.held if isinstance(value, Elsewhere) else value


def _wrap(value: Any) -> Any:
    return Elsewhere(value) if isinstance(value, Tensor) else value
