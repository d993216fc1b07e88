"""How visibly a wrong version's outcome differs from a right one, to somebody who reads both.

What is seen at once comes first: an exception, another shape, something that is no number. Values
count by the share of them that is off, and not at all where the printed digits would be the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import torch
from torch import Tensor

Kind: TypeAlias = Literal["exception", "shape", "not_finite", "kind", "values", "same"]

_WEIGHTS: Mapping[Kind, float] = {
    "exception": 5.0,
    "shape": 5.0,
    "not_finite": 5.0,
    "kind": 5.0,
    "values": 1.0,
    "same": 0.0,
}
SEEN = 0.02  # of the larger of two numbers: less is overlooked


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of one probe: what it returned, or the exception."""

    found: Mapping[str, Any]  # empty after an exception
    raised: str = ""  # its class
    message: str = ""  # its first line


@dataclass(frozen=True, slots=True)
class Contrast:
    kind: Kind
    label: str = ""  # of what the probe returned
    share: float = 0.0  # of the larger value, for values

    @property
    def weight(self) -> float:
        return _WEIGHTS[self.kind] + 2 * self.share


def contrast(right: Outcome, wrong: Outcome) -> Contrast:
    """The most visible difference; of several equal ones the first."""
    if right.raised != wrong.raised:
        return Contrast("exception")
    labels = dict.fromkeys([*right.found, *wrong.found])
    each = [_of_label(label, right.found, wrong.found) for label in labels]
    return max(each, key=lambda found: found.weight, default=Contrast("same"))


def printed(outcome: Outcome) -> str:
    """As the cell of a notebook prints it, see cells.py."""
    found = outcome.found
    if outcome.raised:
        found = {outcome.raised: outcome.message}
    return "\n".join(_line(label, value) for label, value in found.items())


def _line(label: str, value: Any) -> str:
    text = str(value.detach() if isinstance(value, Tensor) else value)
    return f"    {label} = " + text.replace("\n", "\n" + " " * (len(label) + 7))


def _of_label(label: str, right: Mapping[str, Any], wrong: Mapping[str, Any]) -> Contrast:
    if label not in right or label not in wrong:
        return Contrast("kind", label)
    one, other = right[label], wrong[label]
    if _line(label, one) == _line(label, other):
        return Contrast("same", label)
    if isinstance(one, Tensor) and isinstance(other, Tensor):
        return _of_tensors(label, one.detach(), other.detach())
    if isinstance(one, tuple) and isinstance(other, tuple):
        return Contrast("shape", label)
    if _is_number(one) and _is_number(other):
        return _of_tensors(label, torch.tensor(float(one)), torch.tensor(float(other)))
    return Contrast("kind", label)


def _of_tensors(label: str, one: Tensor, other: Tensor) -> Contrast:
    if one.shape != other.shape:
        return Contrast("shape", label)
    if one.dtype != other.dtype:
        return Contrast("kind", label)
    one, other = one.double(), other.double()
    if not torch.equal(one.isfinite(), other.isfinite()):
        return Contrast("not_finite", label)
    larger = torch.maximum(one.abs(), other.abs()).clamp(min=1e-3).nan_to_num(posinf=1.0)
    shares = ((one - other).abs() / larger).nan_to_num()
    share = min(float(shares.max()), 2.0) / 2 if shares.numel() else 0.0
    return Contrast("values", label, share) if share >= SEEN / 2 else Contrast("same", label)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
