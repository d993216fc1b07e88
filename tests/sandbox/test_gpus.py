"""Which cards a batch gets, and every reason why it gets none, told before it starts."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from autograder import wire
from autograder.course import Course, load_course
from autograder.errors import AutograderError
from autograder.sandbox import SandboxFailure, nvml
from autograder.sandbox.gpu_places import GpuGuard, Gpus, places_on
from autograder.sandbox.gpu_watch import GpuWatch
from autograder.sandbox.gpus import (
    CONTEXT_BYTES,
    GpuFacts,
    check_gpus,
    cuda_of_torch,
    cuda_of_version,
    docker_environment,
    docker_options,
    environment,
    planned_bytes,
    read_facts,
)
from autograder.sandbox.nvml import Card, NvmlFailure, Use

GIB = 1 << 30
CARD = Card(index=0, uuid="GPU-a", name="A card", total_bytes=16 * GIB, free_bytes=16 * GIB)
SECOND = replace(CARD, index=1, uuid="GPU-b")
HOST = GpuFacts(
    cards=(CARD, SECOND), driver="580.1", driver_cuda=(13, 0), torch_cuda="13.0", missing_files=()
)
COURSE = """\
id: c
title: C
{}
assignments:
  plain:
  fast:
    device: cuda
"""

CourseOf = Callable[[str], Course]


@dataclass
class Cards:
    """A driver in memory: which processes hold what."""

    held: dict[int, list[Use]] = field(default_factory=dict)
    broken: str = ""

    def cards(self) -> tuple[Card, ...]:
        return (CARD, SECOND)

    def uses(self, index: int) -> tuple[Use, ...]:
        if self.broken:
            raise NvmlFailure(self.broken)
        return tuple(self.held.get(index, ()))


@dataclass(frozen=True)
class Here:
    """This very process as a candidates' server."""

    pid: int = field(default_factory=os.getpid)

    def signal(self, pid: int, number: int) -> None:
        os.kill(pid, number)


@pytest.fixture
def course_of(tmp_path: Path) -> CourseOf:
    def build(extra: str) -> Course:
        for name in ("plain", "fast"):
            (tmp_path / "solutions" / name).mkdir(parents=True, exist_ok=True)
            (tmp_path / "solutions" / name / f"{name}.ipynb").write_text("{}")
        (tmp_path / "course.yml").write_text(COURSE.format(extra))
        return load_course(tmp_path)

    return build


@pytest.fixture
def child() -> Iterator[Callable[[str], subprocess.Popen[str]]]:
    started: list[subprocess.Popen[str]] = []

    def start(source: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", source], stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True
        )
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


WAITS = "print('ready', flush=True); input()"
HOLDS_BACK = f"import signal; signal.pthread_sigmask(0, [{wire.OVER_GPU_SHARE}]); {WAITS}"


def test_a_batch_that_does_not_ask_for_cuda_needs_nothing(course_of: CourseOf) -> None:
    nothing = GpuFacts(problem="no NVML", torch_cuda=None)
    assert check_gpus(course_of(""), None, nothing, names=["plain"]) == ()
    assert check_gpus(course_of(""), "cpu", nothing) == ()


def test_a_batch_gets_all_cards_or_those_that_the_course_names(course_of: CourseOf) -> None:
    assert check_gpus(course_of(""), None, HOST) == (CARD, SECOND)
    assert check_gpus(course_of("sandbox: {gpus: all}"), "cuda", HOST) == (CARD, SECOND)
    assert check_gpus(course_of("sandbox: {gpus: [1]}"), "cuda", HOST) == (SECOND,)
    assert check_gpus(course_of("sandbox: {gpus: 1}"), "cuda", HOST) == (SECOND,)


@pytest.mark.parametrize(
    ("facts", "code", "words"),
    [
        (replace(HOST, cards=()), "gpu-missing", "this host has no GPU"),
        (GpuFacts(problem="libnvidia-ml.so.1 is not installed"), "gpu-missing", "libnvidia-ml"),
        (replace(HOST, torch_cuda=None), "gpu-torch", "built without it"),
        (replace(HOST, driver_cuda=(12, 4)), "gpu-driver", "12.4, and torch was built for CUDA 13"),
        (replace(HOST, missing_files=("/dev/nvidia-uvm",)), "gpu-device-files", "/dev/nvidia-uvm"),
        (replace(HOST, cards=(replace(CARD, exclusive=True),)), "gpu-exclusive", "one process"),
        (replace(HOST, cards=(replace(CARD, mig=True),)), "gpu-mig", "MIG"),
        (
            replace(HOST, cards=(replace(CARD, total_bytes=4 * GIB),)),
            "gpu-memory",
            "3.8 GiB for submissions, and 1 at a time with 2 GiB each need 4 GiB",
        ),
    ],
)
def test_a_host_that_will_not_do_says_why_and_what_to_do(
    course_of: CourseOf, facts: GpuFacts, code: str, words: str
) -> None:
    with pytest.raises(AutograderError) as raised:
        check_gpus(course_of(""), None, facts)
    assert raised.value.code == code
    assert words in raised.value.what
    assert raised.value.next


def test_a_driver_of_the_same_major_version_runs_a_newer_cuda(course_of: CourseOf) -> None:
    """As NVIDIA promises for minor versions."""
    assert check_gpus(course_of(""), None, replace(HOST, torch_cuda="13.2"))


def test_the_error_names_the_line_that_asks(course_of: CourseOf) -> None:
    course = course_of("defaults: {execute: needed}")
    with pytest.raises(AutograderError) as raised:
        check_gpus(course, None, GpuFacts())
    assert raised.value.where == 'course.yml, line 7, key "assignments.fast.device"'
    assert raised.value.what.startswith('assignment "fast" asks for CUDA')
    with pytest.raises(AutograderError) as raised:
        check_gpus(course_of("defaults: {device: cuda}"), None, GpuFacts(), names=["plain"])
    assert raised.value.where == 'course.yml, line 3, key "defaults.device"'
    with pytest.raises(AutograderError) as raised:
        check_gpus(course, "cuda", GpuFacts(), names=["plain"])
    assert raised.value.where == "--device cuda"


def test_a_card_that_is_not_there_is_told_with_those_that_are(course_of: CourseOf) -> None:
    with pytest.raises(AutograderError) as raised:
        check_gpus(course_of("sandbox: {gpus: [0, 7]}"), None, HOST)
    assert (raised.value.code, raised.value.what) == (
        "gpu-index",
        "there is no GPU 7: this host has 0, 1",
    )
    assert raised.value.where == 'course.yml, line 3, key "sandbox.gpus"'


@pytest.mark.parametrize("wrong", ["none", "[]", "[-1]", "[a]", "1.5", "[[0]]"])
def test_cards_are_all_or_numbers(course_of: CourseOf, wrong: str) -> None:
    with pytest.raises(AutograderError, match='"all" or the numbers of cards'):
        course_of(f"sandbox: {{gpus: {wrong}}}")


def test_memory_and_places_come_from_the_course(course_of: CourseOf) -> None:
    course = course_of("sandbox: {per_gpu: 4}\ndefaults: {limits: {gpu_memory: 512 MiB}}")
    assert course.sandbox.per_gpu == 4
    assert course.assignment("fast").limits.gpu_memory_bytes == 512 << 20
    assert planned_bytes(512 << 20, 4) == 4 * (512 << 20) + 8 * CONTEXT_BYTES


def test_without_cards_no_process_can_start_cuda() -> None:
    assert environment([]) == {"CUDA_VISIBLE_DEVICES": ""}


def test_with_cards_processes_know_them_by_name_and_cache_nothing() -> None:
    variables = environment([CARD, SECOND])
    assert variables["CUDA_VISIBLE_DEVICES"] == "GPU-a,GPU-b"
    assert variables["CUDA_CACHE_DISABLE"] == "1"
    assert variables["PYTORCH_NVML_BASED_CUDA_CHECK"] == "1"
    assert docker_options([SECOND])["device_ids"] == ["GPU-b"]


def test_a_container_gets_the_cards_that_it_is_for_and_no_library_of_the_host(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LD_LIBRARY_PATH", "/opt/driver")
    assert environment([CARD])["LD_LIBRARY_PATH"] == "/opt/driver"
    inside = docker_environment([CARD])
    assert "LD_LIBRARY_PATH" not in inside
    assert inside["NVIDIA_DRIVER_CAPABILITIES"] == "compute,utility"
    assert inside["CUDA_VISIBLE_DEVICES"] == "GPU-a"


@pytest.mark.parametrize(
    ("version", "cuda"),
    [("2.13.0+cpu", None), ("2.13.0+cu130", "13.0"), ("2.4.0+cu118", "11.8"), ("2.13.0", "")],
)
def test_a_version_of_torch_may_tell_its_cuda(version: str, cuda: str | None) -> None:
    assert cuda_of_version(version) == cuda


def test_there_are_as_many_places_as_are_needed_and_no_more_than_the_cards_have() -> None:
    assert places_on([CARD, SECOND], per_gpu=2, jobs=16) == (CARD, SECOND, CARD, SECOND)
    assert places_on([CARD, SECOND], per_gpu=2, jobs=3) == (CARD, SECOND, CARD)
    assert Gpus(places=(CARD, CARD), share_bytes=1, driver=Cards()).cards == (CARD,)


def test_what_this_host_has_can_be_asked_anywhere() -> None:
    facts = read_facts()
    assert facts.cards or facts.problem or facts.driver
    assert facts.torch_cuda == cuda_of_torch()
    assert read_facts(with_torch=False).torch_cuda == ""


def test_the_structures_are_as_large_as_the_drivers() -> None:
    assert ctypes.sizeof(nvml._Process) == 24
    assert ctypes.sizeof(nvml._Memory) == 24


def gpus(driver: Cards) -> Gpus:
    return Gpus(places=(CARD, SECOND), share_bytes=2 * GIB, driver=driver)


@pytest.fixture
def guarded(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Cards, GpuGuard]]:
    monkeypatch.setattr("autograder.sandbox.gpu_places._GONE_S", 0.1)
    driver = Cards()
    guard = GpuGuard(gpus(driver), lambda: [Here()])
    yield driver, guard
    guard.close()


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_grading_that_leaves_memory_behind_is_a_failure_of_ours(
    guarded: tuple[Cards, GpuGuard], child: Callable[[str], subprocess.Popen[str]]
) -> None:
    driver, guard = guarded
    candidate = child(WAITS)
    left = pytest.raises(SandboxFailure, match=f"GPU 0 is still held by process {candidate.pid}$")
    with left, guard.grading(Here(), CARD):
        driver.held = {0: [Use(candidate.pid, GIB), Use(1, GIB)]}
    driver.held = {0: [Use(1, GIB)], 1: [Use(candidate.pid, GIB)]}
    with guard.grading(Here(), CARD):
        pass  # a stranger's, and what lies on another card
    driver.held = {0: [Use(candidate.pid, GIB)]}
    with guard.grading(Here(pid=1), CARD):
        pass  # a candidate of another server, whose grading goes on


def test_memory_of_a_candidate_that_has_ended_is_told_from_a_strangers(
    child: Callable[[str], subprocess.Popen[str]],
) -> None:
    candidate = child(WAITS)
    watch = GpuWatch(Cards({0: [Use(candidate.pid, GIB)]}), [CARD], 2 * GIB, lambda: [Here()])
    watch.look()
    candidate.kill()
    candidate.wait()
    assert watch.server_of(candidate.pid) == os.getpid()
    assert watch.look() == []
    assert watch.server_of(candidate.pid) == os.getpid(), "the card still has it"
    watch.driver = Cards()
    watch.look()
    assert watch.server_of(candidate.pid) == 0, "forgotten, for numbers are given again"


def test_nothing_is_graded_unwatched(guarded: tuple[Cards, GpuGuard]) -> None:
    driver, guard = guarded
    driver.broken = "the driver was unloaded"
    wait_until(lambda: guard._watch.troubles != [])
    wait_until(lambda: guard._watch._thread is not None and not guard._watch._thread.is_alive())
    driver.broken = ""
    unwatched = pytest.raises(SandboxFailure, match="not watched: the driver was unloaded")
    with unwatched, guard.grading(Here(), CARD):
        raise AssertionError("it must not begin")
    with guard.grading(Here(), CARD):
        pass  # it is watched again


def test_a_watch_that_ends_during_a_grading_spoils_it(guarded: tuple[Cards, GpuGuard]) -> None:
    driver, guard = guarded

    def lose_the_card_for_a_while() -> None:
        driver.broken = "lost"
        wait_until(lambda: guard._watch.troubles != [])
        driver.broken = ""

    with pytest.raises(SandboxFailure, match="not watched: lost"), guard.grading(Here(), CARD):
        lose_the_card_for_a_while()


def test_a_card_that_cannot_be_looked_at_is_a_failure_of_ours(
    guarded: tuple[Cards, GpuGuard], monkeypatch: pytest.MonkeyPatch
) -> None:
    driver, guard = guarded
    monkeypatch.setattr(guard._watch, "driver", Cards())
    failed = pytest.raises(SandboxFailure, match="GPU 0 cannot be looked at: lost")
    with failed, guard.grading(Here(), CARD):
        driver.broken = "lost"


def test_a_candidate_over_its_share_is_ended_and_nobody_else(
    child: Callable[[str], subprocess.Popen[str]],
) -> None:
    greedy, modest = child(WAITS), child(WAITS)
    stranger = os.getppid()
    over = 2 * GIB + CONTEXT_BYTES + 1
    held = [Use(greedy.pid, over), Use(modest.pid, over - 1), Use(stranger, over), Use(7, None)]
    watch = GpuWatch(Cards({0: held}), [CARD, SECOND], 2 * GIB, lambda: [Here(), Here(pid=0)])
    assert watch.look() == [greedy.pid]
    assert greedy.wait(5) == -wire.OVER_GPU_SHARE
    assert modest.poll() is None


def test_a_candidate_that_holds_the_signal_back_is_killed(
    child: Callable[[str], subprocess.Popen[str]],
) -> None:
    greedy = child(HOLDS_BACK)
    driver = Cards({1: [Use(greedy.pid, 9 * GIB)]})
    watch = GpuWatch(driver, [CARD, SECOND], 2 * GIB, lambda: [Here()])
    watch.start()
    try:
        assert greedy.wait(10) == -signal.SIGKILL
    finally:
        watch.close()
    assert watch.troubles == []
