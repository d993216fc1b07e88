"""CSV in and out: a head and rows of texts."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from autograder.atomic import write_whole
from autograder.errors import UsageError

_ENCODINGS = ("utf-8-sig", "utf-16")  # spreadsheets save in both
# A spreadsheet takes a cell that begins so for a formula, and runs it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]  # each as long as the head


def read_table(path: Path) -> Table:
    """A CSV file, separated by commas, semicolons or tabs: what its first line has most of.

    raises  UsageError "table-broken" if it is no such file
    """
    text = _text(path)
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        raise _broken(path, f"this is not CSV: {error}") from None
    if not lines or len(lines[0]) < 2:
        raise _broken(path, "its first line names no columns")
    head = tuple(name.strip() for name in lines[0])
    for number, cells in enumerate(lines[1:], 2):
        if len(cells) > len(head) and any(cells[len(head) :]):
            raise _broken(path, f"row {number} has {len(cells)} cells under {len(head)} columns")
    filled = (tuple([*cells, *[""] * len(head)][: len(head)]) for cells in lines[1:] if any(cells))
    return Table(head=head, rows=tuple(filled))


def write_table(table: Table, path: Path) -> None:
    """At once, or not at all.

    raises  UsageError if it cannot be written
    """
    try:
        write_whole(path, text_of(table), private=True)  # grades are nobody else's business
    except OSError as error:
        raise UsageError(
            "not-written",
            f"the file cannot be written: {error.strerror or error}",
            where=str(path),
            next="name a file in a folder that is there and writable: --out FILE",
        ) from None


def text_of(table: Table) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.head)
    writer.writerows(table.rows)
    return out.getvalue()


def tame(text: str) -> str:
    """A text that came from outside, so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def number(value: float) -> str:
    """Points as people write them: 9, 9.5, 3.333. Never 3e-17 and never -0."""
    return f"{round(value, 4) + 0.0:.4f}".rstrip("0").rstrip(".")


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise _broken(path, f"it cannot be read: {error.strerror or error}") from None
    for encoding in _ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeError:
            continue
    raise _broken(path, "it is neither UTF-8 nor UTF-16")


def _broken(path: Path, what: str) -> UsageError:
    return UsageError(
        "table-broken",
        what,
        where=str(path),
        next="give it the CSV file as the other program exported it",
    )
