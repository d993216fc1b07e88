"""What a call costs: the candidate says it, and is believed as far as it can be true.

Code that reaches into its own process can make its own figures silly. It cannot make them larger
than what was there to be used, nor put words of its own where names of operators stand.
"""

from __future__ import annotations

import time
from functools import cache
from typing import Any

import torch

from autograder import wire
from autograder.examiner.proxies import Session


class Measuring:
    """The fixture `measure`, for suites that tell how code works, to people who compare answers.

    source  visible code of the course; it runs beside the student's
    name    a function in it that is given the symbol

    No points should depend on a Cost: how long something takes is no property of code alone.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def values(self, symbol: str, source: str, name: str) -> Any:
        """What the function returns. Raises what it raises, TimedOut and Crashed as any call."""
        return self._session.measure(wire.Measure(symbol, source, name, cost=False))

    def cost(self, symbol: str, source: str, name: str) -> wire.Cost:
        """Of the one call that is made by the function that the function returns."""
        began = time.monotonic()
        cost = self._session.measure(wire.Measure(symbol, source, name, cost=True))
        limit_bytes = self._session.candidate.terms.load.memory_bytes
        return believed(cost, within_s=time.monotonic() - began, memory_bytes=limit_bytes)


def believed(cost: wire.Cost, *, within_s: float, memory_bytes: int) -> wire.Cost:
    """Operators that torch has; no more memory than there was, no more time than has passed."""
    names = operator_names()
    return wire.Cost(
        {name: count for name, count in cost.operators.items() if name in names and count},
        min(cost.peak_bytes, memory_bytes),
        min(cost.duration_s, within_s),
        cost.calls,
    )


@cache
def operator_names() -> frozenset[str]:
    """All of torch's own, without their overloads: "aten::add"."""
    return frozenset(
        name.partition(".")[0]
        for name in torch._C._dispatch_get_all_op_names()
        if name.startswith("aten::")
    )


_MOST_LEAVES, _MOST_NUMBERS = 64, 256  # of one value; of one tensor, spread over all of it


def plain(value: Any) -> list[Any]:
    """What code returned, as data that two answers can be compared by: shapes and some numbers.

    No text of a student's is in it.
    """
    leaves: list[Any] = []
    _lay_out(value, leaves)
    return leaves


def _lay_out(value: Any, leaves: list[Any]) -> None:
    if len(leaves) >= _MOST_LEAVES:
        return
    if isinstance(value, torch.Tensor):
        leaves.append([list(value.shape), _numbers(value)])
    elif isinstance(value, dict):
        for each in value.values():
            _lay_out(each, leaves)
    elif isinstance(value, list | tuple):
        leaves.append(len(value))
        for each in value:
            _lay_out(each, leaves)
    elif isinstance(value, bool | int | float) and abs(value) < 1e300:
        leaves.append(float(value))
    else:
        leaves.append("nothing" if value is None else "something else")


def _numbers(tensor: torch.Tensor) -> list[float]:
    flat = tensor.detach().reshape(-1)
    chosen = flat[:: max(1, -(-flat.numel() // _MOST_NUMBERS))]
    if chosen.is_complex():
        chosen = torch.view_as_real(chosen).reshape(-1)
    numbers: list[float] = chosen.double().tolist()
    return numbers
