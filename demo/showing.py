"""The demo's table and its last lines."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import Any

from kinds import HandIn
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from verdict import Record, by_cell

KINDS = ("right", "wrong", "odd", "broken", "hostile")
Key = tuple[str, str]


def show(handed_in: list[HandIn], records: dict[Key, Record], complaints: dict[Key, str]) -> None:
    """A table per assignment: who, made to be what, the score, and what the platform found."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = 132
    for assignment in dict.fromkeys(one.assignment for one in handed_in):
        table = Table(box=None, pad_edge=False, header_style="dim", title_justify="left")
        table.add_column("", width=1)
        table.add_column(assignment, no_wrap=True, header_style="bold", width=20)
        table.add_column("made to be", width=44)
        table.add_column("score", justify="right", no_wrap=True, width=9)
        table.add_column("found", overflow="fold")
        mine = [one for one in handed_in if one.assignment == assignment]
        for one in sorted(mine, key=lambda one: KINDS.index(one.kind)):
            key = (one.student, assignment)
            table.add_row(*_row(one, records.get(key), complaints[key]))
        console.print(table)
        console.print()


def summary(
    handed_in: list[HandIn],
    complaints: dict[Key, str],
    others: list[str],
    duration_s: float,
    out: Path,
) -> str:
    """How many are as designed, how long it took, and where to look now."""
    bad = sum(map(bool, complaints.values()))
    errors = sum(one.expect.status == "error" for one in handed_in)
    lines = [f"not as designed: {line}" for line in others]
    lines += [
        (
            f"{len(handed_in) - bad} of {len(handed_in)} came to what they were made for"
            f" ({errors} files are broken beyond grading: the command says so, exit status 1,"
            " and nobody gets a zero for it)"
        ),
        (
            f"{duration_s:.1f} s for {len(handed_in)} submissions on {os.cpu_count()} cores,"
            " gradebook and feedback included; endless loops take most of it"
        ),
        f"gradebook   {out / 'gradebook.db'}   (to browse: jupyter lab, Formgrader)",
        f"feedback    {_a_page(handed_in, out)}   (and so on: feedback/STUDENT/NAME/NAME.html)",
    ]
    return "\n".join(lines)


def _a_page(handed_in: list[HandIn], out: Path) -> Path:
    one = next(each for each in handed_in if each.kind == "wrong")
    return out / "feedback" / one.student / one.assignment / f"{one.assignment}.html"


def _row(one: HandIn, record: Record | None, complaint: str) -> tuple[str, str, str, str, str]:
    mark = "[red]✗[/]" if complaint else "[green]✓[/]"
    found = f"[red]not as designed: {escape(complaint)}[/]" if complaint else ""
    found = found or escape(_found(record))
    made = f"{one.kind}: {escape(one.story)}"
    return mark, escape(one.student), made, _score(record), found


def _score(record: Record | None) -> str:
    if record is None or record["score"] is None:
        return "—"
    return f"{record['score']:g}/{record['max_score']:g}"


def _found(record: Any) -> str:
    if record["status"] == "error":
        return str(record["message"]).splitlines()[0]
    words = [
        f"{cell}: " + ", ".join(f"{n} of {len(tests)} {outcome}" for outcome, n in lost.items())
        for cell, tests in by_cell(record).items()
        if (lost := Counter(t["outcome"] for t in tests if t["points"] < t["max_points"]))
    ]
    return "; ".join([*words, *record["flags"]])
