"""A sandbox of warm fork servers, whatever host them: what `local` and `docker` have in common.

    command ──▶ examiners' server ──fork──▶ suite ──fork──▶ examiner of one submission
                candidates' servers ─fork────────────────▶ candidate, confined

Any of these may die. What is dead when it is needed is started anew; the grading that it took
with it is a SandboxFailure, to be tried again by the caller.
"""

from __future__ import annotations

import contextlib
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

from msgspec import structs

from autograder import wire
from autograder.catalogue import known_failures, read_catalogue
from autograder.course import Assignment
from autograder.errors import CourseError, SandboxUnavailable, SubmissionError
from autograder.report import Environment, Outcome
from autograder.sandbox import SandboxFailure, Suite
from autograder.sandbox.gpu_places import GpuGuard, Gpus
from autograder.sandbox.nvml import Card
from autograder.sandbox.pool import Candidates, Lease
from autograder.sandbox.servers import Server

_COLLECT_S = 120.0
_CONNECT_S = 30.0
_OURS_S = 60.0  # reading a notebook, forks, loading: on top of the notebook's own limit
_ANSWER_BYTES = 256 << 20
_PAUSES_S = (0.5, 2.0)  # between attempts at what somebody killed from outside

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


@dataclass(frozen=True, slots=True)
class Staged:
    """An assignment's suite and reference, where the examiner finds them."""

    suite: str
    reference: str


class Stage(Protocol):
    """What is different for every host of examiners."""

    def stage(self, assignment: Assignment) -> Staged:
        """Let the examiner have an assignment. Raises CourseError, SandboxUnavailable."""

    def suite_socket(self, number: int) -> tuple[str, Path]:
        """A socket for a suite: its path for the examiner, and for the command."""


@dataclass(frozen=True, slots=True)
class _Open:
    """A collected suite, and the connection that keeps its process alive."""

    suite: Suite
    channel: wire.Channel[wire.SuiteReply]
    socket: Path

    def alive(self) -> bool:
        return not self.channel.pending()  # it has nothing more to say but that it ended


class WarmSandbox:
    """Grades from any number of threads.

    start_examiner  a ready server of examiners; raises SandboxUnavailable
    environment     what results depend on; its device is that of every assignment
    gpus            with device cuda: the places that the candidates' servers have
    """

    def __init__(
        self,
        stage: Stage,
        candidates: Candidates,
        examiner: Server,
        start_examiner: Callable[[], Server],
        environment: Environment,
        gpus: Gpus | None = None,
    ) -> None:
        self._stage = stage
        self._candidates = candidates
        self._examiner = examiner
        self._start_examiner = start_examiner
        self.environment = environment
        self.environments = {environment.device: environment}
        self._guard = GpuGuard(gpus, candidates.servers) if gpus else None
        self._suites: dict[str, _Open] = {}
        self._lock = Lock()
        self._numbers = count()

    def missing_walls(self) -> list[str]:
        """The walls of the design that this sandbox does not give, tried on an empty candidate.

        raises  SandboxUnavailable if a candidate does not start
        """
        for pause_s in _PAUSES_S:
            with contextlib.suppress(SandboxFailure):
                return self._walls_missing()
            time.sleep(pause_s)
        try:
            return self._walls_missing()
        except SandboxFailure as failure:
            raise SandboxUnavailable(
                "sandbox-start", f"no candidate starts: {failure}", next="autograder doctor"
            ) from None

    def _walls_missing(self) -> list[str]:
        """Raises SandboxFailure if somebody killed the candidate that was tried."""
        deadline = time.monotonic() + _OURS_S
        with self._candidates.lease() as lease:
            channel = self._connect(lease.server.socket, wire.Reply)
            try:
                channel.send(_empty(lease.card), deadline=deadline)
                reply = channel.receive(deadline=deadline)
            except (wire.Closed, wire.Malformed, wire.DeadlinePassed) as error:
                lease.trouble = True
                if _from_outside(error):
                    raise SandboxFailure("it was killed from outside") from None
                raise SandboxUnavailable(
                    "sandbox-walls",
                    f"a candidate cannot be confined here ({error}){self._log()}",
                    next="run as an ordinary user on Linux 5.13 or newer",
                ) from None
            finally:
                channel.close()
        if isinstance(reply, wire.Noted):  # it has executed nothing yet, and is believed
            raise SandboxUnavailable(
                "gpu-start",
                f"CUDA does not start in a confined process: {reply.flag.partition(':')[2]}",
                next="see docs/gpu.md, or grade on the CPU with --device cpu",
            )
        there = reply.walls if isinstance(reply, wire.Loaded) else []
        return [wall for wall in _WALLS if wall not in there]

    def open(self, assignment: Assignment) -> Suite:
        return self._open(assignment).suite

    def collect(self, assignment: Assignment) -> Suite:
        """As open, for a reference whose points may still disagree with the suite's."""
        with self._lock:
            opened = self._collect(assignment, compare_points=False)
        opened.channel.close()
        return opened.suite

    def grade(
        self, notebook: bytes, assignment: Assignment, *, seed: int, tests: Sequence[str] = ()
    ) -> wire.Graded:
        with self._candidates.lease() as lease, self._guarded(lease):
            opened = self._open(assignment)
            job = wire.GradeNotebook(
                notebook, seed, lease.server.address, gpu=_uuid(lease.card), tests=list(tests)
            )
            reply = self._ask(opened, job, assignment.limits.notebook_s + _OURS_S)
            lease.trouble = _troubled(reply)
        if isinstance(reply, wire.Graded):
            return structs.replace(reply, worker=lease.server.name)
        if reply.code == "platform":
            raise SandboxFailure(f"{reply.what}{self._log()}")
        raise SubmissionError(reply.code, reply.what, where=reply.where, next=reply.next)

    def close(self) -> None:
        if self._guard is not None:
            self._guard.close()
        for opened in self._suites.values():
            opened.channel.close()
        self._suites.clear()
        self._examiner.close()
        self._candidates.close()

    def _guarded(self, lease: Lease) -> contextlib.AbstractContextManager[None]:
        if self._guard is None or lease.card is None:
            return contextlib.nullcontext()
        return self._guard.grading(lease.server, lease.card)

    def _ask(self, opened: _Open, job: wire.GradeNotebook, limit_s: float) -> wire.GradeReply:
        channel: wire.Channel[wire.GradeReply] = self._connect(opened.socket, wire.GradeReply)
        try:
            deadline = time.monotonic() + limit_s
            channel.send(job, deadline=deadline)
            return channel.receive(deadline=deadline)
        except wire.DeadlinePassed:
            raise SandboxFailure(f"the examiner did not answer within {limit_s:g} s") from None
        except (wire.Closed, wire.Malformed) as error:
            raise SandboxFailure(f"the examiner broke off ({error}){self._log()}") from None
        finally:
            channel.close()

    def _open(self, assignment: Assignment) -> _Open:
        with self._lock:
            opened = self._suites.get(assignment.name)
            if opened is not None and opened.alive():
                return opened
            if opened is not None:  # forgotten first: the next one may not be collected at once
                del self._suites[assignment.name]
                opened.channel.close()
            opened = self._suites[assignment.name] = self._collect(assignment)
            return opened

    def _living_examiner(self) -> Server:
        if not self._examiner.alive():
            self._examiner.close()
            self._examiner = self._start_examiner()
        return self._examiner

    def _collect(self, assignment: Assignment, *, compare_points: bool = True) -> _Open:
        examiner = self._living_examiner()
        listen, path = self._stage.suite_socket(next(self._numbers))
        staged = self._stage.stage(assignment)
        order = order_of(assignment, staged, listen, compare_points)  # may raise: then no channel
        channel = self._connect(examiner.socket, wire.SuiteReply)
        try:
            channel.send(order)
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
            raise self._broken_off(error, assignment) from None
        if isinstance(reply, wire.SuiteBroken):
            channel.close()
            raise _as_course_error(reply, staged, assignment)
        return _Open(Suite(tuple(reply.tests)), channel, path)

    def _broken_off(self, error: Exception, assignment: Assignment) -> Exception:
        """A suite may end its process; so may somebody from outside, and that is not its fault."""
        ending = error.ending if isinstance(error, wire.Closed) else None
        killed = ending is None or ending.status == signal.SIGKILL
        if killed or not self._examiner.alive():
            return SandboxFailure(f"the examiner broke off while it collected{self._log()}")
        return CourseError(
            "suite-broken",
            f"the hidden suite ended the process that collects it{self._log()}",
            where=str(assignment.suite),
            next="run `python -m pytest --collect-only` on it",
        )

    def _connect(self, path: Path, receives: Any) -> wire.Channel[Any]:
        try:
            return wire.connect(path, receives, limit_bytes=_ANSWER_BYTES, timeout_s=_CONNECT_S)
        except OSError as error:
            raise SandboxFailure(f"the sandbox cannot be reached: {error}{self._log()}") from None

    def _log(self) -> str:
        servers = [self._examiner, *self._candidates.servers()]
        words = [said for each in servers if (said := each.last_words())]
        return f": {' | '.join(words)}" if words else ""


def _from_outside(error: Exception) -> bool:
    """Whether a candidate was killed by somebody else, or its server was."""
    if not isinstance(error, wire.Closed):
        return False
    return error.ours or (error.ending is not None and error.ending.from_outside)


def _uuid(card: Card | None) -> str:
    return "" if card is None else card.uuid


def _empty(card: Card | None) -> wire.Load:
    """Nothing to load, so that only walls, and CUDA with a card, are tried."""
    return _EMPTY if card is None else structs.replace(_EMPTY, device="cuda", gpu=card.uuid)


def _troubled(reply: wire.GradeReply) -> bool:
    """A candidate that died or tried the walls leaves a server that is not used again."""
    if isinstance(reply, wire.Ungradable):
        return reply.code == "platform"
    crashed = any(test.outcome == Outcome.CRASHED for test in reply.tests)
    return crashed or any(
        flag.partition(":")[0].endswith("-attempt") or flag == "native-code" for flag in reply.flags
    )


def _as_course_error(
    broken: wire.SuiteBroken, staged: Staged, assignment: Assignment
) -> CourseError:
    """In paths of this host, wherever the examiner found its copies."""

    def here(text: str) -> str:
        text = text.replace(staged.suite, str(assignment.suite))
        return text.replace(staged.reference, str(assignment.reference))

    return CourseError(broken.code, here(broken.what), where=here(broken.where), next=broken.next)


def order_of(
    assignment: Assignment, staged: Staged, listen: str, compare_points: bool
) -> wire.OpenSuite:
    limits = assignment.limits
    return wire.OpenSuite(
        assignment=assignment.name,
        suite=staged.suite,
        reference=staged.reference,
        listen=listen,
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
        gpu_memory_bytes=limits.gpu_memory_bytes if assignment.device == "cuda" else 0,
        misconceptions=_known_mistakes(assignment),
        carry_errors=assignment.carry_errors,
    )


def _known_mistakes(assignment: Assignment) -> list[wire.KnownMistake]:
    """One for each version of each entry.

    A proof knows what an entry's own version fails. A variant may fail other tests, by which it
    would be ruled out; so of a variant nothing is known.
    """
    known = known_failures(assignment.proof)
    return [
        wire.KnownMistake(
            id=each.id,
            cell=each.cell,
            code=version.code,
            path=str(each.path),
            first_line=version.first_line,
            fails=[] if version.why else known.get(each.id, []),
        )
        for each in read_catalogue(assignment.misconceptions)
        for version in each.versions
    ]
