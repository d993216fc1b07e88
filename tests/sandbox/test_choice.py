"""Which sandbox a command gets, on which devices, and what refuses before anything starts.

What the host has on cards is told by the tests.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import torch

from autograder import cuda
from autograder.course import Course, SandboxDefaults
from autograder.errors import AutograderError, SandboxUnavailable
from autograder.sandbox import SandboxFailure, image
from autograder.sandbox.choice import Kind, choose
from autograder.sandbox.engine import Engine
from autograder.sandbox.gpus import GpuFacts
from autograder.sandbox.nvml import Card, Use
from tests.sandbox.docker_engine import skip_without_docker
from tests.sandbox.lab import SPY, SUMS, assignment, full_marks, submission

GIB = 1 << 30
CARD = Card(index=0, uuid="GPU-a", name="A card", total_bytes=16 * GIB, free_bytes=16 * GIB)
SECOND = replace(CARD, index=1, uuid="GPU-b", name="Another")
HOST = GpuFacts(cards=(CARD, SECOND), driver="580.1", driver_cuda=(13, 0), torch_cuda="13.0")
NOTHING = GpuFacts(problem="libnvidia-ml.so.1 is not installed", torch_cuda=None)


@dataclass
class Cards:
    """A driver in memory, with nobody on its cards."""

    def cards(self) -> tuple[Card, ...]:
        return HOST.cards

    def uses(self, index: int) -> tuple[Use, ...]:
        return ()


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """`sums` on the CPU, `spy` on a GPU."""
    sums = assignment(tmp_path, "sums", SUMS, {"double": 6.0, "negate": 3.0})
    spy = assignment(tmp_path, "spy", SPY, {"first": 2.0, "second": 2.0})
    return Course(
        root=tmp_path,
        id="c",
        title="C",
        language="en",
        roster=None,
        groups=(),
        sandbox=SandboxDefaults(),
        db_url="",
        assignments=(sums, replace(spy, device="cuda")),
    )


@pytest.fixture
def without_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:1")


def never() -> GpuFacts:
    raise AssertionError("nobody asked for a GPU")


def has(facts: GpuFacts) -> Callable[[], GpuFacts]:
    return lambda: facts


def test_a_batch_on_the_cpu_never_asks_for_cards(course: Course) -> None:
    everything = choose(course, "local", device="cpu", facts=never)
    assert list(everything.environments) == ["cpu"]
    assert {a.device for a in everything.course.assignments} == {"cpu"}
    some = choose(course, "local", names=["sums"], facts=never)
    assert list(some.environments) == ["cpu"]
    assert some.course == course, "what is not in the batch stays as it is"


def test_a_course_without_assignments_has_a_sandbox(course: Course) -> None:
    empty = replace(course, assignments=())
    assert list(choose(empty, "local", facts=never).environments) == ["cpu"]
    assert list(choose(empty, "local", device="cuda", facts=never).environments) == ["cpu"]


def test_a_device_that_is_asked_for_goes_before_what_assignments_say(course: Course) -> None:
    chosen = choose(course, "local", device="cuda", facts=has(HOST))
    assert {a.device for a in chosen.course.assignments} == {"cuda"}
    assert [[a.name for a in part.course.assignments] for part in chosen.parts] == [["sums", "spy"]]
    assert chosen.environment.gpu == "A card, Another, driver 580.1"
    assert chosen.environment.device == "cuda"


def test_a_batch_of_both_devices_has_a_part_for_each(course: Course) -> None:
    chosen = choose(course, "local", facts=has(HOST))
    by_device = {p.environment.device: [a.name for a in p.course.assignments] for p in chosen.parts}
    assert by_device == {"cpu": ["sums"], "cuda": ["spy"]}
    assert [part.cards for part in chosen.parts] == [(), (CARD, SECOND)]
    assert chosen.environments["cpu"].gpu == ""
    assert chosen.environment.device == "cpu and cuda"
    assert chosen.environment.sandbox == "local"


def test_a_course_names_its_cards(course: Course) -> None:
    one = replace(course, sandbox=SandboxDefaults(gpus=(1,)))
    chosen = choose(one, "local", names=["spy"], facts=has(HOST))
    assert [part.cards for part in chosen.parts] == [(SECOND,)]
    assert chosen.environment.gpu == "Another, driver 580.1"


@pytest.mark.parametrize("kind", ["auto", "local", "docker"])
@pytest.mark.parametrize("device", [None, "cuda"])
def test_without_a_gpu_nothing_starts(
    course: Course, without_engine: None, kind: Kind, device: None
) -> None:
    with pytest.raises(AutograderError) as raised:
        choose(course, kind, device=device, facts=has(NOTHING))
    assert raised.value.code == "gpu-missing"
    assert "--device cpu" in raised.value.next


def test_a_torch_without_cuda_is_no_reason_where_candidates_have_another(
    course: Course, without_engine: None
) -> None:
    """First the engine is asked; then it is told what would have to change."""
    without = replace(HOST, torch_cuda=None)
    with pytest.raises(AutograderError) as raised:
        choose(course, "docker", facts=has(without))
    assert raised.value.code == "engine-down"
    with pytest.raises(AutograderError) as raised:
        choose(course, "auto", facts=has(without))
    assert raised.value.code == "gpu-torch"
    assert "why it is not docker: the Docker engine cannot be reached" in raised.value.next


def test_auto_says_why_it_is_not_docker(course: Course, without_engine: None) -> None:
    chosen = choose(course, "auto", facts=has(HOST))
    assert chosen.kind == "local"
    assert chosen.why_local.startswith("the Docker engine cannot be reached")


@pytest.mark.needs_docker
def test_an_image_without_cuda_will_not_do_for_cuda(course: Course) -> None:
    skip_without_docker()
    named = replace(course, sandbox=SandboxDefaults(image=image.name()))
    with pytest.raises(AutograderError) as raised:
        choose(named, "docker", facts=has(HOST))
    assert raised.value.code == "gpu-torch"
    assert image.name() in raised.value.what
    assert choose(named, "docker", device="cpu", facts=never).image == image.name()


@pytest.mark.needs_docker
def test_cuda_wants_the_image_of_cuda(course: Course) -> None:
    """It is named, with the command that makes it, where it is not there."""
    skip_without_docker()
    wanted = image.name("cuda")
    with closing(Engine()) as engine, contextlib.suppress(SandboxUnavailable):
        image.find(engine, wanted)
        pytest.skip(f"there is {wanted}, and an error is looked for")
    with pytest.raises(SandboxUnavailable, match=wanted) as raised:
        choose(course, "docker", facts=has(HOST))
    assert raised.value.code in ("image-missing", "image-outdated")
    assert raised.value.next.startswith("autograder image build --cuda")


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU, and CUDA would start")
@pytest.mark.thorough
def test_each_device_has_servers_of_its_own(course: Course) -> None:
    """The cards are made up, so that the part on a GPU ends where CUDA would start."""
    chosen = choose(course, "local", facts=has(HOST))
    sums, spy = chosen.course.assignments
    with chosen.open(jobs=1, driver=Cards()) as box:
        assert full_marks(box.grade(submission(SUMS), sums, seed=7))
        with pytest.raises(SandboxFailure, match="CUDA did not start in the examiner"):
            box.grade(submission(SPY), spy, seed=7)
        boxes = box._boxes  # type: ignore[attr-defined]
        seen = {
            device: {_visible(server.pid) for server in (*b._candidates.servers(), b._examiner)}
            for device, b in boxes.items()
        }
        assert seen == {"cpu": {""}, "cuda": {"GPU-a"}}
        assert box.environments == chosen.environments  # type: ignore[attr-defined]


def _visible(pid: int) -> str:
    variables = Path(f"/proc/{pid}/environ").read_text().split("\0")
    return next(v.partition("=")[2] for v in variables if v.startswith(f"{cuda.VISIBLE}="))
