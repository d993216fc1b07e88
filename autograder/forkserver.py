"""A process that forks itself once per connection: the warm start of every grading.

The server imports what is slow to import once, then waits on a Unix socket. Each connection
gets a forked child with the warm modules in memory. When the peer hangs up, the child is killed:
closing a connection is how the other side ends a child, whatever the child is doing. How a child
ended is told on a pipe that the peer was given when it connected, and that no child has.

The server itself reads nothing from the connections. It ends when its standard input closes,
that is, when the process that started it ends, however that comes about.
"""

from __future__ import annotations

import contextlib
import ctypes
import math
import os
import resource
import select
import shutil
import signal
import socket
import sys
import tempfile
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from autograder import wire

_PR_SET_PDEATHSIG = 1
_WATCH_MS = 100
_MAX_FILES, _MAX_THREADS = 1000, 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """What a forked child is given. `scratch` is empty, private, and removed afterwards."""

    sock: socket.socket
    scratch: Path


@dataclass(slots=True)
class _Running:
    pid: int
    pidfd: int
    sock: socket.socket
    life: int  # the pipe on which its end is told
    scratch: Path
    resident_bytes: int  # when it was forked, if anybody looks


def listen(path: Path) -> socket.socket:
    """A listening Unix socket for whoever can enter its folder: that is where the door is, since
    with containers the two sides are different users."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(path))
    path.chmod(0o666)
    listener.listen(64)
    return listener


class ForkServer:
    """Serves until `until` (a file descriptor) hangs up; None: for ever.

    run            called in each forked child; the child ends when it returns
    scratch_bytes  a child whose scratch folder grows beyond this is killed, as is one with
                   thousands of files or threads: nothing else limits those, and they are shared
    resident_bytes  a child whose memory, private and shared, grows by more than this is killed;
                   None: it has a limit of address space instead
    spares_itself  a child cannot kill itself with SIGKILL, so that this comes from outside
    """

    def __init__(
        self,
        listener: socket.socket,
        run: Callable[[Child], None],
        *,
        until: int | None = 0,
        scratch_bytes: int | None = None,
        resident_bytes: int | None = None,
        spares_itself: bool = False,
    ) -> None:
        self._listener = listener
        self._run = run
        self._until = until
        self._scratch_bytes = scratch_bytes
        self._resident_bytes = resident_bytes
        self._spares_itself = spares_itself
        self._children: dict[int, _Running] = {}  # by any of their file descriptors
        self._poll = select.poll()
        self._given_bytes: float = math.inf  # of memory, that a child has from its fork on

    def serve(self) -> None:
        self._poll.register(self._listener, select.POLLIN)
        if self._until is not None:
            self._poll.register(self._until, select.POLLHUP | select.POLLRDHUP)
        try:
            while True:
                watching = bool(self._children) and self._scratch_bytes is not None
                ready = [fd for fd, _ in self._poll.poll(_WATCH_MS if watching else None)]
                if self._until in ready:
                    return
                # Those who left before those who come: what they held may be needed.
                for fd in sorted(ready, key=self._listener.fileno().__eq__):
                    self._attend(fd)
                if watching:
                    self._kill_the_wasteful()
        finally:
            for child in self._running():
                self._end(child)

    def _attend(self, fd: int) -> None:
        if fd == self._listener.fileno():
            self._fork()
        elif child := self._children.get(fd):
            self._end(child)

    def _fork(self) -> None:
        """Without the means for one more child the peer is turned away, and the server goes on."""
        sock, _ = self._listener.accept()
        undo = contextlib.ExitStack()
        undo.callback(sock.close)
        try:
            scratch = Path(tempfile.mkdtemp(prefix="candidate-"))
            undo.callback(scratch.rmdir)
            life = wire.greet(sock)
            undo.callback(os.close, life)
            pid = os.fork()
        except OSError:
            traceback.print_exc()
            undo.close()
            return
        if pid == 0:
            os.close(life)
            self._in_child(Child(sock=sock, scratch=scratch))
        resident = 0 if self._resident_bytes is None else _resident(pid)
        # All have the same from the server. One that was looked at late had more by then.
        self._given_bytes = min(self._given_bytes, _in_memory(pid) or self._given_bytes)
        child = _Running(pid, os.pidfd_open(pid), sock, life, scratch, resident)
        self._children[child.pidfd] = self._children[sock.fileno()] = child
        self._poll.register(child.pidfd, select.POLLIN)
        self._poll.register(sock, select.POLLHUP | select.POLLRDHUP)

    def _in_child(self, child: Child) -> None:
        status = 70  # a failure of ours, in the sense of sysexits.h
        try:
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
            self._listener.close()
            for other in self._running():
                other.sock.close()
                os.close(other.pidfd)
                os.close(other.life)
            self._run(child)
            status = 0
        except BaseException:  # the child must never return into the server's loop
            traceback.print_exc()
        finally:
            os._exit(status)

    def _end(self, child: _Running) -> None:
        """Kill (it may be dead already), reap, tell the peer, forget, wipe."""
        ended = wire.readable(child.pidfd)
        # It takes milliseconds to die, for which nobody has to wait who has hung up.
        told = not ended and self._tell_peak(child)
        if not ended:
            signal.pidfd_send_signal(child.pidfd, signal.SIGKILL)
        _, status, used = os.wait4(child.pid, 0)
        for fd in (child.pidfd, child.sock.fileno()):
            self._poll.unregister(fd)
            del self._children[fd]
        from_outside = ended and self._spares_itself and status == signal.SIGKILL
        if not told:
            own_bytes = self._own(_peak_bytes(used))
            _tell(child, wire.Ending(status, from_outside, own_bytes))
        os.close(child.life)
        child.sock.close()
        os.close(child.pidfd)
        shutil.rmtree(child.scratch, ignore_errors=True)

    def _tell_peak(self, child: _Running) -> bool:
        """Of one that is about to be killed; False where that cannot be told while it lives."""
        peak = _status_bytes(child.pid, "VmHWM:")
        if peak:
            own_bytes = self._own(peak)
            _tell(child, wire.Ending(signal.SIGKILL, memory_bytes=own_bytes))
        return bool(peak)

    def _own(self, peak_bytes: int) -> int:
        return int(max(0, peak_bytes - self._given_bytes))

    def _running(self) -> list[_Running]:
        """Each child once, though it has two file descriptors."""
        return list({child.pid: child for child in self._children.values()}.values())

    def _kill_the_wasteful(self) -> None:
        for child in self._running():
            files, used = _usage(child.scratch)
            wasteful = files > _MAX_FILES or used > (self._scratch_bytes or 0)
            if wasteful or _threads(child.pid) > _MAX_THREADS or self._has_grown(child):
                self._end(child)

    def _has_grown(self, child: _Running) -> bool:
        limit = self._resident_bytes
        return limit is not None and _resident(child.pid) > child.resident_bytes + limit


def _tell(child: _Running, ending: wire.Ending) -> None:
    with contextlib.suppress(OSError):  # nobody may be listening
        os.write(child.life, ending.packed())


def _usage(folder: Path) -> tuple[int, int]:
    """How many files, and their size on the disk; counting stops where it is too many."""
    files = used = 0
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            files += 1
            used += entry.stat(follow_symlinks=False).st_blocks * 512
            if files > _MAX_FILES:
                break
    return files, used


def _threads(pid: int) -> int:
    """Field 20 of /proc/PID/stat; 0 where there is no such file."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return 0
    return int(text.rpartition(")")[2].split()[17])


def _in_memory(pid: int) -> int:
    """Bytes of all its pages that are in memory, in the kernel's own sense of `ru_maxrss`; 0 where
    it cannot be told."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize()
    except (OSError, IndexError, ValueError):
        return 0


def _peak_bytes(used: resource.struct_rusage) -> int:
    """The most that were in memory at once. Linux counts in KiB, macOS in bytes."""
    return used.ru_maxrss << (0 if sys.platform == "darwin" else 10)


def _resident(pid: int) -> int:
    """Bytes of memory that are its own or shared; not those of files, which anybody may map: the
    libraries of CUDA alone are gigabytes. 0 where it cannot be told."""
    return _status_bytes(pid, "RssAnon:", "RssShmem:")


def _status_bytes(pid: int, *names: str) -> int:
    """The sum of these lines of /proc/PID/status; 0 where it cannot be read."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(errors="replace").splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) << 10 for line in lines if line.startswith(names))
