"""The fork server: a child per connection, ended with it, and nothing that ends the server."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from autograder import wire
from autograder.forkserver import Child, ForkServer, listen

TAKEN = 96 << 20  # bytes; what Python itself needs meanwhile is far less

Connect = Callable[[], wire.Channel[wire.Noted]]


def _obey(child: Child) -> None:
    """Tell pid and scratch folder; then do what the peer's one byte says."""
    channel: wire.Channel[wire.Noted] = wire.Channel(child.sock, wire.Noted, limit_bytes=100)
    channel.send(wire.Noted(str(child.scratch), "", os.getpid()))
    match child.sock.recv(1):
        case b"x":
            os._exit(7)
        case b"k":
            os.kill(os.getpid(), signal.SIGUSR2)
        case b"f":
            for i in range(5000):
                (child.scratch / str(i)).touch()
            time.sleep(60)
        case b"m":
            taken = bytearray(TAKEN)
            del taken
            channel.send(wire.Noted("given back"))
        case b"e":
            bytearray(TAKEN)
            os._exit(0)
        case b"h":
            child.sock.shutdown(socket.SHUT_WR)
        case b"d":
            (child.scratch / "data").write_bytes(bytes(1 << 20))
            time.sleep(60)
    time.sleep(60)


@pytest.fixture
def connect(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connect]:
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "scratch"))
    listener = listen(tmp_path / "socket")
    life, end = os.pipe()
    server = os.fork()
    if server == 0:
        os.close(end)
        with contextlib.suppress(BaseException):
            ForkServer(
                listener, _obey, until=life, scratch_bytes=1 << 19, spares_itself=True
            ).serve()
        os._exit(0)
    listener.close()
    os.close(life)
    channels = []

    def connect() -> wire.Channel[wire.Noted]:
        channels.append(wire.connect(tmp_path / "socket", wire.Noted, limit_bytes=1 << 12))
        return channels[-1]

    yield connect
    os.close(end)
    os.waitpid(server, 0)
    for channel in channels:
        channel.close()


def told(channel: wire.Channel[wire.Noted]) -> tuple[Path, int]:
    note = channel.receive(deadline=time.monotonic() + 10)
    return Path(note.flag), note.line


def how(end: wire.Closed) -> tuple[int, bool]:
    """It ended: wait status, and whether from outside."""
    assert end.ending is not None
    return end.ending.status, end.ending.from_outside


def closed(channel: wire.Channel[wire.Noted]) -> wire.Closed:
    with pytest.raises(wire.Closed) as closed:
        channel.receive(deadline=time.monotonic() + 10)
    return closed.value


def status(channel: wire.Channel[wire.Noted]) -> int | None:
    ending = closed(channel).ending
    return None if ending is None else ending.status


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_every_connection_has_a_process_and_a_folder_of_its_own(connect: Connect) -> None:
    (one, first), (two, second) = told(connect()), told(connect())
    assert first != second
    assert one != two
    assert one.is_dir()
    assert two.is_dir()


def test_hanging_up_ends_the_child_and_removes_its_folder(connect: Connect) -> None:
    channel = connect()
    scratch, pid = told(channel)
    channel.close()
    wait_until(lambda: not scratch.exists() and not Path(f"/proc/{pid}").exists())


@pytest.mark.parametrize(("order", "ended"), [(b"x", 7 << 8), (b"k", signal.SIGUSR2)])
def test_the_peer_is_told_how_a_child_ended(connect: Connect, order: bytes, ended: int) -> None:
    channel = connect()
    told(channel)
    channel.sock.sendall(order)
    assert status(channel) == ended


def test_a_child_killed_from_outside_is_told_from_one_that_died(connect: Connect) -> None:
    channel = connect()
    _, pid = told(channel)
    os.kill(pid, signal.SIGKILL)
    assert how(closed(channel)) == (signal.SIGKILL, True)


def test_a_child_cannot_say_how_it_ended(connect: Connect) -> None:
    """It hangs up and lives on: nothing was said, and that is not taken for a failure of ours."""
    channel = connect()
    told(channel)
    channel.sock.sendall(b"h")
    end = closed(channel)
    assert end.ending is None
    assert not end.ours


def test_the_most_memory_that_a_child_held_is_told_when_one_hangs_up(connect: Connect) -> None:
    """Also what it has given back by then, and only what it took itself."""
    channel, idle = connect(), connect()
    told(channel), told(idle)
    channel.sock.sendall(b"m")
    assert told(channel)[0] == Path("given back")
    ending, small = channel.end(10), idle.end(10)
    assert ending is not None
    assert small is not None
    assert abs(ending.memory_bytes - TAKEN) < 32 << 20  # the kernel counts in batches of pages
    assert small.memory_bytes < 32 << 20


def test_the_most_memory_that_a_child_held_is_told_when_it_ends_itself(connect: Connect) -> None:
    channel = connect()
    told(channel)
    channel.sock.sendall(b"e")
    ending = closed(channel).ending
    assert ending is not None
    assert abs(ending.memory_bytes - TAKEN) < 32 << 20  # the kernel counts in batches of pages
    assert channel.end() == ending


@pytest.mark.parametrize("order", [b"f", b"d"], ids=["thousands of files", "too many bytes"])
def test_a_wasteful_child_is_killed(connect: Connect, order: bytes) -> None:
    channel = connect()
    scratch, _ = told(channel)
    channel.sock.sendall(order)
    assert how(closed(channel)) == (signal.SIGKILL, False)
    wait_until(lambda: not scratch.exists())
    told(connect())


def test_the_server_goes_on_when_it_cannot_make_a_folder(connect: Connect, tmp_path: Path) -> None:
    """As on a full disk, or with no process left: that peer is turned away."""
    (tmp_path / "scratch").rename(tmp_path / "elsewhere")
    with pytest.raises(ConnectionRefusedError):
        connect()
    (tmp_path / "elsewhere").rename(tmp_path / "scratch")
    told(connect())


def test_the_end_of_the_server_is_the_end_of_its_children(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "scratch"))
    listener = listen(tmp_path / "socket")
    life, end = os.pipe()
    server = os.fork()
    if server == 0:
        os.close(end)
        with contextlib.suppress(BaseException):
            ForkServer(listener, _obey, until=life).serve()
        os._exit(0)
    os.close(life)
    listener.close()
    channels, children = [], []
    for _ in range(3):
        channels.append(wire.connect(tmp_path / "socket", wire.Noted, limit_bytes=1 << 12))
        children.append(told(channels[-1]))
    os.close(end)
    os.waitpid(server, 0)
    for channel in channels:
        assert status(channel) == signal.SIGKILL
        channel.close()
    assert not any(scratch.exists() for scratch, _ in children)
