"""Did a grading come to what the submission was made for?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kinds import LATE, Expect, HandIn

Record = dict[str, Any]  # one line of `autograder grade --json`


def complaint(one: HandIn, record: Record | None, secrets: list[str]) -> str:
    """What is not as designed, in words; "" if all is."""
    if record is None:
        return "there is no result at all"
    said = " ".join([record.get("message", ""), *(t["message"] for t in record["tests"])])
    if any(line in said for line in secrets):
        return "its report shows lines of the hidden suite"
    expect = one.expect
    if record["status"] != expect.status:
        return f"expected the status {expect.status}, got {record['status']}: {said[:200]}"
    if expect.status == "error":
        fits = f"[{expect.code}" in record["message"]
        return "" if fits else f"expected an error {expect.code}…, got: {record['message'][:200]}"
    return _points(expect, record) or _cells(expect, record) or _flags(expect, record)


def by_cell(record: Record) -> dict[str, list[Record]]:
    cells: dict[str, list[Record]] = {}
    for test in record["tests"]:
        cells.setdefault(test["cell"], []).append(test)
    return cells


def _points(expect: Expect, record: Record) -> str:
    score, most = record["score"], record["max_score"]
    fits = {"all": score == most, "none": score == 0, "some": 0 < score < most}[expect.points]
    lost = next((t for t in record["tests"] if t["points"] < t["max_points"]), None)
    why = f"; {lost['name']}: {lost['message'][:200]}" if lost else ""
    return "" if fits else f"expected {expect.points} of the points, got {score}/{most}{why}"


def _cells(expect: Expect, record: Record) -> str:
    if not expect.cell:
        return ""
    for cell, tests in by_cell(record).items():
        lost = [test for test in tests if test["points"] < test["max_points"]]
        if cell == expect.cell:
            if not lost:
                return f"expected points to be lost in {cell}"
            if expect.only_there and len(lost) < len(tests):
                return f"expected no points for {cell}, got some"
            strange = [t["outcome"] for t in tests if t["outcome"] != expect.outcome]
            if expect.outcome and strange:
                return f"expected {expect.outcome} in {cell}, got {strange[0]}"
        elif lost and expect.only_there:
            return f"{cell} lost points too: {lost[0]['message'][:200]}"
    return ""


def _flags(expect: Expect, record: Record) -> str:
    flags = record["flags"]
    if any(flag.startswith(expect.flag) for flag in flags) or not expect.flag:
        return ""
    return f"expected the flag {expect.flag}, got {', '.join(flags) or 'none'}"


def gradebook_complaints(
    out: Path, handed_in: list[HandIn], records: dict[tuple[str, str], Record]
) -> list[str]:
    """nbgrader's own view: every grade is there, late ones are late, and there is a page each."""
    from nbgrader.api import Gradebook, MissingEntry

    found = []
    with Gradebook(f"sqlite:///{out / 'gradebook.db'}") as gradebook:
        for one in handed_in:
            record = records.get((one.student, one.assignment))
            if record is None or record["status"] != "graded":
                continue
            who = f"{one.student}, {one.assignment}"
            try:
                kept = gradebook.find_submission(one.assignment, one.student)
            except MissingEntry:
                found.append(f"{who}: the gradebook has no grade")
                continue
            before = sum(notebook.score for notebook in kept.notebooks)
            if before != record["score"]:
                found.append(f"{who}: the gradebook says {before}, the report {record['score']}")
            if (kept.total_seconds_late > 0) != (one.timestamp == LATE):
                found.append(f"{who}: {kept.total_seconds_late:g} s late in the gradebook")
            page = out / "feedback" / one.student / one.assignment / f"{one.assignment}.html"
            if not page.is_file():
                found.append(f"{who}: there is no feedback page")
    return found
