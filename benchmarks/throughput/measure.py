"""Processor time and memory of a process and all its descendants, read from /proc.

CPU     user and system time of the living, and of the dead that a living one has waited for
memory  PSS: a page that n processes share counts 1/n in each, so that forks are not counted
        twice. Where the kernel does not let us read it (another user, or a process that has made
        itself unreadable), RSS stands in, which is more.

What runs in containers descends from the engine. It is found by the users that our containers
run as, so nothing else may run as one of them meanwhile.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

CONTAINED_USERS = ("10001", "10002")  # candidates, examiners
_TICK_S = 1 / os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_GONE = (FileNotFoundError, ProcessLookupError)  # it ended while we looked


def tree(root: int) -> list[int]:
    """The process and its descendants."""
    children: dict[int, list[int]] = {}
    for pid in _processes():
        with suppress(*_GONE):
            children.setdefault(int(_stat(pid)[1]), []).append(pid)
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found


def contained() -> list[int]:
    """Every process that runs as a user of our containers, whoever started it."""
    return [pid for pid in _processes() if _real_user(pid) in CONTAINED_USERS]


def cpu_s(root: int, others: Iterable[int] = ()) -> float:
    """Seconds of processor time that the tree and the others have used so far."""
    ticks = 0
    for pid in {*tree(root), *others}:
        with suppress(*_GONE):
            ticks += sum(map(int, _stat(pid)[11:15]))  # utime, stime, cutime, cstime
    return ticks * _TICK_S


def memory_bytes(pids: Iterable[int]) -> tuple[int, bool]:
    """(bytes of these processes, whether all of it is PSS)."""
    total, exact = 0, True
    for pid in pids:
        with suppress(*_GONE):
            try:
                total += _pss(pid)
            except PermissionError:
                total += int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
                exact = False
    return total, exact


@dataclass
class MemorySampler:
    """Context manager: looks at a tree's memory again and again, in a thread."""

    root: int
    every_s: float = 0.02
    with_contained: bool = False  # what runs in our containers too
    peak: int = 0
    exact: bool = True  # False: part of it is RSS
    seen_contained: bool = False
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

    def look(self) -> int:
        """Bytes now."""
        inside = contained() if self.with_contained else []
        self.seen_contained = self.seen_contained or bool(inside)
        now, exact = memory_bytes({*tree(self.root), *inside})
        self.peak = max(self.peak, now)
        self.exact = self.exact and exact
        return now

    def _run(self) -> None:
        while not self._stop.wait(self.every_s):
            self.look()


def _processes() -> list[int]:
    return [int(entry.name) for entry in os.scandir("/proc") if entry.name.isdigit()]


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the name, which may hold spaces and brackets."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def _real_user(pid: int) -> str:
    """ "" if it is gone. Not the owner of /proc/PID: that is root where a process is unreadable."""
    with suppress(*_GONE):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("Uid:"):
                return line.split()[1]
    return ""


def _pss(pid: int) -> int:
    """bytes. Raises PermissionError."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) << 10
    return 0
