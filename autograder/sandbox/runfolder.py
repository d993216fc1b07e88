"""The folder of one run of a sandbox, and what a run leaves behind when it is killed.

A run holds a lock on a file in its folder. The kernel lets go of it however the run ends, so a
folder whose lock can be had belongs to nobody any more.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

PREFIX = "ag-"
_LOCK = "lock"
_SURELY_OLD_S = 86_400.0


class RunFolder:
    """Made on construction, open to nobody else, removed by `close`."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX))
        self._lock = os.open(self.path / _LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_EX)

    def folder(self, name: str) -> Path:
        """A folder inside that every user of a container may write to."""
        path = self.path / name
        path.mkdir()
        path.chmod(0o777)
        return path

    def close(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)
        with contextlib.suppress(OSError):
            os.close(self._lock)


def abandoned(path: Path) -> bool:
    """Whether the run of that folder is over; of another user's run nothing can be said: False."""
    try:
        lock = os.open(path / _LOCK, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return not path.exists() or _is_old(path)
    except OSError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(lock)
    return True


def abandoned_folders() -> Iterator[Path]:
    """Those of this user, where sandboxes make theirs."""
    for path in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            mine = path.stat().st_uid == os.getuid() and path.is_dir() and not path.is_symlink()
            if mine and abandoned(path):
                yield path


def _is_old(path: Path) -> bool:
    """A folder is without its lock for a moment when it is made."""
    return time.time() - path.stat().st_mtime > _SURELY_OLD_S
