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
_CHECKS = Path(testing.__file__)


def as_text(error: BaseException, suite: Path) -> str:
    """From the test down to the check, or to the call, that ended it."""
    lines: list[str] = []
    for frame, number in _frames(error, suite):
        path = Path(frame.f_code.co_filename)
        lines.append(f"  {path.name}, line {number}, in {frame.f_code.co_name}")
        lines.append(f"    {linecache.getline(str(path), number).strip()}")
        lines += [f"      {name}: {value}" for name, value in _values(frame)]
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
    """Tensors by their form, plain values as they are; nothing about the rest."""
    if isinstance(value, torch.Tensor):
        return f"{str(value.dtype).removeprefix('torch.')} {tuple(value.shape)} on {value.device}"
    if isinstance(value, bool | int | float | str | torch.dtype | torch.device):
        text = repr(value)
        return text if len(text) <= _MAX_TEXT else f"{text[:_MAX_TEXT]}…"
    if isinstance(value, tuple | list) and any(isinstance(item, torch.Tensor) for item in value):
        return "[" + "; ".join(_value(item) for item in value[:8]) + "]"
    return ""


def _words(error: BaseException) -> str:
    if isinstance(error, StudentError):
        return error.words()
    return f"{type(error).__name__}: {error}"
