"""Frames and messages between the processes of a grading; nothing here needs torch.

A frame is a length (4 bytes, big-endian) and that many bytes of msgpack. What arrives from a
candidate is hostile: its length is limited before it is read, its shape is checked by msgspec
while it is decoded, and nothing in it is ever evaluated or unpickled.

When a forked process ends, its fork server appends a trailer (see `forkserver`), so that the
other side learns how it ended even if it died in the middle of a frame.
"""

from __future__ import annotations

import select
import socket
import struct
import time
from typing import Annotated, Any, Generic, Literal, TypeVar

import msgspec

_LENGTH = struct.Struct(">I")
_TRAILER = struct.Struct(">IIi")  # marker, magic, wait status
_MARKER, _MAGIC = 0xFFFFFFFF, 0x7A79676F
_CHUNK, _LARGE_CHUNK = 1 << 16, 1 << 20


# What a candidate may send besides tensors: a few bytes of msgpack become a hundred of Python.
PLAIN_BYTES = 1 << 20
_TENSORS = 2  # the position of the tensors in the messages that have any
Text = Annotated[str, msgspec.Meta(max_length=300)]
Words = Annotated[str, msgspec.Meta(max_length=8000)]
Few, Many = msgspec.Meta(max_length=64), msgspec.Meta(max_length=10_000)


class Malformed(Exception):
    """The peer sent something that is not a message of the expected kind, or too large."""


class Closed(Exception):
    """The peer is gone. `status` is its wait status if its fork server told, else None."""

    def __init__(self, status: int | None = None) -> None:
        super().__init__(status)
        self.status = status


class DeadlinePassed(Exception):
    """Nothing complete arrived before the deadline."""


def trailer(status: int) -> bytes:
    return _TRAILER.pack(_MARKER, _MAGIC, status)


# ---------------------------------------------------------------- values that cross


class TensorData(msgspec.Struct, frozen=True, array_like=True):
    """A tensor by value. `handle` names it on the candidate's side, 0 if it has no name there."""

    dtype: Text
    shape: Annotated[tuple[int, ...], Few]
    data: bytes
    requires_grad: bool = False
    elsewhere: bool = False  # it lies on the simulated second device
    handle: int = 0


class Slot(msgspec.Struct, frozen=True, array_like=True, tag="t"):
    """The n-th tensor of the message: one tensor used twice crosses once."""

    index: int


class Items(msgspec.Struct, frozen=True, array_like=True, tag="s"):
    kind: Literal["tuple", "list", "set"]
    items: list[Value]


class Pairs(msgspec.Struct, frozen=True, array_like=True, tag="d"):
    items: list[tuple[Value, Value]]


class Handle(msgspec.Struct, frozen=True, array_like=True, tag="h"):
    """An object that stays on the candidate's side."""

    id: int
    kind: Literal["function", "class", "module", "object"]
    type_name: str = ""


class Named(msgspec.Struct, frozen=True, array_like=True, tag="n"):
    kind: Literal["dtype", "device", "bigint"]
    text: str


Value = None | bool | int | float | str | Slot | Items | Pairs | Handle | Named


# ---------------------------------------------------------------- examiner → candidate


class CodeUnit(msgspec.Struct, frozen=True, array_like=True):
    """One top-level statement of the student's notebook."""

    cell: str
    source: str
    first_line: int
    binds: tuple[str, ...]
    risky: bool
    future: bool


class Load(msgspec.Struct, frozen=True, array_like=True, tag="load"):
    units: list[CodeUnit]
    skip: list[int]  # units that ended an earlier candidate of this submission
    symbols: list[str]
    forbidden: list[str]
    sources: dict[str, str]
    memory_bytes: int
    scratch_bytes: int
    message_bytes: int
    cpu_s: int
    device: str
    confine: bool = True


class Begin(msgspec.Struct, frozen=True, array_like=True, tag="begin"):
    """A new test starts: forget handles and graphs, seed the generators. No reply."""

    seed: int


class Call(msgspec.Struct, frozen=True, array_like=True, tag="call"):
    target: int  # 0: the notebook's namespace
    attribute: str  # "": the target itself
    args: list[Value]
    kwargs: dict[str, Value]
    tensors: list[TensorData]
    extra: list[int]  # handles of parameters that take part in the gradient
    grad: bool
    elsewhere: bool


class Get(msgspec.Struct, frozen=True, array_like=True, tag="get"):
    target: int
    attribute: str


class Parameters(msgspec.Struct, frozen=True, array_like=True, tag="params"):
    target: int


class Assign(msgspec.Struct, frozen=True, array_like=True, tag="assign"):
    """Copy values into tensors of the candidate (the test changed its mirrors). No reply."""

    handles: list[int]
    tensors: list[TensorData]


class Vjp(msgspec.Struct, frozen=True, array_like=True, tag="vjp"):
    node: int
    cotangents: list[TensorData]
    wanted: list[bool]
    create_graph: bool


class RunChecks(msgspec.Struct, frozen=True, array_like=True, tag="checks"):
    """Run visible checks (trusted code of the course) in the notebook's namespace."""

    cell: str
    source: str


Request = Load | Begin | Call | Get | Parameters | Assign | Vjp | RunChecks


# ---------------------------------------------------------------- candidate → examiner


class Frame(msgspec.Struct, frozen=True, array_like=True):
    cell: str
    line: int
    function: Text
    text: Text


class Raised(msgspec.Struct, frozen=True, array_like=True, tag="raised"):
    """An exception of the student's code: class names along its MRO, message, own frames."""

    types: Annotated[list[Text], Few]
    message: Words
    frames: Annotated[list[Frame], Few]


class Loading(msgspec.Struct, frozen=True, array_like=True, tag="loading"):
    index: int  # of the unit that is about to be executed


class Loaded(msgspec.Struct, frozen=True, array_like=True, tag="loaded"):
    kinds: Annotated[dict[str, Text], Many]  # symbol → function, class, module, object
    errors: Annotated[dict[str, Raised], Many]  # name → why its unit failed
    walls: Annotated[list[Text], Few]  # which parts of the inner wall are on


class Result(msgspec.Struct, frozen=True, array_like=True, tag="result"):
    value: Value
    tensors: Annotated[list[TensorData], Many]
    node: int = 0
    mutated: Annotated[list[int], Many] = []  # positions of input tensors that the call changed


class NamedTensors(msgspec.Struct, frozen=True, array_like=True, tag="tensors"):
    """Named tensors with handles, for Parameters."""

    names: Annotated[list[str], Many]
    tensors: Annotated[list[TensorData], Many]


class Gradients(msgspec.Struct, frozen=True, array_like=True, tag="grads"):
    present: Annotated[list[bool], Many]
    tensors: Annotated[list[TensorData], Many]
    node: int = 0


class Noted(msgspec.Struct, frozen=True, array_like=True, tag="noted"):
    """Something the instructor should know; may come before any reply."""

    flag: str
    symbol: str = ""
    line: int = 0


Reply = Raised | Loading | Loaded | Result | NamedTensors | Gradients | Noted


# ---------------------------------------------------------------- command → examiner


class OpenSuite(msgspec.Struct, frozen=True, array_like=True, tag="open"):
    """Collect a hidden suite and serve gradings of it."""

    assignment: str
    suite: str
    reference: str
    candidate_socket: str
    listen: str
    forbidden: list[str]
    execute: Literal["needed", "all"]
    device: str
    call_s: float
    test_s: float
    notebook_s: float
    memory_bytes: int
    scratch_bytes: int
    message_bytes: int
    compare_points: bool  # with those of the reference's grade cells


class TestInfo(msgspec.Struct, frozen=True, array_like=True):
    name: str
    cell: str
    points: float
    description: str


class SuiteReady(msgspec.Struct, frozen=True, array_like=True, tag="ready"):
    tests: list[TestInfo]
    walls: list[str]


class SuiteBroken(msgspec.Struct, frozen=True, array_like=True, tag="broken"):
    code: str
    what: str
    where: str
    next: str


class GradeNotebook(msgspec.Struct, frozen=True, array_like=True, tag="grade"):
    notebook: bytes
    seed: int


class Graded(msgspec.Struct, frozen=True, array_like=True, tag="graded"):
    """(name, cell, outcome, points, max_points, message, description) per test."""

    tests: list[tuple[str, str, str, float, float, str, str]]
    flags: list[str]
    notes: list[str]


class Ungradable(msgspec.Struct, frozen=True, array_like=True, tag="ungradable"):
    code: str
    what: str
    where: str
    next: str


SuiteReply = SuiteReady | SuiteBroken
GradeReply = Graded | Ungradable

T = TypeVar("T")
_encoder = msgspec.msgpack.Encoder()
_splitter = msgspec.msgpack.Decoder(Annotated[list[msgspec.Raw], Few])


class Channel(Generic[T]):
    """Messages over a connected stream socket; receives messages of type T only.

    limit_bytes  of a message that is received
    plain_bytes  of every part of it but its tensors; None: no limit of its own
    """

    def __init__(
        self,
        sock: socket.socket,
        receives: Any,
        *,
        limit_bytes: int,
        plain_bytes: int | None = None,
    ) -> None:
        self.sock = sock
        self._plain_bytes = plain_bytes
        self._decoder = msgspec.msgpack.Decoder(receives)
        self._limit = limit_bytes
        self._buffer = bytearray()

    def send(self, message: Any, *, deadline: float | None = None) -> None:
        """Raises Closed if the peer is gone, DeadlinePassed if it does not read."""
        body = _encoder.encode(message)
        self._set_timeout(deadline)
        try:
            self.sock.sendall(_LENGTH.pack(len(body)) + body)
        except TimeoutError as error:
            raise DeadlinePassed from error
        except OSError as error:
            raise Closed(self._status_after_end()) from error

    def receive(self, *, deadline: float | None = None) -> T:
        """The next message. Raises Closed, DeadlinePassed or Malformed."""
        head = self._read(_LENGTH.size, deadline)
        (length,) = _LENGTH.unpack(head)
        if length == _MARKER:
            rest = self._read(_TRAILER.size - _LENGTH.size, deadline)
            raise Closed(_status(head + rest))
        if length > self._limit:
            raise Malformed(f"a message of {length} bytes is over the limit of {self._limit}")
        try:
            body = self._read(length, deadline)
            if self._plain_bytes is not None:
                _check_parts(body, self._plain_bytes)
            message: T = self._decoder.decode(body)
        except (msgspec.MsgspecError, RecursionError, ValueError) as error:
            raise Malformed(str(error)) from error
        return message

    def pending(self) -> bool:
        """Whether something has arrived that nobody received; also where the peer is gone."""
        return bool(self._buffer) or bool(select.select([self.sock], [], [], 0)[0])

    def close(self) -> None:
        self.sock.close()

    def _read(self, count: int, deadline: float | None) -> bytes:
        """Exactly so many bytes; what arrives beyond them waits for the next call."""
        buffer = self._buffer
        while len(buffer) < count:
            self._set_timeout(deadline)
            try:
                piece = self.sock.recv(max(_CHUNK, min(count - len(buffer), _LARGE_CHUNK)))
            except TimeoutError as error:
                raise DeadlinePassed from error
            except OSError as error:
                raise Closed from error
            if not piece:
                raise Closed(_status(bytes(buffer[-_TRAILER.size :])))
            buffer += piece
        wanted = bytes(buffer[:count])
        del buffer[:count]
        return wanted

    def _status_after_end(self) -> int | None:
        """How a peer ended that closed while we were sending: the trailer may still be readable."""
        tail = bytes(self._buffer[-_TRAILER.size :])
        try:
            self.sock.settimeout(1.0)
            while piece := self.sock.recv(_CHUNK):
                tail = (tail + piece)[-_TRAILER.size :]
        except OSError:
            pass
        return _status(tail)

    def _set_timeout(self, deadline: float | None) -> None:
        if deadline is None:
            if self.sock.gettimeout() is not None:  # setting it costs system calls
                self.sock.settimeout(None)
            return
        left = deadline - time.monotonic()
        if left <= 0:
            raise DeadlinePassed
        self.sock.settimeout(left)


def _check_parts(body: bytes, plain_bytes: int) -> None:
    """Look at a message's parts without making objects of them."""
    parts = _splitter.decode(body)
    if any(memoryview(part).nbytes > plain_bytes for i, part in enumerate(parts) if i != _TENSORS):
        raise Malformed("a message that is too large beside its tensors")


def _status(tail: bytes) -> int | None:
    if len(tail) != _TRAILER.size:
        return None
    marker, magic, status = _TRAILER.unpack(tail)
    return int(status) if (marker, magic) == (_MARKER, _MAGIC) else None
