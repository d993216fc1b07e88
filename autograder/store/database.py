"""A connection to the database of results that survives the server's restart.

Work is a function of a connection and runs in one transaction. It may run more than once: when the
connection breaks at the commit, nobody can tell whether it was done.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from autograder.errors import AutograderError, UsageError
from autograder.store.trouble import lost, passes, refused, shown_url, unreachable

T = TypeVar("T")

_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.2, 5.0
_BUSY_S = 30  # how long SQLite waits for another writer

# Given to PostgreSQL's client where the URL does not say otherwise: a server that vanished from the
# network is noticed within a minute, and not after the two hours of the system's default.
_PATIENCE_OF_THE_CLIENT = {
    "connect_timeout": 10,
    "keepalives_idle": 20,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}


class Database:
    """raises  UsageError if the URL names nothing that results can be kept in"""

    def __init__(self, url: str, *, patience_s: float, notice: Callable[[str], None]) -> None:
        """
        patience_s  how long a broken connection is tried again
        notice      is told, once, when that begins
        """
        self.url = url
        self._patience_s = patience_s
        self._notice = notice
        self._engine = _engine(url)

    @property
    def backend(self) -> str:
        """sqlite or postgresql"""
        return self._engine.dialect.name

    def first(self, work: Callable[[Connection], T]) -> T:
        """As run, but what cannot be reached at all is said at once."""
        try:
            with self._engine.begin() as connection:
                return work(connection)
        except SQLAlchemyError as error:
            raise (unreachable if passes(error) else refused)(error, self.url) from None

    def run(self, work: Callable[[Connection], T]) -> T:
        """raises  AutograderError if the database refuses, or stays away"""
        pause_s, until = _FIRST_PAUSE_S, 0.0
        while True:
            try:
                with self._engine.begin() as connection:
                    return work(connection)
            except SQLAlchemyError as error:
                if not passes(error):
                    raise refused(error, self.url) from None
                until = until or self._begin_to_wait()
                if time.monotonic() + pause_s > until:
                    raise lost(error, self.url, self._patience_s) from None
            self._engine.dispose()  # the other connections of the pool are broken too
            time.sleep(pause_s)
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)

    def close(self) -> None:
        self._engine.dispose()

    def _begin_to_wait(self) -> float:
        self._notice(
            "the connection to the database of results broke; trying again for up to "
            f"{self._patience_s:g} s"
        )
        return time.monotonic() + self._patience_s


def _engine(text: str) -> Engine:
    try:
        url = _with_driver(make_url(text))
        if url.get_backend_name() == "sqlite":
            _make_folder(url)
        return create_engine(url, connect_args=_connect_args(url))
    except ModuleNotFoundError as error:
        raise UsageError(
            "results-driver-missing",
            f"the database of results needs the Python package {error.name}, which is not here",
            where=shown_url(text),
            next="install it: pip install 'deep-autograder[postgres]'",
        ) from None
    except (ArgumentError, NoSuchModuleError):
        raise UsageError(
            "results-database-kind",
            "results are kept in SQLite or PostgreSQL, and the URL names neither",
            where=shown_url(text),
            next="write `database: sqlite:///results.db` or `database: postgresql://host/name`",
        ) from None


def _with_driver(url: URL) -> URL:
    """Whatever SQLAlchemy's default is, or the old name "postgres": psycopg, which we require."""
    if url.drivername in ("postgres", "postgresql"):
        return url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() in ("sqlite", "postgresql"):
        return url
    raise ArgumentError(f"{url.drivername} is neither SQLite nor PostgreSQL")


def _connect_args(url: URL) -> dict[str, Any]:
    if url.get_backend_name() == "sqlite":
        return {} if "timeout" in url.query else {"timeout": _BUSY_S}
    if url.get_driver_name() != "psycopg":
        return {}
    return {key: value for key, value in _PATIENCE_OF_THE_CLIENT.items() if key not in url.query}


def _make_folder(url: URL) -> None:
    if not url.database or url.database.startswith((":", "file:")):
        return
    try:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise AutograderError(
            "results-unreachable",
            f"the folder of the database of results cannot be made: {error.strerror}",
            where=str(Path(url.database).parent),
            next="make it, writable for this user, or name another with `database:` in course.yml",
        ) from None
