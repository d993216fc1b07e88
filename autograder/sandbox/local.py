"""The `local` sandbox: two fork servers on this host, the inner wall around every candidate.

    command ──▶ examiners' server ──fork──▶ suite ──fork──▶ examiner of one submission
                candidates' server ──fork────────────────▶ candidate, confined

There is no outer wall here: a hole in the kernel is a hole in this sandbox.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path
from threading import Lock
from typing import Any

from autograder import wire
from autograder.course import Assignment, Course
from autograder.errors import CourseError, SandboxUnavailable, SubmissionError
from autograder.sandbox import SandboxFailure, Suite

_COLLECT_S = 120.0
_OURS_S = 60.0  # reading a notebook, forks, loading: on top of the notebook's own limit
_ANSWER_BYTES = 256 << 20

# One thread per process: gradings run side by side, and a fork must not lose threads. No GPU:
# a process that has touched CUDA cannot be forked.
_ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "CUDA_VISIBLE_DEVICES": "",
    "MPLBACKEND": "agg",
    "PYTHONHASHSEED": "0",
    "PYTHONDONTWRITEBYTECODE": "1",
    "LANG": "C.UTF-8",
}


# Landlock guards TCP since Linux 6.7 and signals since 6.12; seccomp closes both by itself.
_WALLS = ("rlimits", "no-new-privs", "no-capabilities", "landlock-files", "seccomp")
_EMPTY = wire.Load(
    units=[],
    skip=[],
    symbols=[],
    forbidden=[],
    sources={},
    memory_bytes=256 << 20,
    scratch_bytes=1 << 20,
    message_bytes=1 << 20,
    cpu_s=60,
    device="cpu",
)


class Server:
    """One fork server of this host: `candidate` or `examiner`, on a socket in `folder`."""

    def __init__(self, side: str, folder: Path, *arguments: str) -> None:
        if sys.platform != "linux":
            raise SandboxUnavailable(
                "not-linux",
                "student code is confined by Linux's own means, and this is no Linux",
                next="use a Linux machine, WSL 2 or a virtual machine",
            )
        self.socket = folder / side
        self._log = folder / f"{side}.log"
        kept = {k: v for k, v in os.environ.items() if k in ("PATH", "PYTHONPATH", "HOME")}
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                # -P: a file called torch.py in the current folder is not what gets imported
                [sys.executable, "-P", "-m", f"autograder.{side}", str(self.socket), *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,  # Ctrl-C is for the command alone
                env=kept | _ENVIRONMENT | {"TMPDIR": str(folder)},
            )

    def wait_until_ready(self) -> None:
        """Raises SandboxUnavailable if the server does not start."""
        assert self._process.stdout is not None
        if self._process.stdout.readline().strip() != "ready":
            raise SandboxUnavailable(
                "sandbox-start",
                f"a process of the local sandbox did not start: {self.last_words()}",
                next="check the installation: python -c 'import torch, pytest, autograder'",
            )

    def last_words(self) -> str:
        """The last line of its log, for the operator."""
        try:
            lines = self._log.read_text(errors="replace").strip().splitlines()
        except OSError:
            return "its folder of temporary files was removed"
        return lines[-1] if lines else ""

    def close(self) -> None:
        """Its standard input closes: that is its signal to kill its children and end."""
        with contextlib.suppress(BrokenPipeError):
            if self._process.stdin:
                self._process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        self._process.kill()
        self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()


@contextlib.contextmanager
def candidates(*, scratch_bytes: int) -> Iterator[Path]:
    """Only the candidates' server: the path of its socket, until the block ends."""
    folder = Path(tempfile.mkdtemp(prefix="ag-"))
    # Cold: for one candidate, warming what it may never use takes longer than it saves.
    server = Server("candidate", folder, str(scratch_bytes), "cold")
    try:
        server.wait_until_ready()
        yield server.socket
    finally:
        server.close()
        shutil.rmtree(folder, ignore_errors=True)


class LocalSandbox:
    """Starts on construction; use as a context manager, from any number of threads.

    forbidden  names that assignments may forbid: known beforehand, each grading is 5 ms faster
    raises  SandboxUnavailable if a server does not start
    """

    def __init__(self, *, scratch_bytes: int = 64 << 20, forbidden: Iterable[str] = ()) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="ag-"))
        self._suites: dict[str, tuple[Suite, wire.Channel[wire.SuiteReply], Path]] = {}
        self._lock = Lock()
        self._numbers = count()
        self._candidates = Server(
            "candidate", self._folder, str(scratch_bytes), "warm", *sorted(set(forbidden))
        )
        self._examiners = Server("examiner", self._folder)
        try:
            self._candidates.wait_until_ready()
            self._examiners.wait_until_ready()
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

    def missing_walls(self) -> list[str]:
        """The walls of the design that this host does not give, tried on an empty candidate."""
        channel: wire.Channel[wire.Reply] = self._connect(self._candidates.socket, wire.Reply)
        try:
            deadline = time.monotonic() + _OURS_S
            channel.send(_EMPTY, deadline=deadline)
            reply = channel.receive(deadline=deadline)
        except (wire.Closed, wire.Malformed, wire.DeadlinePassed) as error:
            raise SandboxUnavailable(
                "sandbox-walls",
                f"a candidate cannot be confined on this host ({error}){self._log()}",
                next="run as an ordinary user on Linux 5.13 or newer",
            ) from None
        finally:
            channel.close()
        there = reply.walls if isinstance(reply, wire.Loaded) else []
        return [wall for wall in _WALLS if wall not in there]

    def open(self, assignment: Assignment) -> Suite:
        return self._open(assignment)[0]

    def collect(self, assignment: Assignment) -> Suite:
        """As open, for a reference whose points may still disagree with the suite's."""
        suite, channel, _ = self._collect(assignment, compare_points=False)
        channel.close()
        return suite

    def grade(self, notebook: bytes, assignment: Assignment, *, seed: int) -> wire.Graded:
        _, _, path = self._open(assignment)
        limit_s = assignment.limits.notebook_s + _OURS_S
        channel: wire.Channel[wire.GradeReply] = self._connect(path, wire.GradeReply)
        try:
            deadline = time.monotonic() + limit_s
            channel.send(wire.GradeNotebook(notebook, seed), deadline=deadline)
            reply = channel.receive(deadline=deadline)
        except wire.DeadlinePassed:
            raise SandboxFailure(f"the examiner did not answer within {limit_s:g} s") from None
        except (wire.Closed, wire.Malformed) as error:
            raise SandboxFailure(f"the examiner broke off ({error}){self._log()}") from None
        finally:
            channel.close()
        if isinstance(reply, wire.Ungradable):
            if reply.code == "platform":
                raise SandboxFailure(reply.what)
            raise SubmissionError(reply.code, reply.what, where=reply.where, next=reply.next)
        return reply

    def close(self) -> None:
        for _, channel, _ in self._suites.values():
            channel.close()
        self._examiners.close()
        self._candidates.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _open(self, assignment: Assignment) -> tuple[Suite, wire.Channel[wire.SuiteReply], Path]:
        with self._lock:
            if assignment.name not in self._suites:
                self._suites[assignment.name] = self._collect(assignment)
            return self._suites[assignment.name]

    def _collect(
        self, assignment: Assignment, *, compare_points: bool = True
    ) -> tuple[Suite, wire.Channel[wire.SuiteReply], Path]:
        path = self._folder / f"suite-{next(self._numbers)}"
        channel: wire.Channel[wire.SuiteReply] = self._connect(
            self._examiners.socket, wire.SuiteReply
        )
        try:
            channel.send(_order(assignment, self._candidates.socket, path, compare_points))
            reply = channel.receive(deadline=time.monotonic() + _COLLECT_S)
        except wire.DeadlinePassed:
            channel.close()
            raise CourseError(
                "suite-slow",
                f"the hidden suite was not collected within {_COLLECT_S:g} s",
                where=str(assignment.suite),
                next="look for work done at import time",
            ) from None
        except (wire.Closed, wire.Malformed) as error:
            channel.close()
            raise CourseError(
                "suite-broken",
                f"the hidden suite ended the process that collects it ({error}){self._log()}",
                where=str(assignment.suite),
                next="run `python -m pytest --collect-only` on it",
            ) from None
        if isinstance(reply, wire.SuiteBroken):
            channel.close()
            raise CourseError(reply.code, reply.what, where=reply.where, next=reply.next)
        return Suite(tuple(reply.tests)), channel, path

    def _connect(self, path: Path, receives: Any) -> wire.Channel[Any]:
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            sock.connect(str(path))
        except OSError as error:
            sock.close()
            raise SandboxFailure(f"the sandbox cannot be reached: {error}{self._log()}") from None
        return wire.Channel(sock, receives, limit_bytes=_ANSWER_BYTES)

    def _log(self) -> str:
        words = [w for s in (self._examiners, self._candidates) if (w := s.last_words())]
        return f": {' | '.join(words)}" if words else ""


def _order(
    assignment: Assignment, candidate: Path, path: Path, compare_points: bool
) -> wire.OpenSuite:
    limits = assignment.limits
    return wire.OpenSuite(
        assignment=assignment.name,
        suite=str(assignment.suite),
        reference=str(assignment.reference),
        candidate_socket=str(candidate),
        listen=str(path),
        forbidden=list(assignment.forbidden),
        execute=assignment.execute,
        device=assignment.device,
        call_s=limits.call_s,
        test_s=limits.test_s,
        notebook_s=limits.notebook_s,
        memory_bytes=limits.memory_bytes,
        scratch_bytes=limits.scratch_bytes,
        message_bytes=limits.message_bytes,
        compare_points=compare_points,
    )
