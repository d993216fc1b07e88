"""All that students receive, and what must not be in it.

A secret is looked for without white space, in the text as it lies there, in what a browser shows of
it (highlighted code is cut into elements), and in every string of a notebook's JSON.
"""

from __future__ import annotations

import ast
import html
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup

TELLING = 12  # characters of a line that says something
_SOLUTION = re.compile(r"### BEGIN SOLUTION.*?### END SOLUTION", re.DOTALL)
TABLE = "div.tex2jax_ignore"


@dataclass(frozen=True)
class Secrets:
    """Of one assignment."""

    lines: tuple[str, ...]  # of code and of words that nobody sees
    words: tuple[str, ...]  # names, numbers, paths


def secrets_of(course: Path, name: str, *, seed: int) -> Secrets:
    """Lines of the suite, the catalogue, other right answers and the solution; names and places."""
    lines: list[str] = []
    words = [str(seed), str(course), "tests/hidden"]
    for path in sorted((course / "tests" / "hidden" / name).rglob("*.py")):
        lines += _lines_of_code(path, shown=_behaviours)
        words += [each.name for each in _functions(path) if each.name.startswith("test_")]
    for path in sorted((course / "solutions" / name).rglob("*.py")):
        if path.parent.name == "session":  # what groups get
            continue
        lines += _lines_of_code(path, shown=_module_docstring)
        words += [path.stem] if path.parent.name == "misconceptions" else []
    reference = course / "solutions" / name / f"{name}.ipynb"
    lines += [line for source in _solutions(reference) for line in source.splitlines()]
    words = [word for word in words if not _has_word(given_by(reference), word)]
    telling = (line for line in map(_squeezed, lines) if len(line) >= TELLING)
    return Secrets(tuple(dict.fromkeys(telling)), tuple(dict.fromkeys(words)))


def given_by(reference: Path) -> str:
    """What the reference gives to students as it is: text, checks, heads of functions, ids."""
    return "\n".join(
        _SOLUTION.sub("", "".join(cell["source"]))
        + " "
        + str(cell["metadata"].get("nbgrader", {}).get("grade_id"))
        for cell in json.loads(reference.read_text())["cells"]
    )


def _solutions(reference: Path) -> Iterator[str]:
    for cell in json.loads(reference.read_text())["cells"]:
        yield from _SOLUTION.findall("".join(cell["source"]))


def without(secrets: Secrets, *public: str) -> Secrets:
    """What does not stand in these texts: the student's own, the reference's given cells."""
    known = [_squeezed(text) for text in public]
    return Secrets(
        tuple(line for line in secrets.lines if not any(line in text for text in known)),
        tuple(word for word in secrets.words if not any(_has_word(text, word) for text in public)),
    )


def found_in(texts: Iterable[str], secrets: Secrets) -> list[str]:
    """The secrets that are there."""
    some = list(texts)
    squeezed = "\n".join(map(_squeezed, some))
    told = [line for line in secrets.lines if line in squeezed]
    return told + [word for word in secrets.words if any(_has_word(text, word) for text in some)]


def texts_of(path: Path) -> Iterator[str]:
    """A file in every way in which it can be read."""
    raw = path.read_bytes().decode("utf-8", "replace")
    yield path.name
    yield html.unescape(raw)
    if path.suffix == ".html":
        yield html.unescape(re.sub(r"<[^>]*>", "", raw))
    if path.suffix == ".ipynb":
        yield "\n".join(_strings(json.loads(raw)))


def files_below(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def notebook_text(path: Path) -> str:
    """All strings of a notebook."""
    return "\n".join(_strings(json.loads(path.read_text())))


def tables_in(page: Path) -> str:
    """What the tables of hidden tests say."""
    body = page.read_text().partition("</head>")[2]  # without half a megabyte of styles
    soup = BeautifulSoup(body, "html.parser")
    return "\n".join(table.get_text(" ") for table in soup.select(TABLE))


def exact_numbers_in(text: str) -> list[str]:
    """Numbers with more digits than a count, a size or the size of an error has."""
    return re.findall(r"\d\.\d{3,}|\d{5,}|\d\.\d{2,}e[+-]?\d+", text)


def _lines_of_code(path: Path, shown: Any) -> list[str]:
    """Without imports, and without the lines that students see by design."""
    source = path.read_text()
    tree = ast.parse(source)
    public = {number for node in shown(tree) for number in _numbers(node)}
    public |= {
        number
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for number in _numbers(node)
    }
    lines = source.splitlines()
    return [line for number, line in enumerate(lines, start=1) if number not in public]


def _behaviours(tree: ast.Module) -> Iterator[ast.stmt]:
    """The docstrings of tests: their first paragraphs are the behaviours of the feedback."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield from node.body[: ast.get_docstring(node) is not None]


def _module_docstring(tree: ast.Module) -> Iterator[ast.stmt]:
    """Of the catalogue: title and feedback are shown where a mistake is recognised."""
    yield from tree.body[: ast.get_docstring(tree) is not None]


def _functions(path: Path) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef):
            yield node


def _numbers(node: ast.stmt) -> range:
    return range(node.lineno, (node.end_lineno or node.lineno) + 1)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            yield from _strings(inner)
    elif isinstance(value, list):
        if value and all(isinstance(item, str) for item in value):
            yield "".join(value)
        for inner in value:
            yield from _strings(inner)


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _has_word(text: str, word: str) -> bool:
    return word in text and re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None
