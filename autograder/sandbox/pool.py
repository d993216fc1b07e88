"""Which candidates' server grades which submission, and when a server has had its day."""

from __future__ import annotations

import contextlib
import queue
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock
from typing import Protocol

from autograder.errors import SandboxUnavailable
from autograder.sandbox.servers import Server

Start = Callable[[], Server]  # a server that is ready; raises SandboxUnavailable


@dataclass(slots=True)
class Lease:
    """A server for one grading. Whoever has it says whether there was trouble."""

    server: Server
    trouble: bool = False


class Candidates(Protocol):
    def lease(self) -> contextlib.AbstractContextManager[Lease]:
        """Raises SandboxUnavailable if no server can be started."""

    def last_words(self) -> list[str]: ...

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

    def last_words(self) -> list[str]:
        return [self._server.last_words()]

    def close(self) -> None:
        self._server.close()


class SeparateCandidates:
    """`count` servers with one submission at a time each.

    recycle_after  a server is replaced after so many submissions, and after any trouble; the next
                   one starts while the others go on
    """

    def __init__(self, start: Start, count: int, recycle_after: int) -> None:
        self._start = start
        self._recycle_after = recycle_after
        self._starter = ThreadPoolExecutor(count, thread_name_prefix="candidate-start")
        self._idle: queue.SimpleQueue[_Slot] = queue.SimpleQueue()
        self._slots = [_Slot(self._starter.submit(start)) for _ in range(count)]
        for slot in self._slots:
            self._idle.put(slot)

    def wait_until_ready(self) -> None:
        """Until the first server is there; raises SandboxUnavailable."""
        self._slots[0].coming.result()

    @contextlib.contextmanager
    def lease(self) -> Iterator[Lease]:
        slot = self._idle.get()
        lease = None
        try:
            lease = Lease(self._server(slot))
            slot.served += 1
            yield lease
        except BaseException:
            if lease is not None:
                lease.trouble = True
            raise
        finally:
            if lease is not None and (lease.trouble or slot.served >= self._recycle_after):
                self._replace(slot)
            self._idle.put(slot)

    def last_words(self) -> list[str]:
        return [s.coming.result().last_words() for s in self._slots if s.is_there()]

    def close(self) -> None:
        self._starter.shutdown(wait=True, cancel_futures=True)
        for slot in self._slots:
            if slot.is_there():
                slot.coming.result().close()

    def _server(self, slot: _Slot) -> Server:
        """Of two that are dead or did not start the second is an error."""
        try:
            server = slot.coming.result()
        except SandboxUnavailable:
            slot.coming, slot.served = self._starter.submit(self._start), 0
            return slot.coming.result()
        if not server.alive():
            self._replace(slot)
            return slot.coming.result()
        return server

    def _replace(self, slot: _Slot) -> None:
        old = slot.coming.result()

        def start() -> Server:
            old.close()
            return self._start()

        slot.coming, slot.served = self._starter.submit(start), 0


@dataclass(slots=True)
class _Slot:
    coming: Future[Server]
    served: int = 0

    def is_there(self) -> bool:
        done = self.coming.done() and not self.coming.cancelled()
        return done and self.coming.exception() is None
