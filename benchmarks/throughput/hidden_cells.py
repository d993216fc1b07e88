"""The hidden suite as nbgrader has hidden tests: code in the grade cells.

Every grade cell gets the test functions of its symbol, with the helpers of their files, and a
call of each. pytest is left out: nbgrader's tests need none, and importing it would cost the
kernel time that is not nbgrader's.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path
from typing import Any

_PREAMBLE = """\
import torch
from in_process import Notebook, seed
_student, _device = Notebook(globals()), torch.device("cpu")
"""


def add_hidden_tests(notebook: dict[str, Any], suite: Path) -> None:
    """Append a hidden-tests region to every grade cell.

    raises  ValueError if a test needs more of pytest than the marker of its points
    """
    code = _code_by_symbol(suite)
    for cell in notebook["cells"]:
        own = cell["metadata"].get("nbgrader", {})
        if own.get("grade") and not own.get("solution"):
            hidden = code.pop(own["grade_id"].removeprefix("test_"))
            source = "".join(cell["source"])
            cell["source"] = f"{source}\n### BEGIN HIDDEN TESTS\n{hidden}\n### END HIDDEN TESTS"
    if code:
        raise ValueError(f"no grade cell for {', '.join(code)}")


def _code_by_symbol(suite: Path) -> dict[str, str]:
    parts: dict[str, list[str]] = defaultdict(list)
    for path in sorted(suite.glob("test_*.py")):
        helpers, tests = _split(ast.parse(path.read_text(encoding="utf-8")))
        for symbol in dict.fromkeys(symbol for symbol, _ in tests):
            mine = [function for name, function in tests if name == symbol]
            parts[symbol] += [ast.unparse(node) for node in (*helpers, *mine)]
            parts[symbol] += [_call(function) for function in mine]
    return {symbol: "\n".join([_PREAMBLE, *lines]) for symbol, lines in parts.items()}


def _split(module: ast.Module) -> tuple[list[ast.stmt], list[tuple[str, ast.FunctionDef]]]:
    """Helpers, and (symbol, test) pairs without their markers."""
    helpers: list[ast.stmt] = []
    tests: list[tuple[str, ast.FunctionDef]] = []
    for node in module.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            tests.append((_symbol(node), node))
            node.decorator_list = []
        elif not _is_left_out(node):
            helpers.append(node)
    for node in (*helpers, *(test for _, test in tests)):
        if any(isinstance(n, ast.Name) and n.id == "pytest" for n in ast.walk(node)):
            raise ValueError(f"line {node.lineno}: a hidden cell has no pytest")
    return helpers, tests


def _symbol(test: ast.FunctionDef) -> str:
    """The cell of `@pytest.mark.points(1, cell="softmax")`, among its decorators."""
    calls = [mark for mark in test.decorator_list if isinstance(mark, ast.Call)]
    named = [key.value for call in calls for key in call.keywords if key.arg == "cell"]
    return str(ast.literal_eval(named[0]))


def _is_left_out(node: ast.stmt) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.module == "__future__"
    if isinstance(node, ast.Assign):  # markers for all tests of the file
        return ast.unparse(node.targets[0]) == "pytestmark"
    return isinstance(node, ast.Import) and [a.name for a in node.names] == ["pytest"]


def _call(test: ast.FunctionDef) -> str:
    arguments = ", ".join(f"_{argument.arg}" for argument in test.args.args)
    return f"seed({test.name!r})\n{test.name}({arguments})"
