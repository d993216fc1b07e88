"""Facts of hosts that are not this one: a good one, to be spoiled with dataclasses.replace."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from autograder.doctor.check import Check
from autograder.doctor.engine_checks import WantedImage
from autograder.doctor.host import Disk, Host
from autograder.doctor.nvidia import Nvidia
from autograder.sandbox.engine_facts import Engine, Image, Reach
from autograder.sandbox.gpus import GpuFacts
from autograder.sandbox.nvml import Card

GIB = 1 << 30

HOST = Host(
    system="Linux",
    kernel="6.12.9-amd64",
    landlock_abi=6,
    seccomp=True,
    libseccomp=True,
    cgroup_version=2,
    cgroup_controllers=frozenset({"cpu", "memory", "pids"}),
    root=False,
    cores=8,
    memory_bytes=32 * GIB,
    open_files=4096,
    python="3.12.4",
    packages={"torch": "2.13.0", "nbgrader": "0.9.6", "pytest": "9.2.0", "docker": "7.2.0"},
    torch_cuda=None,
    temp=Disk(what="temp", path=Path("/tmp"), free_bytes=50 * GIB, writable=True),
    runc_changelog=frozenset(),
)

WANTED = WantedImage(
    name="autograder:1.0", version="1.0", source="abc", build="autograder image build"
)
IMAGE = Image(
    name="autograder:1.0",
    digest="sha256:0123456789abcdef",
    labels={"autograder.version": "1.0", "autograder.source": "abc"},
)

ENGINE = Engine(
    reach=Reach.ANSWERS,
    address="unix:///var/run/docker.sock",
    version="29.1.3",
    api_version="1.52",
    storage_driver="overlay2",
    runtimes=("io.containerd.runc.v2", "runc"),
    default_runtime="runc",
    runc_version="1.3.4",
    cgroup_version=2,
    limits_memory=True,
    limits_pids=True,
    limits_cpu=True,
    security=("apparmor", "seccomp", "cgroupns"),
    images=(IMAGE,),
)

CARD = Card(index=0, uuid="GPU-1", name="NVIDIA L4", total_bytes=24 * GIB, free_bytes=23 * GIB)
NVIDIA = Nvidia(
    module="580.95.05",
    gpus=GpuFacts(cards=(CARD,), driver="580.95.05", driver_cuda=(13, 0), torch_cuda="13.0"),
    toolkit="1.18.1",
    toolkit_program="/usr/bin/nvidia-ctk",
)
NO_GPU = Nvidia()


def named(checks: Iterable[Check], name: str) -> Check:
    """The one line of that name."""
    (found,) = [check for check in checks if check.name == name]
    return found
