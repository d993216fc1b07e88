"""A folder of results appears complete or not at all, and can be taken back until it is kept."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

PREFIX = ".staging-"
ABANDONED_S = 86_400


@dataclass(slots=True)
class Staged:
    """One folder on its way to `destination`; its files are written into `folder`."""

    folder: Path
    destination: Path
    backup: Path  # where what stood there before waits
    published: bool = False

    def publish(self) -> None:
        self.destination.parent.mkdir(parents=True, exist_ok=True)
        if os.path.lexists(self.destination):
            self.destination.rename(self.backup)
        self.folder.rename(self.destination)
        self.published = True

    def undo(self) -> None:
        """Put back what was there before; harmless when nothing was published."""
        if self.published:
            shutil.rmtree(self.destination)
            self.published = False
        if os.path.lexists(self.backup) and not os.path.lexists(self.destination):
            self.backup.rename(self.destination)

    def finish(self) -> None:
        _remove(self.backup)


class Staging:
    """A hidden folder beside the destinations, so that a rename is all it takes."""

    def __init__(self, beside: Path) -> None:
        beside.mkdir(parents=True, exist_ok=True)
        _sweep(beside)
        self._top = Path(tempfile.mkdtemp(prefix=PREFIX, dir=beside))
        self._count = 0

    def folder_for(self, destination: Path) -> Staged:
        self._count += 1
        folder = self._top / f"{self._count}"
        folder.mkdir()
        return Staged(folder, destination, self._top / f"{self._count}-before")

    def close(self) -> None:
        shutil.rmtree(self._top, ignore_errors=True)


def _sweep(beside: Path) -> None:
    """What a killed run left, once no run can still be using it."""
    for old in beside.glob(f"{PREFIX}*"):
        if time.time() - old.lstat().st_mtime > ABANDONED_S:
            shutil.rmtree(old, ignore_errors=True)


def companions(top: Path, ignore: Iterable[str]) -> list[Path]:
    """Files beside the notebooks, relative to `top`: nbgrader copies them along.

    Not links: one that points at a hidden suite would come back to its student as feedback.
    """
    patterns = tuple(ignore)
    found: list[Path] = []
    for folder, inner, names in os.walk(top):
        inner[:] = [name for name in inner if not _is_ignored(name, patterns)]
        for name in names:
            path = Path(folder, name)
            if path.is_symlink() or not path.is_file():
                continue
            if not name.endswith(".ipynb") and not _is_ignored(name, patterns):
                found.append(path.relative_to(top))
    return found


def copy(files: Iterable[Path], source: Path, folder: Path) -> None:
    for name in files:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        shutil.copy(source / name, target)


def set_permissions(folder: Path, permissions: int, *, groupshared: bool) -> None:
    """As nbgrader does: `permissions` are three octal digits, read as a decimal number."""
    mode = int(str(permissions), 8)
    for place, _, names in os.walk(folder):
        for name in names:
            os.chmod(Path(place, name), mode)
        if groupshared:
            os.chmod(place, (os.stat(place).st_mode | 0o2770) & 0o2777)


def _is_ignored(name: str, patterns: Iterable[str]) -> bool:
    return any(
        fnmatchcase(name, pattern) and (pattern.startswith(".") or not name.startswith("."))
        for pattern in patterns
    )


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
