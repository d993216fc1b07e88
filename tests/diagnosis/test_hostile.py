"""What a candidate may answer, diagnosis survives; and a forged answer is no known mistake."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import torch
from msgspec import structs

from autograder import wire
from autograder.codec import tensor_to_wire
from autograder.examiner.transcript import Recorder, Step, Transcript

from .replayed import FAILED, call, calls, course, recognised, recorded
from .test_parameters import KNOWN, NO_RELU, whole

HUGE = (1 << 40, 1 << 20)
ONES = tensor_to_wire(torch.ones(2))


def deep() -> wire.Value:
    value: wire.Value = 1
    for _ in range(5000):
        value = wire.Items("list", [value])
    return value


DEEP = deep()
ODD_TENSORS = [
    wire.TensorData("float32", HUGE, b""),
    wire.TensorData("float32", (3, 2), b"too short", True, 0, 2),
    wire.TensorData("no such dtype", (2,), b"12345678"),
    wire.TensorData("float32", (-1,), b""),
    wire.TensorData("float32", (2,), ONES.data, True, wire.CUDA, 1),
    wire.TensorData("float32", (2, 2), tensor_to_wire(torch.full((2, 2), float("nan"))).data),
]
ODD_VALUES: list[wire.Value] = [
    None,
    wire.Slot(-1),
    wire.Slot(99),
    wire.Handle(1 << 60, "module"),
    wire.Handle(0, "function"),
    wire.Named("bigint", "0x" + "f" * 9000),
    wire.Pairs([(wire.Slot(0), wire.Slot(0))] * 50),
    float("nan"),
    "text",
]


def forged(random: Random, reply: Any) -> Any:
    """The same kind of message with other contents, or another one."""
    tensors = [
        random.choice(ODD_TENSORS + reply_tensors(reply)) for _ in range(random.randrange(5))
    ]
    value = random.choice(ODD_VALUES)
    return random.choice(
        [
            wire.Result(value, tensors, random.choice([0, 1, 7]), [5, 5, -1]),
            wire.Result(DEEP, tensors),
            wire.NamedTensors([str(i) for i in range(random.randrange(6))], tensors),
            wire.NamedTensors(["branch.0.weight"] * len(tensors), tensors),
            wire.Gradients([True, False] * random.randrange(4), tensors, 3),
            wire.Raised([], "", []),
            wire.Raised(["KeyboardInterrupt"], "x" * 8000, []),
        ]
    )


def reply_tensors(reply: Any) -> list[wire.TensorData]:
    return list(getattr(reply, "tensors", []))


def spoiled(random: Random, run: Transcript) -> Transcript:
    steps = list(run.steps)
    for place in random.sample(range(len(steps)), random.randint(1, len(steps))):
        steps[place] = Step(steps[place].request, forged(random, steps[place].reply))
    return Transcript(run.seed, tuple(steps))


def test_forged_answers_are_no_known_mistake() -> None:
    run = recorded(NO_RELU, whole)
    assert recognised(KNOWN, (FAILED, run)) == ["no_relu"]
    for seed in range(100):
        assert recognised(KNOWN, (FAILED, spoiled(Random(seed), run))) == [None], f"seed {seed}"


def odd_handles(run: Transcript) -> Iterator[Transcript]:
    """Every parameter by one name; by the name of the module; by that of the whole notebook."""
    for handle in (0, 1, 5):
        yield Transcript(
            run.seed,
            tuple(
                Step(step.request, structs.replace(step.reply, tensors=renamed(step.reply, handle)))
                if isinstance(step.reply, wire.NamedTensors)
                else step
                for step in run.steps
            ),
        )


def renamed(reply: wire.NamedTensors, handle: int) -> list[wire.TensorData]:
    return [structs.replace(tensor, handle=handle) for tensor in reply.tensors]


def test_handles_that_stand_for_two_things_lead_nowhere() -> None:
    found = [recognised(KNOWN, (FAILED, run)) for run in odd_handles(recorded(NO_RELU, whole))]
    assert found == [[None]] * 3


def test_a_replica_never_works_on_what_it_has_not_answered_itself() -> None:
    """The test hands on what came back; were it forged, the replay would have ended before."""
    known = course("def f(x):\n    return x + 1", twice="def f(x):\n    return x + x")
    first, second = call("f", torch.ones(2) * 3), call("f", torch.zeros(1 << 12))
    run = recorded("def f(x):\n    return x + x", calls(first, second))
    huge = wire.Result(wire.Slot(0), [wire.TensorData("float32", HUGE, b"")])
    cut = Transcript(1, (Step(first, huge), run.steps[1]))
    assert recognised(known, (FAILED, run)) == ["twice"]
    assert recognised(known, (FAILED, cut)) == [None]


# ---- recording


def test_a_question_without_an_answer_leaves_no_transcript() -> None:
    recorder = Recorder()
    recorder.begin(3)
    recorder.asked(call("f"))
    assert recorder.transcript() is None
    recorder.begin(4)
    assert recorder.transcript() == Transcript(4, ())


def test_what_is_kept_of_a_notebook_has_a_limit() -> None:
    """A test beyond it has no transcript; those before it keep theirs."""
    recorder = Recorder(left_bytes=20)
    reply = wire.Result(wire.Slot(0), [ONES])
    recorder.begin(1)
    recorder.asked(call("f", torch.ones(1)))
    recorder.answered(reply)
    assert recorder.transcript() == Transcript(1, (Step(call("f", torch.ones(1)), reply),))
    recorder.begin(2)
    recorder.asked(call("f"))
    recorder.answered(wire.Result(wire.Slot(0), [ONES, ONES]))
    assert recorder.transcript() is None
