"""A warm process of a sandbox, wherever it runs: its protocol, and `Process`, one of this host."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol, TypeVar

from autograder.errors import SandboxUnavailable

# One thread per process: gradings run side by side, and a fork must not lose threads. No GPU,
# unless the sandbox names one: see gpus.py.
ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "CUDA_VISIBLE_DEVICES": "",
    "MPLBACKEND": "agg",
    "PYTHONHASHSEED": "0",
    "PYTHONDONTWRITEBYTECODE": "1",
    "LANG": "C.UTF-8",
}


S = TypeVar("S")


def started(start: Callable[[], S]) -> S:
    """A server that has started. One may be killed meanwhile; of two, the second is an error.

    raises  SandboxUnavailable, at once for anything but an early end
    """
    try:
        return start()
    except SandboxUnavailable as error:
        if error.code != "sandbox-start":
            raise
    return start()


class Server(Protocol):
    """A fork server, of candidates or of examiners. Starts on construction."""

    @property
    def name(self) -> str:
        """For provenance and messages: which process or container it is."""

    @property
    def socket(self) -> Path:
        """Where the command reaches it."""

    @property
    def address(self) -> str:
        """Where an examiner reaches it."""

    def wait_until_ready(self) -> None:
        """Raises SandboxUnavailable if it does not start."""

    @property
    def pid(self) -> int:
        """On this host; 0 where nobody has to know."""

    def signal(self, pid: int, number: int) -> None:
        """Send a signal to one of its forks, by its number on this host.

        raises  ProcessLookupError if it has ended, PermissionError if it cannot be reached
        """

    def alive(self) -> bool: ...

    def last_words(self) -> str:
        """The last line of its log, for the operator."""

    def close(self) -> None:
        """End it and everything that it started."""


class Process:
    """One fork server of this host: `candidate` or `examiner`, on a socket in `folder`.

    environment  variables beside ENVIRONMENT
    """

    def __init__(
        self,
        side: str,
        folder: Path,
        number: int,
        *arguments: str,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        if sys.platform != "linux":
            raise SandboxUnavailable(
                "not-linux",
                "student code is confined by Linux's own means, and this is no Linux",
                next="use a Linux machine, WSL 2 or a virtual machine",
            )
        self.socket = folder / f"{side}-{number}"
        self.address = str(self.socket)
        self._log = folder / f"{side}-{number}.log"
        kept = {k: v for k, v in os.environ.items() if k in ("PATH", "PYTHONPATH", "HOME")}
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                # -P: a file called torch.py in the current folder is not what gets imported
                [sys.executable, "-P", "-m", f"autograder.{side}", self.address, *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,  # Ctrl-C is for the command alone
                env=kept | ENVIRONMENT | dict(environment or {}) | {"TMPDIR": str(folder)},
            )
        self.pid = self._process.pid
        self.name = f"{os.uname().nodename}:{self.pid}"

    def wait_until_ready(self) -> None:
        assert self._process.stdout is not None
        if self._process.stdout.readline().strip() != "ready":
            raise SandboxUnavailable(
                "sandbox-start",
                f"a process of the local sandbox did not start: {self._why()}",
                next="check the installation: python -c 'import torch, pytest, autograder'",
            )

    def signal(self, pid: int, number: int) -> None:
        os.kill(pid, number)

    def alive(self) -> bool:
        return self._process.poll() is None

    def _why(self) -> str:
        """Its own words; who is killed has none."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self.last_words() or f"it ended with status {self._process.wait(1)}"
        return "it says nothing"

    def last_words(self) -> str:
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
        self.socket.unlink(missing_ok=True)
