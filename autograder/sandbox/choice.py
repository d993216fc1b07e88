"""Which sandbox a command gets: as it asks, or what this host offers."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from autograder.course import Course
from autograder.errors import SandboxUnavailable
from autograder.report import Environment
from autograder.sandbox import Sandbox
from autograder.sandbox.environment import local_environment

Kind = Literal["auto", "local", "docker"]
_QUICK_S = 5.0  # to find out whether there is an engine at all


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A sandbox that could be opened; nothing is started yet."""

    course: Course
    kind: Literal["local", "docker"]
    environment: Environment
    image: str = ""  # docker: its name
    why_local: str = ""  # auto: why it is not docker

    @contextlib.contextmanager
    def open(self, *, jobs: int) -> Iterator[Sandbox]:
        """Raises SandboxUnavailable if it does not start."""
        if self.kind == "local":
            from autograder.sandbox.local import LocalSandbox

            with LocalSandbox.of(self.course) as local:
                yield local
            return
        from autograder.sandbox.docker import DockerSandbox
        from autograder.sandbox.engine import Engine
        from autograder.sandbox.image import find

        engine = Engine()
        image = find(engine, self.image)
        with DockerSandbox.of(engine, image, self.course, jobs=jobs) as docker:
            yield docker


def choose(course: Course, kind: Kind, *, device: Literal["cpu", "cuda"] = "cpu") -> Choice:
    """Look at what is there; starts nothing.

    raises  SandboxUnavailable if docker is asked for and cannot be had
    """
    if kind == "local":
        return _local(course, device)
    try:
        return _docker(course, device)
    except SandboxUnavailable as error:
        if kind == "docker":
            raise
        return _local(course, device, why=error.what)


def _local(course: Course, device: str, why: str = "") -> Choice:
    return Choice(course=course, kind="local", environment=local_environment(device), why_local=why)


def _docker(course: Course, device: Literal["cpu", "cuda"]) -> Choice:
    # Not at the top: the SDK takes a tenth of a second that `local` need not pay.
    from autograder.sandbox import image
    from autograder.sandbox.engine import Engine

    wanted = course.sandbox.image or image.name(device)
    with contextlib.closing(Engine(timeout_s=_QUICK_S)) as engine:
        found = image.find(engine, wanted)
    return Choice(course=course, kind="docker", environment=found.environment(device), image=wanted)
