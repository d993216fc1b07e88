"""Sees functions that the assignment forbids while student code runs, however it got at them.

Two depths (the third, names in the source, is found where the notebook is read):
`TorchFunctionMode` sees torch's Python functions and methods and knows them by the name that the
assignment uses. Underneath, the kernels of forbidden operators are replaced by ones that tell
and go on, so that `getattr(torch, "soft" + "max")`, `torch.ops.aten`, other threads and code that
switches off torch's modes are seen as well. Classes and modules are seen when something of
theirs is constructed.

A use is charged to the graded symbol whose cell the innermost student frame lies in; helpers
in other cells are charged to the symbol that called them. Where no frame tells (an alias, a
thread of its own) the symbol is left open: it is the one that is being tested.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache, wraps
from types import FunctionType, ModuleType
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

from autograder import cuda
from autograder.candidate.namespace import cell_of

Note = Callable[[str, str, int], None]  # forbidden name, symbol or "", line


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What is watched for one forbidden name."""

    functions: tuple[Any, ...] = ()
    classes: tuple[tuple[type, str], ...] = ()  # and the name to report
    # Python that torch cannot tell of: where it is found, and the name to report
    plain: tuple[tuple[ModuleType, str, FunctionType, str], ...] = ()
    kernels: tuple[tuple[str, str, Any], ...] = ()  # operator, dispatch key, kernel


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
        self._kernels: Any = torch.library.Library("aten", "IMPL")  # type: ignore[no-untyped-call]
        self._inside = 0
        for name in forbidden:
            for backend in backends():
                self._register(name, find(name, backend))
        self._stack = ExitStack()

    def __enter__(self) -> Watch:
        self._inside += 1
        self._seen = {(name, symbol) for name, symbol in self._seen if symbol}
        self._stack = ExitStack()
        if self._functions:
            self._stack.enter_context(_Functions(self._functions, self._used))
        return self

    def __exit__(self, *exc: object) -> None:
        self._inside -= 1
        self._stack.close()

    def _register(self, name: str, target: Target) -> None:
        for function in target.functions:
            self._functions[function] = name
        for cls, words in target.classes:
            self._watch_class(cls, words)
        for module, attribute, function, words in target.plain:
            setattr(module, attribute, self._telling(function, words))
        for operator, key, kernel in target.kernels:
            self._replace_kernel(operator, key, kernel, name)

    def _replace_kernel(self, operator: str, key: str, kernel: Any, name: str) -> None:
        """The same kernel, with a word to us before it runs."""
        used = self._used

        def tell(keys: Any, *args: Any, **kwargs: Any) -> Any:
            used(name)
            return kernel.call_boxed(keys, *args, **kwargs)

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # torch warns of what is meant to be
            self._kernels.impl(operator.removeprefix("aten::"), tell, key, with_keyset=True)

    def _telling(self, function: FunctionType, name: str) -> Callable[..., Any]:
        used = self._used

        @wraps(function)
        def tell(*args: Any, **kwargs: Any) -> Any:
            used(name)
            return function(*args, **kwargs)

        return tell

    def _watch_class(self, cls: type, name: str) -> None:
        original = cls.__dict__.get("__init__")
        if original is None:
            return
        used = self._used

        def __init__(this: Any, *args: Any, **kwargs: Any) -> None:
            used(name, this)
            original(this, *args, **kwargs)

        cls.__init__ = __init__  # type: ignore[misc]

    def _used(self, name: str, made: object = None) -> None:
        if not self._inside:
            return  # while the notebook is loaded: it may check itself
        owner = self._symbol_of(made)
        symbol, line = (owner, 0) if owner else self._who()
        if (name, symbol) not in self._seen:
            self._seen.add((name, symbol))
            self._note(name, symbol, line)

    def _who(self) -> tuple[str, int]:
        frame: Any = sys._getframe(1)
        while frame is not None:
            cell = cell_of(frame.f_code.co_filename)
            if cell in self._symbols and frame.f_code.co_name != "<module>":
                return cell, frame.f_lineno
            owner = self._symbol_of(frame.f_locals.get("self"))
            if owner:
                return owner, 0
            frame = frame.f_back
        return "", 0

    def _symbol_of(self, thing: Any) -> str:
        """The graded class that inherits the code at hand: `class LSTMCell(nn.LSTMCell)`."""
        for cls in type(thing).__mro__:
            if cls.__module__ == "__main__" and cls.__name__ in self._symbols:
                return cls.__name__
        return ""


class _Functions(TorchFunctionMode):
    def __init__(self, names: dict[Any, str], used: Callable[[str], None]) -> None:
        super().__init__()
        self._names, self._used = names, used

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func in self._names:
            self._used(self._names[func])
        return func(*args, **(kwargs or {}))


def backends() -> tuple[str, ...]:
    """Where operators may run in this process, in the words of torch's dispatcher."""
    return ("CPU", "CUDA") if cuda.may_be_used() else ("CPU",)


@cache
def find(name: str, backend: str = "CPU") -> Target:
    """What a dotted name stands for in this torch. Kept: looked up before the fork, it is free.

    backend  whose kernels are watched; what torch does in Python belongs to the CPU's
    """
    if backend != "CPU" and not name.startswith("torch.ops."):
        return Target()
    thing = _resolve(name)
    if isinstance(thing, torch._ops.OpOverloadPacket):
        names: list[str] = thing.overloads()  # type: ignore[no-untyped-call]
        return Target(
            functions=(thing, *(getattr(thing, overload) for overload in names)),
            kernels=tuple(kernel for each in names for kernel in _kernels(thing, each, backend)),
        )
    if isinstance(thing, ModuleType):
        return _whole_module(name)
    if isinstance(thing, type):
        return Target(classes=((thing, name),))
    module, _, attribute = name.rpartition(".")
    if isinstance(thing, FunctionType) and "._" in module:
        # torch's own Python (torch._refs, torch._decomp) calls no function that a mode could see.
        return Target(plain=((_resolve(module), attribute, thing, name),))
    return Target(functions=(thing,) if callable(thing) else ())


def _whole_module(name: str) -> Target:
    """Every class and every plain function that the module, or one below it, defines."""
    modules = [m for n, m in sys.modules.items() if n == name or n.startswith(f"{name}.")]
    own = [
        (module, attribute, thing)
        for module in modules
        for attribute, thing in vars(module).items()
        if isinstance(thing, type | FunctionType) and thing.__module__.startswith(name)
    ]
    classes = {thing: f"{name}.{thing.__name__}" for _, _, thing in own if isinstance(thing, type)}
    return Target(
        classes=tuple(classes.items()),
        plain=tuple(
            (m, a, thing, f"{name}.{a}") for m, a, thing in own if isinstance(thing, FunctionType)
        ),
    )


def _kernels(packet: Any, overload: str, backend: str) -> list[tuple[str, str, Any]]:
    operator = packet._qualified_op_name + ("" if overload == "default" else f".{overload}")
    key = _dispatch_key(operator, backend)
    if key is None or not operator.startswith("aten::"):
        return []
    return [(operator, key, torch.library.get_kernel(operator, key))]


def _dispatch_key(operator: str, backend: str) -> str | None:
    """Where a tensor of that backend finds the operator's kernel; None where it finds none.

    What torch composes of other operators for autograd to see must be met before autograd does.
    """
    has_own = torch._C._dispatch_has_kernel_for_dispatch_key
    if has_own(operator, "CompositeImplicitAutograd") and not has_own(operator, backend):
        return f"Autograd{backend}"
    computed = torch._C._dispatch_has_computed_kernel_for_dispatch_key(operator, backend)
    return backend if computed else None


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
