"""`autograder doctor`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from autograder.cli.app import CourseOption, app, course_in
from autograder.course import Course, find_course
from autograder.feedback import clean_text

if TYPE_CHECKING:  # every command imports this module, and only one asks an engine
    from autograder.doctor import Check, Diagnosis

_COLOURS = {
    "ok": "green",
    "note": "cyan",
    "warning": "yellow",
    "missing": "red",
    "fail": "bold red",
}


@app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
    course: CourseOption = None,
) -> None:
    """Say what this host offers to gradings, what is missing, and what to do about it."""
    from autograder.doctor import examine

    diagnosis = examine(_course(course))
    if as_json:
        sys.stdout.write(_json(diagnosis) + "\n")
    elif sys.stdout.isatty():
        _table(diagnosis.checks)
    else:
        _lines(diagnosis.checks)
    raise typer.Exit(0 if diagnosis.ok else 1)


def _course(given: Path | None) -> Course | None:
    """A host can be looked at without any course."""
    root = find_course(Path.cwd()) if given is None else given
    return None if root is None else course_in(root)


def _json(diagnosis: Diagnosis) -> str:
    checks = [
        {"name": c.name, "state": c.state, "found": c.found, "next": c.next}
        for c in diagnosis.checks
    ]
    return msgspec.json.encode({"ok": diagnosis.ok, "checks": checks}).decode()


def _table(checks: Sequence[Check]) -> None:
    shown = Table(box=None, pad_edge=False, show_header=False)
    shown.add_column(no_wrap=True)
    shown.add_column(no_wrap=True)
    shown.add_column(overflow="fold")
    for check in checks:
        colour, name = _COLOURS[check.state], escape(_plain(check.name))
        shown.add_row(f"[{colour}]{check.state}[/]", name, escape(_plain(check.found)))
        if check.next:
            shown.add_row("", "", f"[bold]next:[/] {escape(_plain(check.next))}")
    Console(highlight=False).print(shown)


def _lines(checks: Sequence[Check]) -> None:
    width = max(len(check.name) for check in checks)
    for check in checks:
        line = f"{check.state:<8} {_plain(check.name):<{width}}  {_plain(check.found)}"
        sys.stdout.write(line + "\n")
        if check.next:
            sys.stdout.write(f"{'':{width + 9}}  next: {_plain(check.next)}\n")


def _plain(text: str) -> str:
    """Names of cards and answers of engines are other people's words."""
    return " ".join(clean_text(text).split())
