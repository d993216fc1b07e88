"""The `local` sandbox: two fork servers on this host, the inner wall around every candidate.

There is no outer wall here: a hole in the kernel is a hole in this sandbox.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path

from autograder.course import Assignment, Course
from autograder.sandbox.pool import SharedCandidates
from autograder.sandbox.servers import Process
from autograder.sandbox.warm import Staged, WarmSandbox


@contextlib.contextmanager
def candidates(*, scratch_bytes: int) -> Iterator[Path]:
    """Only the candidates' server: the path of its socket, until the block ends."""
    folder = Path(tempfile.mkdtemp(prefix="ag-"))
    # Cold: for one candidate, warming what it may never use takes longer than it saves.
    server = Process("candidate", folder, 0, str(scratch_bytes), "cold")
    try:
        server.wait_until_ready()
        yield server.socket
    finally:
        server.close()
        shutil.rmtree(folder, ignore_errors=True)


class LocalSandbox(WarmSandbox):
    """Starts on construction; use as a context manager, from any number of threads.

    forbidden  names that assignments may forbid: known beforehand, each grading is 5 ms faster
    raises  SandboxUnavailable if a server does not start
    """

    def __init__(self, *, scratch_bytes: int = 64 << 20, forbidden: Iterable[str] = ()) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="ag-"))
        self._arguments = (str(scratch_bytes), "warm", *sorted(set(forbidden)))
        self._count = count()
        # Both at once: each takes seconds to import torch.
        candidate, examiner = self._candidate(), self._examining()
        super().__init__(
            _InPlace(self._folder),
            SharedCandidates(lambda: _ready(self._candidate()), candidate),
            examiner,
            lambda: _ready(self._examining()),
        )
        try:
            candidate.wait_until_ready()
            examiner.wait_until_ready()
        except BaseException:
            self.close()
            raise

    @classmethod
    def of(cls, course: Course) -> LocalSandbox:
        """For every assignment of a course."""
        scratch_bytes = [a.limits.scratch_bytes for a in course.assignments]
        forbidden = [name for a in course.assignments for name in a.forbidden]
        return cls(scratch_bytes=max(scratch_bytes, default=64 << 20), forbidden=forbidden)

    def __enter__(self) -> LocalSandbox:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        super().close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _candidate(self) -> Process:
        return Process("candidate", self._folder, next(self._count), *self._arguments)

    def _examining(self) -> Process:
        return Process("examiner", self._folder, next(self._count))


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
