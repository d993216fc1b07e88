"""All that was ever collected: attempts/ASSIGNMENT/STUDENT/WHEN-WHAT/, with where it came from.

An attempt is a notebook and a time. The same bytes with the same time are the same attempt, however
often and from wherever they are collected; nothing in here is ever overwritten.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from autograder.errors import AutograderError
from autograder.origin import sha256

FOLDER = "attempts"
ORIGIN = "origin.json"
_UNTIMED = "untimed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One notebook that a student handed in."""

    student: str
    assignment: str
    sha256: str
    time: datetime | None = None  # UTC; None: not known
    time_from: str = ""  # who says so, for people
    order: int | None = None  # grows with time among those of the same `layout`
    late: bool | None = None  # what the platform says; None: nothing
    layout: str = ""
    source: str = ""  # the folder, zip or repository
    file: str = ""  # in it
    commit: str = ""
    first_seen: datetime | None = None  # when it was collected first

    @property
    def name(self) -> str:
        """Its folder's."""
        when = f"{self.time:%Y%m%dT%H%M%SZ}" if self.time else _UNTIMED
        return f"{when}-{self.sha256[:12]}"


class Attempts:
    """The attempts of one course.

    writable  False: new ones are remembered here and not written, for --dry-run
    """

    def __init__(self, root: Path, *, writable: bool = True) -> None:
        self._top = root / FOLDER
        self._writable = writable
        self._unwritten: dict[tuple[str, str], dict[str, Attempt]] = {}

    def folder(self, attempt: Attempt) -> Path:
        return self._top / attempt.assignment / attempt.student / attempt.name

    def notebook(self, attempt: Attempt) -> Path:
        return self.folder(attempt) / f"{attempt.assignment}.ipynb"

    def of(self, student: str, assignment: str) -> list[Attempt]:
        """Everything known of a student; what is untimed and known with a time is that one."""
        found = {attempt.name: attempt for attempt in self._on_disk(student, assignment)}
        found |= self._unwritten.get((student, assignment), {})
        timed = {attempt.sha256 for attempt in found.values() if attempt.time}
        kept = [a for a in found.values() if a.time or a.sha256 not in timed]
        return sorted(kept, key=lambda attempt: attempt.name)

    def students(self, assignment: str) -> list[str]:
        folder = self._top / assignment
        found = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
        found |= {student for student, name in self._unwritten if name == assignment}
        return sorted(found)

    def add(self, attempt: Attempt, notebook: bytes) -> bool:
        """Keep it; False if it was known already. It appears complete or not at all."""
        known = {one.name for one in self.of(attempt.student, attempt.assignment)}
        same = {one.sha256 for one in self.of(attempt.student, attempt.assignment)}
        if attempt.name in known or (attempt.time is None and attempt.sha256 in same):
            return False
        if self._writable:
            try:
                self._write(attempt, notebook)
            except OSError as error:
                raise AutograderError(
                    "not-written",
                    f"an attempt cannot be kept: {error.strerror or error}",
                    where=str(error.filename or self.folder(attempt)),
                    next="make room or correct the permissions, and run the command again",
                ) from None
        else:
            key = (attempt.student, attempt.assignment)
            self._unwritten.setdefault(key, {})[attempt.name] = attempt
        return True

    def _write(self, attempt: Attempt, notebook: bytes) -> None:
        folder = self.folder(attempt)
        folder.parent.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=".staging-", dir=folder.parent))
        try:
            (staging / f"{attempt.assignment}.ipynb").write_bytes(notebook)
            (staging / ORIGIN).write_bytes(msgspec.json.format(msgspec.json.encode(attempt)))
            staging.chmod(0o755)
            os.rename(staging, folder)
        except BaseException:
            shutil.rmtree(staging, ignore_errors=True)
            raise

    def _on_disk(self, student: str, assignment: str) -> Iterator[Attempt]:
        for path in sorted((self._top / assignment / student).glob(f"[!.]*/{ORIGIN}")):
            try:
                attempt = msgspec.json.decode(path.read_bytes(), type=Attempt)
            except (msgspec.DecodeError, OSError):
                continue  # not ours: whoever put it there knows what it is
            yield replace(attempt, student=student, assignment=assignment)


def new_attempt(student: str, assignment: str, notebook: bytes, now: datetime) -> Attempt:
    return Attempt(
        student=student,
        assignment=assignment,
        sha256=sha256(notebook),
        first_seen=now.astimezone(UTC),
    )
