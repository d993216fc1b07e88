"""Frames over a stream socket: a length (4 bytes, big-endian) and that many bytes of msgpack.

When a forked process ends, its fork server appends a trailer (see `forkserver`), so that the
other side learns how it ended even if it died in the middle of a frame.
"""

from __future__ import annotations

import select
import socket
import struct
import time
from typing import Annotated, Any, Generic, TypeVar

import msgspec

_LENGTH = struct.Struct(">I")
_TRAILER = struct.Struct(">IIi")  # marker, magic, wait status
_MARKER, _MAGIC = 0xFFFFFFFF, 0x7A79676F
_CHUNK, _LARGE_CHUNK = 1 << 16, 1 << 20
# What a candidate may send besides tensors: a few bytes of msgpack become a hundred of Python.
PLAIN_BYTES = 1 << 20
_TENSORS = 2  # the position of the tensors in the messages that have any


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


T = TypeVar("T")
_encoder = msgspec.msgpack.Encoder()
_splitter = msgspec.msgpack.Decoder(Annotated[list[msgspec.Raw], msgspec.Meta(max_length=64)])


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
