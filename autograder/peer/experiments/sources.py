"""Pieces of Python as text: what code needs above it, and names in it that are replaced.

Text stays as its author wrote it, comments and all: only what has to change is changed.
"""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterable, Mapping


def names_in(code: str) -> frozenset[str]:
    """Every name that the code mentions, also where it binds it."""
    tree = ast.parse(code)
    return frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))


def imports_needed(imports: Iterable[str], *code: str) -> str:
    """Of the import statements in some sources, those that the code uses; and torch in any case.

    returns  lines in the usual order
    """
    used = frozenset[str]().union(*map(names_in, code))
    plain: set[str] = {"import torch"}
    chosen: dict[str, set[str]] = {}
    for source in imports:
        for node in ast.parse(source).body:
            if isinstance(node, ast.Import):
                plain |= {
                    f"import {_written(alias)}" for alias in node.names if _bound(alias) in used
                }
            elif isinstance(node, ast.ImportFrom) and node.module not in (None, "__future__"):
                names = {_written(alias) for alias in node.names if _bound(alias) in used}
                chosen.setdefault(str(node.module), set()).update(names)
    members = [
        f"from {module} import {', '.join(sorted(names))}"
        for module, names in sorted(chosen.items())
        if names
    ]
    standard = sorted(line for line in plain if not line.startswith("import torch"))
    torch = sorted(line for line in plain if line.startswith("import torch"))
    return "\n".join([*standard, *([""] if standard else []), *torch, *members])


def renamed(code: str, names: Mapping[str, str]) -> str:
    """The code with other names; an attribute of that name and a keyword argument keep theirs."""
    lines = code.splitlines(keepends=True)
    tokens = list(tokenize.generate_tokens(io.StringIO(code).readline))
    for i in range(len(tokens) - 1, -1, -1):
        token = tokens[i]
        if token.type != tokenize.NAME or token.string not in names:
            continue
        attribute = i > 0 and tokens[i - 1].string == "."
        keyword = tokens[i + 1].string == "=" and i > 0 and tokens[i - 1].string in ("(", ",")
        if attribute or keyword:
            continue
        (row, begin), (_, end) = token.start, token.end
        line = lines[row - 1]
        lines[row - 1] = line[:begin] + names[token.string] + line[end:]
    return "".join(lines)


def without_docstrings(code: str) -> str:
    """The code without the docstrings of what it defines."""
    lines = code.splitlines()
    for node in sorted(
        (n for n in ast.walk(ast.parse(code)) if _documented(n)),
        key=lambda n: n.lineno,  # type: ignore[attr-defined]
        reverse=True,
    ):
        first = node.body[0]  # type: ignore[attr-defined]
        end = first.end_lineno
        if end < len(lines) and not lines[end].strip():
            end += 1
        lines[first.lineno - 1 : end] = []
    return "\n".join(lines).strip("\n") + "\n"


def _documented(node: ast.AST) -> bool:
    """Has it a docstring, and something else that is left without it?"""
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return False
    return ast.get_docstring(node, clean=False) is not None and len(node.body) > 1


def _bound(alias: ast.alias) -> str:
    return alias.asname or alias.name.split(".")[0]


def _written(alias: ast.alias) -> str:
    return f"{alias.name} as {alias.asname}" if alias.asname else alias.name
