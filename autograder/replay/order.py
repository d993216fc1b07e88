"""What a replay is told, and how it is started."""

from __future__ import annotations

import os
import sys
from typing import Literal, NoReturn

import msgspec

from autograder import wire

Debugger = Literal["none", "post-mortem", "from-the-start"]

# As in the processes that grade (autograder/sandbox/servers.py): what a suite draws and in which
# order it walks a set must be the same.
_ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "CUDA_VISIBLE_DEVICES": "",
    "MPLBACKEND": "agg",
    "PYTHONHASHSEED": "0",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTEST_ADDOPTS": "",  # somebody's own options for pytest, which may need plugins of theirs
    "PYTEST_PLUGINS": "",
}


class Order(msgspec.Struct, frozen=True, kw_only=True):
    suite: wire.OpenSuite
    notebook: str
    test: str
    recorded: bool  # the test's name is in a report: where the suite lacks it, it is gone
    seed: int
    debugger: Debugger
    in_process: bool


def start(order: Order) -> NoReturn:
    """Become the process that replays. It has the terminal, its seed for hashes and one thread."""
    sys.stdout.flush()
    sys.stderr.flush()
    text = msgspec.json.encode(order).decode()
    command = [sys.executable, "-P", "-m", "autograder.replay", text]
    os.execve(sys.executable, command, dict(os.environ) | _ENVIRONMENT)
