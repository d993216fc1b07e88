"""`autograder export`."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autograder import terminal
from autograder.cli.app import CourseOption, app, course_at
from autograder.errors import UsageError

if TYPE_CHECKING:  # the command line starts without what only this command needs
    from autograder.export import Filled


class FormatName(StrEnum):
    nbgrader = "nbgrader"
    canvas = "canvas"
    moodle = "moodle"


@app.command()
def export(
    names: Annotated[list[str] | None, typer.Argument(help="Assignments; default: all.")] = None,
    form: Annotated[
        FormatName, typer.Option("--format", help="Whose table it is to be.")
    ] = FormatName.nbgrader,
    into: Annotated[
        Path | None,
        typer.Option(help="A table that Canvas or Moodle exported, to be filled in."),
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(help="NAME=COLUMN: where an assignment goes in that table."),
    ] = None,
    scale: Annotated[
        bool, typer.Option("--scale", help="Convert to the points that the table's column has.")
    ] = False,
    penalties: Annotated[
        bool, typer.Option("--penalties", help="Columns for points before penalty, and penalty.")
    ] = False,
    misconceptions: Annotated[
        bool, typer.Option("--misconceptions", help="A column for recognised misconceptions.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="The file to write; default: stdout.")
    ] = None,
    course: CourseOption = None,
) -> None:
    """Write grades as CSV for nbgrader's users, Canvas or Moodle."""
    from autograder import export as exporting
    from autograder.export.table import text_of

    if column and into is None:
        raise UsageError("no-table", "--column is about a table to fill", next="add --into FILE")
    if into is not None and (penalties or misconceptions):
        raise UsageError(
            "no-room",
            "a table that is filled in keeps the columns that it has",
            next="leave --penalties and --misconceptions out, or export without --into",
        )
    columns = dict(_pair(text) for text in column or [])
    here = course_at(course, [])
    chosen = [here.assignment(name) for name in names] if names else list(here.assignments)
    book = exporting.classbook(here, chosen)
    for each in book.columns:
        if each.unfinished:
            terminal.say(
                f"note: in {each.name}, cells of {len(each.unfinished)} wait for a person and "
                f"count as 0: {_some(each.unfinished)}"
            )
    left_out = False
    if into is None:
        extras = exporting.Extras(penalties=penalties, misconceptions=misconceptions)
        table = exporting.sheet(book, form.value, extras)
    else:
        template = exporting.read_table(into)
        filled = exporting.fill(template, book, columns, scale=scale, where=str(into))
        table = filled.table
        left_out = _told(filled)
    if out is None:
        sys.stdout.write(text_of(table))
    else:
        exporting.write_table(table, out)
        terminal.say(f"{len(table.rows)} rows: {out}")
    raise typer.Exit(1 if left_out else 0)


def _told(filled: Filled) -> bool:
    """Say what was and was not matched. Was something left out?"""
    for name, head in filled.columns.items():
        terminal.say(f'{name} → column "{head}"')
    if filled.unmatched_rows:
        terminal.say(f"rows of nobody that is known here, left as they are: "
                     f"{_some(filled.unmatched_rows)}")  # fmt: skip
    if filled.unmatched_students:
        terminal.say(f"graded, and without a row: {_some(filled.unmatched_students)}")
    return bool(filled.unmatched_students)


def _pair(text: str) -> tuple[str, str]:
    name, equals, column = text.partition("=")
    if not equals or not name or not column:
        raise UsageError("bad-column", f'"{text}" is not NAME=COLUMN', next='--column NAME="…"')
    return name, column


def _some(names: tuple[str, ...], most: int = 10) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
