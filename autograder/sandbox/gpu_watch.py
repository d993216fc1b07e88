"""Ends candidates that hold more of a card than their share.

torch's allocator keeps the share by itself, and tells the student's code when it is used up. But
it does so inside the student's process, where it can be told otherwise; then other candidates on
the card run out of memory. So the driver is asked, from outside.
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from threading import Event, Thread

from autograder import wire
from autograder.sandbox.gpus import CONTEXT_BYTES
from autograder.sandbox.nvml import Card, Driver, NvmlFailure

EVERY_S = 0.2


@dataclass(slots=True)
class GpuWatch:
    """Looks at the cards `EVERY_S` seconds, from `start` to `close`; a thread of the command.

    is_candidate  of a process by its number: nobody else is ended
    """

    driver: Driver
    cards: Iterable[Card]
    share_bytes: int
    is_candidate: Callable[[int], bool]
    trouble: str = ""  # why the watch ended by itself
    _warned: set[int] = field(default_factory=set)
    _closing: Event = field(default_factory=Event)
    _thread: Thread | None = None

    def start(self) -> None:
        self._thread = Thread(target=self._run, name="gpu-watch", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._closing.set()
        if self._thread is not None:
            self._thread.join()

    def look(self) -> list[int]:
        """Once. Numbers of the candidates that are over their share.

        The first time by a signal that says why (a student's code can hold it back, but not handle
        it), from then on by one that nothing holds back.
        """
        over = [
            use.pid
            for card in self.cards
            for use in self.driver.uses(card.index)
            if (use.used_bytes or 0) > self.share_bytes + CONTEXT_BYTES
            and self.is_candidate(use.pid)
        ]
        for pid in over:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL if pid in self._warned else wire.OVER_GPU_SHARE)
        self._warned = set(over)
        return over

    def _run(self) -> None:
        while not self._closing.wait(EVERY_S):
            try:
                self.look()
            except (NvmlFailure, PermissionError) as failure:
                self.trouble = str(failure)
                return
