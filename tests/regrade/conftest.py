"""A class that was graded once; every test has a copy of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.store.batches import copy_of

from .classes import DIM, PAIRS, SHAPE, Class, copied, make_class


@pytest.fixture(scope="session")
def graded_once(tmp_path_factory: pytest.TempPathFactory) -> Class:
    """kim has everything (11), lee the shapes alone (2), min all but `dim` (7)."""
    root = tmp_path_factory.mktemp("regrade") / "course"
    made = make_class(root, kim={SHAPE, DIM, PAIRS}, lee={SHAPE}, min={SHAPE, PAIRS})
    made.grade(found=None)
    assert made.scores() == {"kim": 11.0, "lee": 2.0, "min": 7.0}
    return made


@pytest.fixture
def graded(graded_once: Class, tmp_path: Path) -> Class:
    return copied(graded_once, copy_of(graded_once.root, tmp_path / "course"))
