"""Sees functions that the assignment forbids while student code runs, however it got at them.

Two depths (the third, names in the source, is found where the notebook is read):
`TorchFunctionMode` sees torch's Python functions and methods, `TorchDispatchMode` the operators
underneath, so that `getattr(torch, "soft" + "max")` and `torch.ops.aten` are seen as well.
Classes and modules are seen when something of theirs is constructed.

A use is charged to the graded symbol whose cell the innermost student frame lies in; helpers
in other cells are charged to the symbol that called them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from types import ModuleType
from typing import Any

import torch
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

from autograder.candidate.namespace import cell_of

Note = Callable[[str, str, int], None]  # forbidden name, symbol, line


class Watch:
    """Context manager around every call into student code.

    forbidden  dotted names: functions, methods, classes, modules, torch.ops.aten.NAME
    symbols    the graded symbols, which are the labels of their cells
    note       told each use once: (name, symbol or "", line)
    """

    def __init__(self, forbidden: Iterable[str], symbols: Iterable[str], note: Note) -> None:
        self._symbols = frozenset(symbols)
        self._note = note
        self._seen: set[tuple[str, str]] = set()
        self._functions: dict[Any, str] = {}
        self._operators: dict[Any, str] = {}
        self._inside = 0
        for name in forbidden:
            self._register(name)
        self._stack = ExitStack()

    def __enter__(self) -> Watch:
        self._inside += 1
        self._stack = ExitStack()
        if self._functions:
            self._stack.enter_context(_Functions(self._functions, self._used))
        if self._operators:
            self._stack.enter_context(_Operators(self._operators, self._used))
        return self

    def __exit__(self, *exc: object) -> None:
        self._inside -= 1
        self._stack.close()

    def _register(self, name: str) -> None:
        thing = _resolve(name)
        if isinstance(thing, torch._ops.OpOverloadPacket):
            self._functions[thing] = name
            for overload in thing.overloads():  # type: ignore[no-untyped-call]
                operator = getattr(thing, overload)
                self._operators[operator] = self._functions[operator] = name
        elif isinstance(thing, ModuleType):
            for cls in vars(thing).values():
                if isinstance(cls, type) and cls.__module__.startswith(name):
                    self._watch_class(cls, f"{name}.{cls.__name__}")
        elif isinstance(thing, type):
            self._watch_class(thing, name)
        elif callable(thing):
            self._functions[thing] = name

    def _watch_class(self, cls: type, name: str) -> None:
        original = cls.__dict__.get("__init__")
        if original is None:
            return
        used = self._used

        def __init__(this: Any, *args: Any, **kwargs: Any) -> None:
            used(name)
            original(this, *args, **kwargs)

        cls.__init__ = __init__  # type: ignore[misc]

    def _used(self, name: str) -> None:
        symbol, line = self._who()
        if symbol and (name, symbol) not in self._seen:
            self._seen.add((name, symbol))
            self._note(name, symbol, line)

    def _who(self) -> tuple[str, int]:
        frame: Any = sys._getframe(1)
        while frame is not None:
            cell = cell_of(frame.f_code.co_filename)
            if cell in self._symbols and frame.f_code.co_name != "<module>":
                return cell, frame.f_lineno
            frame = frame.f_back
        return "", 0


class _Functions(TorchFunctionMode):
    def __init__(self, names: dict[Any, str], used: Callable[[str], None]) -> None:
        super().__init__()
        self._names, self._used = names, used

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func in self._names:
            self._used(self._names[func])
        return func(*args, **(kwargs or {}))


class _Operators(TorchDispatchMode):  # type: ignore[no-untyped-call]
    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        return False  # torch would import its compiler (a second) to tell it to stay away

    def __init__(self, names: dict[Any, str], used: Callable[[str], None]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._names, self._used = names, used

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func in self._names:
            self._used(self._names[func])
        return func(*args, **(kwargs or {}))


def _resolve(name: str) -> Any:
    """The object of a dotted name; None where this torch has none of that name."""
    thing: Any = torch
    first, *rest = name.split(".")
    if first != "torch":
        return sys.modules.get(name)
    for part in rest:
        try:
            thing = getattr(thing, part)
        except (AttributeError, RuntimeError):
            return None
    return thing
