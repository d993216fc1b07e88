"""Cards for gradings: which there are, whether they will do, what a process needs to use them.

Nothing here starts CUDA: the cards are asked through NVML (see nvml.py), torch's build is read
from its version file.
"""

from __future__ import annotations

import importlib.util
import os
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.course import Assignment, Course, place_of
from autograder.errors import CourseError, SandboxUnavailable, UsageError
from autograder.sandbox.nvml import Card, Nvml, NvmlFailure
from autograder.wire import SPARE_OF_A_CARD

# Of a card, for what is no tensor: a context and the kernels that are loaded into it. Not measured
# yet, see docs/gpu.md; some hundred MB are usual.
CONTEXT_BYTES = 1 << 30
# Of the host's memory, for a context in one process. Not measured yet either.
HOST_BYTES = 1 << 30
_DEVICE_FILES = ("/dev/nvidiactl", "/dev/nvidia-uvm")


@dataclass(frozen=True, slots=True, kw_only=True)
class GpuFacts:
    """What this host has to compute with."""

    cards: tuple[Card, ...] = ()
    driver: str = ""  # its version
    driver_cuda: tuple[int, int] | None = None  # the newest CUDA that it runs
    problem: str = ""  # why NVML says nothing
    torch_cuda: str | None = ""  # the CUDA that torch was built for; None: for none; "": not asked
    missing_files: tuple[str, ...] = ()  # device files


def read_facts(*, with_torch: bool = True) -> GpuFacts:
    """Of this host.

    with_torch  False where candidates use another torch than this one, as in a container
    """
    torch_cuda = cuda_of_torch() if with_torch else ""
    try:
        with Nvml() as nvml:
            return GpuFacts(
                cards=nvml.cards(),
                driver=nvml.driver_version(),
                driver_cuda=nvml.cuda_version(),
                torch_cuda=torch_cuda,
                missing_files=tuple(f for f in _DEVICE_FILES if not os.path.exists(f)),
            )
    except NvmlFailure as failure:
        return GpuFacts(problem=str(failure), torch_cuda=torch_cuda)


def cuda_of_torch() -> str | None:
    """The CUDA that the installed torch was built for, "13.0"; None: for none. Not imported: that
    takes a second and more."""
    spec = importlib.util.find_spec("torch")
    if spec is None or spec.origin is None:
        return None
    text = Path(spec.origin).with_name("version.py").read_text()
    found = re.search(r"^cuda\b[^=\n]*= *'([\d.]+)'", text, re.MULTILINE)
    return found[1] if found else None


def cuda_of_version(torch: str) -> str | None:
    """The same by torch's version, as far as that tells: "2.13.0+cu130" → "13.0"; "+cpu" → None;
    "" for others, such as that of PyPI."""
    build = torch.partition("+")[2]
    if build == "cpu":
        return None
    found = re.fullmatch(r"cu(\d+)(\d)", build)
    return f"{found[1]}.{found[2]}" if found else ""


def check_gpus(
    course: Course,
    device: str | None,
    facts: GpuFacts,
    *,
    names: Collection[str] | None = None,
) -> tuple[Card, ...]:
    """The cards for a batch; () where nothing in it asks for CUDA.

    device  of the command's option; None: what each assignment says
    names   of the batch's assignments; None: all of the course
    raises  SandboxUnavailable, CourseError or UsageError with a code that begins with "gpu-"
    """
    asking = [
        assignment
        for assignment in course.assignments
        if (names is None or assignment.name in names) and (device or assignment.device) == "cuda"
    ]
    if not asking:
        return ()
    where = _where(course, device, asking[0])
    who = "--device asks" if device else f'assignment "{asking[0].name}" asks'
    _check_host(facts, who, where)
    cards = _chosen(course, facts)
    for card in cards:
        _check_card(card, course, max(a.limits.gpu_memory_bytes for a in asking))
    return cards


def _where(course: Course, device: str | None, assignment: Assignment) -> str:
    if device:
        return f"--device {device}"
    return place_of(course, ("assignments", assignment.name, "device"), ("defaults", "device"))


def _check_host(facts: GpuFacts, who: str, where: str) -> None:
    on_the_cpu = "grade on the CPU with --device cpu"
    if not facts.cards:
        raise SandboxUnavailable(
            "gpu-missing",
            f"{who} for CUDA, and this host has no GPU"
            + (f" ({facts.problem})" if facts.problem else ""),
            where=where,
            next=f"{on_the_cpu}, or start the sandbox on a host with a GPU",
        )
    if facts.torch_cuda is None:
        raise SandboxUnavailable(
            "gpu-torch",
            f"{who} for CUDA, and the torch that is installed was built without it",
            where=where,
            next=f"install a build of torch for CUDA, or {on_the_cpu}",
        )
    built_for = int(facts.torch_cuda.split(".")[0]) if facts.torch_cuda else 0
    if facts.driver_cuda is not None and facts.driver_cuda[0] < built_for:
        runs = ".".join(map(str, facts.driver_cuda))
        raise SandboxUnavailable(
            "gpu-driver",
            f"the NVIDIA driver {facts.driver} runs CUDA up to {runs}, and torch was built for "
            f"CUDA {facts.torch_cuda}",
            where=where,
            next="update the driver, or install a build of torch for an older CUDA",
        )
    if facts.missing_files:
        raise SandboxUnavailable(
            "gpu-device-files",
            f"there is a GPU, and no {' and no '.join(facts.missing_files)} to reach it by",
            where=where,
            next="run `nvidia-modprobe -u -c=0` once as root",
        )


def _chosen(course: Course, facts: GpuFacts) -> tuple[Card, ...]:
    wanted = course.sandbox.gpus
    if wanted is None:
        return facts.cards
    by_index = {card.index: card for card in facts.cards}
    for index in wanted:
        if index not in by_index:
            raise UsageError(
                "gpu-index",
                f"there is no GPU {index}: this host has {', '.join(map(str, by_index))}",
                where=place_of(course, ("sandbox", "gpus")),
                next="name one of those, or all",
            )
    return tuple(by_index[index] for index in wanted)


def _check_card(card: Card, course: Course, share_bytes: int) -> None:
    if card.exclusive:
        raise SandboxUnavailable(
            "gpu-exclusive",
            f"GPU {card.index} lets one process use it, and a grading has two",
            where=card.name,
            next=f"run `nvidia-smi -i {card.index} -c DEFAULT` as root, or leave the card out",
        )
    if card.mig:
        raise SandboxUnavailable(
            "gpu-mig",
            f"GPU {card.index} is cut into instances (MIG), which are not supported yet",
            where=card.name,
            next="leave the card out with `sandbox: {gpus: [...]}`",
        )
    count = course.sandbox.per_gpu
    needed = planned_bytes(share_bytes, count)
    room = int((1 - SPARE_OF_A_CARD) * card.total_bytes)
    if needed > room:
        raise CourseError(
            "gpu-memory",
            f"GPU {card.index} has {_gib(room)} for submissions, and {count} at a time with "
            f"{_gib(share_bytes)} each need {_gib(needed)}",
            where=place_of(course, ("sandbox", "per_gpu"), ("defaults", "limits", "gpu_memory")),
            next="lower per_gpu or limits.gpu_memory",
        )


def planned_bytes(share_bytes: int, count: int) -> int:
    """Of a card, for `count` submissions at a time: each has a candidate and an examiner."""
    return count * (share_bytes + 2 * CONTEXT_BYTES)


def environment(cards: Iterable[Card]) -> dict[str, str]:
    """Variables for fork servers whose forks may use these cards. They say nothing to a process
    that does not start CUDA; without cards, no fork can start it."""
    uuids = ",".join(card.uuid for card in cards)
    if not uuids:
        return {"CUDA_VISIBLE_DEVICES": ""}
    libraries = os.environ.get("LD_LIBRARY_PATH")  # where some hosts have their driver
    return {
        "CUDA_VISIBLE_DEVICES": uuids,  # no numbers: CUDA counts otherwise than NVML
        "CUDA_CACHE_DISABLE": "1",  # no compiled kernel passes from one submission to the next
        "CUDA_MODULE_LOADING": "LAZY",  # only the kernels that are used: less memory, faster start
        "CUBLAS_WORKSPACE_CONFIG": ":4096:8",  # the same product gives the same bits again
        "PYTORCH_NVML_BASED_CUDA_CHECK": "1",  # is_available() must not start CUDA before a fork
        **({"LD_LIBRARY_PATH": libraries} if libraries else {}),
    }


def docker_options(cards: Iterable[Card]) -> dict[str, Any]:
    """Keywords of a docker DeviceRequest that gives a container these cards and no other."""
    uuids = [card.uuid for card in cards]
    return {"driver": "nvidia", "device_ids": uuids, "capabilities": [["gpu"]]}


def docker_environment(cards: Iterable[Card]) -> dict[str, str]:
    """As `environment`, in a container: it has its own libraries, and NVIDIA's toolkit brings in
    the driver's for computing and no others."""
    variables = environment(cards) | {"NVIDIA_DRIVER_CAPABILITIES": "compute,utility"}
    variables.pop("LD_LIBRARY_PATH", None)
    return variables


def _gib(count: int) -> str:
    return f"{count / (1 << 30):.3g} GiB"
