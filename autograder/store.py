"""Results in a database, keyed by everything that determines them.

A batch that was killed goes on where it stopped, and a second run grades only what changed. The
gradebook stays the truth for scores; this remembers what was graded and whether nbgrader has it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec
from sqlalchemy import Boolean, String, Text, create_engine, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from autograder import __version__
from autograder.course import Assignment
from autograder.errors import AutograderError
from autograder.report import Report


class _Base(DeclarativeBase):
    pass


class _Row(_Base):
    __tablename__ = "results"
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    student: Mapped[str] = mapped_column(String(128), primary_key=True)
    assignment: Mapped[str] = mapped_column(String(128), primary_key=True)
    report: Mapped[str] = mapped_column(Text)
    recorded: Mapped[bool] = mapped_column(Boolean)  # nbgrader's gradebook has it


@dataclass(frozen=True, slots=True)
class Kept:
    report: Report
    recorded: bool


class Store:
    """Reports by key. Raises AutograderError where the database refuses."""

    def __init__(self, url: str) -> None:
        self._url = url
        if url.startswith("sqlite:///"):
            Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
        with self._translated():
            self._engine = create_engine(url)
            _Base.metadata.create_all(self._engine)

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *exc: object) -> None:
        self._engine.dispose()

    def find(self, key: str, student: str, assignment: str) -> Kept | None:
        query = select(_Row).where(
            _Row.key == key, _Row.student == student, _Row.assignment == assignment
        )
        with self._translated(), Session(self._engine) as session:
            row = session.scalar(query)
            if row is None:
                return None
            return Kept(msgspec.json.decode(row.report, type=Report), row.recorded)

    def keep(self, key: str, report: Report) -> None:
        row = _Row(
            key=key,
            student=report.student,
            assignment=report.assignment,
            report=msgspec.json.encode(report).decode(),
            recorded=False,
        )
        with self._translated(), Session(self._engine) as session:
            session.merge(row)
            session.commit()

    def mark_recorded(self, key: str, student: str, assignment: str) -> None:
        change = (
            update(_Row)
            .where(_Row.key == key, _Row.student == student, _Row.assignment == assignment)
            .values(recorded=True)
        )
        with self._translated(), Session(self._engine) as session:
            session.execute(change)
            session.commit()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            reason = str(getattr(error, "orig", None) or error).splitlines()[0]
            raise AutograderError(
                "results-database",
                f"the database of results refuses: {reason}",
                where=self._url.rpartition("@")[2],
                next="check its permissions and free space, or remove it to start afresh",
            ) from None


def key_of(notebook: bytes, assignment: Assignment, *, suite_digest: str, language: str) -> str:
    """Hash of all that determines a result and its feedback, the seed apart."""
    settings = (
        language,
        assignment.name,
        assignment.device,
        assignment.forbidden,
        assignment.execute,
        repr(assignment.limits),
        __version__,
        suite_digest,
    )
    digest = hashlib.sha256(repr(settings).encode())
    digest.update(notebook)
    return digest.hexdigest()


def suite_digest(assignment: Assignment) -> str:
    """Hash of the hidden suite and the reference, as they lie on disk."""
    digest = hashlib.sha256(assignment.reference.read_bytes())
    for path in sorted(assignment.suite.rglob("*.py")):
        digest.update(str(path.relative_to(assignment.suite)).encode() + b"\0")
        digest.update(path.read_bytes())
    return digest.hexdigest()
