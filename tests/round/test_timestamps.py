"""timestamp.txt: with a zone or without, of the future, broken, missing."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from autograder.errors import GradebookError
from autograder.gradebook.timestamps import submitted_at
from tests.gradebook.courses import submit

from .test_deadlines import grade, say, share

NINE = datetime.fromisoformat("2026-09-30 09:00:00")


def read(folder: Path, content: str | bytes) -> datetime | None:
    data = content if isinstance(content, bytes) else content.encode()
    (folder / "timestamp.txt").write_bytes(data)
    return submitted_at(folder, ("Asia/Seoul",))


@pytest.mark.parametrize(
    "content",
    [
        "2026-09-30 09:00:00 UTC\n",  # the exchange's own form
        "2026-09-30 09:00:00.000000 UTC",
        "2026-09-30 09:00",  # without a zone it is UTC, as nbgrader reads it
        "2026-09-30 09:00:00 GMT",
        "2026-09-30T09:00:00Z",
        "2026-09-30T18:00:00+09:00",
        "2026-09-30 18:00:00 +0900",  # nbgrader alone: fifteen minutes
        "2026-09-30 18:00:00 KST",  # nbgrader alone: nine hours too late
        "2026-09-30 18:00:00 Asia/Seoul",
        "2026-09-30 04:00:00 EST",
        "2026-09-30 09:00 AM",
        "Wed Sep 30 09:00:00 2026",
        b"\xef\xbb\xbf2026-09-30 09:00:00 UTC",
    ],
)
def test_a_time_that_can_be_told_is_told(tmp_path: Path, content: str | bytes) -> None:
    assert read(tmp_path, content) == NINE


@pytest.mark.parametrize(
    "content",
    [
        "last night",
        "2026-09-30",  # of which minute?
        "18:00:00",  # nbgrader alone: of the day on which it is graded
        "2026-09-30 18:00:00 XYZ",
        "2026-09-30 18:00:00XYZ",
        "2026-02-30 18:00:00",
        "99999999999999999999",
        "2026-09-30 09:00:00 UTC\n2026-10-01 09:00:00 UTC",
        b"\xff\xfe\x00",
        b"9" * 5000,
    ],
)
def test_a_time_that_cannot_be_told_is_an_error_with_the_next_step(
    tmp_path: Path, content: str | bytes
) -> None:
    with pytest.raises(GradebookError) as caught:
        read(tmp_path, content)
    assert caught.value.code == "timestamp-invalid"
    assert "2026-03-01 23:59:00 UTC" in caught.value.next


def test_a_folder_in_the_place_of_the_file_is_an_error_too(tmp_path: Path) -> None:
    (tmp_path / "timestamp.txt").mkdir()
    with pytest.raises(GradebookError) as caught:
        submitted_at(tmp_path)
    assert caught.value.code == "timestamp-invalid"


@pytest.mark.parametrize("content", [None, "", " \n"])
def test_where_nothing_says_when_nobody_is_late(course: Path, content: str | None) -> None:
    say(course, due="2020-01-01 00:00")
    assert grade(course, at=content) == []
    assert share(course) is None


def test_a_time_that_has_not_come_yet_counts_and_is_told(course: Path) -> None:
    say(course)
    (remark,) = grade(course, at="2226-09-30 18:00:00 UTC")
    assert remark.code == "timestamp-ahead"
    assert share(course) == 1.0


def test_a_broken_time_costs_that_student_nothing_but_the_wait(course: Path) -> None:
    say(course)
    grade(course, at="2026-09-30 18:00:01 UTC")
    with pytest.raises(GradebookError) as caught:
        grade(course, at="yesterday")
    assert str(submit(course, "ann").with_name("timestamp.txt")) == caught.value.where
    assert share(course) == 0.1, "the earlier grade stays"
