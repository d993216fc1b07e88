"""Which candidates' server grades which submission, and when a server has had its day."""

from __future__ import annotations

import contextlib
import queue
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock
from typing import Protocol

from autograder.errors import SandboxUnavailable
from autograder.sandbox.nvml import Card
from autograder.sandbox.servers import Server

Start = Callable[[], Server]  # a server that is ready; raises SandboxUnavailable
StartOn = Callable[[Card | None], Server]  # the same, with a card for its candidates


@dataclass(slots=True)
class Lease:
    """A server for one grading. Whoever has it says whether there was trouble."""

    server: Server
    card: Card | None = None  # for its candidates
    trouble: bool = False


class Candidates(Protocol):
    def lease(self) -> contextlib.AbstractContextManager[Lease]:
        """Raises SandboxUnavailable if no server can be started."""

    def servers(self) -> list[Server]:
        """Those that are there now."""

    def close(self) -> None: ...


class SharedCandidates:
    """One server for all gradings at once; started anew when it is dead."""

    def __init__(self, start: Start, first: Server) -> None:
        self._start = start
        self._server = first
        self._lock = Lock()

    @contextlib.contextmanager
    def lease(self) -> Iterator[Lease]:
        with self._lock:
            if not self._server.alive():
                self._server.close()
                self._server = self._start()
        yield Lease(self._server)

    def wait_until_ready(self) -> None:
        """Raises SandboxUnavailable if neither the first one starts nor a second."""
        try:
            self._server.wait_until_ready()
        except SandboxUnavailable:
            self._server.close()
            self._server = self._start()

    def servers(self) -> list[Server]:
        return [self._server]

    def close(self) -> None:
        self._server.close()


class SeparateCandidates:
    """Servers with one submission at a time each.

    places         the card that each is for; None: it is for the CPU
    recycle_after  a server is replaced after so many submissions, and after any trouble; the next
                   one starts while the others go on. None: only after trouble
    """

    def __init__(
        self, start: StartOn, places: Sequence[Card | None], recycle_after: int | None
    ) -> None:
        self._start = start
        self._recycle_after = recycle_after
        self._starter = ThreadPoolExecutor(len(places), thread_name_prefix="candidate-start")
        self._idle: queue.SimpleQueue[_Slot] = queue.SimpleQueue()
        self._slots = [_Slot(self._starter.submit(start, card), card) for card in places]
        for slot in self._slots:
            self._idle.put(slot)

    def wait_until_ready(self) -> None:
        """Until the first server is there; raises SandboxUnavailable."""
        self._server(self._slots[0])

    @contextlib.contextmanager
    def lease(self) -> Iterator[Lease]:
        slot = self._idle.get()
        lease = None
        try:
            lease = Lease(self._server(slot), slot.card)
            slot.served += 1
            yield lease
        except BaseException:
            if lease is not None:
                lease.trouble = True
            raise
        finally:
            if lease is not None and (lease.trouble or self._is_due(slot)):
                self._replace(slot)
            self._idle.put(slot)

    def servers(self) -> list[Server]:
        coming = [slot.coming for slot in self._slots]  # each may be replaced meanwhile
        return [each.result() for each in coming if _is_there(each)]

    def close(self) -> None:
        self._starter.shutdown(wait=True, cancel_futures=True)
        for server in self.servers():
            server.close()

    def _is_due(self, slot: _Slot) -> bool:
        return self._recycle_after is not None and slot.served >= self._recycle_after

    def _server(self, slot: _Slot) -> Server:
        """Of two that are dead or did not start the second is an error."""
        try:
            server = slot.coming.result()
        except SandboxUnavailable:
            slot.coming, slot.served = self._starter.submit(self._start, slot.card), 0
            return slot.coming.result()
        if not server.alive():
            self._replace(slot)
            return slot.coming.result()
        return server

    def _replace(self, slot: _Slot) -> None:
        old = slot.coming.result()

        def start() -> Server:
            old.close()
            return self._start(slot.card)

        slot.coming, slot.served = self._starter.submit(start), 0


@dataclass(slots=True)
class _Slot:
    coming: Future[Server]
    card: Card | None
    served: int = 0


def _is_there(coming: Future[Server]) -> bool:
    return coming.done() and not coming.cancelled() and coming.exception() is None
