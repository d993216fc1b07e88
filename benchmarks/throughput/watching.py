"""A batch under way: how many are finished, and what it takes in memory and on the disk."""

from __future__ import annotations

import json
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from measure import contained, memory_bytes, tree

_EVERY_S = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A part of a batch: so many submissions, or the pages after the last of them."""

    until: int  # submissions finished at its end
    what: str  # assignments
    submissions: int  # finished in it
    wall_s: float
    grading_s: float  # of all workers together, as the reports say
    command_bytes: int  # peak of the process that was called
    tree_bytes: int  # peak of that, its descendants, and our containers
    stored_bytes: int  # results, at its end


@dataclass(slots=True, kw_only=True)
class Batch:
    """One run of the command, when it has ended."""

    status: int = -1
    wall_s: float = 0.0
    said: str = ""  # on standard error
    graded_at: dict[tuple[str, str], str] = field(default_factory=dict)  # by student, assignment
    not_graded: list[str] = field(default_factory=list)
    lines: int = 0
    stretches: list[Stretch] = field(default_factory=list)


def watch(
    command: Sequence[str],
    *,
    step: int,
    stored_bytes: Callable[[], int],
    progress: Callable[[Stretch], None],
    in_containers: bool,
) -> Batch:
    """Run `autograder grade --json` to its end.

    step           submissions per stretch
    stored_bytes   the size of the results now
    progress       is told of each stretch when it ends
    in_containers  count the memory of what runs as the users of our containers too
    """
    batch, began = Batch(), time.monotonic()
    with (
        tempfile.TemporaryFile("w+") as said,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said, text=True) as process,
        _Memory(process.pid, in_containers) as memory,
    ):
        assert process.stdout is not None
        part = _Part(began)
        for text in process.stdout:
            _note(batch, part, json.loads(text))
            if batch.lines % step == 0:
                _end(batch, part, memory, stored_bytes(), progress)
                part = _Part(time.monotonic())
        batch.status = process.wait()
        if batch.stretches or part.submissions:
            _end(batch, part, memory, stored_bytes(), progress)
        said.seek(0)
        batch.said = said.read()
    batch.wall_s = time.monotonic() - began
    return batch


@dataclass(slots=True)
class _Part:
    began: float
    submissions: int = 0
    grading_s: float = 0.0
    assignments: dict[str, None] = field(default_factory=dict)


def _note(batch: Batch, part: _Part, report: dict[str, Any]) -> None:
    batch.lines += 1
    part.submissions += 1
    part.grading_s += report["duration_s"]
    part.assignments[report["assignment"]] = None
    if report["status"] == "graded":
        key = (report["student"], report["assignment"])
        batch.graded_at[key] = report["provenance"]["graded_at"]
    else:
        batch.not_graded.append(f"{report['student']}, {report['assignment']}: {report['message']}")


def _end(
    batch: Batch,
    part: _Part,
    memory: _Memory,
    stored_bytes: int,
    progress: Callable[[Stretch], None],
) -> None:
    command, whole = memory.peaks()
    stretch = Stretch(
        until=batch.lines,
        what=", ".join(part.assignments) or "gradebook and pages",
        submissions=part.submissions,
        wall_s=time.monotonic() - part.began,
        grading_s=part.grading_s,
        command_bytes=command,
        tree_bytes=whole,
        stored_bytes=stored_bytes,
    )
    batch.stretches.append(stretch)
    progress(stretch)


class _Memory:
    """Peaks since they were last asked for; PSS, or RSS where the kernel shows no more."""

    def __init__(self, root: int, in_containers: bool) -> None:
        self._root, self._in_containers = root, in_containers
        self._lock, self._stop = threading.Lock(), threading.Event()
        self._command = self._whole = 0
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> _Memory:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._stop.set()
        self._thread.join()

    def peaks(self) -> tuple[int, int]:
        self._look()
        with self._lock:
            peaks = self._command, self._whole
            self._command = self._whole = 0
        return peaks

    def _run(self) -> None:
        while not self._stop.wait(_EVERY_S):
            self._look()

    def _look(self) -> None:
        command, _ = memory_bytes([self._root])
        inside = contained() if self._in_containers else []
        whole, _ = memory_bytes({*tree(self._root), *inside})
        with self._lock:
            self._command = max(self._command, command)
            self._whole = max(self._whole, whole)


def file_bytes(path: Path) -> int:
    """A database in a file, with its journal."""
    return sum(each.stat().st_size for each in path.parent.glob(f"{path.name}*"))
