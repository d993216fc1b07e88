"""What NVIDIA's management library tells about the cards. It never makes a CUDA context, so it may
be asked by a process that forks, and by the command.

Source: https://docs.nvidia.com/deploy/nvml-api/ (functions, and the structures below)
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Protocol

_LIBRARY = "libnvidia-ml.so.1"
_TEXT_BYTES = 96
_EXCLUSIVE = (1, 3)  # compute modes that let one thread or one process have the card
_INSUFFICIENT_SIZE = 7
_UNKNOWN_BYTES = (1 << 64) - 1
_FIRST_ROOM, _MOST_ROOM = 64, 4096


class NvmlFailure(Exception):
    """NVML is not there, or does not answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    index: int  # as nvidia-smi counts, in the order of the bus
    uuid: str
    name: str
    total_bytes: int
    free_bytes: int
    exclusive: bool = False  # one process at a time
    mig: bool = False  # cut into instances


@dataclass(frozen=True, slots=True)
class Use:
    """What a process holds on a card. Processes of containers have their numbers on the host."""

    pid: int
    used_bytes: int | None  # None: the driver does not tell


class Driver(Protocol):
    """The cards of a host."""

    def cards(self) -> tuple[Card, ...]: ...

    def uses(self, index: int) -> tuple[Use, ...]:
        """The processes that compute on a card."""


class _Memory(ctypes.Structure):
    """nvmlMemory_t, bytes."""

    _fields_ = (
        ("total", ctypes.c_ulonglong),
        ("free", ctypes.c_ulonglong),
        ("used", ctypes.c_ulonglong),
    )


class _Process(ctypes.Structure):
    """nvmlProcessInfo_v2_t, which functions of version 3 fill too."""

    _fields_ = (
        ("pid", ctypes.c_uint),
        ("used", ctypes.c_ulonglong),
        ("gpu_instance", ctypes.c_uint),
        ("compute_instance", ctypes.c_uint),
    )


class Nvml:
    """A Driver; use as a context manager. Raises NvmlFailure, also from __init__."""

    def __init__(self) -> None:
        try:
            self._library: Any = ctypes.CDLL(_LIBRARY)
        except OSError:
            raise NvmlFailure(f"{_LIBRARY} is not installed") from None
        self._call("nvmlInit_v2")

    def __enter__(self) -> Nvml:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._library.nvmlShutdown()

    def driver_version(self) -> str:
        text = ctypes.create_string_buffer(_TEXT_BYTES)
        self._call("nvmlSystemGetDriverVersion", text, _TEXT_BYTES)
        return text.value.decode("ascii", "replace")

    def cuda_version(self) -> tuple[int, int]:
        """The newest CUDA that this driver runs: 12040 is 12.4."""
        number = ctypes.c_int()
        self._call("nvmlSystemGetCudaDriverVersion_v2", ctypes.byref(number))
        return number.value // 1000, number.value % 1000 // 10

    def cards(self) -> tuple[Card, ...]:
        count = ctypes.c_uint()
        self._call("nvmlDeviceGetCount_v2", ctypes.byref(count))
        return tuple(self._card(index) for index in range(count.value))

    def uses(self, index: int) -> tuple[Use, ...]:
        handle, room = self._handle(index), _FIRST_ROOM
        while room <= _MOST_ROOM:
            count, found = ctypes.c_uint(room), (_Process * room)()
            code = self._library.nvmlDeviceGetComputeRunningProcesses_v3(
                handle, ctypes.byref(count), found
            )
            if code != _INSUFFICIENT_SIZE:
                self._check("nvmlDeviceGetComputeRunningProcesses_v3", code)
                return tuple(_use(process) for process in found[: count.value])
            room *= 4
        raise NvmlFailure("more processes on one card than anybody can have")

    def _card(self, index: int) -> Card:
        handle, memory = self._handle(index), _Memory()
        name, uuid = (ctypes.create_string_buffer(_TEXT_BYTES) for _ in range(2))
        self._call("nvmlDeviceGetName", handle, name, _TEXT_BYTES)
        self._call("nvmlDeviceGetUUID", handle, uuid, _TEXT_BYTES)
        self._call("nvmlDeviceGetMemoryInfo", handle, ctypes.byref(memory))
        return Card(
            index=index,
            uuid=uuid.value.decode("ascii", "replace"),
            name=name.value.decode("utf-8", "replace"),
            total_bytes=memory.total,
            free_bytes=memory.free,
            exclusive=self._number("nvmlDeviceGetComputeMode", handle) in _EXCLUSIVE,
            mig=self._number("nvmlDeviceGetMigMode", handle, ctypes.byref(ctypes.c_uint())) == 1,
        )

    def _handle(self, index: int) -> ctypes.c_void_p:
        handle = ctypes.c_void_p()
        self._call("nvmlDeviceGetHandleByIndex_v2", index, ctypes.byref(handle))
        return handle

    def _number(self, function: str, handle: ctypes.c_void_p, *more: Any) -> int:
        """What not every card knows; 0 where it does not."""
        value = ctypes.c_uint()
        try:
            self._call(function, handle, ctypes.byref(value), *more)
        except NvmlFailure:
            return 0
        return value.value

    def _call(self, function: str, *arguments: Any) -> None:
        try:
            code = getattr(self._library, function)(*arguments)
        except AttributeError:
            raise NvmlFailure(f"this driver's NVML has no {function}") from None
        self._check(function, code)

    def _check(self, function: str, code: int) -> None:
        if code:
            words = self._library.nvmlErrorString
            words.restype = ctypes.c_char_p
            raise NvmlFailure(f"{function}: {words(code).decode('ascii', 'replace')}")


def _use(process: _Process) -> Use:
    return Use(process.pid, None if process.used == _UNKNOWN_BYTES else process.used)
