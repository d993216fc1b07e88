"""What is known of answers to one stub, each under a label that names nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How code is written, counted in its syntax tree."""

    statements: int = 0
    loops: int = 0  # `for` and `while`
    comprehensions: int = 0
    branches: int = 0
    helpers: int = 0  # functions and classes beside the symbol, its constructor and its forward
    calls: Mapping[str, int] = field(default_factory=dict)  # of torch, by their last name
    names: frozenset[str] = frozenset()  # that torch knows too, and operators: `@` is matmul


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One answer."""

    operators: Mapping[str, int]  # "aten::exp" → calls in the forward pass
    peak_bytes: int  # of tensors that live at once, backward pass included, inputs not
    duration_s: float  # of a forward and a backward pass, on the machine that measured
    form: Form = Form()
    values: tuple[Any, ...] = ()  # what it returns for each small probe, as plain data

    @property
    def calls(self) -> int:
        """How many operators it asks torch for."""
        return sum(self.operators.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurements:
    measured: Mapping[str, Measured]  # by label
    left_out: Mapping[str, str]  # label → why; for who organises, not for a page
