"""Which notebooks of a folder are whose."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from autograder.errors import UsageError
from autograder.peer.pack.folder import Brought, brought_to

SYMBOLS = {"alpha": ("one", "two"), "beta": ("three",)}


def put(path: Path, *symbols: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    cells = [
        {"cell_type": "code", "source": "", "metadata": {"nbgrader": {"grade_id": symbol}}}
        for symbol in symbols
    ]
    path.write_text(json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5}))
    return path


def brought(folder: Path, only: str | None = None) -> Brought:
    return brought_to(folder, SYMBOLS, only, out=folder / "session")


def whose(found: Brought) -> dict[str, list[str]]:
    return {name: [each.student for each in some] for name, some in found.found.items()}


def test_loose_notebooks_and_folders_side_by_side(tmp_path: Path) -> None:
    put(tmp_path / "kim.ipynb", "one", "two")
    put(tmp_path / "ada" / "alpha.ipynb", "one", "two")
    put(tmp_path / "ada" / "deep" / "down" / "homework.ipynb", "three")
    found = brought(tmp_path)
    assert whose(found) == {"alpha": ["ada", "kim"], "beta": ["ada"]}
    assert set(found.members) == {"kim", "ada"}
    assert found.problems == ()
    assert whose(brought(tmp_path, "beta")) == {"beta": ["ada"]}


def test_its_own_packs_and_records_and_checkpoints_are_nobodys(tmp_path: Path) -> None:
    put(tmp_path / "kim.ipynb", "one")
    put(tmp_path / "session" / "alpha.ipynb", "one")
    put(tmp_path / "records" / "x.ipynb", "one")
    put(tmp_path / ".ipynb_checkpoints" / "kim-checkpoint.ipynb", "one")
    put(tmp_path / "ada" / ".ipynb_checkpoints" / "a.ipynb", "one")
    assert brought(tmp_path).members == ("kim",)


def test_odd_names_are_names(tmp_path: Path) -> None:
    names = ["김민수 (1)", "ada <b>x", "o'hm; rm -rf", "per%20cent", "..dots", "-dash", "tab\tbed"]
    for name in names:
        put(tmp_path / f"{name}.ipynb", "one")
    found = brought(tmp_path)
    assert len(found.members) == len(names) - 1  # what begins with a dot is hidden
    assert "김민수 (1)" in found.members
    assert "tab bed" in found.members


def test_one_broken_notebook_is_told_and_its_member_is_there_all_the_same(tmp_path: Path) -> None:
    put(tmp_path / "kim.ipynb", "one")
    (tmp_path / "ada.ipynb").write_text("broken")
    put(tmp_path / "ohm.ipynb", "of another course")
    found = brought(tmp_path)
    assert whose(found) == {"alpha": ["kim"]}
    assert [who for who, _ in found.problems] == ["ada", "ohm"]
    assert set(found.members) == {"kim", "ada", "ohm"}


def test_of_two_notebooks_of_one_person_the_one_with_the_right_name_counts(tmp_path: Path) -> None:
    put(tmp_path / "kim" / "alpha.ipynb", "one")
    put(tmp_path / "kim" / "alpha-old.ipynb", "one")
    (only,) = brought(tmp_path).found["alpha"]
    assert only.path.name == "alpha.ipynb"
    put(tmp_path / "ada" / "first.ipynb", "one")
    put(tmp_path / "ada.ipynb", "one")
    found = brought(tmp_path)
    assert whose(found) == {"alpha": ["kim"]}
    assert [who for who, _ in found.problems] == ["ada"]
    assert "keep one of them" in found.problems[0][1]


def test_an_empty_folder_and_none_at_all(tmp_path: Path) -> None:
    for folder, code in ((tmp_path, "no-notebooks"), (tmp_path / "x", "no-such-folder")):
        with pytest.raises(UsageError) as error:
            brought(folder)
        assert error.value.code == code
        assert error.value.next
