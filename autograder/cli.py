"""The command line, thin: parse, call, print.

Results go to stdout, everything else to stderr. Exit status: 0 all graded, whatever the scores;
1 some notebook could not be graded; 2 wrong usage or a broken course; 130 interrupted.
"""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from autograder import __version__, terminal
from autograder.course import COURSE_FILE, Course, find_course, load_course
from autograder.errors import AutograderError, UsageError
from autograder.report import Report, Status
from autograder.sandbox import Sandbox
from autograder.submissions import Found, find_submissions

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Grade deep-learning notebooks with hidden test suites.",
)


class SandboxKind(StrEnum):
    LOCAL = "local"
    DOCKER = "docker"


class Device(StrEnum):
    CPU = "cpu"
    CUDA = "cuda"


CourseOption = Annotated[
    Path | None, typer.Option("--course", help="The course's folder; default: the one you are in.")
]


@app.command()
def grade(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Notebooks, or folders laid out as STUDENT/ASSIGNMENT/*.ipynb. "
            "Default: all that was submitted to the course."
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object per notebook on stdout.")
    ] = False,
    assignment: Annotated[str | None, typer.Option(help="Grade this assignment only.")] = None,
    sandbox: Annotated[SandboxKind | None, typer.Option(help="Where student code runs.")] = None,
    device: Annotated[Device, typer.Option(help="Where tensors live.")] = Device.CPU,
    jobs: Annotated[
        int | None, typer.Option(min=1, max=256, help="Gradings side by side; default: one a core.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Of the tests' inputs; default: a fresh one.")
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Grade also what has not changed since it was graded.")
    ] = False,
    gradebook: Annotated[
        bool | None,
        typer.Option(
            "--gradebook/--no-gradebook",
            help="Write nbgrader's gradebook, autograded/ and feedback/. Default: for what lies "
            "in the course's submitted/ folder.",
        ),
    ] = None,
    course: CourseOption = None,
) -> None:
    """Grade notebooks with the hidden suites of a course."""
    from autograder.grading import fresh_seed

    here = _course(course, paths or [])
    kind = sandbox or SandboxKind(here.sandbox.kind)
    _refuse_what_is_not_there(kind, device)
    found = find_submissions(_paths(paths, here), _symbols(here), _known(assignment, here))
    into = _lies_in_submitted(found, here) if gradebook is None else gradebook
    workers = jobs or here.sandbox.jobs or os.cpu_count() or 1
    number = fresh_seed() if seed is None else seed
    reports: list[Report] = []
    with terminal.progress(len(found)) as tick:

        def emit(report: Report) -> None:
            reports.append(report)
            tick()
            if as_json:
                _print_json(report)

        try:
            if into:
                failed = _into_gradebook(found, here, workers, number, again, emit)
            else:
                failed = _by_themselves(found, here, workers, number, emit)
        except KeyboardInterrupt:
            terminal.say("interrupted: what was finished is kept; the same command goes on there")
            raise typer.Exit(130) from None
    if not as_json:
        terminal.table(reports)
    _sum_up(reports, number)
    if failed or any(report.status is Status.ERROR for report in reports):
        raise typer.Exit(1)


@app.command()
def check(
    notebook: Annotated[Path, typer.Argument(help="Your assignment notebook.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per function.")] = False,
) -> None:
    """Run the visible checks of a notebook: what you can see before you submit."""
    from autograder.check import check as run_checks

    all_passed = True
    for result in run_checks(notebook):
        all_passed &= result.passed
        if as_json:
            sys.stdout.write(msgspec.json.encode(result).decode() + "\n")
        else:
            terminal.check_line(result.symbol, result.passed, result.started, result.message)
    raise typer.Exit(0 if all_passed else 1)


@app.command()
def release(
    names: Annotated[list[str] | None, typer.Argument(help="Assignments; default: all.")] = None,
    sync_points: Annotated[
        bool,
        typer.Option("--sync-points", help="Write the suite's points into the reference first."),
    ] = False,
    course: CourseOption = None,
) -> None:
    """Make the students' notebooks from the references, checking that nothing leaks."""
    from autograder import release as releasing
    from autograder.sandbox.local import LocalSandbox

    here = _course(course, [])
    chosen = [here.assignment(name) for name in names] if names else list(here.assignments)
    with LocalSandbox.of(here) as box:
        for assignment in chosen:
            points: dict[str, float] = {}
            for test in box.collect(assignment).tests:
                points[test.cell] = points.get(test.cell, 0.0) + test.points
            if sync_points:
                for change in releasing.sync_points(here.root, assignment.name, points):
                    terminal.say(
                        f"{assignment.name}: {change.symbol} "
                        f"{change.before:g} → {change.after:g} points"
                    )
            path = releasing.release(here.root, assignment.name, points=points)
            sys.stdout.write(f"{path}\n")


@app.command()
def init(
    directory: Annotated[Path, typer.Argument(help="A new or empty folder.")],
    title: Annotated[str, typer.Option(help="The course's title.")] = "A new course",
) -> None:
    """Make a new course with one assignment that grades at once."""
    from autograder.init import init as make

    for path in make(directory, title=title):
        sys.stdout.write(f"{path}\n")
    terminal.say(f"next: cd {directory} && autograder grade")


@app.command()
def version() -> None:
    """Print the version."""
    sys.stdout.write(f"{__version__}\n")


def main() -> None:
    """Entry point: every error that a user can act on is words and an exit status."""
    try:
        app()
    except AutograderError as error:
        terminal.say(str(error))
        sys.exit(2)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except Exception:  # the outermost loop: a failure of ours is never shown as a traceback
        log = Path(tempfile.mkstemp(prefix="autograder-", suffix=".log")[1])
        log.write_text(traceback.format_exc())
        terminal.say(
            "error[internal]: the platform failed; nothing that was finished is lost\n"
            f"  where: {log}\n  next:  run the command again; if it stays, report that file"
        )
        sys.exit(1)


def _into_gradebook(
    found: Sequence[Found],
    course: Course,
    jobs: int,
    seed: int,
    again: bool,
    emit: Callable[[Report], None],
) -> bool:
    from autograder.batch import grade_course
    from autograder.store import Store

    with Store(course.db_url) as store:
        outcome = grade_course(
            found,
            course,
            partial(_open_sandbox, course),
            store,
            jobs=jobs,
            seed=seed,
            again=again,
            feedback=True,
            emit=emit,
        )
    for error in (*outcome.unrecorded, *outcome.unwritten_pages):
        terminal.say(str(error))
    if outcome.kept:
        terminal.say(f"{outcome.kept} unchanged since they were graded (--again grades them anew)")
    terminal.say(f"gradebook: {course.root / 'gradebook.db'}")
    terminal.say(f"feedback:  {course.root / 'feedback'}")
    return bool(outcome.unrecorded or outcome.unwritten_pages)


def _by_themselves(
    found: Sequence[Found],
    course: Course,
    jobs: int,
    seed: int,
    emit: Callable[[Report], None],
) -> bool:
    from autograder.grading import grade_batch

    with _open_sandbox(course) as box:
        for _, report in grade_batch(found, course, box, jobs=jobs, seed=seed):
            emit(report)
    return False


@contextmanager
def _open_sandbox(course: Course) -> Iterator[Sandbox]:
    from autograder.sandbox.local import LocalSandbox

    with LocalSandbox.of(course) as box:
        terminal.warn_of_missing_walls(box.missing_walls())
        yield box


def _course(given: Path | None, paths: Sequence[Path]) -> Course:
    if given is not None:
        return load_course(given)
    roots = [path for path in paths if (path / COURSE_FILE).is_file()]
    for start in (*roots, Path.cwd(), *paths):
        root = find_course(start.absolute())
        if root is not None:
            return load_course(root)
    raise UsageError(
        "no-course",
        "there is no course.yml here or above",
        where=str(Path.cwd()),
        next="go into the course's folder, or name it with --course",
    )


def _paths(paths: list[Path] | None, course: Course) -> list[Path]:
    """A course's folder stands for all that was submitted to it."""
    return [
        _submitted(path) if (path / COURSE_FILE).is_file() else path
        for path in paths or [course.root]
    ]


def _submitted(root: Path) -> Path:
    folder = root / "submitted"
    if not folder.is_dir():
        raise UsageError(
            "nothing-submitted",
            "nothing was submitted to this course yet",
            where=str(folder),
            next="put notebooks there as STUDENT/ASSIGNMENT/*.ipynb, or name files to grade",
        )
    return folder


def _symbols(course: Course) -> dict[str, tuple[str, ...]]:
    from autograder.notebook import read_reference

    return {a.name: read_reference(a.reference).symbols for a in course.assignments}


def _known(name: str | None, course: Course) -> str | None:
    return None if name is None else course.assignment(name).name


def _lies_in_submitted(found: Sequence[Found], course: Course) -> bool:
    submitted = (course.root / "submitted").resolve()
    return bool(found) and all(submitted in one.path.resolve().parents for one in found)


def _refuse_what_is_not_there(kind: SandboxKind, device: Device) -> None:
    if kind is SandboxKind.DOCKER:
        raise UsageError(
            "sandbox-docker",
            "this version has no docker sandbox",
            next="grade with --sandbox local, on a machine that holds nothing worth stealing",
        )
    if device is Device.CUDA:
        raise UsageError(
            "gpu-missing",
            "the local sandbox of this version grades on the CPU only",
            next="grade with --device cpu; device errors are found without a GPU as well",
        )


def _print_json(report: Report) -> None:
    data = msgspec.to_builtins(report)
    for test in data["tests"]:
        del test["description"]
    sys.stdout.write(msgspec.json.encode(data).decode() + "\n")
    sys.stdout.flush()


def _sum_up(reports: Sequence[Report], seed: int) -> None:
    failed = sum(report.status is Status.ERROR for report in reports)
    text = f"{len(reports) - failed} graded, {failed} not; seed {seed}"
    terminal.say(text)
