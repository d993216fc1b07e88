"""What stands in for the student's own symbols in a replay: what stood in for them in the grading.

Which symbols those are is found as it was found there: by running the tests of the symbol and of
those above it. See autograder/examiner/carry.py.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import torch
from msgspec import structs

from autograder import wire
from autograder.examiner.candidate import Candidate
from autograder.examiner.carry import Carrying, Pass
from autograder.examiner.plugin import SuitePlugin
from autograder.forkserver import Child, ForkServer, listen
from autograder.notebook import Reference, Submission
from autograder.replicas import names_of_the_reference

T = TypeVar("T")


@contextlib.contextmanager
def carrying(order: wire.OpenSuite, reference: Reference) -> Iterator[Carrying]:
    """With a process, forked from this one, that answers for the reference until the block ends.

    raises  CourseError if the reference's code is broken
    """
    names = names_of_the_reference(Path(order.reference), reference)
    with tempfile.TemporaryDirectory(prefix="replay-") as folder:
        there = structs.replace(order, listen=f"{folder}/reference")
        made = Carrying(there, reference.symbols, names)
        listener = listen(Path(there.listen))
        ours, theirs = socket.socketpair()
        pid = os.fork()
        if pid == 0:
            ours.close()
            _answer(made, listener, theirs)
        theirs.close()
        listener.close()
        try:
            yield made
        finally:
            ours.close()
            os.waitpid(pid, 0)


def _answer(made: Carrying, listener: socket.socket, until: socket.socket) -> None:
    """In the forked process; never returns."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the debugger alone
        ForkServer(listener, lambda child: _serve(made, child), until=until.fileno()).serve()
    finally:
        os._exit(0)


def _serve(made: Carrying, child: Child) -> None:
    channel: wire.Channel[Any] = wire.Channel(
        child.sock, wire.ServeReference | wire.Request, limit_bytes=made.order.message_bytes * 2
    )
    with contextlib.suppress(wire.Closed):
        asked = channel.receive()
        if isinstance(asked, wire.ServeReference):
            made.serve_reference(channel, asked)


def what_stood_in(
    made: Carrying,
    submission: Submission,
    plugin: SuitePlugin,
    first: Candidate,
    seed: int,
    test: int,
) -> Pass | None:
    """The second run of the test, whose place in `plugin.tests` is given; None: it had none."""
    cell = plugin.tests[test].cell
    cells = made.symbols[: made.symbols.index(cell) + 1]
    names = [f"{each.cell}/{each.name}" for each in plugin.tests if each.cell in cells]
    verdicts = plugin.run(first, seed, names)
    first.close()
    if time.monotonic() >= first.ended:
        return None
    todo = made.todo(submission, first, plugin.tests, verdicts)
    return next((each for each in todo if test in each.tests), None)


@dataclass(slots=True)
class Generators:
    """Random numbers of code that shares a process with other code, and must not share theirs."""

    _torch: torch.Tensor = field(default_factory=torch.get_rng_state)
    _python: Any = field(default_factory=random.getstate)

    def seed(self, seed: int) -> None:
        self.run(lambda: (torch.default_generator.manual_seed(seed), random.seed(seed)))

    def run(self, step: Callable[[], T]) -> T:
        mine = torch.get_rng_state(), random.getstate()
        self._set(self._torch, self._python)
        try:
            return step()
        finally:
            self._torch, self._python = torch.get_rng_state(), random.getstate()
            self._set(*mine)

    @staticmethod
    def _set(of_torch: torch.Tensor, of_python: Any) -> None:
        torch.set_rng_state(of_torch)
        random.setstate(of_python)


def drawing_from(generators: Generators, thing: Any) -> Any:
    """The reference's own function or class, which draws from these generators wherever it draws:
    behind the line it does not take numbers from the student's code either."""
    if not isinstance(thing, type):
        return _drawing(generators, thing)
    members = ("__init__", "forward")
    own = {name: _drawing(generators, getattr(thing, name)) for name in members}
    return type(thing.__name__, (thing,), own)


def _drawing(generators: Generators, function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def drawing(*args: Any, **kwargs: Any) -> Any:
        return generators.run(lambda: function(*args, **kwargs))

    return drawing
