"""A batch that is killed again and again comes to what an undisturbed one comes to.

    python benchmarks/chaos/run.py [--quick] [--sandbox docker|local] [--seed N] [--every S]

Exit status 0: it does; 1: it does not; 2: it could not be tried.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import FrameType

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
sys.path[:0] = [str(HERE), str(REPOSITORY)]

import kinds  # noqa: E402
import tables  # noqa: E402
import traces  # noqa: E402
import verdicts  # noqa: E402
from command import Batch  # noqa: E402
from engine import OwnEngine, why_none  # noqa: E402
from monkey import Kind, Monkey  # noqa: E402
from processes import mentioning  # noqa: E402
from workspace import Kind as HandedIn  # noqa: E402
from workspace import Submission, build, copy_of  # noqa: E402

from autograder.errors import AutograderError  # noqa: E402
from autograder.sandbox.engine import Engine  # noqa: E402
from autograder.sandbox.image import find, name  # noqa: E402
from tests.store.servers import Server, reason_for_none  # noqa: E402

_LIMIT_S = 3 * 3600.0


class NotPossible(Exception):
    """It could not be tried; says why."""


def main() -> int:
    options = _options()
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        with ExitStack() as undo:
            chaos = _Chaos(options, undo)
            result = chaos.run()
    except (NotPossible, AutograderError, TimeoutError, subprocess.CalledProcessError) as error:
        print(f"not possible: {error}", file=sys.stderr)
        return 2
    print(tables.render(result))
    return 1 if result.problems else 0


class _Chaos:
    """The folder, the engine and the database server of one run of this programme."""

    def __init__(self, options: argparse.Namespace, undo: ExitStack) -> None:
        self._options = options
        # Short, because paths of sockets are.
        self._folder = Path(tempfile.mkdtemp(prefix="chaos-", dir="/tmp"))
        undo.callback(shutil.rmtree, self._folder, ignore_errors=True)
        self._temporary = self._folder / "t"  # of the commands: what lies here, they have left
        self._temporary.mkdir()
        self._platform = _snapshot(self._folder / "platform")
        self._left_out: list[str] = []
        self._engine = self._own_engine(undo) if options.sandbox == "docker" else None
        self._server = self._database_server(undo) if options.postgres else None

    def run(self) -> tables.Result:
        _say("making the course")
        course = self._folder / "course"
        options = self._options
        handed_in = build(course, REPOSITORY, submissions=options.submissions, seed=options.seed)

        _say(f"an undisturbed run over {len(handed_in)} submissions")
        undisturbed = self._batch(copy_of(course, self._folder / "undisturbed"))
        if not undisturbed.grade_until_done() or len(undisturbed.lines) != 1:
            raise NotPossible(f"the undisturbed run failed\n{undisturbed.last_words}")
        strange = list(verdicts.not_sensible(undisturbed.lines[0], handed_in))
        if strange:
            raise NotPossible("; ".join(strange[:5]))

        _say("the same, disturbed")
        url = self._server.empty_database() if self._server else None
        disturbed = self._batch(copy_of(course, self._folder / "disturbed", database=url))
        monkey = Monkey(self._kinds(disturbed), seed=options.seed, every_s=options.every)
        monkey.start()
        try:
            done = disturbed.grade_until_done()
        finally:
            monkey.stop()
        if monkey.failure is not None:
            raise NotPossible(f"killing failed: {monkey.failure!r}") from monkey.failure
        problems = [] if done else [f"not done in time: {disturbed.last_words[-2000:]}"]
        if done:
            problems += _differences(undisturbed, disturbed, handed_in)
        problems += self._left_behind()
        return tables.Result(
            title=self._title(len(handed_in)),
            undisturbed=undisturbed,
            disturbed=disturbed,
            hits=monkey.hits,
            misses=monkey.misses,
            problems=problems,
            left_out=self._left_out,
        )

    def _batch(self, course: Path) -> Batch:
        options = self._options
        return Batch(
            course=course,
            options=[
                *("--seed", str(options.seed)),
                *("--sandbox", options.sandbox),
                *("--jobs", str(options.jobs)),
            ],
            environment=self._environment(),
            logs=(options.keep or self._folder / "logs") / course.name,
            limit_s=_LIMIT_S,
        )

    def _environment(self) -> dict[str, str]:
        """nbgrader calls alembic by name."""
        folders = [str(Path(sys.executable).parent), os.environ.get("PATH", "")]
        own = {
            "HOME": os.environ.get("HOME", "/"),
            "LANG": "C.UTF-8",
            "NO_COLOR": "1",
            "OMP_NUM_THREADS": "1",
            "PATH": os.pathsep.join(folders),
            "PYTHONPATH": str(self._platform),
            "TMPDIR": str(self._temporary),
        }
        return own | ({"DOCKER_HOST": self._host} if self._options.sandbox == "docker" else {})

    @property
    def _host(self) -> str:
        if self._engine is not None:
            return self._engine.host
        return os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock")

    def _kinds(self, batch: Batch) -> dict[str, Kind]:
        there = kinds.of_command(batch)
        if self._options.sandbox == "local":
            there |= kinds.of_local(batch)
        else:
            root = os.geteuid() == 0
            if not root:
                self._left_out.append("processes in containers: only root can kill them")
            there |= kinds.of_docker(self._host, self._temporary, processes=root)
        if self._engine is not None:
            there |= kinds.of_engine(self._engine)
        if self._server is not None:
            there |= kinds.of_database(self._server)
        wanted = self._options.kinds or list(there)
        unknown = [each for each in wanted if each not in there]
        if unknown:
            raise NotPossible(f"not to be killed here: {unknown}; there is {', '.join(there)}")
        return {each: there[each] for each in wanted}

    def _own_engine(self, undo: ExitStack) -> OwnEngine | None:
        image = find(Engine(), name())
        reason = why_none()
        if reason:
            self._left_out.append(f"the daemon: {reason}")
            return None
        _say("starting a Docker engine of our own, and loading the image into it")
        engine = OwnEngine(self._folder / "d")
        undo.callback(engine.remove)
        engine.load(image.name)
        return engine

    def _database_server(self, undo: ExitStack) -> Server:
        reason = reason_for_none()
        if reason is not None:
            raise NotPossible(reason)
        server = Server.made()
        undo.callback(server.remove)
        server.start_with_database()
        return server

    def _left_behind(self) -> Iterator[str]:
        """Containers, folders and processes, after a moment and `autograder sandbox prune`."""
        time.sleep(3)  # a server that has lost its command is on its way out
        subprocess.run(
            [sys.executable, "-P", "-m", "autograder", "sandbox", "prune"],
            env=self._environment(),
            check=True,
            capture_output=True,
        )
        yield from (f"left behind: {path}" for path in sorted(self._temporary.iterdir()))
        mark = f"TMPDIR={self._temporary}"
        yield from (f"left behind: process {pid}" for pid in mentioning(mark))
        if self._options.sandbox == "docker":
            yield from kinds.containers_left(self._host, self._temporary)

    def _title(self, submissions: int) -> str:
        options = self._options
        where = options.sandbox + (", PostgreSQL" if self._server else "")
        return (
            f"{submissions} submissions, {where}, {options.jobs} at once, seed {options.seed}, "
            f"a kill every {options.every:g} s"
        )


def _differences(
    undisturbed: Batch, disturbed: Batch, handed_in: Mapping[Submission, HandedIn]
) -> Iterator[str]:
    before, after = traces.traces_of(undisturbed.course), traces.traces_of(disturbed.course)
    yield from traces.not_one_each(before, handed_in)
    yield from traces.not_one_each(after, handed_in)
    yield from traces.differences(before, after)
    said = verdicts.by_submission(undisturbed.lines[0])
    for lines in [list(after.reports()), *disturbed.lines]:
        yield from verdicts.other_verdicts(said, lines)
    yield from verdicts.graded_twice(disturbed.lines)
    yield from verdicts.not_all_graded(disturbed.lines[-1], len(handed_in))


def _snapshot(folder: Path) -> Path:
    """The platform as it is now: whoever edits it meanwhile does not change what is graded."""
    ours = shutil.ignore_patterns("__pycache__")
    shutil.copytree(REPOSITORY / "autograder", folder / "autograder", ignore=ours)
    return folder


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sandbox", choices=["docker", "local"], default="docker")
    parser.add_argument("--submissions", type=int, help="default: 300")
    parser.add_argument("--quick", action="store_true", help="40 submissions")
    parser.add_argument("--seed", type=int, default=1, help="of the kills, and of the gradings")
    parser.add_argument("--every", type=float, default=2.0, help="mean seconds between two kills")
    parser.add_argument("--kinds", nargs="+", help="what is killed; default: all that can be here")
    parser.add_argument("--postgres", action="store_true", help="results in PostgreSQL, killed too")
    parser.add_argument("--jobs", type=int, default=2, help="gradings side by side")
    parser.add_argument("--keep", type=Path, help="put what the commands said into this folder")
    options = parser.parse_args()
    options.submissions = options.submissions or (40 if options.quick else 300)
    return options


def _say(text: str) -> None:
    print(f"… {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
