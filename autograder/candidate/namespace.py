"""The notebook's global names: units executed in order, each failing for itself only."""

from __future__ import annotations
import __future__

import inspect
import linecache
import sys
import types
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

import torch

from autograder import wire

_PREFIX, _SUFFIX = "<cell ", ">"
_MAX_FRAMES, _MAX_TEXT = 20, 4000
_MAX_TYPES, _MAX_NAME = 60, 100


def filename(cell: str) -> str:
    """The file name under which a cell's code is compiled."""
    return f"{_PREFIX}{cell}{_SUFFIX}"


def cell_of(name: str) -> str | None:
    """The cell of a file name; None if the code is not the student's."""
    return name[len(_PREFIX) : -len(_SUFFIX)] if name.startswith(_PREFIX) else None


class Namespace:
    """`globals` after loading, and for every name that could not be bound, why.

    Attributes of `sys.modules["__main__"]`, because that is where Jupyter has them and where
    dataclasses, typing and torch.jit look them up.
    """

    def __init__(self) -> None:
        module = types.ModuleType("__main__")
        module.__dict__["display"] = lambda *args, **kwargs: None  # Jupyter has it built in
        sys.modules["__main__"] = module
        self.globals: dict[str, Any] = module.__dict__
        self.errors: dict[str, wire.Raised] = {}

    def load(
        self,
        units: list[wire.CodeUnit],
        skip: Collection[int],
        starting: Callable[[int], None],
        stand_ins: Mapping[str, Any] | None = None,
    ) -> None:
        """Execute the units, telling `starting` the index of each before it runs.

        stand_ins  names that are bound to these things, whatever the units bind them to

        A unit that misses a name is tried again after the others: students run cells in any
        order, and a notebook keeps the last order only.
        """
        given = stand_ins or {}
        self.globals.update(given)
        idle = {i for i, unit in enumerate(units) if unit.binds and given.keys() >= {*unit.binds}}
        pending = [index for index in range(len(units)) if index not in idle.union(skip)]
        while pending:
            postponed: list[int] = []
            for index in pending:
                starting(index)
                if not self._execute(units[index]):
                    postponed.append(index)
                self.globals.update(given)
            if len(postponed) == len(pending):
                return
            pending = postponed

    def _execute(self, unit: wire.CodeUnit) -> bool:
        """True unless a name was missing."""
        flags = __future__.annotations.compiler_flag if unit.future else 0
        padded = "\n" * (unit.first_line - 1) + unit.source
        try:
            code = compile(padded, filename(unit.cell), "exec", flags=flags, dont_inherit=True)
            exec(code, self.globals)
        except BaseException as error:  # whatever student code raises belongs to its names
            for name in unit.binds:
                if name not in self.globals:
                    self.errors[name] = describe(error)
            return not isinstance(error, NameError)
        for name in unit.binds:
            self.errors.pop(name, None)
        return True


def remember_sources(sources: dict[str, str]) -> None:
    """Lets tracebacks and inspect.getsource show the student's lines."""
    for cell, text in sources.items():
        lines = [line + "\n" for line in text.splitlines()]
        linecache.cache[filename(cell)] = (len(text), None, lines, filename(cell))


def kinds(names: Iterable[str], namespace: dict[str, Any]) -> dict[str, str]:
    return {name: kind_of(namespace[name]) for name in names if name in namespace}


def kind_of(value: Any) -> str:
    if isinstance(value, torch.nn.Module):
        return "module"
    if inspect.isclass(value):
        return "class"
    return "function" if callable(value) else "object"


def describe(error: BaseException) -> wire.Raised:
    """Class names, message and the student's own lines of an exception.

    Only names and text leave: the other side never sees an exception object.
    """
    types_ = [_name(_of_type("__name__", cls)) for cls in _of_type("__mro__", type(error))]
    return wire.Raised(types_[:-1][:_MAX_TYPES], _message(error), _frames(error))


def _of_type(attribute: str, cls: type) -> Any:
    """As `type` knows it: a metaclass may answer anything."""
    return type.__dict__[attribute].__get__(cls)


def _name(text: str) -> str:
    return _sendable(text, _MAX_NAME)


def _sendable(text: str, limit: int) -> str:
    """Its beginning, without the lone surrogates that no encoding has."""
    return text[:limit].encode("utf-8", "replace").decode()


def _message(error: BaseException) -> str:
    try:
        if isinstance(error, SyntaxError):
            text = f"{error.msg} (line {error.lineno})"
        else:
            text = str(error)
    except BaseException:  # a hostile or broken __str__
        return ""
    return _sendable(text, _MAX_TEXT) if type(text) is str else ""


def _frames(error: BaseException) -> list[wire.Frame]:
    frames: list[wire.Frame] = []
    traceback = BaseException.__dict__["__traceback__"].__get__(error)
    while traceback is not None and len(frames) < 1000:
        code = traceback.tb_frame.f_code
        cell = cell_of(code.co_filename)
        if cell is not None:
            line = traceback.tb_lineno
            text = linecache.getline(code.co_filename, line).strip()
            frames.append(wire.Frame(_name(cell), line, _name(code.co_name), _sendable(text, 300)))
        traceback = traceback.tb_next
    if len(frames) > _MAX_FRAMES:
        half = _MAX_FRAMES // 2
        frames = frames[:half] + frames[-half:]
    return frames
