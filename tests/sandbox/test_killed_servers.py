"""Whatever is killed from outside: a failure of ours, healed at the next grading."""

from __future__ import annotations

import dataclasses
import os
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import pytest

from autograder.course import Assignment, load_course
from autograder.errors import SandboxUnavailable
from autograder.grading import grade_batch
from autograder.report import Environment, Status
from autograder.sandbox import SandboxFailure, Suite
from autograder.sandbox.docker import UntilItReturns
from autograder.sandbox.local import LocalSandbox
from autograder.sandbox.prune import prune
from autograder.sandbox.runfolder import abandoned_folders
from autograder.sandbox.servers import started
from autograder.submissions import Found
from autograder.wire import Graded
from tests.sandbox.lab import SUMS, Lab, full_marks, submission

ROOT = Path(__file__).parents[2]
_WITHIN_S = 30.0
T = TypeVar("T")


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A sandbox in a folder of its own, of which both servers were killed while they started."""
    killed: list[int] = []

    def kill() -> None:
        for side in ("candidate", "examiner"):
            killed.append(
                wait_for(lambda side=side: [servers()[side]] if side in servers() else [])[0]
            )
            os.kill(killed[-1], signal.SIGKILL)

    folder = tmp_path_factory.mktemp("killed")
    killer = threading.Thread(target=kill)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tempfile.tempdir", str(folder))
        killer.start()
        with LocalSandbox() as box:
            killer.join()
            assert len(killed) == 2
            assert not set(killed) & set(servers().values())
            yield Lab(box, tmp_path_factory.mktemp("lab"))
        assert not list(folder.iterdir())


def children(pid: int) -> list[int]:
    return [int(p) for p in text(Path(f"/proc/{pid}/task/{pid}/children")).split()]


def text(path: Path) -> str:
    """Empty, where the process or thread has ended since it was listed."""
    try:
        return path.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def servers() -> dict[str, int]:
    """candidate, examiner → process, of the sandbox in the folder of these tests."""
    found: dict[str, int] = {}
    for task in Path("/proc/self/task").iterdir():  # whichever thread of ours started them
        for pid in map(int, text(task / "children").split()):
            command = text(Path(f"/proc/{pid}/cmdline")).split("\0")
            if any(each.startswith(f"{tempfile.gettempdir()}/ag-") for each in command):
                found[command[command.index("-m") + 1].removeprefix("autograder.")] = pid
    return found


def wait_for(there: Callable[[], list[T]]) -> list[T]:
    until = time.monotonic() + _WITHIN_S
    while not (found := there()):
        assert time.monotonic() < until
        time.sleep(0.01)
    return found


def test_a_suite_that_was_killed_is_collected_again(lab: Lab) -> None:
    assert full_marks(lab.sums_of())
    (suite,) = children(servers()["examiner"])
    os.kill(suite, signal.SIGKILL)
    wait_for(lambda: [opened for opened in [lab.sandbox._suites["sums"]] if not opened.alive()])
    assert full_marks(lab.sums_of())


def test_a_suite_that_is_killed_while_it_is_collected_is_not_called_broken(
    lab: Lab, tmp_path: Path
) -> None:
    """And what was closed in vain is not asked again."""
    lab.sums_of()
    examiner = servers()["examiner"]
    (collected,) = children(examiner)
    slow = tmp_path / "slow"
    slow.mkdir()
    (slow / "test_slow.py").write_text("import time\ntime.sleep(600)\n")
    again = dataclasses.replace(lab.sums, suite=slow)
    os.kill(collected, signal.SIGKILL)
    wait_for(lambda: [opened for opened in [lab.sandbox._suites["sums"]] if not opened.alive()])

    def kill() -> None:
        for pid in wait_for(lambda: children(examiner)):
            os.kill(pid, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    with pytest.raises(SandboxFailure, match="broke off while it collected"):
        lab.grade(again, submission(SUMS))
    killer.join()
    assert full_marks(lab.sums_of())


def test_servers_that_are_killed_while_they_start_are_started_again(lab: Lab) -> None:
    assert full_marks(lab.sums_of())


def test_of_two_that_do_not_start_the_second_is_an_error() -> None:
    ends = iter(["sandbox-start", "sandbox-start", "engine-down"])

    def start() -> None:
        raise SandboxUnavailable(next(ends), "it ended")

    with pytest.raises(SandboxUnavailable, match="it ended"):
        started(start)
    with pytest.raises(SandboxUnavailable) as caught:
        started(start)
    assert caught.value.code == "engine-down", "waiting for that is somebody else's business"
    assert not list(ends)


def test_an_engine_that_does_not_return_is_waited_for_once() -> None:
    """However many gradings ask for it: four attempts at each of two would be ten minutes."""
    asked = 0

    def start() -> str:
        nonlocal asked
        asked += 1
        if asked <= 5:
            raise SandboxUnavailable("engine-down", "it is gone")
        return "started"

    patient = UntilItReturns(patience_s=3600, pause_s=0)
    assert patient(start) == "started"
    asked = 0
    hasty = UntilItReturns(patience_s=0, pause_s=0)
    for attempt in range(1, 6):
        with pytest.raises(SandboxUnavailable):
            hasty(start)
        assert asked == attempt
    assert hasty(start) == "started"


def test_prune_removes_the_folder_of_a_killed_run_and_of_no_other(lab: Lab) -> None:
    """Where the servers of a run were killed too, nobody is left to do it."""
    (mine,) = Path(tempfile.gettempdir()).glob("ag-*")
    assert not list(abandoned_folders()), "it is in use"
    dead = mine.with_name("ag-dead")
    dead.mkdir()
    (dead / "lock").touch()
    assert prune(None) == [str(dead)]
    assert not dead.exists()
    assert full_marks(lab.sums_of())


class Stumbling:
    """A sandbox whose suites cannot be opened the first times."""

    def __init__(self, failures: int) -> None:
        self.environments = {"cpu": Environment(sandbox="none")}
        self.left = failures
        self.opened = 0

    def open(self, assignment: Assignment) -> Suite:
        self.opened += 1
        if self.left:
            self.left -= 1
            raise SandboxFailure("the examiner broke off while it collected")
        return Suite(())

    def grade(
        self, notebook: bytes, assignment: Assignment, *, seed: int, tests: Sequence[str] = ()
    ) -> Graded:
        return Graded([], [], [])

    def close(self) -> None:
        """There is nothing to end."""


@pytest.mark.parametrize(("failures", "comes_to"), [(3, "a report"), (4, "SandboxUnavailable")])
def test_a_batch_tries_again_to_open_a_suite(failures: int, comes_to: str) -> None:
    course = load_course(ROOT)
    found = Found(
        student="kim",
        assignment="cross_entropy",
        path=ROOT / "solutions" / "cross_entropy" / "cross_entropy.ipynb",
    )
    box = Stumbling(failures)
    batch = grade_batch([found], course, box, jobs=1, seed=1, pauses_s=(0.0, 0.0, 0.0))
    if comes_to == "a report":
        assert [report.status for _, report in batch] == [Status.GRADED]
    else:
        with pytest.raises(SandboxUnavailable, match="failed 4 times") as caught:
            list(batch)
        assert "cross_entropy" in caught.value.where
    assert box.opened == 4
