"""One batch at a time in one course.

The lock is the system's own on an open file, not the file's existence: a command that was killed
holds nothing any more.
"""

from __future__ import annotations

import errno
import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from autograder.errors import AutograderError, UsageError

LOCK_FILE = Path(".autograder", "lock")


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Written into the file for the one who comes second."""

    pid: int
    host: str
    since: str  # ISO 8601, UTC


@contextmanager
def only_batch(root: Path) -> Iterator[None]:
    """Hold the course's lock until the block ends.

    raises  UsageError if another batch holds it, saying which; AutograderError if this user
            cannot lock anything there
    """
    path = root / LOCK_FILE
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise _cannot_lock(path, error) from None
    try:
        _take(file, path)
        yield
    finally:
        os.close(file)


def _take(file: int, path: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        holder = Holder(
            pid=os.getpid(),
            host=socket.gethostname(),
            since=datetime.now(UTC).isoformat(timespec="seconds"),
        )
        os.ftruncate(file, 0)
        os.pwrite(file, msgspec.json.encode(asdict(holder)) + b"\n", 0)
    except OSError as error:
        if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
            raise _held(path, _holder(file)) from None
        raise _cannot_lock(path, error) from None


def _holder(file: int) -> Holder | None:
    try:
        return msgspec.json.decode(os.pread(file, 4096, 0), type=Holder)
    except msgspec.DecodeError:
        return None  # it has the lock, and has not written yet


def _held(path: Path, holder: Holder | None) -> UsageError:
    if holder is None:
        who, step = "another command", "wait until it has finished"
    else:
        who = f"process {holder.pid} on {holder.host}, since {holder.since},"
        step = (
            f"wait until it has finished, or end it on {holder.host} with `kill {holder.pid}`: "
            "what it has finished is kept, and this command goes on from there"
        )
    return UsageError(
        "batch-running", f"{who} is grading this course already", where=str(path), next=step
    )


def _cannot_lock(path: Path, error: OSError) -> AutograderError:
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    return AutograderError(
        "lock-refused",
        f"this course cannot be locked against a second batch: {error.strerror}",
        where=str(path),
        next="make room"
        if full
        else "make the folder writable for this user, on a file system that has locks",
    )
