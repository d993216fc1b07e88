"""Students' code, the course's and wrong versions, all in this process: what a test would record.

A student's answers are given by the same code as in a candidate, so a transcript is what the
examiner would have; forged ones are made by changing it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from textwrap import dedent
from typing import Any

import torch
from torch import Tensor, nn

from autograder import wire
from autograder.candidate.answers import Answers
from autograder.codec import tensor_to_wire
from autograder.examiner.diagnosis import Course, diagnose
from autograder.examiner.transcript import Step, Transcript
from autograder.replicas import Replica
from autograder.report import Outcome

ROOM_BYTES = 1 << 20
FAILED, PASSED = Outcome.FAILED, Outcome.PASSED
Ask = Callable[[wire.Request], Any]


def names(source: str) -> dict[str, Any]:
    found: dict[str, Any] = {"torch": torch, "nn": nn}
    exec(dedent(source), found)
    return found


def course(reference: str, **mistakes: str) -> Course:
    """The mistakes are all of the symbol `f`."""
    replicas = tuple(Replica(name, "f", names(source)) for name, source in mistakes.items())
    return Course(names(reference), replicas, ROOM_BYTES)


def recorded(student: str, test: Callable[[Ask], Any], seed: int = 1) -> Transcript:
    """What the student's code answers when `test` asks it."""
    answers = Answers(names(student), limit_bytes=ROOM_BYTES, on_cuda=False)
    answers.answer(wire.Begin(seed))
    steps = []

    def ask(request: wire.Request) -> Any:
        reply = answers.answer(request)
        steps.append(Step(request, reply))
        return reply

    test(ask)
    return Transcript(seed, tuple(steps))


def call(
    name: str,
    *args: Tensor | int,
    target: int = 0,
    elsewhere: bool = False,
    extra: Sequence[int] = (),
) -> wire.Call:
    """Every tensor once."""
    tensors = [tensor_to_wire(arg) for arg in args if isinstance(arg, Tensor)]
    slots = iter(range(len(tensors)))
    packed = [wire.Slot(next(slots)) if isinstance(arg, Tensor) else arg for arg in args]
    return wire.Call(target, name, packed, {}, tensors, list(extra), not elsewhere, elsewhere)


def calls(*requests: wire.Call) -> Callable[[Ask], None]:
    def test(ask: Ask) -> None:
        for request in requests:
            ask(request)

    return test


def recognised(
    known: Course,
    *runs: tuple[Outcome, Transcript],
    uses: Mapping[str, Sequence[str]] | None = None,
    upstream: Outcome = PASSED,
) -> list[str | None]:
    """For each run, all of the symbol `f`, what it was recognised as.

    upstream  how the one test of another symbol, `up`, ended
    """
    tests = [wire.TestInfo(f"test_{i}", "f", 1.0, "") for i in range(len(runs))]
    tests.append(wire.TestInfo("test_up", "up", 1.0, ""))
    outcomes = {i: outcome for i, (outcome, _) in enumerate(runs)} | {len(runs): upstream}
    transcripts = {i: transcript for i, (_, transcript) in enumerate(runs)}
    found = diagnose(known, tests, outcomes, transcripts, uses or {})
    return [found.get(i) for i in range(len(runs))]
