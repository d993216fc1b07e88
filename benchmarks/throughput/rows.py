"""One row of the benchmark in a process of its own: `rows.py ROW WORKSPACE COUNT JOBS`.

It gets ready (imports, servers, collections), says so on standard output, waits for a line on
standard input, does the work, and says how long that took. What happens before the line is the
row's start and counts for nothing else.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import others
import ours
from job import Job, Lap
from measure import contained, cpu_s
from workspace import Workspace

ROWS: dict[str, Callable[[Job], AbstractContextManager[list[Lap]]]] = {
    row.__name__: row
    for row in (
        ours.engine,
        ours.pipeline,
        ours.docker,
        ours.docker_pipeline,
        ours.docker_fresh,
        others.nbgrader,
        others.fresh,
        others.container,
        others.forked,
        others.floor,
    )
}
# Their containers live from before the first submission until after the last.
KEEP_THEIR_CONTAINERS = ("docker", "docker_pipeline")
# The work of containers that end in between is nowhere to be read afterwards.
LOSE_THEIR_CONTAINERS = ("docker_fresh", "container")


def main(row: str, workspace: str, count: str, jobs: str) -> None:
    started = time.perf_counter()
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # pytest talks
    with ROWS[row](Job(Workspace(Path(workspace)), int(count), int(jobs))) as laps:
        print(json.dumps({"start_s": time.perf_counter() - started}), file=answers)
        for name, work in laps:
            sys.stdin.readline()
            before, began = _cpu_s(row), time.perf_counter()
            points = work()
            wall = time.perf_counter() - began
            after = _cpu_s(row)
            used = None if before is None or after is None else after - before
            answer = {"row": name, "wall_s": wall, "cpu_s": used, "points": points}
            print(json.dumps(answer), file=answers)


def _cpu_s(row: str) -> float | None:
    """None: it cannot be known."""
    if row in LOSE_THEIR_CONTAINERS:
        return None
    in_containers = contained() if row in KEEP_THEIR_CONTAINERS else []
    if row in KEEP_THEIR_CONTAINERS and not in_containers:
        return None  # this engine gives them other user ids, or another machine
    return cpu_s(os.getpid(), in_containers)


if __name__ == "__main__":
    main(*sys.argv[1:])
