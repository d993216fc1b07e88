"""Which sandbox would be used, and when the answer is no."""

from __future__ import annotations

from dataclasses import replace

import pytest

from autograder.doctor import checks_of
from autograder.doctor.check import Check, State
from autograder.doctor.host import Host
from autograder.doctor.nvidia import Nvidia
from autograder.doctor.verdict import Diagnosis, diagnose
from autograder.sandbox.engine_facts import Engine, Reach
from tests.doctor.hosts import ENGINE, HOST, NO_GPU, NVIDIA, WANTED

ABSENT = Engine(reach=Reach.ABSENT, address="unix:///var/run/docker.sock")
NO_IMAGE = replace(ENGINE, images=())
OLD_RUNC = replace(ENGINE, runc_version="1.1.5")
NO_LANDLOCK = replace(HOST, landlock_abi=0)


def of(
    asked: str,
    host: Host = HOST,
    engine: Engine = ENGINE,
    nvidia: Nvidia = NO_GPU,
    cuda: bool = False,
) -> Diagnosis:
    return diagnose(asked, tuple(checks_of(host, engine, nvidia, (WANTED,), None, cuda=cuda)))


@pytest.mark.parametrize(
    ("asked", "engine", "found", "well"),
    [
        ("auto", ENGINE, "docker, the default here", True),
        ("auto", ABSENT, "local, the default here", True),
        ("auto", NO_IMAGE, "local, the default here", True),
        ("local", ABSENT, "local, as course.yml says", True),
        ("docker", ENGINE, "docker, as course.yml says", True),
        ("docker", ABSENT, "in its way: docker engine", False),
        ("docker", NO_IMAGE, "in its way: image autograder:1.0", False),
        ("docker", OLD_RUNC, "in its way: docker runtime", False),
        ("local", OLD_RUNC, "local, as course.yml says", True),
        # It is what would be used, so its hole is open; that local would do is no excuse.
        ("auto", OLD_RUNC, "in its way: docker runtime", False),
    ],
)
def test_the_sandbox_that_would_be_used_decides(
    asked: str, engine: Engine, found: str, well: bool
) -> None:
    diagnosis = of(asked, engine=engine)
    last = diagnosis.checks[-1]
    assert last.name == "sandbox"
    assert found in last.found
    assert diagnosis.ok is well
    assert (last.state is State.FAIL) is not well
    assert bool(last.next) is not well


def test_walls_that_are_missing_here_are_a_reason_against_local_only() -> None:
    assert of("docker", NO_LANDLOCK).ok
    assert of("auto", NO_LANDLOCK).ok
    assert not of("local", NO_LANDLOCK).ok
    neither = of("auto", NO_LANDLOCK, ABSENT)
    assert not neither.ok
    assert "landlock" in neither.checks[-1].found


def test_warnings_are_no_obstacle() -> None:
    host = replace(HOST, root=True, open_files=256)
    diagnosis = of("local", host)
    assert State.WARNING in {check.state for check in diagnosis.checks}
    assert diagnosis.ok


def test_what_docker_lacks_is_told_where_local_is_the_default() -> None:
    assert "docker lacks: docker engine" in of("auto", engine=ABSENT).checks[-1].found


def test_a_hole_in_the_toolkit_is_an_obstacle_where_containers_get_cards() -> None:
    old = replace(NVIDIA, toolkit="1.17.7")
    with_runtime = replace(ENGINE, runtimes=("nvidia", "runc"))
    assert not of("docker", engine=with_runtime, nvidia=old, cuda=True).ok
    assert of("local", engine=with_runtime, nvidia=old, cuda=True).ok
    assert of("docker", engine=with_runtime, nvidia=old, cuda=False).ok


def test_whatever_needs_doing_says_what_to_do() -> None:
    poor = Host(
        system="Linux",
        kernel="4.4.0",
        landlock_abi=0,
        seccomp=False,
        libseccomp=False,
        cgroup_version=0,
        cgroup_controllers=frozenset(),
        root=True,
        cores=1,
        memory_bytes=1 << 30,
        open_files=64,
        python="3.9.1",
        packages={},
        torch_cuda=None,
        temp=replace(HOST.temp, free_bytes=None, writable=False),
        runc_changelog=frozenset(),
    )
    engines = [ABSENT, NO_IMAGE, replace(OLD_RUNC, limits_memory=False, security=())]
    seen: list[Check] = []
    for engine in engines:
        for nvidia in (NO_GPU, Nvidia(module="550.54"), replace(NVIDIA, toolkit="1.2.3")):
            seen += of("docker", poor, engine, nvidia, cuda=True).checks
    wrong = [c for c in seen if c.state in (State.WARNING, State.MISSING, State.FAIL)]
    assert len({check.name for check in wrong}) > 15
    assert not [check.name for check in wrong if not check.next]
    assert not [check for check in seen if check.state is State.OK and check.next]
