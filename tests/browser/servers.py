"""A JupyterLab of somebody's own: their folder, their configuration, nothing of this account's."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TOKEN = "of-this-test"
STARTS_WITHIN_S = 120
ENDS_WITHIN_S = 30
FOREIGN = ("JUPYTER", "JPY_", "IPYTHON", "PYTEST_")


@dataclass(frozen=True)
class Account:
    """A person's home folder; what they work in is the folder `name` in it."""

    home: Path
    name: str

    @property
    def folder(self) -> Path:
        return self.home / self.name

    @property
    def log(self) -> Path:
        return self.home / "jupyter.log"

    def environment(self) -> dict[str, str]:
        """Of every program that this person starts."""
        own = {key: value for key, value in os.environ.items() if not key.startswith(FOREIGN)}
        return own | {
            "HOME": str(self.home),
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
            "JUPYTER_CONFIG_DIR": str(self.home / "config"),
            "JUPYTER_DATA_DIR": str(self.home / "data"),
            "JUPYTER_RUNTIME_DIR": str(self.home / "runtime"),
            "IPYTHONDIR": str(self.home / "ipython"),
            "JUPYTER_TOKEN": TOKEN,
            "AUTOGRADER_SANDBOX": "local",
            "OMP_NUM_THREADS": "1",
            "TZ": "UTC",
        }

    def run(self, *words: str) -> None:
        """`python -m WORDS` in their folder, such as a command of nbgrader's."""
        done = subprocess.run(
            [sys.executable, "-m", *words],
            cwd=self.folder,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr


@dataclass(frozen=True)
class Server:
    """A JupyterLab that starts, or runs."""

    account: Account
    process: subprocess.Popen[bytes]

    def address(self) -> str:
        """What it says of itself in its runtime folder, once it listens."""
        file = self.account.home / "runtime" / f"jpserver-{self.process.pid}.json"
        deadline = time.monotonic() + STARTS_WITHIN_S
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self.account.log.read_text()
            if file.is_file() and (text := file.read_text()).endswith("}"):
                return str(json.loads(text)["url"])
            time.sleep(0.05)
        raise AssertionError(
            f"no server after {STARTS_WITHIN_S} s:\n{self.account.log.read_text()}"
        )


@contextlib.contextmanager
def jupyterlab(account: Account) -> Iterator[Server]:
    """JupyterLab in the account's folder; gone afterwards, with all of its kernels."""
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
    command += ["--ServerApp.ip=127.0.0.1", "--ServerApp.port=0"]
    with account.log.open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=account.folder,
            env=account.environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield Server(account, process)
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()  # the server ends its kernels, which are in sessions of their own
    try:
        process.wait(ENDS_WITHIN_S)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
