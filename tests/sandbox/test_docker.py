"""The outer wall: what containers are, when they are replaced, and that none is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from docker.errors import NotFound

from autograder.sandbox import SandboxFailure
from autograder.sandbox.container import ROLE, RUN
from autograder.sandbox.engine import Engine
from autograder.sandbox.prune import prune
from tests.sandbox.docker_engine import docker_sandbox, skip_without_docker
from tests.sandbox.lab import Lab, full_marks, outcomes

pytestmark = pytest.mark.needs_docker


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    skip_without_docker()
    with closing(Engine()) as engine:
        yield engine


@pytest.fixture(scope="module")
def box(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Two candidates' containers, three submissions each."""
    with docker_sandbox(jobs=2, recycle_after=3) as sandbox:
        yield Lab(sandbox, tmp_path_factory.mktemp("docker-lab"))


def containers(engine: Engine, role: str, run: Path | str | None = None) -> list[dict[str, Any]]:
    """Inspected, those that run. One that is replaced meanwhile is gone, and no surprise."""
    labels = [f"{ROLE}={role}", *([f"{RUN}={run}"] if run else [])]
    inspected = []
    for each in engine.api.containers(filters={"label": labels}):
        with suppress(NotFound):
            inspected.append(engine.api.inspect_container(each["Id"]))
    return [each for each in inspected if each["State"]["Running"]]


def ours(engine: Engine, box: Lab, role: str) -> list[dict[str, Any]]:
    return containers(engine, role, box.sandbox._run.path)  # type: ignore[attr-defined]


def candidates_at_work(engine: Engine, box: Lab) -> list[int]:
    """Process ids, on this host, of the forks that run student code."""
    servers = [each["State"]["Pid"] for each in ours(engine, box, "candidate")]
    return [child for pid in servers for child in _children(pid)]


def wait_until(holds: Callable[[], bool], within_s: float = 60) -> None:
    deadline = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.mark.parametrize("role", ["candidate", "examiner"])
def test_a_container_has_no_way_out(engine: Engine, box: Lab, role: str) -> None:
    found = ours(engine, box, role)
    assert found
    for each in found:
        host = each["HostConfig"]
        assert host["NetworkMode"] == "none"
        assert host["ReadonlyRootfs"]
        assert host["CapDrop"] == ["ALL"]
        assert not host["CapAdd"]
        assert not host["Privileged"]
        assert "no-new-privileges:true" in host["SecurityOpt"]
        assert not any("unconfined" in option for option in host["SecurityOpt"])
        assert host["Memory"] == host["MemorySwap"] > 0
        assert host["PidsLimit"] > 0
        assert host["IpcMode"] == "none"
        assert host["PidMode"] == host["UTSMode"] == ""
        assert not host["Devices"]
        user = each["Config"]["User"].partition(":")[0]
        assert user.isdigit()
        assert int(user) >= 10000
        assert set(host["Tmpfs"]) == {"/tmp"}
        assert {"nosuid", "nodev", "noexec"} <= set(host["Tmpfs"]["/tmp"].split(","))


def test_a_candidate_has_its_own_meeting_place_and_nothing_else(engine: Engine, box: Lab) -> None:
    """No suite, no reference, no other worker, no socket of the engine."""
    places = set()
    for each in ours(engine, box, "candidate"):
        (mount,) = each["Mounts"]
        assert mount["Destination"] == "/meet"
        wait_until(lambda at=mount["Source"]: os.listdir(at) == ["candidate"])  # it is starting
        wait_until(lambda at=mount["Source"]: Path(at).stat().st_mode & 0o022 == 0)
        places.add(mount["Source"])
    assert len(places) == len(ours(engine, box, "candidate"))


def test_an_examiner_reads_copies_of_what_it_needs(engine: Engine, box: Lab) -> None:
    assert full_marks(box.sums_of())
    (examiner,) = ours(engine, box, "examiner")
    writable = {m["Destination"]: m["RW"] for m in examiner["Mounts"]}
    assert writable == {"/assignments": False, "/meet": False, "/suites": True}
    sources = {m["Destination"]: Path(m["Source"]) for m in examiner["Mounts"]}
    assert (sources["/assignments"] / "sums" / "suite" / "test_sums.py").is_file()


def test_the_image_holds_no_course(engine: Engine, box: Lab) -> None:
    """What is in a container and called a test or a notebook is torch's or numpy's own."""
    candidate = ours(engine, box, "candidate")[0]
    look = "find / -xdev ( -name *.ipynb -o -name course.yml -o -name test_softmax.py -o -path "
    look += "*autograder*templates* -o -path *autograder*gradebook* -o -name docker.sock )"
    order = engine.api.exec_create(candidate["Id"], look.split(), user="0:0")
    said = engine.api.exec_start(order["Id"]).decode()
    found = [line for line in said.splitlines() if "Permission denied" not in line]
    assert not [path for path in found if "/site-packages/" not in path]


@pytest.mark.thorough
def test_a_container_is_replaced_after_its_submissions(box: Lab) -> None:
    workers = [box.sums_of().worker for _ in range(13)]
    assert all(workers.count(name) <= 3 for name in workers)
    assert len(set(workers)) >= 4


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("import os\ndef double(x):\n    os._exit(1)", id="death"),
        pytest.param(
            "import socket\ndef double(x):\n    socket.socket()",
            id="an attempt",
            marks=pytest.mark.thorough,
        ),
        pytest.param(
            "import ctypes\ndef double(x):\n    ctypes.CDLL(None)\n    return x + x",
            id="native code",
            marks=pytest.mark.thorough,
        ),
    ],
)
def test_a_container_is_replaced_at_any_sign_of_trouble(box: Lab, code: str) -> None:
    worker = box.sums_of(double=code).worker
    assert worker not in [box.sums_of().worker for _ in range(6)]


@pytest.mark.thorough
def test_ordinary_mistakes_replace_nothing(engine: Engine) -> None:
    with docker_sandbox() as sandbox:
        lab = Lab(sandbox, Path(sandbox._run.path))
        wrong = "def double(x):\n    raise ValueError('no')"
        assert len({lab.sums_of(double=wrong).worker for _ in range(4)}) == 1


@pytest.mark.parametrize("role", ["candidate", "examiner"])
def test_a_container_that_is_killed_costs_a_retry_and_no_points(
    engine: Engine, box: Lab, role: str
) -> None:
    """The grading that it takes with it is a failure of ours; the next one finds a new one."""
    slow = "import time\ndef double(x):\n    time.sleep(1.5)\n    return x + x"
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        grading = pool.submit(box.sums_of, double=slow)
        wait_until(lambda: bool(candidates_at_work(engine, box)))
        time.sleep(1.0)  # a fork of the grading before may have been the one; this one takes long
        for each in ours(engine, box, role):
            engine.api.kill(each["Id"])
        with pytest.raises(SandboxFailure):
            grading.result()
    assert full_marks(box.sums_of())
    assert full_marks(box.sums_of())


def test_a_candidate_that_is_killed_from_outside_is_no_verdict(engine: Engine, box: Lab) -> None:
    slow = "import time\ndef double(x):\n    time.sleep(1.5)\n    return x + x"
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        grading = pool.submit(box.sums_of, double=slow)
        wait_until(lambda: bool(candidates_at_work(engine, box)))
        time.sleep(1.0)  # a fork of the grading before may have been the one; this one takes long
        for pid in candidates_at_work(engine, box):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        with pytest.raises(SandboxFailure, match="from outside"):
            grading.result()
    assert outcomes(box.sums_of())["test_double_twice"] == "passed"


def test_nothing_is_left_when_the_command_is_killed(engine: Engine, tmp_path: Path) -> None:
    code = (
        "from tests.sandbox.docker_engine import docker_sandbox\n"
        "import time\n"
        "with docker_sandbox() as box:\n"
        "    print(box._run.path, flush=True)\n"
        "    time.sleep(600)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as one:
        assert one.stdout is not None
        run = Path(one.stdout.readline().strip())
        wait_until(lambda: len(containers(engine, "candidate", run)) == 1)
        assert len(containers(engine, "examiner", run)) == 1
        assert str(run) not in prune(engine), "it is alive"
        one.kill()
    wait_until(lambda: not engine.api.containers(all=True, filters={"label": f"{RUN}={run}"}))
    assert run.is_dir()
    assert str(run) in prune(engine)
    assert not run.exists()


def test_prune_removes_containers_of_dead_runs_only(engine: Engine, box: Lab) -> None:
    """One that an engine kept through a crash has nobody who closes it."""
    image = ours(engine, box, "candidate")[0]["Image"]
    made = engine.api.create_container(image, ["nothing"], labels={RUN: "/nowhere/ag-gone"})
    before = {each["Id"] for each in ours(engine, box, "candidate")}
    names = prune(engine)
    left = {each["Id"] for each in engine.api.containers(all=True, filters={"label": RUN})}
    assert names
    assert made["Id"] not in left
    assert before <= left


def _children(pid: int) -> list[int]:
    """None, where the process has ended since it was asked for."""
    try:
        return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []
