"""A file is there whole, or as it was."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from autograder.atomic import write_whole


def test_text_is_written_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "new" / "한글.txt"
    write_whole(path, "a\r\nb\n끝")
    assert path.read_bytes() == "a\r\nb\n끝".encode()
    assert [*path.parent.iterdir()] == [path]


def test_what_was_there_stays_where_it_cannot_be_replaced(tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    (taken / "inside").mkdir(parents=True)
    with pytest.raises(OSError):
        write_whole(taken, b"new")
    assert [*tmp_path.iterdir()] == [taken]


def test_a_name_as_long_as_names_may_be(tmp_path: Path) -> None:
    path = tmp_path / ("가" * 85)  # 255 bytes
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"


def test_what_is_private_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "private"
    path.write_text("old")
    path.chmod(0o644)
    write_whole(path, "new", private=True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
