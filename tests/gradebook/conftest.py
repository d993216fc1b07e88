from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from autograder.release import release
from tests.gradebook import courses


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
