from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from autograder.gradebook.generate import known_alembic_version
from tests.adoption.courses import api_of, make_course


@pytest.fixture(scope="session")
def generated_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make_course(tmp_path_factory.mktemp("adopted") / "course101")
    with known_alembic_version():  # a process less that takes seconds
        for name in ("ps1", "ps2"):
            result = api_of(root).generate_assignment(name)
            assert result["success"], result["log"]
    return root


@pytest.fixture
def course(generated_once: Path, tmp_path: Path) -> Path:
    """An existing course with the line, its two assignments generated; nobody has submitted."""
    root = tmp_path / "course101"
    shutil.copytree(generated_once, root)
    return root
