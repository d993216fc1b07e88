"""A Docker engine of our own beside the machine's, to be killed without harm to anybody else.

It has its own data, its own containerd and its own socket, and touches neither bridges nor
firewall rules: containers of the platform have no network anyway.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import docker
from docker.errors import DockerException
from processes import mentioning

_START_S = 90.0


def why_none() -> str:
    """Why there can be no engine of our own here; empty: there can."""
    if os.geteuid() != 0:
        return "only root can start a second Docker engine"
    if shutil.which("dockerd") is None:
        return "dockerd is not in PATH"
    return ""


class OwnEngine:
    """Starts on construction. Raises TimeoutError if it does not answer."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir()
        self.host = f"unix://{folder}/sock"
        self._log = (folder / "log").open("ab")
        self._daemon: subprocess.Popen[bytes] | None = None
        try:
            self.start()
        except BaseException:
            self.remove()
            raise

    def start(self) -> None:
        folder = self._folder
        self._daemon = subprocess.Popen(
            [
                "dockerd",
                *("--host", self.host),
                *("--data-root", str(folder / "data")),
                *("--exec-root", str(folder / "exec")),
                *("--pidfile", str(folder / "pid")),
                *("--bridge", "none"),
                "--iptables=false",
                "--ip6tables=false",
                "--ip-forward=false",
            ],
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )
        deadline = time.monotonic() + _START_S
        while not self.answers():
            if self._daemon.poll() is not None or time.monotonic() > deadline:
                raise TimeoutError(f"a Docker engine of our own did not start: {self._last_line()}")
            time.sleep(0.1)

    def answers(self) -> bool:
        try:
            client = docker.APIClient(base_url=self.host, timeout=5)
        except DockerException:
            return False
        try:
            return bool(client.ping())
        except (DockerException, OSError):
            return False
        finally:
            client.close()

    def load(self, image: str) -> None:
        """Take an image over from the machine's own engine."""
        with subprocess.Popen(["docker", "save", image], stdout=subprocess.PIPE) as saving:
            subprocess.run(
                ["docker", "--host", self.host, "load", "--quiet"],
                stdin=saving.stdout,
                stdout=subprocess.DEVNULL,
                check=True,
            )

    def kill(self) -> None:
        """As the kernel would for want of memory."""
        if self._daemon is not None:
            self._daemon.send_signal(signal.SIGKILL)
            self._daemon.wait()
            # Its containerd dies with it. Where nobody reaps orphans, a new daemon would take the
            # number in this file for that of a living one, and wait for it in vain.
            (self._folder / "exec" / "containerd" / "containerd.pid").unlink(missing_ok=True)

    def remove(self) -> None:
        if self._daemon is not None:
            self._daemon.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._daemon.wait(30)
            self._daemon.kill()
            self._daemon.wait()
        for pid in mentioning(str(self._folder)):  # shims that outlived a killed containerd
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._log.close()
        for place in _mounted_below(self._folder):
            subprocess.run(["umount", "--lazy", place], check=False)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _last_line(self) -> str:
        lines = (self._folder / "log").read_text(errors="replace").splitlines()
        return lines[-1] if lines else ""


def _mounted_below(folder: Path) -> list[str]:
    """The deepest first."""
    places = (line.split()[1] for line in Path("/proc/mounts").read_text().splitlines())
    return sorted((p for p in places if p.startswith(f"{folder}/")), key=len, reverse=True)
