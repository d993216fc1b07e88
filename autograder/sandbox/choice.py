"""Which sandbox a command gets: as it asks, or what this host offers."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from autograder.course import Assignment, Course, place_of, with_device
from autograder.errors import AutograderError, SandboxUnavailable
from autograder.report import Environment
from autograder.sandbox import Sandbox
from autograder.sandbox.environment import local_environment
from autograder.sandbox.gpu_places import Gpus, places_on
from autograder.sandbox.gpus import GpuFacts, check_gpus, cuda_of_version, read_facts
from autograder.sandbox.nvml import Card, Driver, Nvml, NvmlFailure
from autograder.sandbox.per_device import PerDevice, in_one
from autograder.sandbox.warm import WarmSandbox

Kind = Literal["auto", "local", "docker"]
Device = Literal["cpu", "cuda"]
_QUICK_S = 5.0  # to find out whether there is an engine at all


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The assignments of a batch that have one device, and where they are graded."""

    course: Course  # with these assignments only
    environment: Environment
    image: str = ""  # docker: its name
    cards: tuple[Card, ...] = ()  # cuda

    @contextlib.contextmanager
    def open(self, *, jobs: int, driver: Driver | None) -> Iterator[WarmSandbox]:
        with contextlib.ExitStack() as opened:
            gpus = self._gpus(jobs, driver or opened.enter_context(_nvml())) if self.cards else None
            yield opened.enter_context(
                self._docker(jobs, gpus) if self.image else self._local(gpus)
            )

    def _gpus(self, jobs: int, driver: Driver) -> Gpus:
        shares = [assignment.limits.gpu_memory_bytes for assignment in self.course.assignments]
        places = places_on(self.cards, per_gpu=self.course.sandbox.per_gpu, jobs=jobs)
        about = self.environment.gpu
        return Gpus(places=places, share_bytes=max(shares), driver=driver, about=about)

    def _local(self, gpus: Gpus | None) -> contextlib.AbstractContextManager[WarmSandbox]:
        from autograder.sandbox.local import LocalSandbox

        return LocalSandbox.of(self.course, gpus=gpus)

    def _docker(
        self, jobs: int, gpus: Gpus | None
    ) -> contextlib.AbstractContextManager[WarmSandbox]:
        from autograder.sandbox.docker import DockerSandbox
        from autograder.sandbox.engine import Engine
        from autograder.sandbox.image import find

        engine = Engine()
        image = find(engine, self.image)
        return DockerSandbox.of(engine, image, self.course, jobs=jobs, gpus=gpus)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A sandbox that could be opened; nothing is started yet."""

    course: Course  # for the batch: each assignment has the device that it is graded on
    kind: Literal["local", "docker"]
    parts: tuple[Part, ...]  # one a device
    why_local: str = ""  # auto: why it is not docker

    @property
    def environments(self) -> dict[str, Environment]:
        """By device: what a result of an assignment depends on."""
        return {part.environment.device: part.environment for part in self.parts}

    @property
    def environment(self) -> Environment:
        return in_one(self.environments.values())

    @property
    def image(self) -> str:
        return " and ".join(dict.fromkeys(part.image for part in self.parts))

    @contextlib.contextmanager
    def open(self, *, jobs: int, driver: Driver | None = None) -> Iterator[Sandbox]:
        """Open it for `jobs` gradings side by side.

        driver  of the cards; None: NVML
        raises  SandboxUnavailable if it does not start
        """
        with contextlib.ExitStack() as opened:
            boxes = [opened.enter_context(p.open(jobs=jobs, driver=driver)) for p in self.parts]
            if len(boxes) == 1:
                yield boxes[0]
            else:
                yield PerDevice(dict(zip(self.environments, boxes, strict=True)))


def choose(
    course: Course,
    kind: Kind,
    *,
    device: Device | None = None,
    names: Collection[str] | None = None,
    facts: Callable[[], GpuFacts] = read_facts,
) -> Choice:
    """Look at what is there; starts nothing.

    device  for all assignments; None: what each says
    names   of the batch's assignments; None: all of the course
    facts   about the cards of this host; asked only if an assignment is for them
    raises  SandboxUnavailable if docker is asked for and cannot be had; it, CourseError or
            UsageError with a code that begins with "gpu-" if CUDA is asked for and cannot be had
    """
    asked = _Asked(course, device, names)
    found = facts() if "cuda" in asked.parts() else GpuFacts()
    asked.cards(replace(found, torch_cuda=""))  # the host first, whichever torch will use it
    if kind == "local":
        return _local(asked, found)
    try:
        return _docker(asked, found)
    except SandboxUnavailable as error:
        if kind == "docker":
            raise
        return _local(asked, found, instead_of=error)


@dataclass(frozen=True, slots=True)
class _Asked:
    course: Course  # as course.yml says
    device: Device | None
    names: Collection[str] | None

    @property
    def whole(self) -> Course:
        return with_device(self.course, self.device)

    def parts(self) -> dict[Device, Course]:
        """By device, the course with the assignments of the batch that have it."""
        by_device: dict[Device, list[Assignment]] = {}
        for assignment in self.whole.assignments:
            if self.names is None or assignment.name in self.names:
                by_device.setdefault(assignment.device, []).append(assignment)
        parts = {d: replace(self.course, assignments=tuple(a)) for d, a in by_device.items()}
        return parts or {"cpu": replace(self.course, assignments=())}

    def cards(self, facts: GpuFacts) -> tuple[Card, ...]:
        return check_gpus(self.course, self.device, facts, names=self.names)


def _local(
    asked: _Asked, facts: GpuFacts, *, instead_of: SandboxUnavailable | None = None
) -> Choice:
    try:
        cards = asked.cards(facts)
    except AutograderError as error:
        if instead_of is not None:  # which would have served as well
            error.next += f"; or see why it is not docker: {instead_of.what} ({instead_of.next})"
        raise
    return Choice(
        course=asked.whole,
        kind="local",
        parts=tuple(
            _part(course, local_environment(device), facts, cards if device == "cuda" else ())
            for device, course in asked.parts().items()
        ),
        why_local=instead_of.what if instead_of else "",
    )


def _docker(asked: _Asked, facts: GpuFacts) -> Choice:
    # Not at the top: the SDK takes a tenth of a second that `local` need not pay.
    from autograder.sandbox import image
    from autograder.sandbox.engine import Engine

    parts = []
    with contextlib.closing(Engine(timeout_s=_QUICK_S)) as engine:
        for device, course in asked.parts().items():
            found = image.find(engine, course.sandbox.image or image.name(device))
            cards = _of_image(asked, facts, found.name, found.torch) if device == "cuda" else ()
            environment = found.environment(device)
            parts.append(_part(course, environment, facts, cards, found.name))
    return Choice(course=asked.whole, kind="docker", parts=tuple(parts))


def _of_image(asked: _Asked, facts: GpuFacts, image: str, torch: str) -> tuple[Card, ...]:
    """The cards, for the torch in an image."""
    torch_cuda = cuda_of_version(torch)
    if torch_cuda is None:
        raise SandboxUnavailable(
            "gpu-torch",
            f"the image {image} has torch {torch}, which was built without CUDA",
            where=place_of(asked.course, ("sandbox", "image")),
            next="autograder image build --cuda, or grade on the CPU with --device cpu",
        )
    return asked.cards(replace(facts, torch_cuda=torch_cuda))


def _part(
    course: Course,
    environment: Environment,
    facts: GpuFacts,
    cards: tuple[Card, ...],
    image: str = "",
) -> Part:
    if cards:
        names = ", ".join(dict.fromkeys(card.name for card in cards))
        environment = replace(environment, gpu=f"{names}, driver {facts.driver}")
    return Part(course=course, environment=environment, image=image, cards=cards)


@contextlib.contextmanager
def _nvml() -> Iterator[Driver]:
    try:
        nvml = Nvml()
    except NvmlFailure as failure:
        raise SandboxUnavailable(
            "gpu-missing", f"the GPUs cannot be looked at any more: {failure}", next="nvidia-smi"
        ) from None
    with nvml:
        yield nvml
