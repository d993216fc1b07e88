"""Processor time and memory of a process and all its descendants, read from /proc.

CPU     user and system time of the living, and of the dead that a living one has waited for
memory  PSS: a page that n processes share counts 1/n in each, so that forks are not counted
        twice. Where the kernel does not let us read it (another user, or a process that has made
        itself unreadable), RSS stands in, which is more.
"""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

_TICK_S = 1 / os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_GONE = (FileNotFoundError, ProcessLookupError)  # it ended while we looked


def tree(root: int) -> list[int]:
    """The process and its descendants."""
    children: dict[int, list[int]] = {}
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            with suppress(*_GONE):
                children.setdefault(int(_stat(int(entry.name))[1]), []).append(int(entry.name))
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found


def cpu_s(root: int) -> float:
    """Seconds of processor time that the tree has used so far."""
    ticks = 0
    for pid in tree(root):
        with suppress(*_GONE):
            ticks += sum(map(int, _stat(pid)[11:15]))  # utime, stime, cutime, cstime
    return ticks * _TICK_S


def memory_bytes(root: int) -> tuple[int, bool]:
    """(bytes of the tree, whether all of it is PSS)."""
    total, exact = 0, True
    for pid in tree(root):
        with suppress(*_GONE):
            try:
                total += _pss(pid)
            except PermissionError:
                total += int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
                exact = False
    return total, exact


@dataclass
class MemorySampler:
    """Context manager: looks at a tree's memory again and again, in a thread.

    `peak` may be set to 0 in between, to look at the next stretch by itself.
    """

    root: int
    every_s: float = 0.02
    peak: int = 0
    exact: bool = True  # False: part of it is RSS
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> MemorySampler:
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(self.every_s):
            now, exact = memory_bytes(self.root)
            self.peak = max(self.peak, now)
            self.exact = self.exact and exact


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the name, which may hold spaces and brackets."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def _pss(pid: int) -> int:
    """bytes. Raises PermissionError."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) << 10
    return 0
