"""The examiner's line to the reference, for what student code asks of a stand-in.

Hostile, like all that comes from a candidate: two kinds of questions are passed on, about the
symbols of this pass and about what was answered in this test. The answers are computed by
another process (`reference_server.py`), which may be brought to its end by what it is asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from autograder import wire
from autograder.examiner.verdicts import PlatformFailure

_CONNECT_S = 30.0
_MAX_DEPTH = 50
OTHER_DRAWS = 0x5EED  # the reference must not draw what the student's code draws


@dataclass(slots=True)
class Upstream:
    """What may be asked of the reference in one pass, and who answers.

    suite   the socket of the suite's process
    names   the symbols with stand-ins
    message_bytes  at most, of an answer
    """

    suite: str
    names: tuple[str, ...]
    message_bytes: int
    _channel: wire.Channel[Any] | None = None
    _begin: wire.Begin = field(default_factory=lambda: wire.Begin(OTHER_DRAWS))
    _begun: bool = False  # the process that answers has been told of this test
    _handles: set[int] = field(default_factory=set)
    _nodes: set[int] = field(default_factory=set)

    def begin_test(self, seed: int) -> None:
        self._begin = wire.Begin(seed ^ OTHER_DRAWS)
        self._forget()
        self._begun = False

    def answer(self, asked: wire.Upcall | wire.Upvjp, deadline: float) -> wire.Upreply:
        """Raises wire.Malformed for what no stand-in asks, and wire.DeadlinePassed."""
        request = self._call(asked) if isinstance(asked, wire.Upcall) else self._vjp(asked)
        if request is None:
            return _raised("RuntimeError", "what an earlier test was given is not there any more")
        try:
            reply = self._ask(request, deadline)
        except (wire.Closed, wire.Malformed):
            self.close()
            return _raised("MemoryError", "the reference cannot compute anything from these values")
        except BaseException:  # its answer, which comes too late, is no answer to the next question
            self.close()
            raise
        if isinstance(reply, wire.Result):
            self._handles.update(handle.id for handle in _handles_in(reply.value))
        if isinstance(reply, wire.Result | wire.Gradients):
            self._nodes.add(reply.node)
        return wire.Upreply(reply)

    def close(self) -> None:
        self._forget()
        self._begun = False
        if self._channel is not None:
            self._channel.close()
            self._channel = None

    def _forget(self) -> None:
        self._handles.clear()
        self._nodes.clear()

    def _call(self, asked: wire.Upcall) -> wire.Call | None:
        if asked.name not in ("", *self.names):
            raise wire.Malformed("a question about another symbol")
        used = list(_handles_in([*asked.args, *asked.kwargs.values()]))
        if not asked.name and not (asked.args and isinstance(asked.args[0], wire.Handle)):
            raise wire.Malformed("a question about no module")
        if any(handle.id not in self._handles for handle in used):
            return None
        return wire.Call(
            0, asked.name, asked.args, asked.kwargs, asked.tensors, [], asked.grad, elsewhere=False
        )

    def _vjp(self, asked: wire.Upvjp) -> wire.Vjp | None:
        if not asked.node or asked.node not in self._nodes:
            return None
        return wire.Vjp(asked.node, asked.cotangents, asked.wanted, asked.create_graph)

    def _ask(self, request: wire.Request, deadline: float) -> Any:
        channel = self._channel
        if channel is None:
            channel = self._channel = self._connect()
            channel.send(wire.ServeReference(list(self.names)), deadline=deadline)
        if not self._begun:
            channel.send(self._begin, deadline=deadline)
            self._begun = True
        channel.send(request, deadline=deadline)
        return channel.receive(deadline=deadline)

    def _connect(self) -> wire.Channel[Any]:
        try:
            return wire.connect(
                self.suite,
                wire.Raised | wire.Result | wire.Gradients,
                limit_bytes=self.message_bytes,
                timeout_s=_CONNECT_S,
            )
        except OSError as error:
            raise PlatformFailure(f"the suite's process could not be reached: {error}") from None


def _handles_in(value: Any) -> Iterator[wire.Handle]:
    """Raises wire.Malformed for what is nested more deeply than a value of ours: it would have to
    be encoded again, and what can be decoded cannot always be."""
    level = [value]
    for _ in range(_MAX_DEPTH):
        below: list[Any] = []
        for each in level:
            match each:
                case wire.Handle():
                    yield each
                case list() | wire.Items():
                    below += each if isinstance(each, list) else each.items
                case wire.Pairs(items=pairs):
                    below += [part for pair in pairs for part in pair]
        level = below
    if level:
        raise wire.Malformed("a value nested too deeply")


def _raised(kind: str, message: str) -> wire.Upreply:
    return wire.Upreply(wire.Raised([kind, "Exception"], message, []))
