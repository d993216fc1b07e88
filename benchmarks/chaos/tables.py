"""What the programme prints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from command import Batch

_SHOWN = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    title: str
    undisturbed: Batch
    disturbed: Batch
    hits: Counter[str]
    misses: Counter[str]
    problems: Sequence[str]
    left_out: Sequence[str]


def render(result: Result) -> str:
    lines = [result.title, "", f"{'killed':<24}{'times':>6}{'nothing there':>16}"]
    lines += [
        f"{name:<24}{result.hits[name]:>6}{result.misses[name]:>16}"
        for name in sorted({*result.hits, *result.misses}, key=lambda each: -result.hits[each])
    ]
    lines.append(f"{'all':<24}{result.hits.total():>6}{result.misses.total():>16}")
    lines += [f"left out: {each}" for each in result.left_out]
    lines += ["", *_times(result), "", *_ends(result.disturbed), ""]
    if not result.problems:
        return "\n".join([*lines, "one result each, and all as in the undisturbed run"])
    shown = [f"DIFFERENT: {each}" for each in result.problems[:_SHOWN]]
    return "\n".join([*lines, *shown, f"{len(result.problems)} differences"])


def _times(result: Result) -> list[str]:
    both = {"undisturbed": result.undisturbed, "disturbed": result.disturbed}
    head = f"{'run':<24}{'commands':>9}{'seconds':>9}{'attempts':>10}"
    return [
        head,
        *(
            f"{name:<24}{len(batch.lines):>9}{batch.wall_s:>9.1f}{attempts(batch):>10}"
            for name, batch in both.items()
        ),
    ]


def attempts(batch: Batch) -> int:
    """Gradings that it took to come to the verdicts that stand."""
    return sum(line["provenance"]["attempts"] for line in batch.lines[-1] if line["provenance"])


def _ends(batch: Batch) -> list[str]:
    """How the disturbed commands ended, and what they said."""
    lines = ["the commands that were disturbed ended"]
    for status, count in sorted(batch.statuses.items()):
        how = (
            "killed" if status == -9 else f"status {status}" if status >= 0 else f"signal {-status}"
        )
        lines.append(f"  {how:<22}{count:>6}")
    errors = sum(line["status"] == "error" for run in batch.lines for line in run)
    lines.append(f"submissions reported as error, and graded by a later run: {errors}")
    said = ", ".join(f"{code} {count}" for code, count in batch.words.most_common())
    return [*lines, f"errors said: {said or 'none'}"]
