"""One container of the docker sandbox, with a fork server inside.

Its standard input is the command's: when the command ends, however that comes about, the engine
closes it, the fork server ends, and the engine removes the container.
"""

from __future__ import annotations

import contextlib
import os
import socket
import struct
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

from docker.errors import DockerException
from docker.types import DeviceRequest, LogConfig, Mount

from autograder.errors import SandboxUnavailable
from autograder.sandbox.engine import Engine, ignoring_absence, translated
from autograder.sandbox.servers import ENVIRONMENT
from autograder.wire import readable

RUN, ROLE = "autograder.run", "autograder.role"

_START_S = 120.0
_END_S = 10.0
_HEADER = struct.Struct(">B3xI")  # of a piece of output: which stream, how many bytes
_STDOUT = 1
_LOG_BYTES = 8192
_PYTHON = "/opt/venv/bin/python"  # of the image, see docker/Dockerfile
_SHM_BYTES = 16 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What one container is and may do; what is not said here it may not."""

    image: str
    role: str  # candidate, examiner
    run: str  # the run's folder
    name: str
    user: str
    arguments: Sequence[str]
    socket: Path  # of its fork server, for the command
    address: str  # the same for an examiner
    mounts: Mapping[str, tuple[Path, bool]]  # place inside → (folder of this host, may write)
    memory_bytes: int
    tmpfs_bytes: int
    pids: int
    cpus: float | None  # None: as many as there are
    environment: Mapping[str, str] = field(default_factory=dict)
    devices: Sequence[DeviceRequest] = ()  # GPUs


class Container:
    """Starts on construction. Raises SandboxUnavailable if the engine refuses."""

    def __init__(self, engine: Engine, plan: Plan) -> None:
        self._engine, self._plan = engine, plan
        self.name, self.socket, self.address = plan.name, plan.socket, plan.address
        self.pid = 0  # on this host; known where the cards' processes are told apart by it
        self._stream: socket.socket | None = None
        self._log = b""
        self._reading = Lock()  # of several threads one takes in a piece
        self._output = b""
        with translated():
            self._id: str = engine.api.create_container(
                plan.image,
                list(plan.arguments),
                name=plan.name,
                hostname="sandbox",
                user=plan.user,
                stdin_open=True,
                environment=ENVIRONMENT | dict(plan.environment),
                labels={RUN: plan.run, ROLE: plan.role},
                host_config=_limits(engine, plan),
            )["Id"]
        try:
            with translated():
                self._stream = self._attach()
                engine.api.start(self._id)
        except BaseException:
            self.close()
            raise

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + _START_S
        while b"ready" not in self._output:
            if not self._read(max(0.0, deadline - time.monotonic())):
                raise SandboxUnavailable(
                    "sandbox-start",
                    f"the container {self.name} did not start: {self.last_words() or 'it ended'}",
                    next="autograder doctor; autograder image build",
                )
        if self._plan.devices:
            with translated():
                self.pid = int(self._engine.api.inspect_container(self._id)["State"]["Pid"])

    def signal(self, pid: int, number: int) -> None:
        """From inside, where this user may not signal the users of containers."""
        try:
            os.kill(pid, number)
        except PermissionError:
            self._signal_inside(pid, number)

    def _signal_inside(self, pid: int, number: int) -> None:
        kill = f"import os; os.kill({_number_inside(pid)}, {number})"
        try:
            with translated():
                order = self._engine.api.exec_create(self._id, [_PYTHON, "-ISc", kill])
                said = self._engine.api.exec_start(order["Id"])
                ended = self._engine.api.exec_inspect(order["Id"])["ExitCode"]
        except SandboxUnavailable as error:
            _number_inside(pid)  # a container that is being removed has none any more
            raise PermissionError(f"the container {self.name}: {error.what}") from None
        if b"ProcessLookupError" in said:
            raise ProcessLookupError(pid)
        if ended:
            raise PermissionError(f"the container {self.name} cannot end its process {pid}")

    def alive(self) -> bool:
        """Whether the engine still holds its end; it hangs up when the container ends."""
        while self._stream is not None and readable(self._stream.fileno()):
            if not self._read(0.0):
                return False
        return self._stream is not None

    def last_words(self) -> str:
        self.alive()
        lines = self._log.decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else ""

    def close(self) -> None:
        """Raises nothing if the engine is gone: it removes the container when it returns, and
        `autograder sandbox prune` does what is left."""
        if self._stream is not None and self.alive():
            with contextlib.suppress(OSError):
                self._stream.shutdown(socket.SHUT_WR)
            deadline = time.monotonic() + _END_S
            while self._read(max(0.0, deadline - time.monotonic())):
                pass
        if self._stream is not None:
            self._stream.close()
            self._stream = None
        with contextlib.suppress(SandboxUnavailable, DockerException, OSError):
            ignoring_absence(lambda: self._engine.api.remove_container(self._id, force=True))

    def _attach(self) -> socket.socket:
        asked = {"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1}
        stream = self._engine.api.attach_socket(self._id, params=asked)
        # The SDK hands out a reader around the socket of a response, and closes none of the three.
        copy = socket.socket(fileno=socket.dup(stream.fileno()))
        stream._sock.close()
        stream._response.close()
        return copy

    def _read(self, within_s: float) -> bool:
        """Take in one piece of output; False at its end, or if none comes in time."""
        with self._reading:
            return self._read_piece(within_s)

    def _read_piece(self, within_s: float) -> bool:
        if self._stream is None or not readable(self._stream.fileno(), within_s):
            return False
        header = self._exactly(_HEADER.size)
        if header is None:
            return False
        kind, size = _HEADER.unpack(header)
        while size > 0:
            piece = self._exactly(min(size, 1 << 16))
            if piece is None:
                return False
            size -= len(piece)
            if kind == _STDOUT:
                self._output = (self._output + piece)[-_LOG_BYTES:]
            else:
                self._log = (self._log + piece)[-_LOG_BYTES:]
        return True

    def _exactly(self, count: int) -> bytes | None:
        data = b""
        assert self._stream is not None
        self._stream.settimeout(_END_S)
        while len(data) < count:
            try:
                piece = self._stream.recv(count - len(data))
            except OSError:
                return None
            if not piece:
                return None
            data += piece
        return data


def _limits(engine: Engine, plan: Plan) -> Any:
    """The outer wall."""
    mounts = [
        Mount(inside, str(path), type="bind", read_only=not may_write)
        for inside, (path, may_write) in plan.mounts.items()
    ]
    return engine.api.create_host_config(
        auto_remove=True,
        network_mode="none",
        # CUDA makes files in /dev/shm when it starts; nothing else needs one.
        ipc_mode="private" if plan.devices else "none",
        shm_size=_SHM_BYTES if plan.devices else None,
        read_only=True,
        cap_drop=["ALL"],
        security_opt=["no-new-privileges:true"],
        mem_limit=plan.memory_bytes,
        memswap_limit=plan.memory_bytes,  # memory and swap together: no swap
        pids_limit=plan.pids,
        nano_cpus=None if plan.cpus is None else int(plan.cpus * 1e9),
        oom_score_adj=500,  # before anything else of this host; candidates set theirs higher
        tmpfs={"/tmp": f"rw,nosuid,nodev,noexec,mode=1777,size={plan.tmpfs_bytes}"},
        mounts=mounts,
        log_config=LogConfig(type="none"),
        device_requests=list(plan.devices) or None,
    )


def _number_inside(pid: int) -> int:
    """What a process of a container is called in there. Raises ProcessLookupError."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(errors="replace").splitlines()
    except OSError:
        raise ProcessLookupError(pid) from None
    return next(int(line.split()[-1]) for line in lines if line.startswith("NSpid:"))
