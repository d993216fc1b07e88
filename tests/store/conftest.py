"""Both databases: every test that asks for `url` runs on SQLite and on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from autograder.store import Store

from .servers import Server, reason_for_none

BOTH = ("sqlite", pytest.param("postgresql", marks=pytest.mark.needs_postgres))


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    reason = reason_for_none()
    if reason is not None:
        pytest.skip(reason)
    server = Server.made()
    try:
        server.start_with_database()
        yield server
    finally:
        server.remove()


@pytest.fixture(params=BOTH)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/results/results.db"
    server: Server = request.getfixturevalue("server")
    return server.empty_database()


@pytest.fixture
def open_store(url: str) -> Iterator[Callable[..., Store]]:
    """Stores on the same database, closed at the end."""
    opened: list[Store] = []

    def open_store(**settings: object) -> Store:
        opened.append(Store(url, **settings))  # type: ignore[arg-type]
        return opened[-1]

    yield open_store
    for store in opened:
        store.__exit__()


@pytest.fixture
def store(open_store: Callable[..., Store]) -> Store:
    return open_store()
