"""The `docker` sandbox: containers as outer walls, the inner wall inside them as well.

    command ──▶ examiner's container ──────── alone has the suites and references (copies)
                     │ a socket in a folder that only these two see
                candidate's container ─────── one submission at a time; replaced after
                                              `recycle_after`, and at any sign of trouble

What they share is a folder of this run:

    assignments/NAME/   copies of a suite and a reference        examiner, read-only
    suites/             sockets of suites                        examiner; the command
    meet/cN/            the socket of one candidate's server     examiner, read-only; that candidate
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import time
from collections.abc import Callable, Iterable, Sequence
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

from docker.types import DeviceRequest

from autograder.course import Assignment, Course
from autograder.errors import CourseError, SandboxUnavailable
from autograder.sandbox.container import Container, Plan
from autograder.sandbox.engine import Engine, is_gone
from autograder.sandbox.gpu_places import Gpus, environment_on
from autograder.sandbox.gpus import HOST_BYTES, docker_environment, docker_options
from autograder.sandbox.image import Image
from autograder.sandbox.nvml import Card
from autograder.sandbox.pool import SeparateCandidates
from autograder.sandbox.prune import prune, remove_run
from autograder.sandbox.runfolder import RunFolder
from autograder.sandbox.servers import Server, started
from autograder.sandbox.warm import Staged, WarmSandbox

_CANDIDATE, _EXAMINER = "10001:10001", "10002:10002"
_SERVER_BYTES = 1 << 30  # a fork server with torch, and the copies that its children make
_EXAMINER_BYTES = 4 << 30
_A_GRADING_BYTES = 1 << 30  # of an examiner: a large notebook as Python objects
_ENGINE_RETURNS_S = 90.0
T = TypeVar("T")


class DockerSandbox(WarmSandbox):
    """Starts on construction; use as a context manager, from up to `jobs` threads.

    raises  SandboxUnavailable if a container does not start
    """

    def __init__(
        self,
        engine: Engine,
        image: Image,
        *,
        jobs: int,
        recycle_after: int = 100,
        memory_bytes: int = 2 << 30,
        scratch_bytes: int = 64 << 20,
        forbidden: Iterable[str] = (),
        gpus: Gpus | None = None,
    ) -> None:
        self._engine, self._image, self._gpus = engine, image, gpus
        self._jobs = len(gpus.places) if gpus else jobs
        self._memory_bytes, self._scratch_bytes = memory_bytes, scratch_bytes
        # A server that serves few warms nothing that one of them may never use.
        self._arguments = (
            str(scratch_bytes),
            str(memory_bytes + HOST_BYTES if gpus else 0),
            "warm" if recycle_after > 2 else "cold",
            *sorted(set(forbidden)),
        )
        self._count = count()
        self._when_the_engine_is_there = UntilItReturns()
        with contextlib.ExitStack() as undo:
            undo.callback(engine.close)
            prune(engine)
            self._run = RunFolder()
            undo.callback(self._run.close)
            for name in ("assignments", "suites", "meet"):
                self._run.folder(name)
            places = gpus.places if gpus else [None] * jobs
            candidates = SeparateCandidates(self._candidate, places, recycle_after)
            undo.callback(candidates.close)
            examiner = started(self._examining)
            undo.callback(examiner.close)
            candidates.wait_until_ready()
            undo.pop_all()
        super().__init__(
            _Copies(self._run.path),
            candidates,
            examiner,
            self._examining,
            environment_on(gpus, image.environment),
            gpus,
        )

    @classmethod
    def of(
        cls,
        engine: Engine,
        image: Image,
        course: Course,
        *,
        jobs: int,
        gpus: Gpus | None = None,
    ) -> DockerSandbox:
        """For every assignment of a course."""
        return cls(
            engine,
            image,
            jobs=jobs,
            recycle_after=course.sandbox.recycle_after,
            memory_bytes=max((a.limits.memory_bytes for a in course.assignments), default=2 << 30),
            scratch_bytes=max(
                (a.limits.scratch_bytes for a in course.assignments), default=64 << 20
            ),
            forbidden=[name for a in course.assignments for name in a.forbidden],
            gpus=gpus,
        )

    def __enter__(self) -> DockerSandbox:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        super().close()
        # Those that lived on without an engine, and that it found again when it returned.
        with contextlib.suppress(SandboxUnavailable):
            remove_run(self._engine, self._run.path)
        self._run.close()
        self._engine.close()

    def _candidate(self, card: Card | None) -> Server:
        number = next(self._count)
        folder = self._run.folder(f"meet/c{number}")
        server = self._started(
            number,
            role="candidate",
            user=_CANDIDATE,
            arguments=("autograder.candidate", "/meet/candidate", *self._arguments),
            socket=folder / "candidate",
            address=f"/meet/c{number}/candidate",
            mounts={"/meet": (folder, True)},
            memory_bytes=_SERVER_BYTES + self._memory_bytes + self._scratch_bytes + self._cuda(1),
            # Not more: who fills it is told so at once, and not killed for it a moment later, in
            # the middle of another test.
            tmpfs_bytes=self._scratch_bytes,
            pids=200,  # fewer than the fork server kills for: the same as with the folder
            cpus=1.0,
            cards=[card] if card else [],
        )
        # Its socket is there, and no code of a student's was: from now on it can write nothing.
        folder.chmod(0o755)
        return _Tidy(server, folder)

    def _examining(self) -> Server:
        root = self._run.path
        number = next(self._count)
        return self._started(
            number,
            role="examiner",
            user=_EXAMINER,
            arguments=("autograder.examiner", f"/suites/examiner-{number}"),
            socket=root / "suites" / f"examiner-{number}",
            address="",
            mounts={
                "/assignments": (root / "assignments", False),
                "/meet": (root / "meet", False),
                "/suites": (root / "suites", True),
            },
            memory_bytes=_EXAMINER_BYTES + self._jobs * _A_GRADING_BYTES + self._cuda(self._jobs),
            tmpfs_bytes=256 << 20,
            pids=4096,
            cpus=None,
            cards=self._gpus.cards if self._gpus else [],
        )

    def _cuda(self, contexts: int) -> int:
        """Host memory beside that of gradings on the CPU. Twice what a context is thought to need:
        what a candidate takes too much is seen a tenth of a second later, by its fork server."""
        return contexts * 2 * HOST_BYTES if self._gpus else 0

    def _started(self, number: int, *, cards: Sequence[Card], **plan: Any) -> Container:
        run = self._run.path
        if cards:
            plan["environment"] = docker_environment(cards)
            plan["devices"] = [DeviceRequest(**docker_options(cards))]
        name = f"autograder-{run.name.removeprefix('ag-')}-{plan['role']}-{number}"
        whole = Plan(image=self._image.digest, run=str(run), name=name, **plan)
        return self._when_the_engine_is_there(lambda: _ready(self._engine, whole))


class _Tidy:
    """A server whose folder goes with it."""

    def __init__(self, server: Server, folder: Path) -> None:
        self._server, self._folder = server, folder
        self.name, self.socket, self.address = server.name, server.socket, server.address
        self.pid, self.signal = server.pid, server.signal
        self.wait_until_ready = server.wait_until_ready
        self.alive, self.last_words = server.alive, server.last_words

    def close(self) -> None:
        self._server.close()
        shutil.rmtree(self._folder, ignore_errors=True)


class _Copies:
    """The examiner gets copies: it may read them whoever it is, and nobody edits them meanwhile."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def stage(self, assignment: Assignment) -> Staged:
        to = self._root / "assignments" / assignment.name
        shutil.rmtree(to, ignore_errors=True)
        try:
            to.mkdir(parents=True)
            shutil.copyfile(assignment.reference, to / "reference.ipynb")
            if assignment.suite.is_dir():
                left = shutil.ignore_patterns("__pycache__", ".*")
                shutil.copytree(assignment.suite, to / "suite", ignore=left)
        except (OSError, shutil.Error) as error:
            if os.strerror(errno.ENOSPC) in str(error):  # shutil has many errors in one, as text
                raise SandboxUnavailable(
                    "no-space",
                    "there is no room for copies of the hidden suites",
                    where=str(self._root),
                    next="make room there, or point TMPDIR elsewhere; autograder sandbox prune",
                ) from None
            raise CourseError(
                "suite-unreadable",
                f"the hidden suite or the reference cannot be copied: {error}",
                where=str(assignment.suite),
                next="check the files and their permissions",
            ) from None
        _let_everyone_read(to)
        place = f"/assignments/{assignment.name}"
        return Staged(f"{place}/suite", f"{place}/reference.ipynb")

    def suite_socket(self, number: int) -> tuple[str, Path]:
        name = f"suite-{number}"
        return f"/suites/{name}", self._root / "suites" / name


def _let_everyone_read(folder: Path) -> None:
    """Everyone who can enter the run's folder, that is."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() else 0o644)


def _ready(engine: Engine, plan: Plan) -> Container:
    container = Container(engine, plan)
    try:
        container.wait_until_ready()
    except BaseException:
        container.close()
        raise
    return container


class UntilItReturns:
    """An engine that dies comes back, or is brought back: wait for it rather than fail a batch.

    patience_s  from its death on, however many ask for it meanwhile
    """

    def __init__(self, patience_s: float = _ENGINE_RETURNS_S, pause_s: float = 1.0) -> None:
        self._patience_s, self._pause_s = patience_s, pause_s
        self._given_up: float | None = None  # when that is; None: the engine was there

    def __call__(self, start: Callable[[], T]) -> T:
        while True:
            try:
                started = start()
            except SandboxUnavailable as error:
                if not is_gone(error) or self._is_over():
                    raise
                time.sleep(self._pause_s)
            else:
                self._given_up = None
                return started

    def _is_over(self) -> bool:
        now = time.monotonic()
        if self._given_up is None:
            self._given_up = now + self._patience_s
        return now >= self._given_up
