"""Submissions per second of this platform and of the alternatives, in one run.

    python benchmarks/throughput/run.py [--quick] [--json FILE]

The rows take turns, round after round, so that a slow minute of the machine hits all of them;
figures are medians over the rounds.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
sys.path[:0] = [str(HERE), str(REPOSITORY)]

import tables  # noqa: E402
from measure import MemorySampler, contained  # noqa: E402
from workspace import Workspace, build, more_students  # noqa: E402

SLOW = ("nbgrader", "fresh", "docker_fresh", "container")
ONE_BY_ONE = ("nbgrader", "floor")
IN_DOCKER = ("docker", "docker_pipeline", "docker_fresh", "container")
# What is compared with each other stands side by side.
ORDER = (
    *("engine", "docker", "nbgrader", "pipeline", "docker_pipeline"),
    *("forked", "fresh", "docker_fresh", "container", "floor"),
)
FLAT = (20, 500)  # submissions


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    row: str
    submissions: int
    side_by_side: int
    start_s: float  # until the first submission could be taken
    wall_s: float
    cpu_s: float | None  # None: cannot be known
    rest_bytes: int = 0  # memory of the tree when it was ready; 0: not looked at
    peak_bytes: int | None = 0
    exact: bool = True  # memory is PSS throughout


def main() -> int:
    options = _options()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="throughput-") as folder:
        _say("building two courses with the same submissions")
        os.environ.update(_environment())
        workspace = build(
            Path(folder), REPOSITORY, students=options.submissions, slow_students=options.slow
        )
        bench = _Bench(workspace, options)
        without_docker = _why_no_docker(workspace)
        order = [row for row in ORDER if not without_docker or row not in IN_DOCKER]
        for number in range(options.rounds):
            for row in order:
                _say(f"round {number + 1} of {options.rounds}: {row}")
                bench.measure(row)
        for row in order:
            _say(f"memory: {row}")
            bench.measure(row, sample_every_s=0.02)
        flat = [] if options.quick else _flatness(bench, workspace)
    result = {
        "machine": _machine(options.jobs, load),
        "rounds": [asdict(m) for m in bench.timed],
        "memory": [asdict(m) for m in bench.sampled],
        "flatness": [asdict(m) for m in flat],
        "without_docker": without_docker,
        "disagreements": bench.disagreements(),
    }
    if options.json is not None:
        options.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(tables.render(result))
    return 1 if result["disagreements"] else 0


class _Bench:
    def __init__(self, workspace: Workspace, options: argparse.Namespace) -> None:
        self._workspace, self._options = workspace, options
        self.timed: list[Measured] = []
        self.sampled: list[Measured] = []
        self._points: dict[str, dict[str, dict[str, float]]] = defaultdict(dict)

    def measure(self, row: str, *, sample_every_s: float | None = None) -> None:
        count = self._options.slow if row in SLOW else self._options.submissions
        laps = self.run(row, count, sample_every_s=sample_every_s)
        (self.timed if sample_every_s is None else self.sampled).extend(laps)

    def run(self, row: str, count: int, *, sample_every_s: float | None = None) -> list[Measured]:
        """Every lap of a row, each with those before it."""
        jobs = 1 if row in ONE_BY_ONE else self._options.jobs
        script = [sys.executable, str(HERE / "rows.py"), row]
        arguments = [str(self._workspace.folder), str(count), str(jobs)]
        log = self._workspace.folder / f"{row}.log"  # nbgrader and its kernels warn a lot
        strangers = row in IN_DOCKER and bool(contained())
        with (
            log.open("w") as words,
            subprocess.Popen(
                [*script, *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=words,
                text=True,
            ) as process,
        ):
            start_s = _answer(process).get("start_s", 0.0)
            if sample_every_s is None:
                laps = self._laps(process, count, jobs, start_s)
            else:
                sampler = MemorySampler(process.pid, sample_every_s, row in IN_DOCKER)
                rest = sampler.look()
                with sampler:
                    laps = self._laps(process, count, jobs, start_s, sampler, rest)
                if row in IN_DOCKER and not sampler.seen_contained:
                    strangers = True  # this engine hides ours
        if process.returncode:
            raise SystemExit(f"the row {row} failed:\n{log.read_text()}")
        strangers = strangers or (row in IN_DOCKER and bool(contained()))
        return [replace(lap, cpu_s=None, peak_bytes=None) for lap in laps] if strangers else laps

    def _laps(
        self,
        process: subprocess.Popen[str],
        count: int,
        jobs: int,
        start_s: float,
        sampler: MemorySampler | None = None,
        rest: int = 0,
    ) -> list[Measured]:
        laps: list[Measured] = []
        wall_s, cpu_s = 0.0, 0.0
        while answer := _lap(process):
            wall_s += answer["wall_s"]
            cpu_s = None if answer["cpu_s"] is None or cpu_s is None else cpu_s + answer["cpu_s"]
            self._points[answer["row"]] |= answer["points"]
            laps.append(
                Measured(
                    row=answer["row"],
                    submissions=count,
                    side_by_side=jobs,
                    start_s=start_s,
                    wall_s=wall_s,
                    cpu_s=cpu_s,
                    rest_bytes=rest,
                    peak_bytes=sampler.peak if sampler else 0,
                    exact=sampler.exact if sampler else True,
                )
            )
        return laps

    def disagreements(self) -> list[str]:
        """Where a row gives a student other points than ours; nbgrader gives all or none."""
        ours = self._points["engine"]
        full = {s: max(p[s] for p in ours.values()) for s in next(iter(ours.values()))}
        found: list[str] = []
        for row, students in self._points.items():
            for student, points in students.items():
                expected = ours[student]
                if row == "nbgrader_feedback":
                    expected = {s: v if v == full[s] else 0.0 for s, v in expected.items()}
                if points != expected:
                    found.append(f"{row}, {student}: {points}, and ours {ours[student]}")
        return found


def _flatness(bench: _Bench, workspace: Workspace) -> list[Measured]:
    """The engine's memory for a small and for a large batch."""
    more_students(workspace.ours, max(FLAT))
    measured: list[Measured] = []
    for count in FLAT:
        _say(f"memory of the engine over {count} submissions")
        measured += bench.run("engine", count, sample_every_s=0.05)
    return measured


def _why_no_docker(workspace: Workspace) -> str:
    """In words; empty: the rows with containers can run."""
    from autograder.course import load_course
    from autograder.errors import SandboxUnavailable
    from autograder.sandbox.choice import choose

    try:
        choose(load_course(workspace.ours), "docker")
    except SandboxUnavailable as error:
        return f"{error.what}; next: {error.next}"
    return "" if shutil.which("docker") else "there is no command `docker` in PATH"


def _lap(process: subprocess.Popen[str]) -> dict[str, Any]:
    """Ask for the next lap; {} if the row has no more."""
    assert process.stdin is not None
    try:
        process.stdin.write("go\n")
        process.stdin.flush()
    except BrokenPipeError:
        return {}
    return _answer(process)


def _answer(process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.stdout is not None
    line = process.stdout.readline()
    answer: dict[str, Any] = json.loads(line) if line else {}
    return answer


def _environment() -> dict[str, str]:
    """One thread per process; nbgrader calls alembic and ipykernel from the same environment."""
    folders = [str(Path(sys.executable).parent), os.environ.get("PATH", "")]
    return {
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "PYTHONPATH": os.pathsep.join([str(HERE), str(REPOSITORY)]),
        "PATH": os.pathsep.join(folders),
    }


def _machine(jobs: int, load: float) -> dict[str, Any]:
    import torch

    return {
        "cores": os.cpu_count(),
        "jobs": jobs,
        "load_before": round(load, 1),
        "python": platform.python_version(),
        "torch": torch.__version__,
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="one round, fewer submissions")
    parser.add_argument("--rounds", type=int, help="default: 3")
    parser.add_argument("--submissions", type=int, help="of the fast rows; default: 36")
    parser.add_argument("--slow", type=int, help="of the slow rows; default: 6")
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--json", type=Path, help="write everything measured to this file")
    options = parser.parse_args()
    options.rounds = options.rounds or (1 if options.quick else 3)
    options.submissions = options.submissions or (18 if options.quick else 36)
    options.slow = min(options.slow or 6, options.submissions)
    return options


def _say(text: str) -> None:
    print(f"… {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
