"""Regrades: what was tried with a corrected suite, who saw and who applied it.

Two tables. One holds gradings that count for nothing yet, one a submission: `grade` never looks at
them. The other is the record: a row for each preview, never removed, and marked when it is applied.
What a row says is JSON that autograder/regrade understands.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Table, delete, select, update

from autograder.report import Report
from autograder.store import tables
from autograder.store.results import PER_QUERY, Store, replacing
from autograder.store.tables import previews, regrades

PREVIEW, APPLYING, APPLIED = "preview", "applying", "applied"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One grading that counts for nothing yet."""

    key: str
    seed: int
    report: Report
    unsteady: tuple[str, ...] | None  # tests that came out otherwise a second time; None: not tried


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """One row of the record."""

    id: str
    assignment: str
    state: str  # preview, applying (begun, and not finished), applied
    made_by: str
    made_at: str  # ISO 8601, UTC
    applied_by: str  # empty: nobody
    applied_at: str  # when it was finished, or begun last
    content: str  # JSON


class Regrades:
    """Of one copy of a course: its gradebook is what a regrade compares with.

    raises  AutograderError where the database refuses, in every method
    """

    def __init__(self, store: Store) -> None:
        self._database = store.database
        self._own = {"course": store.course, "copy": store.copy}
        url = self._database.url
        self._database.first(lambda connection: tables.prepare_regrades(connection, url))

    def trials(self, assignment: str, students: Sequence[str]) -> dict[str, Trial]:
        """What there is of these, by student."""
        found: dict[str, Trial] = {}
        for at in range(0, len(students), PER_QUERY):
            some = partial(self._trials, assignment, students[at : at + PER_QUERY])
            for row in self._database.run(some):
                found[row.student] = _trial(row)
        return found

    def keep_trials(self, trials: Sequence[Trial]) -> None:
        """In place of earlier ones of these submissions; on the disk when it returns."""
        rows = [self._values(trial) for trial in sorted(trials, key=lambda t: t.report.student)]
        if rows:
            put = replacing(self._database.backend, previews, rows[0])
            self._database.run(lambda connection: connection.execute(put, rows))

    def drop_trials(self, assignment: str) -> None:
        """They count now, or never will."""
        statement = delete(previews).where(
            *self._mine(previews), previews.c.assignment == assignment
        )
        self._database.run(lambda connection: connection.execute(statement))

    def log(self, assignment: str, content: str, *, by: str) -> Logged:
        """A preview was made."""
        # A name of our own making: a transaction that is tried again does not make a second row.
        row = Logged(
            id=f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(2)}",
            assignment=assignment,
            state=PREVIEW,
            made_by=by,
            made_at=_now(),
            applied_by="",
            applied_at="",
            content=content,
        )
        values = self._own | {name: getattr(row, name) for name in Logged.__slots__}
        self._database.run(
            lambda c: c.execute(replacing(self._database.backend, regrades, values), values)
        )
        return row

    def mark(self, logged: Logged, state: str, *, by: str) -> None:
        """It is being applied now, or has been."""
        values = {"state": state, "applied_by": by, "applied_at": _now()}
        statement = (
            update(regrades).where(*self._mine(regrades), regrades.c.id == logged.id).values(values)
        )
        self._database.run(lambda connection: connection.execute(statement))

    def last(self, assignment: str) -> Logged | None:
        rows = self._database.run(partial(self._logged, assignment, 1))
        return _logged(rows[0]) if rows else None

    def history(self, assignment: str) -> Iterator[Logged]:
        """The newest first; one at a time, since each lists a whole class."""
        ids = select(regrades.c.id).where(
            *self._mine(regrades), regrades.c.assignment == assignment
        )
        order = (regrades.c.made_at.desc(), regrades.c.id.desc())
        for id_ in self._database.run(lambda c: list(c.scalars(ids.order_by(*order)))):
            yield _logged(self._database.run(partial(self._one, id_)))

    def _values(self, trial: Trial) -> dict[str, Any]:
        return self._own | {
            "assignment": trial.report.assignment,
            "student": trial.report.student,
            "key": trial.key,
            "seed": trial.seed,
            "report": msgspec.json.encode(trial.report).decode(),
            "unsteady": "" if trial.unsteady is None else _json(trial.unsteady),
        }

    def _mine(self, table: Table) -> list[ColumnElement[bool]]:
        return [table.c[name] == value for name, value in self._own.items()]

    def _one(self, id_: str, connection: Connection) -> Any:
        mine = self._mine(regrades)
        return connection.execute(select(regrades).where(*mine, regrades.c.id == id_)).one()

    def _trials(self, assignment: str, students: Sequence[str], connection: Connection) -> Any:
        these = (previews.c.assignment == assignment, previews.c.student.in_(students))
        return connection.execute(select(previews).where(*self._mine(previews), *these)).all()

    def _logged(self, assignment: str, limit: int, connection: Connection) -> Any:
        return connection.execute(
            select(regrades)
            .where(*self._mine(regrades), regrades.c.assignment == assignment)
            .order_by(regrades.c.made_at.desc(), regrades.c.id.desc())
            .limit(limit)
        ).all()


def _trial(row: Any) -> Trial:
    return Trial(
        key=row.key,
        seed=row.seed,
        report=msgspec.json.decode(row.report, type=Report),
        unsteady=msgspec.json.decode(row.unsteady, type=tuple[str, ...]) if row.unsteady else None,
    )


def _logged(row: Any) -> Logged:
    return Logged(**{name: getattr(row, name) for name in Logged.__slots__})


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
