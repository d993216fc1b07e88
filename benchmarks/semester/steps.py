"""The steps of a round, each a command as it is typed, and how long it takes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from workspace import ASSIGNMENT


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    ours: tuple[str, ...]  # empty: done by an earlier step
    nbgraders: tuple[str, ...]
    each: bool  # takes longer the more submissions there are


SUBMIT = "students submit"  # not timed: 300 people do it side by side
NOTHING = ("nbgrader", "--version")  # a start, and no work
STEPS = (
    Step(
        "generate",
        ("autograder", "release", ASSIGNMENT),
        ("nbgrader", "generate_assignment", ASSIGNMENT, "--force"),
        each=False,
    ),
    Step("release", *[("nbgrader", "release_assignment", ASSIGNMENT)] * 2, each=False),
    Step(SUBMIT, (), (), each=True),
    Step("collect", *[("nbgrader", "collect", ASSIGNMENT)] * 2, each=True),
    Step(
        "grade",
        ("autograder", "grade", "--sandbox", "local"),
        ("nbgrader", "autograde", ASSIGNMENT),
        each=True,
    ),
    Step("feedback", (), ("nbgrader", "generate_feedback", ASSIGNMENT), each=True),
    Step("release feedback", *[("nbgrader", "release_feedback", ASSIGNMENT)] * 2, each=True),
    Step("export", *[("nbgrader", "export", "--to", "grades.csv")] * 2, each=True),
)


def run(command: tuple[str, ...], course: Path, search: list[Path]) -> float:
    """Seconds. raises SystemExit with what the command said, if it fails"""
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=course,
        env=_environment(course, search),
        capture_output=True,
        text=True,
        check=False,
    )
    took_s = time.monotonic() - started
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed in {course}:\n{done.stdout}{done.stderr}")
    return took_s


def _environment(course: Path, search: list[Path]) -> dict[str, str]:
    """One thread per process; nbgrader calls alembic and ipykernel from the same environment."""
    home = course.parent / "home"
    folders = [str(Path(sys.executable).parent), os.environ.get("PATH", "")]
    return os.environ | {
        "HOME": str(home),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "IPYTHONDIR": str(home / "ipython"),
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "PYTHONWARNINGS": "ignore",
        "PYTHONPATH": os.pathsep.join(map(str, search)),
        "PATH": os.pathsep.join(folders),
    }
