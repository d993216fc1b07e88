"""The global names of a reference notebook, after its code and perhaps a wrong version has run."""

from __future__ import annotations
import __future__

import json
import linecache
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder import notebook, wire
from autograder.errors import CourseError

_NAME = "course"  # what __name__ is; not "__main__", which would run guarded code
_NEXT = "run it as a student would, after the cells above it"


@dataclass(frozen=True, slots=True)
class Replica:
    """A wrong version of a graded symbol, among the reference's other names."""

    id: str
    cell: str
    names: Mapping[str, Any]
    fails: frozenset[str] = frozenset()  # "cell/test", under any seed; empty: not known


def names_of_the_reference(path: Path, reference: notebook.Reference) -> dict[str, Any]:
    """What the reference notebook at `path` defines: read-only cells and graded symbols.

    raises  CourseError "reference-broken" if its code raises
    """
    submission = notebook.read_submission(path.read_bytes(), reference, forbidden=())
    names: dict[str, Any] = {"__name__": _NAME}
    for unit in submission.units:
        _execute_reference(unit, path, names)
    return names


def names_with(
    path: Path, reference: notebook.Reference, mistake: wire.KnownMistake
) -> dict[str, Any]:
    """As names_of_the_reference, with one graded symbol replaced by a wrong version.

    What else of the notebook is executed is what this version needs: it may use an import that
    the reference has no use for.

    raises  CourseError "catalogue-broken" if the wrong version's code raises, or is not one of a
            graded symbol
    """
    if mistake.cell not in reference.symbols:
        raise _broken(
            f'there is no graded symbol "{mistake.cell}" in the reference notebook',
            mistake.path,
            f'let "cell" be one of: {", ".join(reference.symbols)}',
        )
    data = _with_cell(path, mistake.cell, mistake.code)
    submission = notebook.read_submission(data, reference, forbidden=())
    if mistake.cell in submission.missing:
        raise _broken(
            f"its code does not define `{mistake.cell}`: {submission.missing[mistake.cell]}",
            f"{mistake.path}, line {mistake.first_line}",
            'define the symbol that its "cell" names',
        )
    names: dict[str, Any] = {"__name__": _NAME}
    for unit in submission.units:
        if unit.cell == mistake.cell:
            _execute_mistake(unit, mistake, names)
        else:
            _execute_reference(unit, path, names)
    return names


def replicas_of(
    path: Path, reference: notebook.Reference, mistakes: Sequence[wire.KnownMistake]
) -> tuple[Replica, ...]:
    """One for each wrong version; raises as names_with."""
    return tuple(
        Replica(each.id, each.cell, names_with(path, reference, each), frozenset(each.fails))
        for each in mistakes
    )


def _with_cell(path: Path, grade_id: str, source: str) -> bytes:
    """The notebook with another source in one cell."""
    content = json.loads(path.read_bytes())
    for cell in content["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == grade_id:
            cell["source"] = source
    return json.dumps(content).encode()


def _execute_reference(unit: notebook.Unit, path: Path, names: dict[str, Any]) -> None:
    try:
        _execute(unit, f"<reference {unit.cell}>", names)
    except Exception as error:
        raise CourseError(
            "reference-broken",
            f"its code raises {type(error).__name__}: {error}",
            where=f"{path}, cell {unit.cell}",
            next=_NEXT,
        ) from error


def _execute_mistake(
    unit: notebook.Unit, mistake: wire.KnownMistake, names: dict[str, Any]
) -> None:
    try:
        _execute(unit, mistake.path, names, above=mistake.first_line - 1)
    except Exception as error:
        raise _broken(
            f"its code raises {type(error).__name__}: {error}",
            f"{mistake.path}, line {_line_of(error, mistake)}",
            _NEXT,
        ) from error


def _broken(what: str, where: str, next_step: str) -> CourseError:
    return CourseError("catalogue-broken", what, where=where, next=next_step)


def _execute(unit: notebook.Unit, filename: str, names: dict[str, Any], *, above: int = 0) -> None:
    """above  lines of the file that stand before the cell's first"""
    text = "\n" * (above + unit.first_line - 1) + unit.source
    lines = [line + "\n" for line in text.splitlines()]
    linecache.cache[filename] = (len(text), None, lines, filename)
    flags = __future__.annotations.compiler_flag if unit.future else 0
    exec(compile(text, filename, "exec", flags=flags, dont_inherit=True), names)


def _line_of(error: Exception, mistake: wire.KnownMistake) -> int:
    """The line in the file where its code raised."""
    line, trace = mistake.first_line, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == mistake.path:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
