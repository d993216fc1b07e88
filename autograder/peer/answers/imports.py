"""Imports as everybody writes them, whatever an answer's author called a module."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence

from autograder.peer.answers.extract import CannotBeSure
from autograder.peer.answers.vocabulary import MODULES, CourseWords, is_builtin, names_in

_USUAL = {"torch.nn.functional": "F", "numpy": "np"}


def check_path(path: str) -> None:
    """raises CannotBeSure for a module that is not known, or a name that it does not have"""
    if path in MODULES and names_in(path) is not None:
        return
    module, _, name = path.rpartition(".")
    if name not in (names_in(module) or ()):
        raise CannotBeSure(f"an import from elsewhere: {path}")


def names_for(
    paths: Iterable[str], course: CourseWords, taken: frozenset[str]
) -> Mapping[str, str]:
    """Dotted path → the name under which everybody has it. raises CannotBeSure

    taken  names that mean something else
    """
    found: dict[str, str] = {}
    for path in sorted(set(paths)):
        check_path(path)
        name = course.imports.get(path) or _USUAL.get(path) or path.rpartition(".")[2]
        foreign = path not in course.imports and (
            name in taken or name in course.bound or name in found.values() or is_builtin(name)
        )
        found[path] = _another(name, {*taken, *course.bound, *found.values()}) if foreign else name
    return found


def _another(name: str, taken: set[str]) -> str:
    number = 1
    while f"{name}_{number}" in taken:
        number += 1
    return f"{name}_{number}"


def is_import(node: ast.stmt) -> bool:
    return isinstance(node, ast.Import | ast.ImportFrom)


def import_lines(
    statements: Sequence[ast.stmt], names: Mapping[str, str], course: CourseWords
) -> list[ast.stmt]:
    """The top-level imports of an answer, sorted; without what the read-only cells import.

    raises CannotBeSure
    """
    found: set[tuple[bool, str]] = set()
    for node in statements:
        if isinstance(node, ast.Import):
            for alias in node.names:
                check_path(alias.name)
                if not alias.asname and "." in alias.name:
                    found.add((True, f"import {alias.name}"))
                else:
                    found |= _line(alias.name, names, course)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if alias.name == "*":
                    found.add((False, f"from {node.module} import *"))
                else:
                    found |= _line(f"{node.module}.{alias.name}", names, course)
    lines = sorted(line for whole, line in found if whole)
    parts: dict[str, list[str]] = {}
    for line in sorted(line for whole, line in found if not whole):
        module, _, name = line.partition(" import ")
        parts.setdefault(module, []).append(name)
    lines += [f"{module} import {', '.join(names)}" for module, names in parts.items()]
    return ast.parse("\n".join(_star_alone(lines))).body


def _star_alone(lines: Iterable[str]) -> Iterator[str]:
    """`from math import *, exp` is no Python, and the star brings the rest."""
    for line in lines:
        module, _, names = line.partition(" import ")
        yield f"{module} import *" if names.startswith("*, ") and " as " not in names else line


def _line(path: str, names: Mapping[str, str], course: CourseWords) -> set[tuple[bool, str]]:
    if path in course.imports or path.startswith("__future__"):
        return set()
    name = names[path]
    module, _, last = path.rpartition(".")
    if not module or (path in MODULES and name != last):
        return {(True, f"import {path}" if name == path else f"import {path} as {name}")}
    return {(False, f"from {module} import {last}" + ("" if name == last else f" as {name}"))}
