"""Grades into a table that Canvas or Moodle exported: their rows, their columns, our numbers.

This is the safe way into both: the other program finds its own students and assignments again, and
nothing else in its table is touched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from autograder.course.students import Student
from autograder.errors import UsageError
from autograder.export.classbook import Classbook, Column
from autograder.export.table import Table, number

_POINTS_POSSIBLE = "points possible"  # Canvas's second line
_WORKSHEET = {"identifier", "grade", "maximum grade"}  # of one Moodle assignment
# Columns by which a student is found, the surest first, and what of a student stands there.
_KEYS: Mapping[str, tuple[str, ...]] = {
    "id": ("canvas_id",),
    "sis user id": ("sis_id", "id"),
    "sis login id": ("username", "id", "email"),
    "id number": ("sis_id", "id"),
    "username": ("username", "id"),
    "email address": ("email",),
    "email": ("email",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    table: Table
    columns: Mapping[str, str]  # assignment → the column that it went into
    unmatched_rows: tuple[str, ...]  # as the table names them
    unmatched_students: tuple[str, ...]  # ids of students with a grade and without a row


def fill(
    template: Table, book: Classbook, columns: Mapping[str, str], *, scale: bool, where: str
) -> Filled:
    """The template with each assignment's scores after the penalty.

    columns  assignment → name of its column, for those that are not found by title or name
    scale    where the column is worth another number of points, convert
    raises   UsageError if a column cannot be told, or is worth other points and `scale` is not set
    """
    at = {c.name: _column_of(template, c, columns.get(c.name), book, where) for c in book.columns}
    factors = {c.name: _factor(template, at[c.name], c, scale, where) for c in book.columns}
    row_of, unmatched = _rows_of(template, book.students, where)
    rows = [list(row) for row in template.rows]
    graded: set[str] = set()
    for column in book.columns:
        for student, standing in column.standings.items():
            graded.add(student)
            if student in row_of:
                rows[row_of[student]][at[column.name]] = number(
                    standing.score * factors[column.name]
                )
    return Filled(
        table=Table(head=template.head, rows=tuple(map(tuple, rows))),
        columns={name: template.head[place] for name, place in at.items()},
        unmatched_rows=tuple(unmatched),
        unmatched_students=tuple(sorted(graded - set(row_of))),
    )


def _column_of(
    template: Table, column: Column, named: str | None, book: Classbook, where: str
) -> int:
    lowered = [_plain(name) for name in template.head]
    if named is None and _WORKSHEET.issubset(lowered) and len(book.columns) == 1:
        return lowered.index("grade")
    wanted = {_plain(named)} if named is not None else {_plain(column.title), _plain(column.name)}
    found = [at for at, name in enumerate(lowered) if wanted & {name, _without_id(name)}]
    if len(found) == 1:
        return found[0]
    what = f'there is no column of "{column.name}"'
    if found:
        what = f'{len(found)} columns may be that of "{column.name}"'
    elif named is not None:
        what = f'there is no column "{named}"'
    raise UsageError(
        "column-unknown",
        what,
        where=where,
        next=f'name it, --column {column.name}="…"; there are: {", ".join(template.head)}',
    )


def _without_id(name: str) -> str:
    """`Homework 1 (12345)` is how Canvas writes it, `Assignment: Homework 1 (Real)` Moodle."""
    return re.sub(r"^(assignment|quiz): ?", "", re.sub(r" ?\((\d+|real)\)$", "", name)).strip()


def _plain(name: str) -> str:
    return " ".join(name.lower().split())


def _factor(template: Table, at: int, column: Column, scale: bool, where: str) -> float:
    most = _maximum(template, at)
    if most is None or most == column.max_score:
        return 1.0
    if scale and column.max_score > 0:
        return most / column.max_score
    raise UsageError(
        "points-differ",
        f'"{column.name}" has {number(column.max_score)} points, and its column '
        f'"{template.head[at]}" is worth {number(most)}',
        where=where,
        next="say --scale to convert, or set the points in the other program",
    )


def _maximum(template: Table, at: int) -> float | None:
    """What the column is worth, where the table says so."""
    lowered = [_plain(name) for name in template.head]
    if _WORKSHEET.issubset(lowered):
        said = {row[lowered.index("maximum grade")] for row in template.rows}
        text = said.pop() if len(said) == 1 else ""
    else:
        text = next((row[at] for row in template.rows if _is_points(row)), "")
    try:
        return float(text)
    except ValueError:  # "(read only)", or nothing
        return None


def _is_points(row: tuple[str, ...]) -> bool:
    return _plain(row[0]) == _POINTS_POSSIBLE


def _rows_of(
    template: Table, students: Iterable[Student], where: str
) -> tuple[dict[str, int], list[str]]:
    """(student → row, what stands in rows of nobody). Two that claim one row are no match."""
    lowered = [_plain(name) for name in template.head]
    keys = {at: _KEYS[name] for at, name in enumerate(lowered) if name in _KEYS}
    if not keys:
        raise UsageError(
            "no-identity",
            "no column says who a row is about",
            where=where,
            next="the table needs one of: " + ", ".join(_KEYS),
        )
    by_value: dict[tuple[str, str], set[str]] = {}
    for student in students:
        for kind, value in _identity(student):
            by_value.setdefault((kind, value.casefold()), set()).add(student.id)
    found: dict[str, int] = {}
    unmatched: list[str] = []
    for number_, row in enumerate(template.rows):
        if _is_points(row):
            continue
        who = _student_of(row, keys, by_value)
        if who is None or who in found:
            unmatched.append(next((cell.strip() for cell in row if cell.strip()), "an empty row"))
        else:
            found[who] = number_
    return found, unmatched


def _identity(student: Student) -> Iterable[tuple[str, str]]:
    yield "id", student.id
    if student.email:
        yield "email", student.email
    yield from student.platform_ids.items()


def _student_of(
    row: tuple[str, ...],
    keys: Mapping[int, tuple[str, ...]],
    by_value: Mapping[tuple[str, str], set[str]],
) -> str | None:
    """By the first column that names exactly one student; never by the name of a person."""
    for at, kinds in keys.items():
        for kind in kinds:
            named = by_value.get((kind, row[at].strip().casefold()), set())
            if len(named) == 1:
                return next(iter(named))
    return None
