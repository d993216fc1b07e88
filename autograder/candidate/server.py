"""Serves one examiner: loads the notebook, then answers what it asks.

Everything here runs inside the inner wall together with student code, which may reach and
change all of it. That is why nothing here is trusted by the other side.
"""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

from autograder import wire
from autograder.candidate.answers import Answers
from autograder.candidate.measuring import alike, cost_of
from autograder.candidate.namespace import (
    Namespace,
    describe,
    filename,
    kinds,
    remember_sources,
)
from autograder.candidate.stand_ins import StandIns
from autograder.candidate.watch import Watch


class Server:
    """One submission in one forked process, until the examiner hangs up."""

    def __init__(self, channel: wire.Channel[wire.Request], walls: list[str]) -> None:
        self._channel = channel
        self._walls = walls
        self._namespace = Namespace()
        self._watch: Watch | Any = nullcontext()
        self._answers = Answers(self._namespace.globals, limit_bytes=0, on_cuda=False)

    def serve(self, load: wire.Load) -> None:
        self.load(load)
        while True:
            request = self._channel.receive()
            reply = self.answer(request)
            if reply is not None:
                self._reply(reply)

    def note(self, flag: str, symbol: str = "", line: int = 0) -> None:
        self._channel.send(wire.Noted(flag, symbol, line))

    def load(self, load: wire.Load) -> None:
        self._answers = Answers(
            self._namespace.globals,
            limit_bytes=load.message_bytes,
            on_cuda=load.device == "cuda",
        )
        remember_sources(load.sources)
        if load.forbidden:
            self._watch = Watch(load.forbidden, load.symbols, self._forbidden_used)
        self._namespace.load(
            load.units,
            set(load.skip),
            lambda i: self._channel.send(wire.Loading(i)),
            StandIns(self._channel).named(load.stand_ins),
        )
        names = self._namespace.globals
        self._reply(wire.Loaded(kinds(load.symbols, names), self._namespace.errors, self._walls))

    def _forbidden_used(self, name: str, symbol: str, line: int) -> None:
        self.note(f"forbidden-api:{name}", symbol, line)

    def _reply(self, reply: wire.Reply) -> None:
        try:
            self._channel.send(reply)
        except MemoryError:
            self._channel.send(wire.Raised(["MemoryError", "Exception"], "", []))

    def answer(self, request: wire.Request) -> wire.Reply | None:
        """Packing is watched too: what is packed may be an object with methods of the student's."""
        try:
            with self._watch:
                if isinstance(request, wire.RunChecks):
                    return self._run_checks(request)
                if isinstance(request, wire.Measure):
                    return self._measure(request)
                return self._answers.done(request)
        except BaseException as error:  # whatever student code raises is its answer
            return describe(error)

    def _run_checks(self, request: wire.RunChecks) -> wire.Reply:
        code = compile(request.source, filename(request.cell), "exec", dont_inherit=True)
        exec(code, self._namespace.globals)
        return wire.Result(None, [])

    def _measure(self, asked: wire.Measure) -> wire.Reply:
        """In a namespace of its own: a helper of the course's does not replace a student's."""
        names: dict[str, Any] = {"__name__": "session"}
        code = compile(asked.source, filename("session"), "exec", dont_inherit=True)
        exec(code, names)
        returned = names[asked.name](alike(self._namespace.globals[asked.symbol]))
        return cost_of(returned) if asked.cost else self._answers.handed_back(returned)
