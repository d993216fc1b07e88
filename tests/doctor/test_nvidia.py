"""What is said of drivers, cards and toolkits that we do not have."""

from __future__ import annotations

from dataclasses import replace

import pytest

from autograder.doctor.check import Check, Kind, State
from autograder.doctor.nvidia import Nvidia
from autograder.doctor.nvidia_checks import nvidia_checks
from autograder.sandbox.engine_facts import Engine, Reach
from autograder.sandbox.gpus import GpuFacts
from tests.doctor.hosts import CARD, ENGINE, NO_GPU, NVIDIA, named

WITH_RUNTIME = replace(ENGINE, runtimes=("nvidia", "runc"))


def line(
    name: str, nvidia: Nvidia = NVIDIA, engine: Engine = WITH_RUNTIME, cuda: bool = True
) -> Check:
    return named(nvidia_checks(nvidia, engine, cuda=cuda), name)


def test_a_good_gpu_host_has_nothing_to_do() -> None:
    checks = list(nvidia_checks(NVIDIA, WITH_RUNTIME, cuda=True))
    assert {check.state for check in checks} == {State.OK}
    assert "NVIDIA L4, 24.0 GiB" in named(checks, "gpu 0").found


def test_a_host_without_a_gpu_says_so_in_one_line() -> None:
    (check,) = nvidia_checks(NO_GPU, ENGINE, cuda=False)
    assert check.state is State.NOTE


def test_a_course_that_asks_for_cuda_needs_a_gpu() -> None:
    check = line("nvidia driver", NO_GPU)
    assert check.state is State.MISSING
    assert "--device cpu" in check.next
    assert all(check.stands_in_the_way_of(kind) for kind in Kind)


def test_a_driver_without_an_answer_is_a_failure() -> None:
    check = line(
        "nvidia driver", Nvidia(module="550.54", gpus=GpuFacts(problem="nvmlInit_v2: mismatch"))
    )
    assert check.state is State.FAIL
    assert "mismatch" in check.found
    assert "nvidia-smi" in check.next


@pytest.mark.parametrize(
    ("version", "holes"),
    [
        ("1.16.1", ("CVE-2024-0132", "CVE-2025-23359", "CVE-2025-23266")),
        ("1.16.2-1", ("CVE-2025-23359", "CVE-2025-23266")),
        ("1.17.4", ("CVE-2025-23266",)),
        ("1.17.7", ("CVE-2025-23266",)),
        ("1.17.8", ()),
        ("1.17.8-1", ()),
        ("1.18.0-rc.1", ()),
        ("1.20.0", ()),
    ],
)
def test_an_old_toolkit_is_a_failure_with_the_names_of_its_holes(
    version: str, holes: tuple[str, ...]
) -> None:
    check = line("nvidia toolkit", replace(NVIDIA, toolkit=version))
    assert check.state is (State.FAIL if holes else State.OK)
    assert [word.strip(",") for word in check.found.split() if "CVE" in word] == list(holes)
    assert ("1.17.8" in check.next) == bool(holes)
    assert check.stands_in_the_way_of(Kind.DOCKER) == bool(holes)
    assert not check.stands_in_the_way_of(Kind.LOCAL)


def test_a_toolkit_that_no_container_of_ours_uses_stands_in_nobodys_way() -> None:
    old = replace(NVIDIA, toolkit="1.16.1")
    check = line("nvidia toolkit", old, cuda=False)
    assert check.state is State.FAIL
    assert not check.stands_in_the_way_of(Kind.DOCKER)
    as_default = replace(WITH_RUNTIME, default_runtime="nvidia")
    assert line("nvidia toolkit", old, as_default, cuda=False).stands_in_the_way_of(Kind.DOCKER)


def test_an_old_toolkit_without_a_card_is_told_all_the_same() -> None:
    old = Nvidia(toolkit="1.16.1", toolkit_program="/usr/bin/nvidia-ctk")
    assert line("nvidia toolkit", old, cuda=False).state is State.FAIL


def test_a_card_without_the_toolkit_cannot_reach_containers() -> None:
    bare = replace(NVIDIA, toolkit="", toolkit_program="")
    check = line("nvidia toolkit", bare)
    assert check.state is State.MISSING
    assert "install" in check.next
    nobody = Engine(reach=Reach.ABSENT, address="unix:///var/run/docker.sock")
    assert line("nvidia toolkit", bare, nobody).state is State.NOTE


def test_a_toolkit_of_unknown_version_is_a_warning() -> None:
    check = line("nvidia toolkit", replace(NVIDIA, toolkit=""))
    assert check.state is State.WARNING


def test_a_runtime_that_is_not_registered_is_a_warning_with_the_command() -> None:
    check = line("nvidia runtime", engine=ENGINE)
    assert check.state is State.WARNING
    assert "nvidia-ctk runtime configure" in check.next


def test_a_card_that_is_cut_up_says_so() -> None:
    cut = replace(NVIDIA, gpus=replace(NVIDIA.gpus, cards=(replace(CARD, mig=True),)))
    assert "MIG" in line("gpu 0", cut).found
