"""Python values and tensors ⇄ wire values. Used by both sides; trusts nothing it decodes."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from math import prod
from typing import Any

import torch
from torch import Tensor

from autograder import wire

DTYPES: dict[str, torch.dtype] = {
    str(dtype).removeprefix("torch."): dtype
    for dtype in (
        *(torch.float32, torch.float64, torch.float16, torch.bfloat16),
        *(torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool),
        *(torch.complex64, torch.complex128),
    )
}
_NAMES = {dtype: name for name, dtype in DTYPES.items()}
_PLACES: dict[str, wire.Place] = {"cpu": wire.CPU, "cuda": wire.CUDA}
_INT64 = 1 << 63
_MAX_DEPTH = 40


class Unsendable(Exception):
    """The value cannot cross by value."""


def tensor_to_wire(
    tensor: Tensor, *, handle: int = 0, place: wire.Place | None = None
) -> wire.TensorData:
    """Copy a tensor's dtype, shape, place and bytes.

    place   where it is said to lie; None: where it lies
    raises  Unsendable for sparse, quantised or meta tensors and unknown dtypes and devices
    """
    name, here = _NAMES.get(tensor.dtype), _PLACES.get(tensor.device.type)
    if name is None or here is None or tensor.layout != torch.strided:
        raise Unsendable(f"a tensor of {tensor.dtype} ({tensor.layout}, {tensor.device})")
    plain = tensor.detach()
    if plain.is_conj() or plain.is_neg():
        plain = plain.resolve_conj().resolve_neg()
    if here != wire.CPU or not plain.is_contiguous():
        plain = plain.cpu().contiguous()
    size = plain.numel() * plain.element_size()
    data = ctypes.string_at(plain.data_ptr(), size) if size else b""
    place = here if place is None else place
    return wire.TensorData(name, tuple(plain.shape), data, tensor.requires_grad, place, handle)


def tensor_from_wire(data: wire.TensorData, *, cuda: bool = False) -> Tensor:
    """A fresh tensor that owns its memory: on the GPU if it lay there, else on the CPU.

    cuda    whether this process has started CUDA
    raises  wire.Malformed if dtype, shape and byte count do not fit together, or if it claims
            to lie on a GPU that this run does not have
    """
    if data.place == wire.CUDA:
        if not cuda:
            raise wire.Malformed("a tensor on a GPU in a run without one")
        return _on_the_cpu(data).to("cuda")
    return _on_the_cpu(data)


def _on_the_cpu(data: wire.TensorData) -> Tensor:
    dtype = DTYPES.get(data.dtype)
    if dtype is None or len(data.shape) > 64 or any(not 0 <= n < _INT64 for n in data.shape):
        raise wire.Malformed("a tensor of impossible dtype or shape")
    if prod(data.shape) * dtype.itemsize != len(data.data):
        raise wire.Malformed("a tensor whose bytes do not fill its shape")
    try:
        if not data.data:
            return torch.empty(data.shape, dtype=dtype)
        return torch.frombuffer(bytearray(data.data), dtype=dtype).reshape(data.shape)
    except (RuntimeError, OverflowError) as error:
        raise wire.Malformed(str(error)) from error


class Packer:
    """Encodes values into one message; every distinct tensor gets one slot."""

    def __init__(
        self,
        pack_object: Callable[[Any], wire.Value],
        pack_tensor: Callable[[Tensor], wire.TensorData] = tensor_to_wire,
    ) -> None:
        self.tensors: list[Tensor] = []
        self.data: list[wire.TensorData] = []
        self._slots: dict[int, int] = {}
        self._pack_object = pack_object
        self._pack_tensor = pack_tensor

    def pack(self, value: Any, depth: int = 0) -> wire.Value:
        """Raises Unsendable."""
        if depth > _MAX_DEPTH:
            raise Unsendable("a value nested too deeply")
        kind = type(value)
        if isinstance(value, Tensor):
            return wire.Slot(self._slot(value))
        if value is None or kind in (bool, float):
            return value  # type: ignore[no-any-return]
        if kind is str:
            return _encodable(value)
        if kind is int:
            return value if -_INT64 <= value < _INT64 else wire.Named("bigint", hex(value))
        if isinstance(value, tuple | list):
            label = "tuple" if isinstance(value, tuple) else "list"
            return wire.Items(label, [self.pack(item, depth + 1) for item in value])  # type: ignore[arg-type]
        if kind in (set, frozenset):
            return wire.Items("set", [self.pack(item, depth + 1) for item in value])
        if isinstance(value, dict):
            return wire.Pairs(
                [(self.pack(k, depth + 1), self.pack(v, depth + 1)) for k, v in value.items()]
            )
        if isinstance(value, torch.dtype):
            return wire.Named("dtype", str(value))
        if isinstance(value, torch.device):
            return wire.Named("device", str(value))
        return self._pack_object(value)

    def _slot(self, tensor: Tensor) -> int:
        key = id(tensor)
        if key not in self._slots:
            self._slots[key] = len(self.tensors)
            self.tensors.append(tensor)
            self.data.append(self._pack_tensor(tensor))
        return self._slots[key]


def _encodable(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Unsendable("a text that UTF-8 cannot encode") from None
    return text


def unpack(
    value: wire.Value, tensors: Sequence[Tensor], resolve: Callable[[wire.Handle], Any]
) -> Any:
    """The Python value of a wire value. Raises wire.Malformed."""
    if isinstance(value, wire.Slot):
        if not 0 <= value.index < len(tensors):
            raise wire.Malformed("a slot without a tensor")
        return tensors[value.index]
    if isinstance(value, wire.Items):
        items = [unpack(item, tensors, resolve) for item in value.items]
        return tuple(items) if value.kind == "tuple" else items
    if isinstance(value, wire.Pairs):
        return {
            _key(unpack(k, tensors, resolve)): unpack(v, tensors, resolve) for k, v in value.items
        }
    if isinstance(value, wire.Handle):
        return resolve(value)
    if isinstance(value, wire.Named):
        return _named(value)
    return value


def _key(key: Any) -> Any:
    """Big integers are no keys: they can be chosen to have one hash, and inserting them to take
    hours."""
    plain = isinstance(key, str | float | bool | type(None)) or (
        isinstance(key, int) and -_INT64 <= key < _INT64
    )
    if not plain:
        raise wire.Malformed("a dictionary key that is not plain")
    return key


def _named(value: wire.Named) -> Any:
    if value.kind == "dtype":
        return DTYPES.get(value.text.removeprefix("torch."), value.text)
    if value.kind == "device":
        try:
            return torch.device(value.text)
        except RuntimeError as error:
            raise wire.Malformed("an impossible device") from error
    if len(value.text) > 10_000:
        raise wire.Malformed("an integer too large")
    try:
        return int(value.text, 16)
    except ValueError as error:
        raise wire.Malformed("an impossible integer") from error
