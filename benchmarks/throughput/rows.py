"""One row of the benchmark in a process of its own: `rows.py ROW WORKSPACE COUNT JOBS`.

It gets ready (imports, servers, collections), says so on standard output, waits for a line on
standard input, does the work, and says how long that took. What happens before the line is the
row's start and counts for nothing else.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from measure import cpu_s
from workspace import ASSIGNMENT, Workspace

if TYPE_CHECKING:
    from autograder.course import Course
    from autograder.report import Report
    from autograder.submissions import Found

Points = dict[str, dict[str, float]]  # student → symbol → points
Lap = tuple[str, Callable[[], Points]]
_SEED = 1


@dataclass(frozen=True, slots=True)
class Job:
    workspace: Workspace
    count: int  # submissions
    jobs: int  # side by side, where the row can

    def notebooks(self) -> dict[str, Path]:
        return self.workspace.notebooks(self.count)


@contextmanager
def engine(job: Job) -> Iterator[list[Lap]]:
    """Ours: the engine alone."""
    from autograder.grading import grade_batch
    from autograder.sandbox.local import LocalSandbox

    course, found = _submitted(job.workspace.ours, job.count)
    with LocalSandbox.of(course) as box:
        box.open(course.assignment(ASSIGNMENT))

        def work() -> Points:
            graded = grade_batch(found, course, box, jobs=job.jobs, seed=_SEED)
            return _points(report for _, report in graded)

        yield [("engine", work)]


@contextmanager
def pipeline(job: Job) -> Iterator[list[Lap]]:
    """Ours: grading, results store, nbgrader's gradebook, feedback pages, on a fresh copy."""
    from autograder.batch import grade_course
    from autograder.sandbox.local import LocalSandbox
    from autograder.store import Store

    with tempfile.TemporaryDirectory() as folder:
        root = Path(shutil.copytree(job.workspace.ours, Path(folder) / "course"))
        course, found = _submitted(root, job.count)
        with LocalSandbox.of(course) as box, Store(course.db_url) as store:
            box.open(course.assignment(ASSIGNMENT))

            def work() -> Points:
                reports: list[Report] = []
                outcome = grade_course(
                    found,
                    course,
                    lambda: nullcontext(box),
                    store,
                    jobs=job.jobs,
                    seed=_SEED,
                    again=False,
                    feedback=True,
                    emit=reports.append,
                )
                assert outcome.pages == len(found), outcome
                return _points(iter(reports))

            yield [("pipeline", work)]


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

    def work() -> Points:
        notebooks = job.notebooks()
        with ThreadPoolExecutor(job.jobs) as pool:
            return dict(zip(notebooks, pool.map(one, notebooks.values()), strict=True))

    yield [("fresh", work)]


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


ROWS: dict[str, Callable[[Job], AbstractContextManager[list[Lap]]]] = {
    f.__name__: f for f in (engine, pipeline, nbgrader, fresh, forked, floor)
}


def _submitted(root: Path, count: int) -> tuple[Course, list[Found]]:
    from autograder import notebook
    from autograder.course import load_course
    from autograder.submissions import find_submissions

    course = load_course(root)
    symbols = notebook.read_reference(course.assignment(ASSIGNMENT).reference).symbols
    return course, find_submissions([root / "submitted"], {ASSIGNMENT: symbols})[:count]


def _points(reports: Iterator[Report]) -> Points:
    points: Points = {}
    for report in reports:
        assert report.score is not None, report.message
        cells = points.setdefault(report.student, {})
        for test in report.tests:
            cells[test.cell] = cells.get(test.cell, 0.0) + test.points
    return points


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


def main(row: str, workspace: str, count: str, jobs: str) -> None:
    started = time.perf_counter()
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # pytest talks
    with ROWS[row](Job(Workspace(Path(workspace)), int(count), int(jobs))) as laps:
        print(json.dumps({"start_s": time.perf_counter() - started}), file=answers)
        for name, work in laps:
            sys.stdin.readline()
            cpu, began = cpu_s(os.getpid()), time.perf_counter()
            points = work()
            wall = time.perf_counter() - began
            used = cpu_s(os.getpid()) - cpu
            answer = {"row": name, "wall_s": wall, "cpu_s": used, "points": points}
            print(json.dumps(answer), file=answers)


if __name__ == "__main__":
    main(*sys.argv[1:])
