"""What this host offers to gradings and what is missing: facts first, then a line for each.

host.py, nvidia.py, sandbox/engine_facts.py     the facts, read without changing anything
escapes.py                                      versions with known holes, and their sources
host_checks.py, engine_checks.py,
nvidia_checks.py, course_checks.py              facts → Check: what was found, what to do next
verdict.py                                      which sandbox would be used; is anything in its way
deadline.py                                     nothing that hangs makes this hang
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from autograder import __version__
from autograder.course import Course
from autograder.doctor.check import Check, State
from autograder.doctor.course_checks import asks_for_cuda, course_checks
from autograder.doctor.deadline import within
from autograder.doctor.engine_checks import WantedImage, engine_checks
from autograder.doctor.host import Host, disk, read_host
from autograder.doctor.host_checks import host_checks
from autograder.doctor.nvidia import Nvidia, read_nvidia
from autograder.doctor.nvidia_checks import nvidia_checks
from autograder.doctor.verdict import Diagnosis, diagnose
from autograder.sandbox import image
from autograder.sandbox.engine_facts import Engine, Reach, engine_facts
from autograder.sandbox.gpus import GpuFacts

__all__ = ["Check", "Diagnosis", "State", "checks_of", "examine"]

_ENGINE_S, _DRIVER_S = 3.0, 5.0
_STUCK = Nvidia(module="loaded", gpus=GpuFacts(problem="the driver does not answer"))


def examine(course: Course | None) -> Diagnosis:
    """Look at this host, and at a course on it."""
    host = read_host()
    nvidia = within(_DRIVER_S, read_nvidia, lambda: _STUCK)
    cuda = asks_for_cuda(course) if course else bool(nvidia.gpus.cards)
    wanted = wanted_images(course, cuda=cuda)
    names = [one.name for one in wanted]
    engine = within(
        _ENGINE_S + 1.0,
        lambda: engine_facts(names, timeout_s=_ENGINE_S),
        lambda: Engine(reach=Reach.SILENT, address="the engine"),
    )
    checks = checks_of(host, engine, nvidia, wanted, course, cuda=cuda)
    return diagnose(course.sandbox.kind if course else "auto", tuple(checks))


def checks_of(
    host: Host,
    engine: Engine,
    nvidia: Nvidia,
    wanted: tuple[WantedImage, ...],
    course: Course | None,
    *,
    cuda: bool,
) -> Iterator[Check]:
    """Every line but the last, from facts of this or any other host."""
    root = disk("docker", Path(engine.root_dir)) if engine.local and engine.root_dir else None
    yield from host_checks(host)
    yield from engine_checks(engine, host.runc_changelog, wanted, root)
    yield from nvidia_checks(nvidia, engine, cuda=cuda)
    if course is not None:
        yield from course_checks(course, nvidia.gpus)


def wanted_images(course: Course | None, *, cuda: bool) -> tuple[WantedImage, ...]:
    """The images that gradings would run in: the one that the course names, or ours."""
    own = course.sandbox.image if course else None
    names = [own] if own else [image.name("cpu"), *([image.name("cuda")] if cuda else [])]
    return tuple(
        WantedImage(
            name=name,
            version=__version__,
            source=image.source_digest(),
            build=image.build_command(name),
        )
        for name in names
    )
