"""Answers for the reference, to the examiner of one submission, in a process of its own.

Student code chooses what it is asked: a mask that broadcasts to terabytes must end nothing but
this process. It is forked from the suite's when the first stand-in calls, and killed when the
examiner hangs up. See decisions/0005.
"""

from __future__ import annotations

import contextlib
import inspect
import os
import resource
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

import torch
from torch import Tensor, nn

from autograder import cuda, wire
from autograder.candidate.answers import Answers

Kind = Literal["function", "module"]
_PLAIN = (bool, int, float, str, type(None))


def stand_in_kinds(names: Mapping[str, Any]) -> dict[str, Kind]:
    """Which of the reference's names can have a stand-in, and what that is."""
    kinds: dict[str, Kind] = {}
    for name, thing in names.items():
        if inspect.isclass(thing):
            if issubclass(thing, nn.Module):
                kinds[name] = "module"
        elif callable(thing) and not isinstance(thing, nn.Module):
            kinds[name] = "function"
    return kinds


def serve_reference(
    channel: wire.Channel[Any],
    names: Mapping[str, Any],
    wanted: Iterable[str],
    order: wire.OpenSuite,
) -> None:
    """Until the examiner hangs up.

    names  of the reference notebook; only those that are wanted are answered for
    """
    _limit(order.memory_bytes, cpu_s=int(2 * order.notebook_s) + 10)
    os.environ[cuda.VISIBLE] = ""  # it was forked by a process without CUDA, and stays without
    answers = answers_for(names, wanted, limit_bytes=order.message_bytes)
    with contextlib.suppress(wire.Closed):
        while True:
            reply = answers.answer(channel.receive())
            if reply is not None:
                channel.send(reply)


def answers_for(names: Mapping[str, Any], wanted: Iterable[str], *, limit_bytes: int) -> Answers:
    """What stand-ins ask for: calls of these names, constructors, and calls of what they made."""
    kinds = stand_in_kinds(names)
    behaviours: dict[str, Callable[..., Any]] = {"": _used}
    for name in wanted:
        behaviours[name] = _made(names[name]) if kinds[name] == "module" else names[name]
    return Answers(behaviours, limit_bytes=limit_bytes, on_cuda=False)


def _made(cls: type[nn.Module]) -> Callable[..., Any]:
    """A constructor that also says what the module is made of, see candidate/stand_ins.py."""

    def make(*args: Any, **kwargs: Any) -> Any:
        module = cls(*args, **kwargs)
        trained = {id(parameter) for parameter in module.parameters() if parameter.requires_grad}
        module.requires_grad_(False)  # values cross here, and no graph
        return module, [_part(path, part, trained) for path, part in module.named_modules()]

    return make


def _part(path: str, part: nn.Module, trained: set[int]) -> tuple[Any, ...]:
    """Its path, own parameters and buffers, and plain attributes such as `in_features`."""
    own = part.named_parameters(recurse=False, remove_duplicate=False)
    seen = vars(part).items()
    return (
        path,
        {name: (value, id(value) in trained) for name, value in own},
        dict(part.named_buffers(recurse=False)),
        {name: value for name, value in seen if name[0] != "_" and type(value) in _PLAIN},
    )


def _used(
    module: nn.Module,
    path: str,
    training: bool,
    values: dict[str, Tensor],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> Any:
    """Call a part of a module with the values that its stand-in has for its parameters."""
    part = module.get_submodule(path).train(training)
    return torch.func.functional_call(part, values, args, kwargs)


def _limit(memory_bytes: int, *, cpu_s: int) -> None:
    """So that it ends, and not what it was forked from or its neighbours."""
    if sys.platform == "linux":
        Path("/proc/self/oom_score_adj").write_text("1000")
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        limit = pages * resource.getpagesize() + memory_bytes
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s + 1))
