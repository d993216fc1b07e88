"""How a test ended, as text: the frames of the suite and of its checks, and what was in them."""

from __future__ import annotations

import linecache
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import torch

from autograder import testing
from autograder.examiner.verdicts import StudentError

_MAX_TEXT = 60
_SMALL = 8  # values that are shown
_FIRST = 5  # differences that are shown
# Digits that tell two values of the dtype apart.
_DIGITS = {torch.float64: 17, torch.float32: 9, torch.float16: 5, torch.bfloat16: 4}
_CHECKS = Path(testing.__file__)


def as_text(error: BaseException, suite: Path) -> str:
    """From the test down to the check, or to the call, that ended it."""
    lines: list[str] = []
    frames = list(_frames(error, suite))
    compared = [frame for frame, _ in frames if _differences(frame)]
    for frame, number in frames:
        path = Path(frame.f_code.co_filename)
        lines.append(f"  {path.name}, line {number}, in {frame.f_code.co_name}")
        lines.append(f"    {linecache.getline(str(path), number).strip()}")
        lines += [f"      {name}: {value}" for name, value in _values(frame)]
        if frame in compared[-1:]:  # once, though a check hands both on to another
            lines.append(f"      {_differences(frame)}")
    return "\n".join([*lines, _words(error)])


def _frames(error: BaseException, suite: Path) -> Iterator[tuple[FrameType, int]]:
    trace = error.__traceback__
    while trace is not None:
        path = Path(trace.tb_frame.f_code.co_filename)
        if suite in path.parents or path == _CHECKS:
            yield trace.tb_frame, trace.tb_lineno
        trace = trace.tb_next


def _values(frame: FrameType) -> Iterator[tuple[str, str]]:
    for name, value in frame.f_locals.items():
        words = _value(value)
        if words:
            yield name, words


def _value(value: Any) -> str:
    """Small tensors by form and values, others by their form; plain values as they are; nothing
    about the rest."""
    if isinstance(value, torch.Tensor):
        form = f"{str(value.dtype).removeprefix('torch.')} {tuple(value.shape)} on {value.device}"
        shown = 0 < value.numel() <= _SMALL and value.device.type == "cpu"
        return f"{form}: {_numbers(value)}" if shown else form
    if isinstance(value, bool | int | float | str | torch.dtype | torch.device):
        text = repr(value)
        return text if len(text) <= _MAX_TEXT else f"{text[:_MAX_TEXT]}…"
    if isinstance(value, tuple | list) and any(isinstance(item, torch.Tensor) for item in value):
        return "[" + "; ".join(_value(item) for item in value[:8]) + "]"
    return ""


def _numbers(tensor: torch.Tensor) -> str:
    digits = _DIGITS.get(tensor.dtype)

    def text(value: Any) -> str:
        if isinstance(value, list):
            return f"[{', '.join(map(text, value))}]"
        return f"{value:.{digits}g}" if digits else repr(value)

    return text(tensor.detach().tolist())


def _differences(frame: FrameType) -> str:
    """Where `got` and `expected`, too large to be shown, differ by more than a check lets pass."""
    names = frame.f_locals
    got, expected = names.get("got"), names.get("expected")
    if not isinstance(got, torch.Tensor) or not isinstance(expected, torch.Tensor):
        return ""
    if got.shape != expected.shape or got.numel() <= _SMALL or got.is_complex():
        return ""
    got, expected = got.detach(), expected.detach()
    usual = testing.TOLERANCES.get((expected.dtype, expected.device.type), (0.0, 0.0))
    rtol, atol = (
        given if isinstance(given := names.get(name), float) else default
        for name, default in zip(("rtol", "atol"), usual, strict=True)
    )
    wrong = (~torch.isclose(got.double(), expected.double(), rtol=rtol, atol=atol)).nonzero()
    if not len(wrong):
        return ""
    places = [tuple(place) for place in wrong[:_FIRST].tolist()]
    listed = [
        f"{list(at)}: got {_numbers(got[at])}, expected {_numbers(expected[at])}" for at in places
    ]
    more = "; …" if len(wrong) > len(listed) else ""
    return f"{len(wrong)} of {got.numel()} values differ: {'; '.join(listed)}{more}"


def _words(error: BaseException) -> str:
    if isinstance(error, StudentError):
        return error.words()
    return f"{type(error).__name__}: {error}"
