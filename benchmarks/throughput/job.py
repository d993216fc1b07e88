"""What a row of the benchmark is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from workspace import Workspace

Points = dict[str, dict[str, float]]  # student → symbol → points
Lap = tuple[str, Callable[[], Points]]


@dataclass(frozen=True, slots=True)
class Job:
    workspace: Workspace
    count: int  # submissions
    jobs: int  # side by side, where the row can

    def notebooks(self) -> dict[str, Path]:
        return self.workspace.notebooks(self.count)
