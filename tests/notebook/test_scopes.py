"""The scope analysis agrees with the compiler's own, on real code."""

from __future__ import annotations

import argparse
import ast
import collections
import contextlib
import dataclasses
import enum
import functools
import inspect
import symtable
import typing
from types import ModuleType

import pytest

from autograder.notebook.names import names_of
from autograder.notebook.scopes import Walk

MODULES = (argparse, ast, collections, contextlib, dataclasses, enum, functools, inspect, typing)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_uses_and_bindings_equal_those_of_symtable(module: ModuleType) -> None:
    source = inspect.getsource(module)
    for node in ast.parse(source).body:
        text = ast.unparse(node)
        walk = Walk(ast.parse(text).body[0])
        uses, binds = globals_of(symtable.symtable(text, "x", "exec"))
        names = names_of(walk)
        explicit = {name for name, scope in walk.bindings if name in scope.globals}
        assert unmangled(names.uses) == unmangled(uses)
        assert unmangled(names.binds | explicit) == unmangled(binds)


def unmangled(names: set[str]) -> set[str]:
    """Private names in classes aside: no global name is found through them."""
    return {name for name in names if "__" not in name}


def globals_of(table: symtable.SymbolTable) -> tuple[set[str], set[str]]:
    uses: set[str] = set()
    binds: set[str] = set()
    for symbol in table.get_symbols():
        is_global = symbol.is_global() or table.get_type() == "module"
        # a class body may read a global name before it shadows it
        shadowed = table.get_type() == "class" and symbol.is_local()
        if symbol.is_referenced() and (is_global or shadowed):
            uses.add(symbol.get_name())
        if is_global and (symbol.is_assigned() or symbol.is_imported()):
            binds.add(symbol.get_name())
    for child in table.get_children():
        more_uses, more_binds = globals_of(child)
        uses |= more_uses
        binds |= more_binds
    return uses, binds
