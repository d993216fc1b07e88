"""Two batches on one course: the second says who is first, and a killed one is in nobody's way."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.errors import AutograderError, UsageError
from autograder.store import only_batch
from autograder.store.lock import LOCK_FILE

from .batches import Pretended, grade_it, make_course

HOLD = """
import sys, pathlib
from autograder.store import only_batch
with only_batch(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def holding(root: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(root)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_the_second_refuses_at_once_and_says_who_is_first(tmp_path: Path) -> None:
    course = make_course(tmp_path / "course", 1)
    url = f"sqlite:///{course}/.autograder/results.db"
    with holding(course) as first:
        box = Pretended()
        with pytest.raises(UsageError) as caught:
            grade_it(course, url, box)
        assert caught.value.code == "batch-running"
        assert f"process {first.pid} on {socket.gethostname()}, since 20" in caught.value.what
        assert f"kill {first.pid}" in caught.value.next
        assert not box.opened
        first.send_signal(signal.SIGKILL)
    assert len(grade_it(course, url, Pretended()).reports) == 3, "nothing is left of the first"


def test_the_lock_goes_when_the_block_ends(tmp_path: Path) -> None:
    for _ in range(2):
        with only_batch(tmp_path):
            told = json.loads((tmp_path / LOCK_FILE).read_text())
            assert told["pid"] == os.getpid()
    with pytest.raises(ZeroDivisionError), only_batch(tmp_path):
        _ = 1 / 0
    with only_batch(tmp_path):
        pass


def test_two_courses_are_graded_side_by_side(tmp_path: Path) -> None:
    with only_batch(tmp_path / "one"), only_batch(tmp_path / "two"):
        assert (tmp_path / "one" / LOCK_FILE).exists()


def test_a_holder_that_has_not_said_who_it_is_yet_still_holds(tmp_path: Path) -> None:
    with only_batch(tmp_path):
        (tmp_path / LOCK_FILE).write_text("")
        with pytest.raises(UsageError) as caught, only_batch(tmp_path):
            pass
    assert "another command is grading this course" in caught.value.what


def test_a_folder_that_takes_no_lock_is_said(tmp_path: Path) -> None:
    (tmp_path / ".autograder").write_text("a file where a folder has to be")
    with pytest.raises(AutograderError) as caught, only_batch(tmp_path):
        pass
    assert caught.value.code == "lock-refused"
    assert caught.value.next
