"""Store: the results of one course, one for each submission."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, Self

import msgspec
from sqlalchemy import Connection, Row, Table, bindparam, make_url, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import Insert

from autograder.report import Report
from autograder.store import tables
from autograder.store.database import Database
from autograder.store.tables import results

PATIENCE_S = 60.0  # with a database that went away in the middle of a batch
PER_QUERY = 400  # submissions; far below the number of parameters that any database takes

Submission = tuple[str, str]  # student, assignment


_ALL: Mapping[Submission, str] = {}


class Mark(NamedTuple):
    """One result, as it was when its key was this."""

    key: str
    student: str
    assignment: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A result from before."""

    key: str
    seed: int
    text: str  # the report as JSON: most of what is looked up is never read
    recorded: bool  # this copy's gradebook has it
    shown: bool  # this copy's feedback/ shows it
    view: str = ""  # how much of it; empty: all

    @property
    def report(self) -> Report:
        return msgspec.json.decode(self.text, type=Report)


class Store:
    """with Store(course.db_url, course=course.id, root=course.root) as store: …

    course      several courses may share a database
    root        the course's folder: which copy of the course has what in its gradebook
    patience_s  how long a lost connection is tried again
    notice      is told when that begins
    raises      AutograderError where the database refuses, here and in every method
    """

    def __init__(
        self,
        url: str,
        *,
        course: str = "",
        root: Path | None = None,
        patience_s: float = PATIENCE_S,
        notice: Callable[[str], None] = lambda words: None,
    ) -> None:
        self.course = course
        self.copy = _name_of_copy(url, root)
        self.database = Database(url, patience_s=patience_s, notice=notice)
        try:
            self.database.first(lambda connection: tables.prepare(connection, url))
        except BaseException:
            self.database.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.database.close()

    def kept(self, submissions: Iterable[Submission]) -> dict[Submission, Kept]:
        """What there is of these, by (student, assignment)."""
        students: dict[str, list[str]] = {}
        for student, assignment in submissions:
            students.setdefault(assignment, []).append(student)
        found: dict[Submission, Kept] = {}
        for assignment, names in students.items():
            for at in range(0, len(names), PER_QUERY):
                rows = partial(self._rows, assignment, names[at : at + PER_QUERY])
                for row in self.database.run(rows):
                    found[row.student, assignment] = self._kept(row)
        return found

    def keep(self, key: str, report: Report) -> None:
        """In place of an earlier result of this submission; on the disk when it returns."""
        values = self._values(key, report)
        self.database.run(lambda connection: self._put(connection, values))

    def students(self, assignment: str) -> set[str]:
        """Of whom there is a result of it."""
        whose = select(results.c.student).where(
            results.c.course == self.course, results.c.assignment == assignment
        )
        return set(self.database.run(lambda connection: connection.scalars(whose).all()))

    def mark_recorded(self, marks: Iterable[Mark]) -> None:
        """nbgrader has them; one that was graded anew in between is left alone."""
        self._mark({"recorded_in": self.copy}, marks)

    def mark_shown(self, marks: Iterable[Mark], views: Mapping[Submission, str] = _ALL) -> None:
        """Their feedback pages are written.

        views  what a page shows where that is not all, by (student, assignment)
        """
        by_view: dict[str, list[Mark]] = {}
        for mark in marks:
            by_view.setdefault(views.get((mark.student, mark.assignment), ""), []).append(mark)
        for view, some in by_view.items():
            self._mark({"shown_in": f"{self.copy}\n{view}" if view else self.copy}, some)

    def forget_pages(self, submissions: Iterable[Submission]) -> None:
        """Their feedback pages say what is no longer so: they count as not written."""
        rows = [{"of_student": s, "of_assignment": a} for s, a in sorted(submissions)]
        statement = (
            update(results)
            .where(
                results.c.course == self.course,
                results.c.assignment == bindparam("of_assignment"),
                results.c.student == bindparam("of_student"),
            )
            .values({"shown_in": ""})
        )
        if rows:
            self.database.run(lambda connection: connection.execute(statement, rows))

    def _rows(
        self, assignment: str, students: Sequence[str], connection: Connection
    ) -> Sequence[Row[Any]]:
        of_these = (
            results.c.course == self.course,
            results.c.assignment == assignment,
            results.c.student.in_(students),
        )
        return connection.execute(select(results).where(*of_these)).all()

    def _kept(self, row: Row[Any]) -> Kept:
        return Kept(
            key=row.key,
            seed=row.seed,
            text=row.report,
            recorded=row.recorded_in == self.copy,
            shown=row.shown_in.partition("\n")[0] == self.copy,
            view=row.shown_in.partition("\n")[2],
        )

    def _values(self, key: str, report: Report) -> dict[str, Any]:
        assert report.provenance is not None, "only what was graded is kept"
        return {
            "course": self.course,
            "assignment": report.assignment,
            "student": report.student,
            "key": key,
            "seed": report.provenance.seed,
            "score": report.score,
            "max_score": report.max_score,
            "graded_at": report.provenance.graded_at,
            "report": msgspec.json.encode(report).decode(),
            "recorded_in": "",
            "shown_in": "",
        }

    def _put(self, connection: Connection, values: Mapping[str, Any]) -> None:
        connection.execute(replacing(self.database.backend, results, values), values)

    def _mark(self, change: Mapping[str, str], marks: Iterable[Mark]) -> None:
        rows = [
            {"of_key": mark.key, "of_student": mark.student, "of_assignment": mark.assignment}
            for mark in sorted(marks)  # two that mark at once take the rows in one order
        ]
        if not rows:
            return
        statement = (
            update(results)
            .where(
                results.c.course == self.course,
                results.c.assignment == bindparam("of_assignment"),
                results.c.student == bindparam("of_student"),
                results.c.key == bindparam("of_key"),
            )
            .values(change)
        )
        self.database.run(lambda connection: connection.execute(statement, rows))


def replacing(backend: str, table: Table, names: Iterable[str]) -> Insert:
    """A statement that puts a row in place of the one with its primary key, if there is one.

    backend  sqlite or postgresql
    names    of the columns that are given
    """
    make = postgresql.insert if backend == "postgresql" else sqlite.insert
    statement = make(table)
    own = {column.name for column in table.primary_key}
    changed = {name: statement.excluded[name] for name in names if name not in own}
    return statement.on_conflict_do_update(index_elements=sorted(own), set_=changed)


def _name_of_copy(url: str, root: Path | None) -> str:
    """Which copy of a course: "." if the database lies in its folder and moves along with it."""
    if root is None:
        return "."
    file = make_url(url).database if url.startswith("sqlite:///") else None
    if file and Path(file).resolve().is_relative_to(root.resolve()):
        return "."
    return f"{socket.gethostname()}:{root.resolve()}"
