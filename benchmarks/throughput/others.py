"""The rows of the alternatives.

Each gets ready, yields its laps, and cleans up after them.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from job import Job, Lap, Points
from workspace import ASSIGNMENT

HERE = Path(__file__).resolve().parent


@contextmanager
def nbgrader(job: Job) -> Iterator[list[Lap]]:
    """nbgrader's own autograde, and its generate_feedback after it, on a fresh copy."""
    import nbgraders

    with tempfile.TemporaryDirectory() as folder:
        root = Path(shutil.copytree(job.workspace.nbgraders, Path(folder) / "course"))
        for student in sorted((root / "submitted").iterdir())[job.count :]:
            shutil.rmtree(student)

        def autograde() -> Points:
            nbgraders.autograde(root, ASSIGNMENT)
            return {}

        def generate_feedback() -> Points:
            nbgraders.generate_feedback(root, ASSIGNMENT)
            return nbgraders.scores(root, ASSIGNMENT)

        yield [("nbgrader", autograde), ("nbgrader_feedback", generate_feedback)]


@contextmanager
def fresh(job: Job) -> Iterator[list[Lap]]:
    """A fresh pytest process per submission, `jobs` at a time."""

    def one(notebook: Path) -> dict[str, float]:
        script = Path(__file__).with_name("in_process.py")
        command = [sys.executable, str(script), str(notebook), str(job.workspace.suite)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        points: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
        return points

    yield [("fresh", lambda: _side_by_side(one, job))]


@contextmanager
def container(job: Job) -> Iterator[list[Lap]]:
    """A fresh container per submission, `jobs` at a time: what courses write by hand.

    No network, and the image's user is not root; but the suite is beside the student's code, in
    the same process. Calls `docker` as a shell script would.
    """
    from autograder.course import load_course
    from autograder.sandbox.choice import choose

    image = choose(load_course(job.workspace.ours), "docker").image

    def one(notebook: Path) -> dict[str, float]:
        mounts = {"/bench": HERE, "/suite": job.workspace.suite, "/notebook.ipynb": notebook}
        done = subprocess.run(
            ["docker", "run", "--rm", "--network", "none"]
            + [f"--volume={path}:{inside}:ro" for inside, path in mounts.items()]
            + ["--env", "OMP_NUM_THREADS=1", "--entrypoint", "python", image]
            + ["/bench/in_process.py", "/notebook.ipynb", "/suite"],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"docker run: exit status {done.returncode}\n{done.stderr}")
        points: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
        return points

    yield [("container", lambda: _side_by_side(one, job))]


@contextmanager
def forked(job: Job) -> Iterator[list[Lap]]:
    """A pytest per submission, forked from a process that has torch, `jobs` at a time."""
    import in_process

    _warm()

    def work() -> Points:
        points: Points = {}
        running: dict[int, tuple[str, int]] = {}
        waiting = list(job.notebooks().items())
        while waiting or running:
            while waiting and len(running) < job.jobs:
                student, notebook = waiting.pop(0)
                pid, answer = _fork(partial(in_process.grade, notebook, job.workspace.suite))
                running[pid] = (student, answer)
            pid, _ = os.wait()
            student, answer = running.pop(pid)
            with os.fdopen(answer) as pipe:
                points[student] = json.loads(pipe.read())
        return points

    yield [("forked", work)]


@contextmanager
def floor(job: Job) -> Iterator[list[Lap]]:
    """Tests called one by one in a process that has torch and has collected the suite."""
    import inspect

    import in_process
    import pytest
    import torch

    _warm()
    grader = in_process.Grader()
    suite = str(job.workspace.suite)
    pytest.main([*in_process.QUIET, "--collect-only", "--rootdir", suite, suite], plugins=[grader])

    def one(notebook: Path) -> dict[str, float]:
        given = {"student": in_process.load(notebook), "device": torch.device("cpu")}
        grader.lost.clear()
        for item in grader.items:
            test = item.obj  # type: ignore[attr-defined]
            in_process.seed(item.name)
            try:
                test(**{name: given[name] for name in inspect.signature(test).parameters})
            except Exception:  # a test that failed, for whatever reason
                grader.lost.add(item.nodeid)
        return grader.points()

    yield [("floor", lambda: {s: one(path) for s, path in job.notebooks().items()})]


def _side_by_side(one: Callable[[Path], dict[str, float]], job: Job) -> Points:
    notebooks = job.notebooks()
    with ThreadPoolExecutor(job.jobs) as pool:
        return dict(zip(notebooks, pool.map(one, notebooks.values()), strict=True))


def _fork(run: Callable[[], dict[str, float]]) -> tuple[int, int]:
    """Process id, and the file descriptor on which the answer comes as JSON."""
    answer, end = os.pipe()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            os.write(end, json.dumps(run()).encode())
            status = 0
        finally:
            os._exit(status)
    os.close(end)
    return pid, answer


def _warm() -> None:
    """What torch and pytest import late is imported before the fork, as in our own processes."""
    import gc

    import in_process
    import pytest
    import torch

    from autograder.candidate.second_device import Elsewhere

    torch.set_num_threads(1)
    x = torch.ones(2, requires_grad=True)
    torch.autograd.grad(torch.nn.Linear(2, 2)(x), x, torch.ones(2))
    torch.testing.assert_close(x, x)
    with torch.no_grad():
        Elsewhere(torch.zeros(2)).copy_(torch.ones(2))
    with tempfile.TemporaryDirectory() as empty:
        pytest.main([*in_process.QUIET, "--rootdir", empty, empty])
    gc.collect()
    gc.freeze()
