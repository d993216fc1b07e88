"""What was asked of a candidate during one test, and what it answered.

Kept as it crossed the wire, so that the same questions can be put to other code afterwards.
Nothing is copied: a message is never changed once it is there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from autograder import wire

_NOTEBOOK_BYTES = 64 << 20  # of tensors, in all transcripts of a notebook together
_NAMESPACE = 0


@dataclass(frozen=True, slots=True)
class Step:
    request: wire.Request
    reply: wire.Reply | None  # None where none is due


@dataclass(frozen=True, slots=True)
class Transcript:
    """One test: the seed of the candidate's generators, and every request in order."""

    seed: int
    steps: tuple[Step, ...]
    over: frozenset[str] = frozenset()  # symbols that the reference stood in for

    def asked_for(self) -> set[str]:
        """The names of the notebook that the test itself used."""
        asked = (s.request for s in self.steps if isinstance(s.request, wire.Call | wire.Get))
        return {request.attribute for request in asked if request.target == _NAMESPACE}

    @property
    def cost(self) -> int:
        """Of asking all this again; a rough estimate, in the time that an ordinary call takes."""
        return sum(map(_cost_of, self.steps))


@dataclass(slots=True)
class Recorder:
    """Writes transcripts, of one test after the other."""

    left_bytes: int = _NOTEBOOK_BYTES
    _seed: int = 0
    _steps: list[Step] | None = None
    _asked: wire.Request | None = field(default=None)

    def begin(self, seed: int) -> None:
        self._seed, self._steps, self._asked = seed, [], None

    def asked(self, request: wire.Request) -> None:
        self._asked = request
        if isinstance(request, wire.Measure):
            self._steps = None  # no two processes answer it alike

    def answered(self, reply: wire.Reply | None) -> None:
        request, self._asked = self._asked, None
        if self._steps is None or request is None:
            return
        self.left_bytes -= _bytes_of(request) + _bytes_of(reply)
        if self.left_bytes < 0:
            self._steps = None
        else:
            self._steps.append(Step(request, reply))

    def transcript(self, over: Iterable[str] = ()) -> Transcript | None:
        """Of the test that has just ended; None where a question was left without its answer, or
        where it would take too much memory to keep."""
        if self._steps is None or self._asked is not None:
            return None
        return Transcript(self._seed, tuple(self._steps), frozenset(over))


def _cost_of(step: Step) -> int:
    slow = isinstance(step.request, wire.Call) and step.request.elsewhere
    size = _bytes_of(step.request) + _bytes_of(step.reply)
    return (10 if slow else 1) + (size >> 12)


def _bytes_of(message: object) -> int:
    match message:
        case wire.Call() | wire.Assign() | wire.Result() | wire.NamedTensors() | wire.Gradients():
            return sum(len(tensor.data) for tensor in message.tensors)
        case wire.Vjp():
            return sum(len(tensor.data) for tensor in message.cotangents)
    return 0
