"""What a batch leaves behind, and where two batches differ that should not."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from command import Line
from sqlalchemy import select
from workspace import COURSE, Submission

from autograder.course import load_course
from autograder.store.database import Database
from autograder.store.tables import results
from tests.gradebook.rows import rows as gradebook_rows

_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Traces:
    stored: list[tuple[Submission, str]]  # rows of the database: the report's JSON
    gradebook: dict[str, Any]
    notebooks: dict[str, bytes]
    pages: dict[str, bytes]

    def reports(self) -> Iterator[Line]:
        for _, text in self.stored:
            yield json.loads(text)


def traces_of(root: Path) -> Traces:
    return Traces(
        stored=_stored(load_course(root).db_url),
        gradebook=gradebook_rows(root / "gradebook.db"),
        # Hidden folders are what a killed batch was about to put in place.
        notebooks=_files(root / "autograded", "[!.]*/*/*.ipynb"),
        pages=_files(root / "feedback", "[!.]*/*/*.html"),
    )


def not_one_each(traces: Traces, handed_in: Iterable[Submission]) -> Iterator[str]:
    """Every submission has exactly one result, in the database, in the gradebook and on a page."""
    wanted = sorted(handed_in)
    places: dict[str, list[tuple[str, ...]]] = {
        "results": sorted(tuple(submission) for submission, _ in traces.stored),
        "gradebook": sorted((s[0], s[1]) for s in traces.gradebook["submissions"]),
        "notebooks": sorted(tuple(Path(name).parts[:2]) for name in traces.notebooks),
        "feedback pages": sorted(tuple(Path(name).parts[:2]) for name in traces.pages),
    }
    for place, found in places.items():
        if found != wanted:
            odd = sorted(set(found) ^ set(wanted)) or "some twice"
            yield f"{place}: {len(found)} instead of {len(wanted)}; {odd[:_SHOWN]}"


def differences(undisturbed: Traces, disturbed: Traces) -> Iterator[str]:
    for table, rows in undisturbed.gradebook.items():
        if disturbed.gradebook[table] != rows:
            odd = [row for row in disturbed.gradebook[table] if row not in rows]
            yield f"gradebook, {table}: {odd[:_SHOWN]}"
    for what in ("notebooks", "pages"):
        before, after = getattr(undisturbed, what), getattr(disturbed, what)
        odd = [name for name in before if after.get(name) != before[name]]
        if odd:
            yield f"{what} that are not the same: {odd[:_SHOWN]}"


def _stored(url: str) -> list[tuple[Submission, str]]:
    database = Database(url, patience_s=60, notice=lambda words: None)
    try:
        rows = database.run(
            lambda connection: connection.execute(
                select(results).where(results.c.course == COURSE)
            ).all()
        )
    finally:
        database.close()
    return [((row.student, row.assignment), row.report) for row in rows]


def _files(folder: Path, pattern: str) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.glob(pattern)}
