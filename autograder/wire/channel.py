"""Frames over a stream socket: a length (4 bytes, big-endian) and that many bytes of msgpack.

How a forked process ended comes on a pipe of its own, whose other end only its fork server holds
(see `forkserver`): what ends a grading must not be for the process to say.
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
import struct
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Generic, TypeVar

import msgspec

_LENGTH = struct.Struct(">I")
_ENDING = struct.Struct(">i?Q")  # wait status, killed from outside, bytes of memory
_GREETING = b"!"
_LAST_WORDS_S = 1.0
_CHUNK, _LARGE_CHUNK = 1 << 16, 1 << 20
# What a candidate may send besides tensors: a few bytes of msgpack become a hundred of Python.
PLAIN_BYTES = 1 << 20
_TENSORS = 2  # the position of the tensors in the messages that have any


class Malformed(Exception):
    """The peer sent something that is not a message of the expected kind, or too large."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a forked process ended, in the words of its fork server."""

    status: int  # as os.waitpid gives it
    from_outside: bool = False  # killed by somebody who is not the process, nor its server
    memory_bytes: int = 0  # the most that it held at once, beyond what it had from its server

    def packed(self) -> bytes:
        return _ENDING.pack(self.status, self.from_outside, self.memory_bytes)


class Closed(Exception):
    """The peer is gone.

    ending  None if nobody said how it ended
    ours    its fork server is gone too, or could not start it: not the peer's doing
    """

    def __init__(self, ending: Ending | None = None, *, ours: bool = False) -> None:
        super().__init__(ending, ours)
        self.ending = ending
        self.ours = ours


class DeadlinePassed(Exception):
    """Nothing complete arrived before the deadline."""


def readable(fd: int, within_s: float = 0.0) -> bool:
    """Whether reading would not wait. Not by select, which knows no descriptor above 1023."""
    poll = select.poll()
    poll.register(fd, select.POLLIN)
    return bool(poll.poll(within_s * 1000))


def greet(sock: socket.socket) -> int:
    """Give the peer the reading end of a pipe; returns the writing end.

    To be called by a fork server before the fork, when nobody else can write to the socket.
    """
    reading, writing = os.pipe()
    try:
        socket.send_fds(sock, [_GREETING], [reading])
    except BaseException:
        os.close(writing)
        raise
    finally:
        os.close(reading)
    return writing


T = TypeVar("T")
_encoder = msgspec.msgpack.Encoder()
_splitter = msgspec.msgpack.Decoder(Annotated[list[msgspec.Raw], msgspec.Meta(max_length=64)])


class Channel(Generic[T]):
    """Messages over a connected stream socket; receives messages of type T only.

    limit_bytes  of a message that is received
    plain_bytes  of every part of it but its tensors; None: no limit of its own
    life         the pipe on which the peer's fork server says how it ended
    """

    def __init__(
        self,
        sock: socket.socket,
        receives: Any,
        *,
        limit_bytes: int,
        plain_bytes: int | None = None,
        life: int | None = None,
    ) -> None:
        self.sock = sock
        self._life = life
        self._ending: Ending | None = None
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
            raise self._closed() from error

    def receive(self, *, deadline: float | None = None) -> T:
        """The next message. Raises Closed, DeadlinePassed or Malformed."""
        head = self._read(_LENGTH.size, deadline)
        (length,) = _LENGTH.unpack(head)
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
        return bool(self._buffer) or readable(self.sock.fileno())

    def close(self) -> None:
        self.sock.close()
        if self._life is not None:
            os.close(self._life)
            self._life = None

    def end(self, within_s: float = _LAST_WORDS_S) -> Ending | None:
        """Hang up, which ends the peer, and close. What its fork server says about its end, which
        it does when the peer is gone; None if it does not within that time."""
        self.sock.close()
        try:
            if self._ending is None:
                with contextlib.suppress(OSError):
                    self._ending = self._told(within_s)
            return self._ending
        finally:
            self.close()

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
                raise self._closed() from error
            if not piece:
                raise self._closed()
            buffer += piece
        wanted = bytes(buffer[:count])
        del buffer[:count]
        return wanted

    def _closed(self) -> Closed:
        """What its fork server says. It may be alive, and only have hung up: nothing is said."""
        if self._life is None or not readable(self._life, _LAST_WORDS_S):
            return Closed()
        self._ending = self._told(0.0) or self._ending
        return Closed(self._ending, ours=self._ending is None)

    def _told(self, within_s: float) -> Ending | None:
        """What its fork server says once; None if nothing comes, or the server is gone itself."""
        if self._life is None or not readable(self._life, within_s):
            return None
        said = os.read(self._life, _ENDING.size)
        return Ending(*_ENDING.unpack(said)) if len(said) == _ENDING.size else None

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


def connect(
    path: Path | str,
    receives: Any,
    *,
    limit_bytes: int,
    plain_bytes: int | None = None,
    timeout_s: float | None = None,
) -> Channel[Any]:
    """A channel to a fresh child of the fork server that listens there.

    raises  OSError if there is none, or it turns us away
    """
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        sock.settimeout(timeout_s)
        sock.connect(str(path))
        said, received, _, _ = socket.recv_fds(sock, len(_GREETING), 1)
        if said != _GREETING or len(received) != 1:
            raise ConnectionRefusedError("turned away")
    except BaseException:
        sock.close()
        raise
    (life,) = received
    return Channel(sock, receives, limit_bytes=limit_bytes, plain_bytes=plain_bytes, life=life)
