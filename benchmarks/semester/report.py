"""What was measured → the table, printed and in the README."""

from __future__ import annotations

from pathlib import Path
from typing import Any

BEGIN, END = "<!-- table: begin -->", "<!-- table: end -->"
_COLUMNS = "{:<18}{:>10}{:>14}{:>12}"


def render(result: dict[str, Any]) -> str:
    students, measured = result["students"], result["measured"]
    machine = result["machine"]
    scaled = measured < students
    head = (
        f"{machine['date']}, {machine['cores']} cores, load {machine['load_before']} before, "
        f"python {machine['python']}, torch {machine['torch']}, nbgrader {machine['nbgrader']}\n"
        f"{students} submissions of {result['assignment']}, seconds by the clock\n"
    )
    lines = [_COLUMNS.format("", "ours", "nbgrader", "times")]
    theirs = [_scaled(row, students / measured, result["start_s"]) for row in result["rows"]]
    lines += [_line(row, t, scaled) for row, t in zip(result["rows"], theirs, strict=True)]
    lines.append(_total(result["rows"], sum(theirs), scaled))
    notes = ["", "feedback: `autograder grade` has written the pages already"]
    if scaled:
        notes.append(
            f"≈ EXTRAPOLATED: nbgrader was given {measured} submissions; {students}/{measured} of "
            f"what it took beyond starting, which took {result['start_s']:.1f} s"
        )
    return "\n".join([head, *lines, *notes])


def put_into(readme: Path, table: str) -> None:
    """raises ValueError if the README has no place for it"""
    text = readme.read_text(encoding="utf-8")
    before, found, rest = text.partition(BEGIN)
    _, found_end, after = rest.partition(END)
    if not found or not found_end:
        raise ValueError(f"{readme} has no lines {BEGIN} and {END}")
    block = f"{BEGIN}\n```\n{table}\n```\n{END}"
    readme.write_text(f"{before}{block}{after}", encoding="utf-8")


def _line(row: dict[str, Any], theirs_s: float, scaled: bool) -> str:
    ours_s = row["ours_s"]
    return _COLUMNS.format(
        row["name"],
        "in grade" if ours_s is None else f"{ours_s:.1f}",
        f"{'≈ ' if scaled and row['each'] else ''}{theirs_s:.1f}",
        f"{theirs_s / ours_s:.1f}" if ours_s else "",
    )


def _total(rows: list[dict[str, Any]], theirs_s: float, scaled: bool) -> str:
    ours_s = sum(row["ours_s"] or 0.0 for row in rows)
    mark = "≈ " if scaled else ""
    return _COLUMNS.format(
        "all", f"{ours_s:.1f}", f"{mark}{theirs_s:.1f}", f"{theirs_s / ours_s:.1f}"
    )


def _scaled(row: dict[str, Any], factor: float, start_s: float) -> float:
    """nbgrader's time for all; a command takes as long to start, however much it has to do."""
    took_s: float = row["nbgraders_s"]
    if factor == 1.0 or not row["each"]:
        return took_s
    return start_s + max(0.0, took_s - start_s) * factor
