"""matches.csv: `found,student`, what the instructor has said about names that match nobody.

What is open is added with an empty `student` and the candidates beside it, to be filled in; what
was filled in once is never asked again.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path

from autograder.atomic import write_whole
from autograder.collect.people import text_key
from autograder.collect.run import Row
from autograder.course.roster import roster_bytes, roster_text
from autograder.errors import CourseError, UsageError

COLUMNS = ("found", "student", "candidates")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would compute
_NOBODY = ("unmatched", "ambiguous-name", "contradictory")


def read_matches(path: Path) -> dict[str, str]:
    """Name as it was found → student id; none if there is no file yet. raises UsageError"""
    return {row["found"]: row["student"] for row in _rows(path) if row["student"]}


def add_open(path: Path, rows: Iterable[Row]) -> int:
    """Add what matches nobody, once each; returns how many. What is in the file stays."""
    before = _rows(path)
    known = {text_key(row["found"]) for row in before}
    new: dict[str, dict[str, str]] = {}
    for row in rows:
        if row.status in _NOBODY and text_key(row.found) not in known:
            candidates = " ".join(row.candidates)
            new[text_key(row.found)] = dict(zip(COLUMNS, (row.found, "", candidates), strict=True))
    if new:
        _write(path, [*before, *new.values()])
    return len(new)


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    try:
        reader = csv.DictReader(io.StringIO(roster_text(roster_bytes(path), path), newline=""))
        rows = [{name: (row.get(name) or "").strip() for name in COLUMNS} for row in reader]
    except (csv.Error, CourseError) as error:
        raise _broken(path, "it is no CSV in UTF-8") from error
    if not {"found", "student"} <= {*(reader.fieldnames or ())}:
        raise _broken(path, "its first line does not name the columns `found` and `student`")
    for row in rows:
        if row["found"].startswith("'") and row["found"][1:].startswith(_FORMULA):
            row["found"] = row["found"][1:]
    return [row for row in rows if row["found"]]


def _write(path: Path, rows: Iterable[dict[str, str]]) -> None:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    for row in rows:  # names are students' own: none may act when the file is opened
        harmless = f"'{row['found']}" if row["found"].startswith(_FORMULA) else row["found"]
        writer.writerow(row | {"found": harmless})
    try:
        write_whole(path.absolute(), text.getvalue())
    except OSError as error:
        raise _broken(path, f"it cannot be written: {error.strerror}") from None


def _broken(path: Path, what: str) -> UsageError:
    advice = "the first line of a file of matches is `found,student`"
    return UsageError("matches-broken", what, where=str(path), next=advice)
