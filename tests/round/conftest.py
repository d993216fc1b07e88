from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.release import release
from tests.gradebook import courses
from tests.store.servers import Server, reason_for_none


@pytest.fixture(scope="session")
def released_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = courses.make_course(tmp_path_factory.mktemp("released") / "course")
    release(root, courses.NAME, points=courses.POINTS)
    return root


@pytest.fixture
def course(released_once: Path, tmp_path: Path) -> Path:
    """A course whose assignment is released and known to nbgrader; nobody has submitted."""
    root = tmp_path / "course"
    shutil.copytree(released_once, root)
    return root


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
