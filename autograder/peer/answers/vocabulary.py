"""Words that are nobody's: torch's, Python's, and those of an assignment's own notebooks."""

from __future__ import annotations

import ast
import builtins
import collections
import enum
import importlib
import inspect
import keyword
import random
import types
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from autograder.course import Assignment
from autograder.errors import CourseError
from autograder.notebook import Reference, read_reference
from autograder.notebook.statements import parse


def word_set(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Modules whose names answers may use. Each is imported here to ask for its names, so none may
# do anything when it is imported; an answer that needs another module is not shown.
MODULES = (
    *("torch", "torch.nn", "torch.nn.functional", "torch.nn.init", "torch.nn.parameter"),
    *("torch.autograd", "torch.autograd.function", "torch.linalg", "torch.special", "torch.fft"),
    *("torch.nn.modules", "torch.func", "torch.distributions", "torch.utils"),
    *("torch.utils.checkpoint", "torch.backends", "torch.cuda", "torch.amp", "torch.types"),
    *("math", "cmath", "functools", "itertools", "collections", "collections.abc", "operator"),
    *("typing", "dataclasses", "contextlib", "abc", "enum", "random", "copy", "numbers", "types"),
    *("warnings", "time", "logging", "statistics", "string", "numpy", "__future__"),
)
# Strings that torch's functions take; others come from the reference and from torch's names.
STRINGS = word_set(
    "none mean sum batchmean cpu cuda meta mps float float16 float32 float64 double half bfloat16 "
    "int int32 int64 long bool same valid zeros reflect replicate circular constant edge wrap "
    "nearest nearest-exact linear bilinear bicubic area fan_in fan_out relu leaky_relu tanh "
    "sigmoid gelu selu ij xy inf -inf nan +inf max min amax amin add mul prod floor trunc fro nuc "
    "input mps xpu default ignore error always once module strict left right batch channels "
    "ortho forward backward L U N V all any eye ones hidden weight bias training"
)
_KEYWORDS = word_set(
    "axis keepdims key default reverse start stop step sep end file flush strict base fillvalue "
    "initial initializer repeat n r func metaclass frozen slots kw_only order eq init "
    "default_factory field_defaults defaults rename stacklevel category as_tuple x1 x2 args kwargs "
    "requires_grad maxlen fget fset doc maxsize typed device_type enabled cache_enabled "
    "persistent recurse prefix remove_duplicate memory_format ndim module object "
    "iterable obj abs_tol rel_tol"
)
_TYPES: tuple[type, ...] = (
    *(str, bytes, int, float, complex, bool, list, dict, tuple, set, frozenset, slice, range),
    *(object, type, property, staticmethod, classmethod, super, BaseException, StopIteration),
    *(types.FunctionType, types.GeneratorType, memoryview, collections.deque, enum.Enum),
    *(collections.Counter, collections.OrderedDict, collections.defaultdict, random.Random),
)


@cache
def attributes() -> frozenset[str]:
    """Names of torch's, Python's and the standard library's modules, types and their parts."""
    import torch

    found: set[str] = set()
    for name in MODULES:
        found.update(names_in(name) or ())
        found.update(name.split("."))
    nothing = torch.empty(0)
    things: list[Any] = [
        *_TYPES,
        *(torch.Tensor, torch.Size, torch.dtype, torch.device, torch.Generator, torch.autograd),
        *(torch.finfo(torch.float32), torch.iinfo(torch.int64), nothing.untyped_storage()),
        *(torch.autograd.function.FunctionCtx, torch.autograd.Function, torch.nn.Module()),
        *(torch.autograd.function.BackwardCFunction, torch.return_types, torch.is_grad_enabled),
        *(getattr(torch.return_types, name) for name in dir(torch.return_types)),
        *_layers(),
    ]
    for thing in things:
        found.update(dir(thing))
    for layer in _layers():
        found.update(getattr(layer, "__annotations__", {}), _parameters(layer))
        found.update(getattr(layer, "__constants__", ()))
    return frozenset(found)


@cache
def of_every_module() -> frozenset[str]:
    """What each `nn.Module` has."""
    import torch

    return frozenset(dir(torch.nn.Module()))


@cache
def keywords() -> frozenset[str]:
    """Names by which arguments are given to functions of torch and Python."""
    import torch

    found = {*_KEYWORDS, *keyword.kwlist}
    for schema in torch._C._jit_get_all_schemas():
        found.update(argument.name for argument in schema.arguments)
    for module in (torch, torch.nn.functional, torch.nn.init, torch.autograd, torch.linalg):
        for name in dir(module):
            found.update(_parameters(getattr(module, name)))
    for layer in _layers():
        found.update(_parameters(layer))
    return frozenset(found)


@cache
def names_in(module: str) -> frozenset[str] | None:
    """None for a module that answers may not use, or that is not there."""
    if module not in MODULES:
        return None
    try:
        found = importlib.import_module(module)
    except ImportError:
        return None
    return frozenset((*dir(found), *_submodules(module)))


def is_builtin(name: str) -> bool:
    return hasattr(builtins, name)


def _submodules(module: str) -> Iterator[str]:
    for name in MODULES:
        parent, _, last = name.rpartition(".")
        if parent == module:
            yield last


def _layers() -> list[type]:
    import torch

    found = [getattr(torch.nn, name) for name in dir(torch.nn)]
    return [each for each in found if isinstance(each, type)]


def _parameters(function: Any) -> Iterable[str]:
    try:
        return inspect.signature(function).parameters.keys() if callable(function) else ()
    except (ValueError, TypeError):
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseWords:
    """What an assignment's reference and its released notebook name."""

    symbols: tuple[str, ...]
    attributes: frozenset[str]  # attributes, names in class bodies, names of arguments
    parameters: Mapping[str, frozenset[str]]  # "softmax", "LSTMCell.forward" -> its arguments
    strings: frozenset[str]
    numbers: frozenset[str]  # repr of each
    imports: Mapping[str, str]  # dotted path -> the name that a read-only cell gives it
    bound: frozenset[str]  # every global name of the read-only cells

    @property
    def arguments(self) -> frozenset[str]:
        return frozenset().union(*self.parameters.values())


def course_words(assignment: Assignment, reference: Reference) -> CourseWords:
    sources = _sources(reference)
    with suppress(CourseError):  # not released yet, or no longer as it was
        sources += _sources(read_reference(assignment.release))
    return _words_of(reference.symbols, tuple(sources), tuple(reference.locked.values()))


@lru_cache(maxsize=8)
def _words_of(
    symbols: tuple[str, ...], sources: tuple[str, ...], locked: tuple[str, ...]
) -> CourseWords:
    attributes: set[str] = set()
    strings: set[str] = set()
    numbers: set[str] = set()
    parameters: dict[str, frozenset[str]] = {}
    for source in sources:
        tree = parse(source).tree
        for node in ast.walk(tree) if tree else ():
            match node:
                case ast.Attribute(attr=name) | ast.keyword(arg=str(name)) | ast.arg(arg=name):
                    attributes.add(name)
                case ast.Constant(value=str(text)) if len(text) < 40:
                    strings.add(text)
                case ast.Constant(value=int() | float() as number):
                    numbers.add(repr(number))
                case ast.ClassDef():
                    attributes.update(_bound_in(node))
        for statement in tree.body if tree else ():
            parameters |= _parameters_of(statement)
    imports = dict(_imports(locked))
    return CourseWords(
        symbols=symbols,
        attributes=frozenset(attributes),
        parameters={n: p for n, p in parameters.items() if n.split(".")[0] in symbols},
        strings=frozenset(strings),
        numbers=frozenset(numbers),
        imports={path: name for name, path in imports.items()},
        bound=frozenset(imports) | _assigned(locked),
    )


def _sources(reference: Reference) -> list[str]:
    roles = ("symbol", "locked", "checks")
    return [cell.source for cell in reference.cells if cell.role in roles]


def _bound_in(node: ast.ClassDef) -> Iterator[str]:
    for item in node.body:
        if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef):
            yield item.name
        elif isinstance(item, ast.Assign | ast.AnnAssign):
            targets = item.targets if isinstance(item, ast.Assign) else [item.target]
            yield from (target.id for target in targets if isinstance(target, ast.Name))


def _parameters_of(node: ast.stmt, owner: str = "") -> dict[str, frozenset[str]]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        args = node.args
        named = (*args.posonlyargs, *args.args, *args.kwonlyargs)
        return {owner + node.name: frozenset(arg.arg for arg in named)}
    found: dict[str, frozenset[str]] = {}
    if isinstance(node, ast.ClassDef):
        for item in node.body:
            found |= _parameters_of(item, f"{node.name}.")
    return found


def _imports(locked: Iterable[str]) -> Iterator[tuple[str, str]]:
    """(name, dotted path) of what the read-only cells import at their top level."""
    for source in locked:
        tree = parse(source).tree
        for node in tree.body if tree else ():
            if isinstance(node, ast.Import):
                for alias in node.names:
                    top = alias.name.partition(".")[0]
                    yield alias.asname or top, alias.name if alias.asname else top
            elif isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    yield alias.asname or alias.name, f"{node.module}.{alias.name}"


def _assigned(locked: Iterable[str]) -> frozenset[str]:
    found: set[str] = set()
    for source in locked:
        tree = parse(source).tree
        for node in tree.body if tree else ():
            for inner in ast.walk(node):
                if isinstance(inner, ast.Name) and not isinstance(inner.ctx, ast.Load):
                    found.add(inner.id)
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                found.add(node.name)
    return frozenset(found)
