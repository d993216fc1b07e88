"""The real command, run again and again until it ends with status 0 by itself."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_PAUSE_S = 1.0  # before the command is run again

Line = dict[str, Any]


@dataclass(slots=True)
class Batch:
    """One or more runs of the same command on one course."""

    course: Path
    options: Sequence[str]  # of `autograder grade --json`
    environment: Mapping[str, str]
    logs: Path
    limit_s: float
    process: subprocess.Popen[bytes] | None = None
    statuses: Counter[int] = field(default_factory=Counter)  # how the runs ended
    words: Counter[str] = field(default_factory=Counter)  # codes of errors that were said
    lines: list[list[Line]] = field(default_factory=list)  # what each run printed
    wall_s: float = 0.0
    last_words: str = ""

    def grade_until_done(self) -> bool:
        """False: the time was over before a run ended with status 0."""
        self.logs.mkdir(parents=True)
        began = time.monotonic()
        status = -1
        while status != 0 and self.wall_s < self.limit_s:
            if self.lines:
                time.sleep(_PAUSE_S)
            status = self._run(self.logs / f"{len(self.lines):04}")
            self.wall_s = time.monotonic() - began
        return status == 0

    def _run(self, log: Path) -> int:
        out, err = log.with_suffix(".jsonl"), log.with_suffix(".err")
        with out.open("wb") as stdout, err.open("wb") as stderr:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", "autograder", "grade", "--json", *self.options],
                cwd=self.course,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
            )
            try:
                status = self.process.wait(self.limit_s)
            finally:
                self.process.kill()
                self.process.wait()
        self.statuses[status] += 1
        said = err.read_text(errors="replace")
        self.words.update(re.findall(r"error\[([a-z-]+)\]", said + out.read_text(errors="replace")))
        self.last_words = said
        self.lines.append(_complete_lines(out))
        return status


def _complete_lines(path: Path) -> list[Line]:
    """A command that was killed may have been in the middle of one."""
    text = path.read_text(encoding="utf-8", errors="replace")
    return [json.loads(line) for line in text.split("\n")[:-1]]
