"""From the facts of NVIDIA's driver, cards and toolkit to lines."""

from __future__ import annotations

from collections.abc import Iterator

from autograder.doctor.check import (
    DOCKER_ONLY,
    EVERY_SANDBOX,
    NO_SANDBOX,
    Check,
    State,
    note,
    ok,
    warning,
)
from autograder.doctor.escapes import NVIDIA_TOOLKIT, Version, open_escapes
from autograder.doctor.host_checks import size
from autograder.doctor.nvidia import Nvidia
from autograder.sandbox.engine_facts import Engine
from autograder.sandbox.nvml import Card

_INSTALL_TOOLKIT = (
    "install it: https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/"
    "install-guide.html"
)
_CONFIGURE = "sudo nvidia-ctk runtime configure --runtime=docker && sudo systemctl restart docker"


def nvidia_checks(nvidia: Nvidia, engine: Engine, *, cuda: bool) -> Iterator[Check]:
    """The lines about GPUs.

    cuda  gradings on this host would use one
    """
    yield _driver(nvidia, cuda)
    for card in nvidia.gpus.cards:
        yield _card(card)
    if nvidia.gpus.cards or nvidia.toolkit_program:
        yield _toolkit(nvidia, engine, cuda)
    if nvidia.gpus.cards and engine.answers:
        yield _runtime(engine)


def _driver(nvidia: Nvidia, cuda: bool) -> Check:
    if nvidia.gpus.cards:
        runs = ".".join(map(str, nvidia.gpus.driver_cuda or ()))
        return ok(
            "nvidia driver", nvidia.gpus.driver + (f", for CUDA up to {runs}" if runs else "")
        )
    if not nvidia.module and not cuda:
        return note("nvidia driver", "none: gradings on the CPU only")
    blocks = EVERY_SANDBOX if cuda else NO_SANDBOX
    if not nvidia.module:
        return Check(
            "nvidia driver",
            State.MISSING,
            "none, and assignments of this course ask for CUDA",
            "grade on the CPU with --device cpu, or on a host with a GPU and its driver",
            blocks,
        )
    why = nvidia.gpus.problem
    return Check(
        "nvidia driver",
        State.FAIL,
        f"{nvidia.module}, and no GPU answers" + (f": {why}" if why else ""),
        "see what nvidia-smi says; after an update of the driver, restart this host",
        blocks,
    )


def _card(card: Card) -> Check:
    """Whether it will do for a course, the course's own line says."""
    found = f"{card.name}, {size(card.total_bytes)}, {size(card.free_bytes)} free"
    found += ", cut into MIG instances" if card.mig else ""
    return ok(
        f"gpu {card.index}", found + (", for one process at a time" if card.exclusive else "")
    )


def _toolkit(nvidia: Nvidia, engine: Engine, cuda: bool) -> Check:
    """It prepares every container that gets a GPU, with root's powers on the host."""
    name = "nvidia toolkit"
    needed = DOCKER_ONLY if cuda or engine.default_runtime == "nvidia" else NO_SANDBOX
    if not nvidia.toolkit_program:
        if not engine.answers:
            return note(name, "not installed; only containers need it")
        return Check(name, State.MISSING, "not installed", _INSTALL_TOOLKIT, needed)
    version = Version.read(nvidia.toolkit)
    if version is None:
        return warning(
            name,
            f"{nvidia.toolkit_program} does not tell its version",
            f"see that it is {NVIDIA_TOOLKIT[-1].fixed[0]} or newer",
        )
    holes = open_escapes(NVIDIA_TOOLKIT, version)
    if not holes:
        return ok(name, version.text)
    update = f"update it to {NVIDIA_TOOLKIT[-1].fixed[0]} or newer (GPU operator: 25.3.1)"
    return Check(name, State.FAIL, f"{version.text} has {', '.join(holes)}", update, needed)


def _runtime(engine: Engine) -> Check:
    if "nvidia" in engine.runtimes:
        return ok("nvidia runtime", "registered in the engine")
    # Only a warning: the engine also finds the toolkit's hook by its name, or GPUs by CDI.
    return warning("nvidia runtime", "not registered in the engine", _CONFIGURE)
