"""`autograder collect`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from autograder import terminal
from autograder.cli.app import CourseOption, app, course_at
from autograder.errors import UsageError
from autograder.feedback.text import one_line

if TYPE_CHECKING:
    from autograder.collect import Collected, Row

_SHOWN = 40  # rows in which nothing is to be done that a terminal shows


class Layout(StrEnum):
    MOODLE = "moodle"
    CANVAS = "canvas"
    CLASSROOM = "classroom"
    FOLDERS = "folders"
    NAMES = "names"
    GIT = "git"


@app.command()
def collect(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The assignment.")],
    sources: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Zips, folders or notebooks; a CSV list of git repositories. Default: the "
            "repositories in the roster's column `git`."
        ),
    ] = None,
    layout: Annotated[
        Layout | None, typer.Option("--from", help="How it is laid out; default: recognised.")
    ] = None,
    pattern: Annotated[
        str | None, typer.Option(help="The naming rule: {student}_{assignment}.ipynb")
    ] = None,
    said: Annotated[
        list[str] | None, typer.Option("--as", help="NAME AS FOUND=ID; may be repeated.")
    ] = None,
    matches: Annotated[
        Path | None,
        typer.Option(help="A CSV file of such matches; what is open is added to it."),
    ] = None,
    times: Annotated[
        Path | None, typer.Option(help="When it was handed in: a CSV, or Moodle's worksheet.")
    ] = None,
    file_times: Annotated[
        bool, typer.Option("--file-times", help="Where nothing else tells, files' own times count.")
    ] = False,
    zip_names: Annotated[
        str | None, typer.Option(help="Encoding of names in zips that do not say it, as cp949.")
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Also what was put in or edited by hand; it is kept.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say it, and write nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per row.")] = False,
    course: CourseOption = None,
) -> None:
    """Collect submissions from Moodle, Canvas, Google Classroom, git or loose notebooks."""
    from autograder import collect as collecting

    here = course_at(course, [])
    known = collecting.read_matches(matches) if matches else {}
    result = collecting.collect(
        collecting.Wanted(
            course=here,
            assignment=here.assignment(name),
            sources=_existing(sources or [], layout),
            now=datetime.now(UTC),
            layout=layout.value if layout else None,
            pattern=pattern,
            said=known | _said(said or []),
            times=times,
            file_times=file_times,
            zip_names=zip_names,
            replace=replace,
            dry_run=dry_run,
        )
    )
    _print(result, as_json, dry_run)
    if matches and not dry_run:
        added = collecting.add_open(matches, result.rows)
        if added:
            terminal.say(f"{matches}: {added} to be filled in; then run the command again")
    if result.open:
        raise typer.Exit(1)


def _existing(sources: Sequence[Path], layout: Layout | None) -> tuple[Path, ...]:
    for path in sources:
        if not path.exists():
            raise UsageError("no-such-file", f"{path} does not exist", next="check the path")
    if not sources and layout not in (None, Layout.GIT):
        raise UsageError(
            "no-source", f"there is nothing to read as {layout}", next="name a zip or a folder"
        )
    return tuple(sources)


def _said(pairs: Sequence[str]) -> dict[str, str]:
    said = {}
    for pair in pairs:
        found, equals, student = pair.rpartition("=")
        if not equals or not found.strip() or not student.strip():
            raise UsageError("bad-match", f'expected NAME=ID, got "{pair}"', next='--as "A B=ab"')
        said[found.strip()] = student.strip()
    return said


def _print(result: Collected, as_json: bool, dry_run: bool) -> None:
    from autograder.collect import OPEN

    for remark in result.remarks:
        terminal.say(one_line(remark, 600))
    rows = sorted(result.rows, key=lambda row: (row.status in OPEN, row.student, row.found))
    if as_json:
        for row in rows:
            sys.stdout.write(msgspec.json.encode(row).decode() + "\n")
    else:
        _table([row for row in rows if row.status not in (*OPEN, "nothing")], OPEN)
        _table([row for row in rows if row.status in OPEN], OPEN)
    _say_what_is_open(result, dry_run)


def _table(rows: Sequence[Row], open_statuses: Sequence[str]) -> None:
    if not rows:
        return
    shown = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("student", "status", "handed in (UTC)", "found as"):
        shown.add_column(heading, no_wrap=heading != "found as", overflow="fold")
    shown.add_column("remarks", overflow="fold")
    few = rows if rows[0].status in open_statuses or sys.stdout.isatty() is False else rows[:_SHOWN]
    for row in few:
        late = " late" if row.late else ""
        cells = (row.student or "?", row.status, f"{row.time.removesuffix(' UTC')}{late}")
        shown.add_row(*(escape(one_line(cell, 60)) for cell in cells), *_words(row))
    Console().print(shown)
    if len(few) < len(rows):
        terminal.say(f"… and {len(rows) - len(few)} more: --json shows all")


def _words(row: Row) -> tuple[str, str]:
    found = f"{row.found}, {row.how}" if row.how else row.found
    several = f"{row.why}, of {row.attempts}" if row.attempts > 1 else ""
    open_why = row.why if row.late is None or row.status == "not-replaced" else several
    who = f"candidates: {', '.join(row.candidates)}" if row.candidates else ""
    words = "; ".join(filter(None, (open_why, who, *row.remarks)))
    return escape(one_line(found, 120)), escape(one_line(words, 600))


def _say_what_is_open(result: Collected, dry_run: bool) -> None:
    from autograder.collect.run import rows_by_status

    counts = ", ".join(f"{count} {status}" for status, count in rows_by_status(result.rows))
    attempts = f"; {result.new_attempts} new attempts" if result.new_attempts else ""
    terminal.say(f"{counts or 'nothing found'}{attempts}{'; nothing was written' * dry_run}")
    untimed = sum(1 for row in result.rows if row.late is False and not row.time)
    if untimed:
        terminal.say(f"{untimed} without a time count as on time; --times or --file-times tells")
    late = sum(1 for row in result.rows if row.late and not row.time)
    if late:
        terminal.say(f"{late} late by the platform's word alone, without a penalty; --times tells")
    statuses = {row.status for row in result.open}
    if statuses & {"unmatched", "ambiguous-name", "contradictory"}:
        terminal.say('who it is: --as "NAME AS FOUND=ID", or --matches FILE, to be filled in')
    if "not-replaced" in statuses:
        terminal.say("what was put in by hand stays; --replace replaces it and keeps it aside")
    if "ambiguous-attempts" in statuses:
        terminal.say("which was last: --times FILE with the columns file,time; or --file-times")
