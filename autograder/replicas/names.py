"""The global names of a reference notebook, after its code and perhaps a wrong version has run."""

from __future__ import annotations

import linecache
from pathlib import Path
from typing import Any

from autograder import notebook, wire
from autograder.errors import CourseError

_NAME = "course"  # what __name__ is; not "__main__", which would run guarded code


def names_of_the_reference(path: Path, reference: notebook.Reference) -> dict[str, Any]:
    """What the reference notebook at `path` defines: read-only cells and graded symbols.

    raises  CourseError "reference-broken" if its code raises
    """
    names: dict[str, Any] = {"__name__": _NAME}
    submission = notebook.read_submission(path.read_bytes(), reference, forbidden=())
    for unit in submission.units:
        text = "\n" * (unit.first_line - 1) + unit.source
        _execute(text, f"<reference {unit.cell}>", names, f"{path}, cell {unit.cell}")
    return names


def names_with(
    path: Path, reference: notebook.Reference, mistake: wire.KnownMistake
) -> dict[str, Any]:
    """As names_of_the_reference, with one graded symbol replaced by a wrong version.

    raises  CourseError "catalogue-broken" if the wrong version's code raises
    """
    names = names_of_the_reference(path, reference)
    text = "\n" * (mistake.first_line - 1) + mistake.code
    _execute(text, mistake.path, names, mistake.path, code="catalogue-broken")
    return names


def _execute(
    text: str, filename: str, names: dict[str, Any], where: str, *, code: str = "reference-broken"
) -> None:
    lines = [line + "\n" for line in text.splitlines()]
    linecache.cache[filename] = (len(text), None, lines, filename)
    try:
        exec(compile(text, filename, "exec", dont_inherit=True), names)
    except Exception as error:
        raise CourseError(
            code,
            f"its code raises {type(error).__name__}: {error}",
            where=where,
            next="run it as a student would, after the cells above it",
        ) from error
