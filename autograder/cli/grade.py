"""`autograder grade`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from autograder import terminal
from autograder.cli.app import CourseOption, app, course_at
from autograder.course import COURSE_FILE, Course
from autograder.errors import UsageError
from autograder.report import Report, Status
from autograder.sandbox import Sandbox
from autograder.submissions import Found, find_submissions


class SandboxKind(StrEnum):
    LOCAL = "local"
    DOCKER = "docker"


class Device(StrEnum):
    CPU = "cpu"
    CUDA = "cuda"


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

    here = course_at(course, paths or [])
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
