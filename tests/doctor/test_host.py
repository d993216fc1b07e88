"""What is said of kernels, walls, disks and packages of hosts that we do not have."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from autograder.doctor.check import Check, Kind, State
from autograder.doctor.host import Disk, Host
from autograder.doctor.host_checks import SUPPORTED, host_checks
from tests.doctor.hosts import GIB, HOST, named

ROOT = Path(__file__).parents[2]


def line(name: str, **changed: object) -> Check:
    return named(host_checks(replace(HOST, **changed)), name)  # type: ignore[arg-type]


def test_a_good_host_has_nothing_to_do() -> None:
    checks = list(host_checks(HOST))
    assert len(checks) > 10
    assert {check.state for check in checks} == {State.OK}
    assert not [check for check in checks if check.next]


@pytest.mark.parametrize(
    ("abi", "state", "walls"),
    [
        (1, State.NOTE, "ABI 1: files; TCP from Linux 6.7"),
        (4, State.NOTE, "ABI 4: files, TCP; signals from Linux 6.12"),
        (7, State.OK, "ABI 7: files, TCP, signals and sockets"),
    ],
)
def test_each_landlock_is_told_with_the_walls_that_it_gives(
    abi: int, state: State, walls: str
) -> None:
    check = line("landlock", landlock_abi=abi)
    assert check.state is state
    assert check.found.startswith(walls)


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("landlock", {"landlock_abi": 0}),
        ("seccomp", {"libseccomp": False}),
        ("seccomp", {"seccomp": False}),
    ],
)
def test_a_missing_wall_forbids_the_local_sandbox_and_not_docker(
    name: str, changed: dict[str, object]
) -> None:
    check = line(name, **changed)
    assert check.state is State.MISSING
    assert check.next
    assert check.stands_in_the_way_of(Kind.LOCAL)
    assert not check.stands_in_the_way_of(Kind.DOCKER)


def test_another_system_than_linux_cannot_grade() -> None:
    check = line("kernel", system="Darwin")
    assert check.state is State.FAIL
    assert all(check.stands_in_the_way_of(kind) for kind in Kind)


@pytest.mark.parametrize(
    ("version", "controllers", "state"),
    [
        (1, {"memory", "pids"}, State.NOTE),
        (1, {"pids"}, State.WARNING),
        (2, {"cpu", "memory", "pids"}, State.OK),
        (2, {"cpu"}, State.WARNING),
        (0, set(), State.WARNING),
    ],
)
def test_cgroups_are_judged_by_the_limits_that_they_give(
    version: int, controllers: set[str], state: State
) -> None:
    check = line("cgroup", cgroup_version=version, cgroup_controllers=frozenset(controllers))
    assert check.state is state
    assert bool(check.next) == (state is State.WARNING)


def test_root_is_advised_against_and_not_forbidden() -> None:
    check = line("account", root=True)
    assert check.state is State.WARNING
    assert "docker sandbox" in check.next


@pytest.mark.parametrize(
    ("free", "writable", "state"),
    [
        (50 * GIB, True, State.OK),
        (GIB, True, State.WARNING),
        (GIB // 100, True, State.FAIL),
        (50 * GIB, False, State.FAIL),
        (None, False, State.FAIL),
    ],
)
def test_a_folder_for_temporary_files_has_room_and_can_be_written(
    free: int | None, writable: bool, state: State
) -> None:
    disk = Disk(what="temp", path=Path("/tmp"), free_bytes=free, writable=writable)
    check = line("disk: temp", temp=disk)
    assert check.state is state
    assert bool(check.next) == (state is not State.OK)


@pytest.mark.parametrize(
    ("name", "changed"),
    [("open files", {"open_files": 256}), ("machine", {"memory_bytes": 2 * GIB})],
)
def test_a_small_host_is_warned(name: str, changed: dict[str, object]) -> None:
    check = line(name, **changed)
    assert check.state is State.WARNING
    assert check.next


def with_package(name: str, version: str | None) -> Host:
    packages = {key: value for key, value in HOST.packages.items() if key != name}
    return replace(HOST, packages=packages | ({name: version} if version else {}))


@pytest.mark.parametrize(
    ("version", "state"),
    [
        ("0.8.5", State.FAIL),
        ("0.9.0", State.OK),
        ("0.9.12", State.OK),
        ("0.10.0", State.FAIL),
        ("1.0.0", State.FAIL),
        (None, State.MISSING),
    ],
)
def test_nbgrader_is_supported_in_a_range(version: str | None, state: State) -> None:
    check = named(host_checks(with_package("nbgrader", version)), "nbgrader")
    assert check.state is state
    assert check.next == ("" if state is State.OK else "pip install 'nbgrader>=0.9.0,<0.10'")


def test_the_supported_versions_are_those_of_pyproject() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = {r.name: r.specifier for r in map(Requirement, project["dependencies"])}
    for name, (oldest, too_new) in SUPPORTED.items():
        bounds = {(part.operator, Version(part.version)) for part in asked[name]}
        expected = {(">=", Version(oldest))} | ({("<", Version(too_new))} if too_new else set())
        assert bounds == expected, name


def test_the_build_of_torch_is_told() -> None:
    assert "built for CPUs" in line("torch").found
    assert "built for CUDA 12.8" in line("torch", torch_cuda="12.8").found


def test_an_unknown_limit_or_size_is_no_complaint() -> None:
    assert line("open files", open_files=0).state is State.OK
    assert line("machine", memory_bytes=0).state is State.NOTE
