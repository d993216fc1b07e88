"""Whether two answers return the same, by the plain data that was taken of what they return."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from autograder.peer.contrast.model import Measured

# Right answers sum in other orders; a renamed variable that was missed changes far more.
_RELATIVE = 1e-3


def returns_the_same(a: Measured, b: Measured) -> bool:
    """On every small probe. False too where nothing was asked of one of them.

    Right answers that draw random numbers in another order do not return the same.
    """
    return bool(a.values) and _alike(a.values, b.values)


def _alike(a: Any, b: Any) -> bool:
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        if len(a) != len(b):
            return False
        if all(isinstance(x, float) for x in (*a, *b)):
            return _close(a, b)
        return all(_alike(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, float) and isinstance(b, float):
        return _close([a], [b])
    return bool(a == b)


def _close(a: Sequence[float], b: Sequence[float]) -> bool:
    """Numbers of one tensor; what is near nothing is measured by the largest of them."""
    finite = [abs(x) for x in (*a, *b) if math.isfinite(x)]
    allowed = _RELATIVE * max([1e-3, *finite])
    return all(_same(x, y, allowed) for x, y in zip(a, b, strict=True))


def _same(x: float, y: float, allowed: float) -> bool:
    if math.isfinite(x) and math.isfinite(y):
        return abs(x - y) <= allowed
    return x == y or (math.isnan(x) and math.isnan(y))
