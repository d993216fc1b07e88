"""Attempts: which version of a student's notebook was handed in when.

A version is counted once, however often it is graded. Its time is that of the submission; but never
later than its first grading, and never earlier than the attempt before it. So a time that was set
by hand, or a clock that is wrong, moves no attempt to a day that has answers left.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, select

from autograder.feedback import Attempt, day_of
from autograder.report import Report
from autograder.store import tables
from autograder.store.results import Store, replacing
from autograder.store.tables import attempts

_TICK = timedelta(microseconds=1)  # apart: attempts of one moment have an order too


class Attempts:
    """
    timezone  whose calendar days count
    raises    AutograderError where the database refuses, in every method
    """

    def __init__(self, store: Store, timezone: str) -> None:
        self._database = store.database
        self._course = store.course
        self._timezone = timezone
        url = self._database.url
        self._database.first(lambda connection: tables.prepare_attempts(connection, url))

    def count(self, report: Report, handed_in: datetime | None) -> Attempt:
        """What was graded as an attempt; a version that was counted before keeps its place.

        handed_in  with a time zone; None: nobody knows, and it is when it was graded
        """
        assert report.provenance is not None, "only what was graded is an attempt"
        work = partial(self._counted, report, handed_in)
        return self._database.run(work)

    def of(self, student: str, assignment: str, submission_sha256: str) -> Attempt | None:
        """None: this version was never counted."""
        rows = self._database.run(partial(self._rows, student, assignment))
        return self._place(rows, submission_sha256)

    def _counted(
        self, report: Report, handed_in: datetime | None, connection: Connection
    ) -> Attempt:
        origin = report.provenance
        assert origin is not None
        rows = self._rows(report.student, report.assignment, connection)
        known = self._place(rows, origin.submission_sha256)
        if known is not None:
            return known
        graded = datetime.fromisoformat(origin.graded_at)
        at = graded if handed_in is None else min(handed_in, graded)
        if rows:
            at = max(at, max(map(_at, rows)) + _TICK)
        values = {
            "course": self._course,
            "assignment": report.assignment,
            "student": report.student,
            "submission": origin.submission_sha256,
            "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
        }
        connection.execute(replacing(self._database.backend, attempts, values), values)
        first, following = day_of(at, self._timezone)
        return Attempt(number=1 + sum(first <= _at(row) < following for row in rows), at=at)

    def _rows(self, student: str, assignment: str, connection: Connection) -> Sequence[Row[Any]]:
        whose = (
            attempts.c.course == self._course,
            attempts.c.assignment == assignment,
            attempts.c.student == student,
        )
        return connection.execute(select(attempts).where(*whose)).all()

    def _place(self, rows: Sequence[Row[Any]], submission_sha256: str) -> Attempt | None:
        own = next((_at(row) for row in rows if row.submission == submission_sha256), None)
        if own is None:
            return None
        first, _ = day_of(own, self._timezone)
        return Attempt(number=sum(first <= _at(row) <= own for row in rows), at=own)


def _at(row: Row[Any]) -> datetime:
    return datetime.fromisoformat(row.at)
