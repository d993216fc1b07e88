"""Frames and values from a hostile peer are limited, checked, and never evaluated."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
import torch

from autograder import wire
from autograder.codec import Packer, Unsendable, tensor_from_wire, tensor_to_wire, unpack

Ends = tuple[socket.socket, wire.Channel[wire.Reply]]


@pytest.fixture
def ends() -> Iterator[Ends]:
    theirs, ours = socket.socketpair()
    channel: wire.Channel[wire.Reply] = wire.Channel(
        ours, wire.Reply, limit_bytes=1 << 20, plain_bytes=1 << 16
    )
    with theirs, ours:
        yield theirs, channel


def send(theirs: socket.socket, message: Any) -> None:
    body = msgspec.msgpack.encode(message)
    theirs.sendall(struct.pack(">I", len(body)) + body)


def soon() -> float:
    return time.monotonic() + 5


def test_a_message_arrives_as_it_was_sent(ends: Ends) -> None:
    theirs, channel = ends
    send(theirs, wire.Noted("network-attempt", "softmax", 3))
    assert channel.receive(deadline=soon()) == wire.Noted("network-attempt", "softmax", 3)
    assert not channel.pending()


def test_a_second_message_waits(ends: Ends) -> None:
    theirs, channel = ends
    send(theirs, wire.Loading(1))
    send(theirs, wire.Loading(2))
    assert channel.receive(deadline=soon()) == wire.Loading(1)
    assert channel.pending()
    assert channel.receive(deadline=soon()) == wire.Loading(2)


@pytest.mark.parametrize(
    "message",
    [
        "text",
        ["unknown", 1],
        ["loading", "one"],
        ["loading"],
        ["result", None, [["float32", [1] * 65, b""]]],
        ["raised", ["x"] * 65, "", []],
        ["raised", ["x" * 301], "", []],
        ["raised", ["x"], "m" * 8001, []],
        ["result", "x" * (1 << 17), []],
        ["result", ["s", "list", [None] * (1 << 17)], []],
        ["result", ["s", "deque", []], []],
    ],
    ids=lambda message: str(message)[:40],
)
def test_what_is_no_message_is_malformed(ends: Ends, message: Any) -> None:
    theirs, channel = ends
    send(theirs, message)
    with pytest.raises(wire.Malformed):
        channel.receive(deadline=soon())


def test_tensors_may_be_larger_than_the_rest(ends: Ends) -> None:
    theirs, channel = ends
    theirs.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
    data = tensor_to_wire(torch.ones(1 << 15))
    send(theirs, wire.Result(wire.Slot(0), [data]))
    reply = channel.receive(deadline=soon())
    assert isinstance(reply, wire.Result)
    assert torch.equal(tensor_from_wire(reply.tensors[0]), torch.ones(1 << 15))


def test_a_message_over_the_limit_is_refused_before_it_is_read(ends: Ends) -> None:
    theirs, channel = ends
    theirs.sendall(struct.pack(">I", 1 << 30))
    with pytest.raises(wire.Malformed, match="over the limit"):
        channel.receive(deadline=soon())


def test_a_peer_that_is_silent_is_late(ends: Ends) -> None:
    theirs, channel = ends
    theirs.sendall(b"\x00")
    with pytest.raises(wire.DeadlinePassed):
        channel.receive(deadline=time.monotonic() + 0.01)


def test_a_peer_that_ends_in_the_middle_of_a_message_is_gone(ends: Ends) -> None:
    theirs, channel = ends
    theirs.sendall(struct.pack(">I", 1000) + b"x" * 10)
    theirs.close()
    with pytest.raises(wire.Closed):
        channel.receive(deadline=soon())


@pytest.mark.parametrize(
    "data",
    [
        wire.TensorData("object", (1,), b"12345678"),
        wire.TensorData("float32", (-1,), b""),
        wire.TensorData("float32", (2,), b"1234"),
        wire.TensorData("float32", (1 << 62, 1 << 62, 0), b""),
        wire.TensorData("float32", (1 << 70, 0), b""),
    ],
    ids=lambda data: f"{data.dtype} {data.shape}",
)
def test_a_tensor_that_cannot_be_is_malformed(data: wire.TensorData) -> None:
    with pytest.raises(wire.Malformed):
        tensor_from_wire(data)


@pytest.mark.parametrize(
    "value",
    [
        wire.Slot(0),
        wire.Slot(-1),
        wire.Named("bigint", "0x" + "f" * 20_000),
        wire.Named("bigint", "import os"),
        wire.Named("device", "nowhere"),
        wire.Pairs([(wire.Items("list", []), 1)]),
        wire.Pairs([(wire.Named("bigint", hex(1 << 70)), 1)]),
    ],
    ids=str,
)
def test_a_value_that_cannot_be_is_malformed(value: wire.Value) -> None:
    with pytest.raises(wire.Malformed):
        unpack(value, [], lambda handle: handle)


def test_values_that_cannot_cross_are_named() -> None:
    packer = Packer(lambda value: None)
    deep: list[Any] = []
    for _ in range(100):
        deep = [deep]
    with pytest.raises(Unsendable, match="nested too deeply"):
        packer.pack(deep)
    with pytest.raises(Unsendable, match="UTF-8"):
        packer.pack("\ud800")
    with pytest.raises(Unsendable, match="meta"):
        packer.pack(torch.ones(1, device="meta"))
