"""The student's cells laid beside the reference's: what each is, what was changed, what is lost."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from autograder.notebook.cells import Cell, Notebook
from autograder.notebook.reference import Reference, ReferenceCell, plain
from autograder.notebook.statements import (
    MAX_CHARS,
    MAX_STATEMENTS,
    Statement,
    parse,
    statements_of,
)

PartRole: TypeAlias = Literal["symbol", "locked", "free"]
_FENCE = re.compile(r"^[ \t]*(?:```|~~~)[^\n]*$", re.MULTILINE)
_PYTHON = re.compile("python")
_PYTHON_KERNEL = re.compile(r"python|conda|venv|py\b|py\d|torch", re.IGNORECASE)


@dataclass(slots=True, eq=False)
class Part:
    """One cell that may be executed."""

    label: str
    role: PartRole
    source: str
    grade_id: str | None = None
    text: str = ""  # without magics
    problem: str = ""  # why it does not parse
    statements: list[Statement] = field(default_factory=list)


@dataclass(slots=True)
class Matched:
    parts: list[Part]
    flags: set[str]
    notes: list[str]


def match(notebook: Notebook, reference: Reference) -> Matched:
    """Parts in the order in which they are executed; read-only ones come from the reference."""
    matched = Matched(parts=[], flags=set(), notes=[])
    known = {cell.grade_id: cell for cell in reference.cells}
    copies = _identified(notebook, reference, matched)
    first = {}
    for cell in notebook.cells:
        if (grade_id := copies[cell.position]) and grade_id not in first:
            first[grade_id] = cell
    for grade_id, cell in first.items():
        _compare(cell, known[grade_id], matched)
    _flag_order(list(first), reference, matched)
    matched.parts = _in_order(notebook, reference, copies, first, matched)
    _parse_all(matched.parts)
    _flag_missing(first, reference, matched)
    _flag_kernel(notebook, matched)
    return matched


def _identified(
    notebook: Notebook, reference: Reference, matched: Matched
) -> dict[int, str | None]:
    """Cell position -> grade_id in the reference, also where the metadata was lost."""
    known = {cell.grade_id for cell in reference.cells}
    copies = {
        cell.position: cell.grade_id if cell.grade_id in known else None for cell in notebook.cells
    }
    present = set(copies.values())
    lost = {
        text: cell.grade_id
        for cell in reference.cells
        if cell.role != "symbol" and cell.grade_id not in present
        for text in cell.texts
        if text
    }
    for cell in notebook.cells if lost else ():
        if copies[cell.position] is None and len(cell.source) < MAX_CHARS:
            grade_id = lost.get(plain(cell.source))
            if grade_id:
                copies[cell.position] = grade_id
                matched.flags.add(f"metadata-lost:{grade_id}")
    return copies


def _compare(cell: Cell, original: ReferenceCell, matched: Matched) -> None:
    """Flags what was done to the first copy of a cell that the reference knows."""
    grade_id, flags, notes = original.grade_id, matched.flags, matched.notes
    read_only = original.role in ("locked", "checks", "text")
    if cell.type != original.type:
        flags.add(f"retyped-cell:{grade_id}")
        notes.append(f"the cell `{grade_id}` was turned into a {cell.type} cell")
    if read_only and plain(cell.source) not in original.texts:
        flags.add(f"tampered-cell:{grade_id}")
        if original.role == "text":
            notes.append(f"the read-only text `{grade_id}` was edited; nothing depends on it")
        else:
            notes.append(f"the read-only cell `{grade_id}` was edited; the original was used")
    if f"metadata-lost:{grade_id}" in flags:
        return
    if original.locked and not cell.locked:
        flags.add(f"unlocked-cell:{grade_id}")
    same = (cell.grade, cell.solution) == (original.grade, original.solution)
    if not same or (original.role == "checks" and cell.points != original.points):
        flags.add(f"changed-metadata:{grade_id}")


def _flag_order(present: list[str], reference: Reference, matched: Matched) -> None:
    expected = [cell.grade_id for cell in reference.cells if cell.grade_id in set(present)]
    if present != expected:
        matched.flags.add("reordered-cells")
        matched.notes.append("the cells are in another order than in the assignment")


def _in_order(
    notebook: Notebook,
    reference: Reference,
    copies: dict[int, str | None],
    first: dict[str, Cell],
    matched: Matched,
) -> list[Part]:
    before = _restored_before(notebook, reference, copies, first)
    parts: list[Part] = []
    seen: set[str] = set()
    for cell in notebook.cells:
        parts += before.pop(cell.position, ())
        grade_id = copies[cell.position]
        if grade_id in seen:
            matched.flags.add(f"duplicate-cell:{grade_id}")
            matched.notes.append(f"cell {cell.position} is another copy of the cell `{grade_id}`")
        part = _part(cell, grade_id, reference, again=grade_id in seen)
        if part is not None:
            parts.append(part)
        if grade_id is not None:
            seen.add(grade_id)
    return [*parts, *before.pop(_END, ())]


_END = 1 << 62


def _restored_before(
    notebook: Notebook,
    reference: Reference,
    copies: dict[int, str | None],
    first: dict[str, Cell],
) -> dict[int, list[Part]]:
    """Where the read-only code goes: position of a student's cell -> what stands before it.

    What precedes every symbol in the reference (the imports) comes before everything, so that
    a helper in a cell above the imports works, as it did for the student who had run them.
    """
    order = [cell.grade_id for cell in reference.cells]
    start = notebook.cells[0].position if notebook.cells else _END
    before: dict[int, list[Part]] = {}
    leading = True
    for index, cell in enumerate(reference.cells):
        leading = leading and cell.role != "symbol"
        if cell.role != "locked":
            continue
        if leading:
            place = start
        elif cell.grade_id in first:
            place = first[cell.grade_id].position
        else:
            later = [first[name].position for name in order[index + 1 :] if name in first]
            place = min(later, default=_END)
        part = Part(cell.grade_id, "locked", cell.source, cell.grade_id)
        before.setdefault(place, []).append(part)
    return before


def _part(cell: Cell, grade_id: str | None, reference: Reference, *, again: bool) -> Part | None:
    """What of a student's own cell may be executed; None for read-only cells and for text."""
    own = f"cell {cell.position}"
    if grade_id in reference.stubs:
        source = cell.source if cell.type == "code" else _FENCE.sub("", cell.source)
        return Part(own if again else str(grade_id), "symbol", source, grade_id)
    manual = any(c.grade_id == grade_id and c.role == "manual" for c in reference.cells)
    if cell.type == "code" and (grade_id is None or manual):
        return Part(own, "free", cell.source)
    return None


def _parse_all(parts: Iterable[Part]) -> None:
    """Within a budget for the whole notebook, so that a hostile one costs a second or two."""
    chars, count = MAX_CHARS, MAX_STATEMENTS
    for part in parts:
        parsed = parse(part.source, max_chars=chars)
        chars -= len(parsed.text)
        part.text, part.problem = parsed.text, parsed.problem
        if parsed.tree is not None and len(parsed.tree.body) > count:
            part.problem = "the notebook has too many statements"
            continue
        part.statements = statements_of(parsed, cell=part.label, locked=part.role == "locked")
        count -= len(part.statements)


def _flag_missing(first: dict[str, Cell], reference: Reference, matched: Matched) -> None:
    for cell in reference.cells:
        grade_id = cell.grade_id
        if grade_id in first:
            continue
        if cell.role == "symbol" and (holder := _holder(grade_id, matched.parts)):
            matched.flags.add(f"metadata-lost:{grade_id}")
            matched.notes.append(f"`{grade_id}` was found in {holder}, not in its own cell")
            continue
        matched.flags.add(f"missing-cell:{grade_id}")
        if cell.role == "locked":
            matched.notes.append(f"the read-only cell `{grade_id}` was missing and was restored")
        elif cell.role == "symbol":
            matched.notes.append(f"the cell `{grade_id}` is missing")


def _holder(symbol: str, parts: Iterable[Part]) -> str:
    for part in parts:
        if part.role != "locked" and any(symbol in s.names.binds for s in part.statements):
            return part.label
    return ""


def _flag_kernel(notebook: Notebook, matched: Matched) -> None:
    language, kernel = notebook.language, notebook.kernel
    foreign = (
        "python" not in language if language else bool(kernel and not _PYTHON_KERNEL.search(kernel))
    )
    if foreign:
        name = kernel or language
        matched.flags.add(f"wrong-kernelspec:{name}")
        matched.notes.append(f"the notebook asks for the kernel `{name}`; it was read as Python")
    if notebook.nbformat != 4:
        matched.flags.add(f"nbformat:{notebook.nbformat}")
        matched.notes.append(f"the notebook has format {notebook.nbformat}; it was read anyway")
