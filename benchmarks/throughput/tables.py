"""What was measured → tables for people."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Any

NAMES = {
    "engine": "ours: engine alone",
    "pipeline": "ours: gradebook and feedback too",
    "docker": "ours, Docker: engine alone",
    "docker_pipeline": "ours, Docker: gradebook and feedback",
    "docker_fresh": "ours, Docker: a fresh container each",
    "nbgrader": "nbgrader autograde",
    "nbgrader_feedback": "nbgrader autograde + feedback",
    "fresh": "pytest, a fresh process each",
    "container": "pytest, docker run each",
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
    ("docker", "engine", 0.85),
    ("docker_pipeline", "pipeline", None),
    ("docker", "container", None),
    ("docker_fresh", "container", None),
)
UNKNOWN = "—"
_MB = 1 << 20


def render(result: dict[str, Any]) -> str:
    rounds, memory = _by_row(result["rounds"]), _by_row(result["memory"])
    parts = [_machine(result)]
    if result["without_docker"]:
        parts.append(f"rows with containers are left out: {result['without_docker']}")
    parts += [_throughput(rounds, memory), _ratios(rounds), _starts(rounds)]
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
    for row in rounds:
        first, (sampled,) = rounds[row][0], memory[row]
        wall, cpu = _each(rounds[row], "wall_s"), _each(rounds[row], "cpu_s")
        lines.append(
            (
                NAMES[row],
                str(first["side_by_side"]),
                str(first["submissions"]),
                f"{1 / wall:.2f}" if wall else UNKNOWN,
                f"{wall:.3f}",
                UNKNOWN if cpu is None else f"{cpu:.3f}",
                *_memory(sampled),
            )
        )
    notes = "MB each: what the peak is above the memory at rest, by submissions under way at once"
    if any(UNKNOWN in line for line in lines):
        notes += (
            f"\n{UNKNOWN}: cannot be known (containers that end take their figures with them; or "
            "others of these users ran at the same time)"
        )
    return f"{_columns(lines)}\n{notes}"


def _memory(sampled: dict[str, Any]) -> tuple[str, str]:
    """(peak, each) in MB."""
    peak = sampled["peak_bytes"]
    if peak is None:
        return UNKNOWN, UNKNOWN
    more = (peak - sampled["rest_bytes"]) / sampled["side_by_side"]
    return f"{peak / _MB:.0f}", f"{max(0.0, more) / _MB:.0f}"


def _ratios(rounds: dict[str, list[Any]]) -> str:
    lines = [("times as fast as", "", "wall", "CPU", "wanted", "")]
    for ours, other, wanted in RATIOS:
        if ours not in rounds or other not in rounds:
            continue
        wall, cpu = (_ratio(rounds[other], rounds[ours], what) for what in ("wall_s", "cpu_s"))
        verdict = "ok" if wanted is None or (wall or 0.0) >= wanted else "MISSED"
        words = ("", "") if wanted is None else (f"{wanted:g}", verdict)
        shown = (UNKNOWN if ratio is None else f"{ratio:.2f}" for ratio in (wall, cpu))
        lines.append((NAMES[ours], NAMES[other], *shown, *words))
    return _columns(lines, left=2)


def _ratio(other: list[Any], ours: list[Any], what: str) -> float | None:
    theirs, mine = _each(other, what), _each(ours, what)
    return None if theirs is None or not mine else theirs / mine


def _starts(rounds: dict[str, list[Any]]) -> str:
    lines = [("start, once per batch", "s")]
    lines += [(NAMES[row], f"{median(m['start_s'] for m in rounds[row]):.2f}") for row in rounds]
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


def _each(measured: list[Any], what: str) -> float | None:
    """Seconds per submission, median over the rounds; None if they are not known in all."""
    if any(m[what] is None for m in measured):
        return None
    return float(median(m[what] / m["submissions"] for m in measured))


def _by_row(measured: list[Any]) -> dict[str, list[Any]]:
    """In the order of NAMES; rows that were left out are missing."""
    there = {m["row"] for m in measured}
    return {row: [m for m in measured if m["row"] == row] for row in NAMES if row in there}


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
