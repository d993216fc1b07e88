"""The processes of a batch, by what they do, from /proc: found from their fork servers downwards.

candidates' server ──▶ candidate
examiners' server ──▶ suite ──▶ examiner
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_GONE = (FileNotFoundError, ProcessLookupError)


@dataclass(frozen=True, slots=True)
class Process:
    pid: int
    parent: int


def children_of(parents: Iterable[int]) -> list[Process]:
    wanted = set(parents)
    found: list[Process] = []
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            with suppress(*_GONE):
                pid = int(entry.name)
                if (parent := _parent(pid)) in wanted:
                    found.append(Process(pid, parent))
    return found


def runs(pid: int, module: str) -> bool:
    """Whether it is `python -m module`."""
    with suppress(*_GONE):
        return module.encode() in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    return False


def kill(process: Process) -> bool:
    """SIGKILL; False if it ended before. Never hits another process that got its number."""
    try:
        handle = os.pidfd_open(process.pid)
    except ProcessLookupError:
        return False
    try:
        if _parent(process.pid) != process.parent:
            return False
        signal.pidfd_send_signal(handle, signal.SIGKILL)
    except _GONE:
        return False
    finally:
        os.close(handle)
    return True


def mentioning(text: str) -> list[int]:
    """Processes that were started with this text in their arguments or environment."""
    needle = text.encode()
    found: list[int] = []
    for entry in os.scandir("/proc"):
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            with suppress(*_GONE, PermissionError):
                folder = Path(entry.path)
                said = (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes()
                if needle in said:
                    found.append(int(entry.name))
    return found


def _parent(pid: int) -> int:
    """The second field after the name, which may hold spaces and brackets."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
