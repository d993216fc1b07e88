"""The student's code in the process of the test, so that a debugger steps into it.

There are no walls here: student code runs with the rights of whoever debugs it. All the rest is as
behind the wire: values cross by copying, and both sides have random numbers of their own.
"""

from __future__ import annotations

import random
from bdb import BdbQuit
from collections.abc import Callable
from typing import TypeVar

import torch

from autograder import wire
from autograder.candidate.answers import Answers
from autograder.candidate.namespace import Namespace, describe, kinds, remember_sources
from autograder.examiner.candidate import Candidate, Terms
from autograder.examiner.verdicts import student_error

R = TypeVar("R", bound=wire.Reply)
T = TypeVar("T")


class InProcess(Candidate):
    """A candidate without a process. What its code raises is the cause of what the test sees."""

    def __init__(self, terms: Terms) -> None:
        """Loads the notebook: what stands at its top level is no part of a test."""
        super().__init__(terms)
        load = terms.load
        namespace = Namespace()
        remember_sources(load.sources)
        self._generators = _state()
        self._as_student(lambda: namespace.load(load.units, set(), lambda index: None))
        self._kinds = kinds(load.symbols, namespace.globals)
        self._raised = namespace.errors
        self._answers = Answers(namespace.globals, limit_bytes=load.message_bytes, on_cuda=False)
        self.generation = 1

    def ask(self, request: wire.Request, expected: type[R]) -> R:
        reply = self._done(request)
        assert isinstance(reply, expected)
        return reply

    def tell(self, request: wire.Request) -> None:
        self._done(request)

    def close(self) -> None:
        """Nothing to end."""

    def _done(self, request: wire.Request) -> wire.Reply | None:
        begin, self._begin = self._begin, None
        if begin is not None:
            self._as_student(lambda: self._answers.done(begin))
        try:
            return self._as_student(lambda: self._answers.done(request))
        except (BdbQuit, KeyboardInterrupt):
            raise  # of the person who debugs
        except BaseException as error:
            raise student_error(describe(error)) from error

    def _as_student(self, step: Callable[[], T]) -> T:
        """With the generators and the mode for gradients that a process of its own would have."""
        mine = _state()
        _restore(self._generators)
        try:
            with torch.enable_grad():
                return step()
        finally:
            self._generators = _state()
            _restore(mine)

    def _start(self) -> wire.Channel[wire.Reply]:
        """For a name that is not there: why is known by now."""
        return None  # type: ignore[return-value]


def _state() -> tuple[torch.Tensor, object]:
    return torch.get_rng_state(), random.getstate()


def _restore(state: tuple[torch.Tensor, object]) -> None:
    torch.set_rng_state(state[0])
    random.setstate(state[1])  # type: ignore[arg-type]
