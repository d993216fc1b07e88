"""requirements.txt for students: what the published notebooks import, as it is installed here."""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Iterable, Iterator
from importlib import metadata

from autograder import __version__
from autograder.notebook.statements import parse

_HEAD = """\
# What the notebooks need, in the versions that they were made with.
# torch's build for the CPU has a tenth of the size of the usual one. To get it, pass the index that
# https://pytorch.org/get-started/locally/ names for the CPU:
#     pip install -r requirements.txt --extra-index-url URL
"""
_ALWAYS = ("jupyterlab", "numpy", "torch")  # torch warns without numpy


def requirements(notebooks: Iterable[bytes]) -> str:
    """The text of the file; the checks of a notebook run on Linux only."""
    modules = {module for data in notebooks for module in imported_modules(data)}
    known = metadata.packages_distributions()
    names = {*_ALWAYS, *(name for module in modules for name in known.get(module, [])[:1])}
    pins = [f"{name}=={_version(name)}" for name in sorted(names, key=str.lower) if _version(name)]
    checks = f'deep-autograder=={__version__}; sys_platform == "linux"  # autograder check'
    return "\n".join([_HEAD.rstrip(), *pins, checks, ""])


def imported_modules(data: bytes) -> set[str]:
    """The top-level modules that a notebook's code imports, without Python's own."""
    found: set[str] = set()
    for cell in json.loads(data)["cells"]:
        if cell["cell_type"] == "code" and (tree := parse("".join(cell["source"])).tree):
            found.update(_imports(tree))
    return found - sys.stdlib_module_names


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def _version(name: str) -> str:
    """Without a local part such as "+cpu"; "" for what is not installed."""
    try:
        return metadata.version(name).partition("+")[0]
    except metadata.PackageNotFoundError:
        return ""
