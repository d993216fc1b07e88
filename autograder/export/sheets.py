"""The class's grades as a table, in the format of another program."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from autograder.export.classbook import Classbook, Column, Standing
from autograder.export.table import Table, number, tame

Format = Literal["nbgrader", "canvas", "moodle"]
FORMATS: tuple[Format, ...] = ("nbgrader", "canvas", "moodle")

# As nbgrader's CsvExportPlugin has them.
_NBGRADER = (
    "assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email",
    "raw_score", "late_submission_penalty", "score", "max_score",
)  # fmt: skip
# As Canvas exports its gradebook. It finds students by ID, by SIS User ID or by SIS Login ID.
_CANVAS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
# As Moodle exports grades. It asks at the import which column finds students.
_MOODLE = ("First name", "Last name", "ID number", "Email address", "Username")


@dataclass(frozen=True, slots=True, kw_only=True)
class Extras:
    """Columns that not everybody wants."""

    penalties: bool = False  # points before the penalty, and the penalty
    misconceptions: bool = False  # the catalogue's ids, separated by spaces


def sheet(book: Classbook, form: Format, extras: Extras) -> Table:
    """nbgrader's has a row per student and assignment, the others a column per assignment."""
    if form == "nbgrader":
        return _nbgrader(book, extras)
    head = [*(_CANVAS if form == "canvas" else _MOODLE)]
    for column in book.columns:
        head += [column.title, *(f"{column.title} {word}" for word in _words(extras))]
    rows = [tuple(_row(book, form, extras, at)) for at in range(len(book.students))]
    if form == "canvas":  # its second line, by which it knows how much an assignment is worth
        most = [cell for column in book.columns for cell in _most(column, extras)]
        rows.insert(0, ("    Points Possible", "", "", "", "", *most))
    return Table(head=tuple(map(tame, head)), rows=tuple(rows))


def _row(book: Classbook, form: Format, extras: Extras, at: int) -> Iterator[str]:
    student = book.students[at]
    ids = student.platform_ids
    if form == "canvas":
        family_first = ", ".join(filter(None, (student.last_name, student.first_name)))
        yield tame(family_first or student.id)
        yield ids.get("canvas_id", "")
        yield tame(ids.get("sis_id", ""))
        yield tame(ids.get("username", student.id))
        yield ""
    else:
        yield from (tame(student.first_name), tame(student.last_name))
        yield tame(ids.get("sis_id", student.id))
        yield tame(student.email)
        yield tame(ids.get("username", student.id))
    for column in book.columns:
        yield from _cells(column.standings.get(student.id), extras)


def _cells(standing: Standing | None, extras: Extras) -> Iterator[str]:
    """Nothing for what was not handed in: a grade that is there already stays."""
    if standing is None:
        yield from ("" for _ in ("score", *_words(extras)))
        return
    yield number(standing.score)
    if extras.penalties:
        yield number(standing.points)
        yield number(standing.penalty)
    if extras.misconceptions:
        yield " ".join(standing.misconceptions)


def _words(extras: Extras) -> tuple[str, ...]:
    penalties = ("before penalty", "penalty") if extras.penalties else ()
    return (*penalties, *(("misconceptions",) if extras.misconceptions else ()))


def _most(column: Column, extras: Extras) -> tuple[str, ...]:
    return (number(column.max_score), *("" for _ in _words(extras)))


def _nbgrader(book: Classbook, extras: Extras) -> Table:
    """Cell for cell what `nbgrader export` writes, only that texts with commas are quoted."""
    head = (*_NBGRADER, *(("misconceptions",) if extras.misconceptions else ()))
    rows: list[tuple[str, ...]] = []
    for column in book.columns:
        for student in book.students:
            if student.id not in book.in_gradebook:
                continue
            standing = column.standings.get(student.id)
            row = (
                column.name,
                str(column.due or ""),
                str(standing.timestamp or "") if standing else "",
                tame(student.id),
                tame(student.last_name),
                tame(student.first_name),
                tame(student.email),
                str(standing.points if standing else 0.0),
                str(standing.penalty if standing else 0.0),
                str(standing.score if standing else 0.0),
                str(column.max_score),
            )
            ids = (" ".join(standing.misconceptions) if standing else "",)
            rows.append((*row, *(ids if extras.misconceptions else ())))
    return Table(head=head, rows=tuple(rows))
