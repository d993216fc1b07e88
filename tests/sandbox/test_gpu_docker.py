"""Containers with a card, as far as an engine without one can show."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from autograder import wire
from autograder.errors import SandboxUnavailable
from autograder.report import Outcome
from autograder.sandbox import image
from autograder.sandbox.container import Container, Plan, _limits
from autograder.sandbox.docker import DockerSandbox
from autograder.sandbox.engine import Engine
from autograder.sandbox.gpu_places import Gpus
from autograder.sandbox.gpus import docker_options
from autograder.sandbox.nvml import Card, Use
from autograder.sandbox.runfolder import PREFIX
from tests.sandbox.docker_engine import docker_sandbox, skip_without_docker
from tests.sandbox.lab import Lab, full_marks, messages, outcomes

pytestmark = pytest.mark.needs_docker

CARD = Card(index=0, uuid="GPU-of-nobody", name="A card", total_bytes=1 << 34, free_bytes=1 << 34)


class Cards:
    """A driver in memory, with nobody on its cards."""

    def cards(self) -> tuple[Card, ...]:
        return (CARD,)

    def uses(self, index: int) -> tuple[Use, ...]:
        return ()


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    skip_without_docker()
    with closing(Engine()) as engine:
        yield engine


def test_an_engine_that_cannot_give_the_card_says_so_and_nothing_is_left(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    gpus = Gpus(places=(CARD,), share_bytes=1 << 30, driver=Cards())
    with pytest.raises(SandboxUnavailable) as raised:
        DockerSandbox(Engine(), image.find(engine, image.name()), jobs=1, gpus=gpus)
    assert raised.value.code == "gpu-runtime"
    assert raised.value.what.startswith("the Docker engine cannot give a container a GPU: ")
    assert "NVIDIA container toolkit" in raised.value.next
    assert list(tmp_path.glob(f"{PREFIX}*")) == []
    runs = [each["Labels"]["autograder.run"] for each in _ours(engine)]
    assert not [run for run in runs if Path(run).parent == tmp_path]


def test_a_container_without_a_card_has_none_of_it(engine: Engine) -> None:
    from docker.types import DeviceRequest

    without = _limits(engine, _plan())
    assert "DeviceRequests" not in without
    assert (without["IpcMode"], without.get("ShmSize")) == ("none", None)
    with_card = _limits(engine, _plan(devices=[DeviceRequest(**docker_options([CARD]))]))
    (request,) = with_card["DeviceRequests"]
    assert request["DeviceIDs"] == ["GPU-of-nobody"]
    assert request["Capabilities"] == [["gpu"]]
    assert with_card["IpcMode"] == "private"
    apart = ("DeviceRequests", "IpcMode", "ShmSize")
    assert {k: v for k, v in with_card.items() if k not in apart} == {
        k: v for k, v in without.items() if k not in apart
    }


@pytest.mark.thorough
def test_a_candidate_in_a_container_is_ended_from_inside_with_the_reason(
    engine: Engine, tmp_path: Path
) -> None:
    """For commands whose user may not signal the users of containers."""
    slow = "import time\ndef double(x):\n    time.sleep(1.5)\n    return x + x"
    with docker_sandbox() as sandbox, ThreadPoolExecutor(1) as pool:
        lab = Lab(sandbox, tmp_path)
        assert full_marks(lab.sums_of())
        (tidy,) = sandbox._candidates.servers()
        container: Any = tidy._server  # type: ignore[attr-defined]
        assert isinstance(container, Container)
        server = engine.api.inspect_container(container._id)["State"]["Pid"]
        _wait_until(lambda: _children(server) == [])
        grading = pool.submit(lab.sums_of, double=slow)
        _wait_until(lambda: _children(server) != [])
        (candidate,) = _children(server)
        container._signal_inside(candidate, wire.OVER_GPU_SHARE)
        graded = grading.result()
        ended = [n for n, m in messages(graded).items() if "more of the GPU's memory than its" in m]
        assert len(ended) == 1
        assert outcomes(graded)[ended[0]] == Outcome.CRASHED
        _wait_until(lambda: not os.path.exists(f"/proc/{candidate}"))
        with pytest.raises(ProcessLookupError):
            container._signal_inside(candidate, wire.OVER_GPU_SHARE)


def _plan(**more: Any) -> Plan:
    return Plan(
        image="none",
        role="candidate",
        run="/nowhere",
        name="none",
        user="1:1",
        arguments=(),
        socket=Path("/nowhere/s"),
        address="",
        mounts={},
        memory_bytes=1 << 30,
        tmpfs_bytes=1 << 20,
        pids=10,
        cpus=1.0,
        **more,
    )


def _ours(engine: Engine) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = engine.api.containers(
        all=True, filters={"label": "autograder.run"}
    )
    return found


def _children(pid: int) -> list[int]:
    return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)
