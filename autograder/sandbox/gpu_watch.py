"""Ends candidates that hold more of a card than their share.

torch's allocator keeps the share by itself, and tells the student's code when it is used up. But
it does so inside the student's process, where it can be told otherwise; then other candidates on
the card run out of memory. So the driver is asked, from outside.
"""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Protocol

from autograder import wire
from autograder.errors import SandboxUnavailable
from autograder.sandbox.gpus import CONTEXT_BYTES
from autograder.sandbox.nvml import Card, Driver, NvmlFailure

EVERY_S = 0.2
# Looks after which a warning counts as held back. A busy host ends a process late, and one that
# ends by SIGKILL after all looks as if somebody else had killed it: a failure of ours, no verdict.
_PATIENCE = 10


class Parent(Protocol):
    """A candidates' server, as far as its forks are looked at from this host."""

    @property
    def pid(self) -> int:
        """On this host; 0 where nobody has to know."""

    def signal(self, pid: int, number: int) -> None:
        """Send a signal to one of its forks, by its number on this host.

        raises  ProcessLookupError if it has ended, PermissionError if it cannot be reached
        """


@dataclass(slots=True)
class GpuWatch:
    """Looks at the cards every `EVERY_S` seconds, from `start` to `close`; a thread of the command.

    parents  the servers of candidates, which may change: nobody else's forks are ended
    """

    driver: Driver
    cards: Iterable[Card]
    share_bytes: int
    parents: Callable[[], Collection[Parent]]
    troubles: list[str] = field(default_factory=list)  # why the watch ended, each time it did
    _warned: dict[int, int] = field(default_factory=dict)  # candidate → looks since then
    _known: dict[int, int] = field(default_factory=dict)  # candidate → its server, as last seen
    _closing: Event = field(default_factory=Event)
    _lock: Lock = field(default_factory=Lock)
    _thread: Thread | None = None

    def start(self) -> bool:
        """Whether it had not been going on: for the first time, or after it ended."""
        with self._lock:
            if self._thread is not None and self._thread.is_alive():
                return False
            self._thread = Thread(target=self._run, name="gpu-watch", daemon=True)
            self._thread.start()
            return True

    def close(self) -> None:
        self._closing.set()
        if self._thread is not None:
            self._thread.join()

    def look(self) -> list[int]:
        """Once. Numbers of the candidates that are over their share.

        The first time by a signal that says why (a student's code can hold it back, but not handle
        it), after `_PATIENCE` looks by one that nothing holds back.
        """
        servers = {parent.pid: parent for parent in self.parents() if parent.pid}
        uses = [use for card in self.cards for use in self.driver.uses(card.index)]
        owners = {use.pid: self.server_of(use.pid) for use in uses}
        self._known = {pid: owner for pid, owner in owners.items() if owner in servers}
        over = [
            use.pid
            for use in uses
            if use.pid in self._known and (use.used_bytes or 0) > self.share_bytes + CONTEXT_BYTES
        ]
        self._warned = {pid: self._warned.get(pid, -1) + 1 for pid in over}
        for pid, looks in self._warned.items():
            if looks == 0 or looks >= _PATIENCE:
                number = signal.SIGKILL if looks else wire.OVER_GPU_SHARE
                with contextlib.suppress(ProcessLookupError):
                    servers[self._known[pid]].signal(pid, number)
        return over

    def server_of(self, pid: int) -> int:
        """The number of the process that forked it, also if it ended since the last look; 0: none
        that is known."""
        return parent_of(pid) or self._known.get(pid, 0)

    def _run(self) -> None:
        trouble = "the thread that does it ended"
        try:
            while not self._closing.wait(EVERY_S):
                self.look()
            trouble = ""
        except (NvmlFailure, PermissionError, SandboxUnavailable) as failure:
            trouble = str(failure)
        finally:
            if trouble:
                self.troubles.append(trouble)


def parent_of(pid: int) -> int | None:
    """Field 4 of /proc/PID/stat, whose field 2 may hold anything; None: there is no such process,
    or none that this process can see."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return None
    return int(text.rpartition(")")[2].split()[1])
