"""Which cards a batch gets, and every reason why it gets none, told before it starts."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from autograder import wire
from autograder.course import Course, load_course
from autograder.errors import AutograderError
from autograder.sandbox import SandboxFailure, nvml
from autograder.sandbox.gpu_watch import GpuWatch
from autograder.sandbox.gpus import (
    CONTEXT_BYTES,
    CardPool,
    GpuFacts,
    check_gpus,
    children_of,
    cuda_of_torch,
    docker_options,
    environment,
    left_behind,
    on_a_card,
    planned_bytes,
    read_facts,
)
from autograder.sandbox.nvml import Card, Use

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

    def cards(self) -> tuple[Card, ...]:
        return (CARD, SECOND)

    def uses(self, index: int) -> tuple[Use, ...]:
        return tuple(self.held.get(index, ()))


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
    assert docker_options(SECOND)["device_ids"] == ["GPU-b"]


def test_a_pool_never_gives_a_card_to_more_than_its_places() -> None:
    pool = CardPool([CARD, SECOND], per_gpu=2)
    assert pool.size == 4
    with pool.place() as first, pool.place() as second:
        assert {first, second} == {CARD, SECOND}
        assert (pool.busy(CARD), pool.busy(SECOND)) == (1, 1)
        with pool.place(), pool.place():
            waiter = threading.Thread(target=lambda: pool.place().__enter__(), daemon=True)
            waiter.start()
            waiter.join(0.05)
            assert waiter.is_alive()
        waiter.join(5)
        assert not waiter.is_alive()


def test_what_this_host_has_can_be_asked_anywhere() -> None:
    facts = read_facts()
    assert facts.cards or facts.problem or facts.driver
    assert facts.torch_cuda == cuda_of_torch()
    assert read_facts(with_torch=False).torch_cuda == ""


def test_the_structures_are_as_large_as_the_drivers() -> None:
    assert ctypes.sizeof(nvml._Process) == 24
    assert ctypes.sizeof(nvml._Memory) == 24


def test_a_process_that_is_gone_or_still_there_is_told_if_it_holds_memory(
    child: Callable[[str], subprocess.Popen[str]],
) -> None:
    candidate = child(WAITS)
    driver = Cards({0: [Use(candidate.pid, GIB), Use(1, GIB)]})
    ours = children_of(lambda: {os.getpid()})
    assert left_behind(driver, SECOND, ours, wait_s=0) == ()
    assert left_behind(driver, CARD, ours, wait_s=0) == (Use(candidate.pid, GIB),)
    assert left_behind(driver, CARD, ours, running=1, wait_s=0) == ()
    candidate.kill()
    candidate.wait()
    assert left_behind(driver, CARD, ours, wait_s=0) == (Use(candidate.pid, GIB),)
    driver.held = {0: [Use(1, GIB)]}
    assert left_behind(driver, CARD, ours, wait_s=0) == ()


def test_a_grading_that_leaves_memory_behind_is_a_failure_of_ours(
    child: Callable[[str], subprocess.Popen[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autograder.sandbox.gpus._GONE_S", 0.1)
    driver, pool, ours = Cards(), CardPool([CARD], 2), children_of(lambda: {os.getpid()})
    with on_a_card(pool, driver, ours) as card:
        driver.held = {card.index: [Use(child(WAITS).pid, GIB)]}
        with on_a_card(pool, driver, ours):
            pass  # what is held belongs to the grading that goes on
        driver.held = {}
    left = pytest.raises(SandboxFailure, match="GPU 0 is still held by process")
    with left, on_a_card(pool, driver, ours):
        driver.held = {0: [Use(child(WAITS).pid, GIB)]}
    assert pool.busy(CARD) == 0


def test_a_candidate_over_its_share_is_ended_and_nobody_else(
    child: Callable[[str], subprocess.Popen[str]],
) -> None:
    greedy, modest, stranger = child(WAITS), child(WAITS), child(WAITS)
    over = 2 * GIB + CONTEXT_BYTES + 1
    held = [Use(greedy.pid, over), Use(modest.pid, over - 1), Use(stranger.pid, over), Use(7, None)]
    watch = GpuWatch(
        Cards({0: held}), [CARD, SECOND], 2 * GIB, {greedy.pid, modest.pid}.__contains__
    )
    assert watch.look() == [greedy.pid]
    assert greedy.wait(5) == -wire.OVER_GPU_SHARE
    assert (modest.poll(), stranger.poll()) == (None, None)


def test_a_candidate_that_holds_the_signal_back_is_killed(
    child: Callable[[str], subprocess.Popen[str]],
) -> None:
    greedy = child(HOLDS_BACK)
    driver = Cards({1: [Use(greedy.pid, 9 * GIB)]})
    watch = GpuWatch(driver, [CARD, SECOND], 2 * GIB, {greedy.pid}.__contains__)
    watch.start()
    try:
        assert greedy.wait(10) == -signal.SIGKILL
    finally:
        watch.close()
    assert watch.trouble == ""
