"""Store: the results of one course, one for each submission."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, Self

import msgspec
from sqlalchemy import Connection, Row, bindparam, make_url, select, update
from sqlalchemy.dialects import postgresql, sqlite

from autograder.report import Report
from autograder.store import tables
from autograder.store.database import Database
from autograder.store.tables import results

PATIENCE_S = 60.0  # with a database that went away in the middle of a batch
_PER_QUERY = 400  # submissions; far below the number of parameters that any database takes

Submission = tuple[str, str]  # student, assignment


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
        self._course = course
        self._copy = _name_of_copy(url, root)
        self._database = Database(url, patience_s=patience_s, notice=notice)
        try:
            self._database.first(lambda connection: tables.prepare(connection, url))
        except BaseException:
            self._database.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._database.close()

    def kept(self, submissions: Iterable[Submission]) -> dict[Submission, Kept]:
        """What there is of these, by (student, assignment)."""
        students: dict[str, list[str]] = {}
        for student, assignment in submissions:
            students.setdefault(assignment, []).append(student)
        found: dict[Submission, Kept] = {}
        for assignment, names in students.items():
            for at in range(0, len(names), _PER_QUERY):
                rows = partial(self._rows, assignment, names[at : at + _PER_QUERY])
                for row in self._database.run(rows):
                    found[row.student, assignment] = self._kept(row)
        return found

    def keep(self, key: str, report: Report) -> None:
        """In place of an earlier result of this submission; on the disk when it returns."""
        values = self._values(key, report)
        self._database.run(lambda connection: self._put(connection, values))

    def mark_recorded(self, marks: Iterable[Mark]) -> None:
        """nbgrader has them; one that was graded anew in between is left alone."""
        self._mark({"recorded_in": self._copy}, marks)

    def mark_shown(self, marks: Iterable[Mark]) -> None:
        """Their feedback pages are written."""
        self._mark({"shown_in": self._copy}, marks)

    def _rows(
        self, assignment: str, students: Sequence[str], connection: Connection
    ) -> Sequence[Row[Any]]:
        of_these = (
            results.c.course == self._course,
            results.c.assignment == assignment,
            results.c.student.in_(students),
        )
        return connection.execute(select(results).where(*of_these)).all()

    def _kept(self, row: Row[Any]) -> Kept:
        return Kept(
            key=row.key,
            seed=row.seed,
            text=row.report,
            recorded=row.recorded_in == self._copy,
            shown=row.shown_in == self._copy,
        )

    def _values(self, key: str, report: Report) -> dict[str, Any]:
        assert report.provenance is not None, "only what was graded is kept"
        return {
            "course": self._course,
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
        make = postgresql.insert if self._database.backend == "postgresql" else sqlite.insert
        insert = make(results)
        own = {column.name for column in results.primary_key}
        changed = {name: insert.excluded[name] for name in values if name not in own}
        upsert = insert.on_conflict_do_update(index_elements=sorted(own), set_=changed)
        connection.execute(upsert, values)

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
                results.c.course == self._course,
                results.c.assignment == bindparam("of_assignment"),
                results.c.student == bindparam("of_student"),
                results.c.key == bindparam("of_key"),
            )
            .values(change)
        )
        self._database.run(lambda connection: connection.execute(statement, rows))


def _name_of_copy(url: str, root: Path | None) -> str:
    """Which copy of a course: "." if the database lies in its folder and moves along with it."""
    if root is None:
        return "."
    file = make_url(url).database if url.startswith("sqlite:///") else None
    if file and Path(file).resolve().is_relative_to(root.resolve()):
        return "."
    return f"{socket.gethostname()}:{root.resolve()}"
