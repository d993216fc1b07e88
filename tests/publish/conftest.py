"""A small course with every kind of thing that students must not see."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from autograder.course import Course, load_course
from autograder.init import init
from tests.publish.hidden_lines import NAME, plant_hidden_files


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("publish") / "course"
    init(root, title="A course")
    plant_hidden_files(root)
    assert (root / "assignments" / NAME / f"{NAME}.ipynb").is_file()
    return root


@pytest.fixture
def course(pristine: Path, tmp_path: Path) -> Course:
    return load_course(Path(shutil.copytree(pristine, tmp_path / "course")))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where to publish to; it is not there yet."""
    return tmp_path / "public"
