"""The student's code in the process of the test, so that a debugger steps into it.

There are no walls here: student code runs with the rights of whoever debugs it. All the rest is as
behind the wire: values cross by copying, and both sides have random numbers of their own.
"""

from __future__ import annotations

from bdb import BdbQuit
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import torch

from autograder import wire
from autograder.candidate.answers import Answers
from autograder.candidate.namespace import Namespace, describe, kinds, remember_sources
from autograder.examiner.candidate import Candidate, Terms
from autograder.examiner.upstream import OTHER_DRAWS
from autograder.examiner.verdicts import student_error
from autograder.replay.upstream import Generators, drawing_from

R = TypeVar("R", bound=wire.Reply)
T = TypeVar("T")


class InProcess(Candidate):
    """A candidate without a process. What its code raises is the cause of what the test sees."""

    def __init__(self, terms: Terms, stand_ins: Mapping[str, Any] | None = None) -> None:
        """Loads the notebook: what stands at its top level is no part of a test.

        stand_ins  the reference's own things, in place of the student's
        """
        super().__init__(terms)
        load = terms.load
        namespace = Namespace()
        remember_sources(load.sources)
        self._generators, self._others = Generators(), Generators()
        given = {
            name: drawing_from(self._others, thing) for name, thing in (stand_ins or {}).items()
        }
        self._as_student(lambda: namespace.load(load.units, set(), lambda index: None, given))
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
            self._others.seed(begin.seed ^ OTHER_DRAWS)
            self._as_student(lambda: self._answers.done(begin))
        try:
            return self._as_student(lambda: self._answers.done(request))
        except (BdbQuit, KeyboardInterrupt):
            raise  # of the person who debugs
        except BaseException as error:
            raise student_error(describe(error)) from error

    def _as_student(self, step: Callable[[], T]) -> T:
        """With the generators and the mode for gradients that a process of its own would have."""
        with torch.enable_grad():
            return self._generators.run(step)

    def _start(self) -> wire.Channel[wire.Reply]:
        """For a name that is not there: why is known by now."""
        return None  # type: ignore[return-value]
