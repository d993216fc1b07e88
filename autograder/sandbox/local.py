"""The `local` sandbox: two fork servers on this host, the inner wall around every candidate.

There is no outer wall here: a hole in the kernel is a hole in this sandbox.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path

from autograder.course import Assignment, Course, Limits
from autograder.errors import SandboxUnavailable
from autograder.sandbox.environment import local_environment
from autograder.sandbox.gpu_places import Gpus, environment_on
from autograder.sandbox.gpus import HOST_BYTES, environment
from autograder.sandbox.nvml import Card
from autograder.sandbox.pool import SeparateCandidates, SharedCandidates
from autograder.sandbox.runfolder import RunFolder
from autograder.sandbox.servers import Process
from autograder.sandbox.warm import Staged, WarmSandbox


@contextlib.contextmanager
def candidates(*, scratch_bytes: int) -> Iterator[Path]:
    """Only the candidates' server: the path of its socket, until the block ends."""
    run = RunFolder()
    # Cold: for one candidate, warming what it may never use takes longer than it saves.
    server = Process("candidate", run.path, 0, str(scratch_bytes), "0", "cold")
    try:
        server.wait_until_ready()
        yield server.socket
    finally:
        server.close()
        run.close()


class LocalSandbox(WarmSandbox):
    """Starts on construction; use as a context manager, from any number of threads.

    forbidden  names that assignments may forbid: known beforehand, each grading is 5 ms faster
    gpus       for assignments with device cuda, and for no others
    memory_bytes  with gpus: what a candidate may hold, see `resident_bytes` of ForkServer
    raises  SandboxUnavailable if a server does not start
    """

    def __init__(
        self,
        *,
        scratch_bytes: int = 64 << 20,
        forbidden: Iterable[str] = (),
        gpus: Gpus | None = None,
        memory_bytes: int = 2 << 30,
    ) -> None:
        self._run = RunFolder()
        self._folder = self._run.path
        self._gpus = gpus
        resident_bytes = memory_bytes + HOST_BYTES if gpus else 0
        warm = ("warm", *sorted(set(forbidden)))
        self._arguments = (str(scratch_bytes), str(resident_bytes), *warm)
        self._count = count()
        # Both at once: each takes seconds to import torch.
        candidates, examiner = self._candidates_on(gpus), self._examining()
        super().__init__(
            _InPlace(self._folder),
            candidates,
            examiner,
            lambda: _ready(self._examining()),
            environment_on(gpus, local_environment),
            gpus,
        )
        try:
            candidates.wait_until_ready()
            with contextlib.suppress(SandboxUnavailable):  # somebody may have killed it
                examiner.wait_until_ready()
            self._living_examiner()
        except BaseException:
            self.close()
            raise

    @classmethod
    def of(cls, course: Course, *, gpus: Gpus | None = None) -> LocalSandbox:
        """For every assignment of a course."""
        limits = [a.limits for a in course.assignments] or [Limits()]
        return cls(
            scratch_bytes=max(limit.scratch_bytes for limit in limits),
            forbidden=[name for a in course.assignments for name in a.forbidden],
            gpus=gpus,
            memory_bytes=max(limit.memory_bytes for limit in limits),
        )

    def __enter__(self) -> LocalSandbox:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        super().close()
        self._run.close()

    def _candidates_on(self, gpus: Gpus | None) -> SharedCandidates | SeparateCandidates:
        if gpus is not None:
            return SeparateCandidates(lambda card: _ready(self._on_card(card)), gpus.places, None)
        return SharedCandidates(lambda: _ready(self._candidate()), self._candidate())

    def _candidate(self) -> Process:
        return Process("candidate", self._folder, next(self._count), *self._arguments)

    def _on_card(self, card: Card | None) -> Process:
        """In a folder of its own: a server that ends takes its folder with it."""
        number, cards = next(self._count), [card] if card else []
        folder = self._folder / str(number)
        folder.mkdir()
        variables = environment(cards)
        return Process("candidate", folder, number, *self._arguments, environment=variables)

    def _examining(self) -> Process:
        variables = environment(self._gpus.cards if self._gpus else ())
        return Process("examiner", self._folder, next(self._count), environment=variables)


class _InPlace:
    """The examiner reads the course where it lies."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def stage(self, assignment: Assignment) -> Staged:
        return Staged(str(assignment.suite), str(assignment.reference))

    def suite_socket(self, number: int) -> tuple[str, Path]:
        path = self._folder / f"suite-{number}"
        return str(path), path


def _ready(server: Process) -> Process:
    try:
        server.wait_until_ready()
    except BaseException:
        server.close()
        raise
    return server
