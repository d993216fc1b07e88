"""A notebook that holds anonymous answers."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Any

from autograder.errors import CourseError, UsageError


def notebook_with(handed_out: Path, answers: Mapping[str, str]) -> bytes:
    """A valid notebook: `handed_out` with other code in its graded cells, and without outputs.

    handed_out  what students received (Assignment.release), or the reference
    answers     symbol → code; the cells of other symbols stay as they are
    raises      CourseError where the notebook cannot be read; UsageError for a symbol that it has
                no cell for
    """
    document = _document(handed_out)
    answers = _apart(answers)
    left = dict(answers)
    for cell in document["cells"]:
        name = cell.get("metadata", {}).get("nbgrader", {}).get("grade_id")
        if name in answers:
            cell["source"] = answers[name].rstrip("\n")
            left.pop(name, None)
        if cell.get("cell_type") == "code":
            cell |= {"outputs": [], "execution_count": None}
    if left:
        raise UsageError(
            "unknown-symbol",
            f"the notebook has no cell for {', '.join(sorted(left))}",
            where=str(handed_out),
            next="release the assignment again",
        )
    text = json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True)
    return f"{text}\n".encode()


def _apart(answers: Mapping[str, str]) -> dict[str, str]:
    """Each answer has a `helper_1` of its own: in one notebook they get different numbers."""
    taken: set[str] = set(answers)
    found: dict[str, str] = {}
    for symbol, code in answers.items():
        own = [name for name in _global_names(code) if name not in answers]
        new: dict[str, str] = {}
        for name in own:
            stem = name.rstrip("0123456789")
            numbers = (f"{stem}{number}" for number in count(1))
            free = (each for each in numbers if each not in taken and not _names(each, code))
            new[name] = next(free) if name in taken else name
            taken.add(new[name])
        # No variable, attribute or string of an answer is called as one of its globals is.
        pattern = "|".join(rf"\b{re.escape(name)}\b" for name in own)
        renamed = re.sub(pattern, lambda match: new[match[0]], code) if own else code  # noqa: B023
        found[symbol] = renamed
    return found


def _names(name: str, code: str) -> bool:
    return re.search(rf"\b{re.escape(name)}\b", code) is not None


def _global_names(code: str) -> list[str]:
    found: list[str] = []
    for node in ast.parse(code).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.append(node.name)
        elif not isinstance(node, ast.Import | ast.ImportFrom):
            bound = (n for n in ast.walk(node) if isinstance(n, ast.Name))
            found += [n.id for n in bound if isinstance(n.ctx, ast.Store)]
    return list(dict.fromkeys(found))


def _document(path: Path) -> dict[str, Any]:
    try:
        document: dict[str, Any] = json.loads(path.read_bytes())
        document["cells"] = [dict(cell) for cell in document["cells"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CourseError(
            "notebook-invalid",
            f"the notebook cannot be read: {error}",
            where=str(path),
            next="release the assignment again",
        ) from None
    return document
