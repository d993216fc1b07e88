"""What was measured → tables for people."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Any

NAMES = {
    "engine": "ours: engine alone",
    "pipeline": "ours: gradebook and feedback too",
    "nbgrader": "nbgrader autograde",
    "nbgrader_feedback": "nbgrader autograde + feedback",
    "fresh": "pytest, a fresh process each",
    "forked": "pytest, forked with torch",
    "floor": "floor: tests called, torch there",
}
# ours, the alternative, how many times as fast ours is to be (None: for information)
RATIOS = (
    ("engine", "nbgrader", 60.0),
    ("engine", "forked", 1.0),
    ("pipeline", "nbgrader_feedback", 15.0),
    ("engine", "fresh", None),
    ("engine", "floor", None),
)
_MB = 1 << 20


def render(result: dict[str, Any]) -> str:
    rounds, memory = _by_row(result["rounds"]), _by_row(result["memory"])
    parts = [_machine(result), _throughput(rounds, memory), _ratios(rounds), _starts(rounds)]
    if result["flatness"]:
        parts.append(_flatness(result["flatness"]))
    exact = all(m["exact"] for m in (*result["memory"], *result["flatness"]))
    parts.append(
        "memory: PSS of the whole process tree, sampled every 20 ms in a round of its own"
        + ("" if exact else " (RSS for processes that do not let themselves be read)")
    )
    parts.append(_agreement(result["disagreements"]))
    return "\n\n".join(parts)


def _machine(result: dict[str, Any]) -> str:
    m = result["machine"]
    return (
        f"{m['cores']} cores, load {m['load_before']} before, python {m['python']}, "
        f"torch {m['torch']}, 1 thread per process"
    )


def _throughput(rounds: dict[str, list[Any]], memory: dict[str, list[Any]]) -> str:
    head = ("", "at once", "n", "per s", "s each", "CPU s each", "peak MB", "MB each")
    lines = [head]
    for row in NAMES:
        first, (sampled,) = rounds[row][0], memory[row]
        more = (sampled["peak_bytes"] - sampled["rest_bytes"]) / sampled["side_by_side"]
        lines.append(
            (
                NAMES[row],
                str(first["side_by_side"]),
                str(first["submissions"]),
                f"{1 / _each(rounds[row], 'wall_s'):.2f}",
                f"{_each(rounds[row], 'wall_s'):.3f}",
                f"{_each(rounds[row], 'cpu_s'):.3f}",
                f"{sampled['peak_bytes'] / _MB:.0f}",
                f"{max(0.0, more) / _MB:.0f}",
            )
        )
    note = "MB each: what the peak is above the memory at rest, by submissions under way at once"
    return f"{_columns(lines)}\n{note}"


def _ratios(rounds: dict[str, list[Any]]) -> str:
    lines = [("times as fast as", "", "wall", "CPU", "wanted", "")]
    for ours, other, wanted in RATIOS:
        wall = _each(rounds[other], "wall_s") / _each(rounds[ours], "wall_s")
        cpu = _each(rounds[other], "cpu_s") / _each(rounds[ours], "cpu_s")
        verdict = "ok" if wanted is None or wall >= wanted else "MISSED"
        words = ("", "") if wanted is None else (f"{wanted:g}", verdict)
        lines.append((NAMES[ours], NAMES[other], f"{wall:.2f}", f"{cpu:.2f}", *words))
    return _columns(lines, left=2)


def _starts(rounds: dict[str, list[Any]]) -> str:
    lines = [("start, once per batch", "s")]
    lines += [(NAMES[row], f"{median(m['start_s'] for m in rounds[row]):.2f}") for row in NAMES]
    return _columns(lines)


def _flatness(flat: list[Any]) -> str:
    lines = [("engine's memory over a batch", "n", "peak MB", "per s")]
    for m in flat:
        rate = m["submissions"] / m["wall_s"]
        peak = f"{m['peak_bytes'] / _MB:.0f}"
        lines.append((NAMES[m["row"]], str(m["submissions"]), peak, f"{rate:.2f}"))
    return _columns(lines)


def _agreement(disagreements: list[str]) -> str:
    if not disagreements:
        return "all rows gave the same points to the same submissions"
    return "ROWS DISAGREE:\n" + "\n".join(disagreements)


def _each(measured: list[Any], what: str) -> float:
    """Seconds per submission, median over the rounds."""
    return float(median(m[what] / m["submissions"] for m in measured))


def _by_row(measured: list[Any]) -> dict[str, list[Any]]:
    return {row: [m for m in measured if m["row"] == row] for row in NAMES}


def _columns(lines: Sequence[tuple[str, ...]], *, left: int = 1) -> str:
    """Aligned text; the first `left` columns to the left, numbers to the right."""
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if i < left else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )
