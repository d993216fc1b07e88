"""Which notebook a kernel belongs to, and what is to be checked in it."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.errors import SubmissionError, UsageError
from autograder.notebook.cells import read_notebook

_PREFIX = "test_"  # of the grade cell that holds a symbol's visible checks
_COLAB_WAITS_S = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercise:
    """The assignment in a student's notebook."""

    symbols: tuple[str, ...]
    checks: Mapping[str, str]  # symbol → source of its visible checks
    locked: tuple[str, ...]  # sources of read-only code, imports mostly, in order
    answers: Mapping[str, str]  # symbol → its cell as the notebook has it saved
    language: str | None  # the course's, if the notebook says


def exercise_in(names: Mapping[str, Any], notebook: Path | None = None) -> Exercise:
    """The exercise of the notebook that this kernel belongs to.

    names     what is defined in the kernel
    notebook  its file, where the student has named it
    raises    UsageError if the notebook cannot be told, or is no assignment's
    """
    if notebook is not None:
        return _read(_bytes(notebook), str(notebook))
    for data, where in _from_the_front_end(names):
        return _read(data, where)
    return _in_the_folder(names)


def _from_the_front_end(names: Mapping[str, Any]) -> Iterator[tuple[bytes, str]]:
    """What Colab, VS Code and Jupyter tell a kernel about its notebook."""
    if "google.colab" in sys.modules:
        # Colab's own way, there only; VS Code and Jupyter name a file instead.
        answer = sys.modules["google.colab"]._message.blocking_request(
            "get_ipynb", request="", timeout_sec=_COLAB_WAITS_S
        )
        yield json.dumps(answer["ipynb"]).encode(), "this notebook"
    said = (names.get("__vsc_ipynb_file__"), os.environ.get("JPY_SESSION_NAME"))
    for path in (Path(text) for text in said if isinstance(text, str) and text):
        if path.suffix == ".ipynb" and path.is_file():
            yield _bytes(path), str(path)


def _in_the_folder(names: Mapping[str, Any]) -> Exercise:
    """The one notebook here of which something is defined in the kernel."""
    found: dict[Path, Exercise] = {}
    for path in sorted(Path.cwd().glob("*.ipynb")):
        try:
            found[path] = _read(_bytes(path), str(path))
        except UsageError:
            continue  # some other notebook
    likely = {p: e for p, e in found.items() if any(name in names for name in e.symbols)}
    fitting = likely or found
    if len(fitting) == 1:
        return next(iter(fitting.values()))
    listed = ", ".join(path.name for path in fitting)
    raise UsageError(
        "notebook-unknown",
        f"which of these is this notebook? {listed}" if listed else "there is no assignment here",
        where=str(Path.cwd()),
        next="name the file: %check --notebook FILE.ipynb",
    )


def _read(data: bytes, where: str) -> Exercise:
    try:
        notebook = read_notebook(data)
    except SubmissionError as error:
        raise UsageError(error.code, error.what, where=where, next=error.next) from None
    code = [cell for cell in notebook.cells if cell.type == "code" and cell.grade_id]
    answers = {cell.grade_id: cell.source for cell in code if cell.solution and not cell.grade}
    checks = {cell.grade_id: cell.source for cell in code if cell.grade and not cell.solution}
    if not answers:
        raise UsageError(
            "not-an-assignment",
            "this notebook has no graded cells",
            where=where,
            next="fetch the assignment afresh and copy your answers into it",
        )
    return Exercise(
        symbols=tuple(name for name in answers if name),
        checks={name: checks.get(_PREFIX + name, "") for name in answers if name},
        locked=tuple(c.source for c in code if c.locked and not c.grade and not c.solution),
        answers={name: source for name, source in answers.items() if name},
        language=_language(data),
    )


def _language(data: bytes) -> str | None:
    """`metadata.autograder.language`, which a release keeps from the reference notebook."""
    metadata = json.loads(data).get("metadata")
    own = metadata.get("autograder") if isinstance(metadata, dict) else None
    language = own.get("language") if isinstance(own, dict) else None
    return language if isinstance(language, str) else None


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(
            "no-such-file",
            f"the notebook cannot be read: {error.strerror or error}",
            where=str(path),
            next="check the path",
        ) from None
