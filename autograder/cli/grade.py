"""`autograder grade`."""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from autograder import terminal
from autograder.cli.app import CourseOption, app, course_at
from autograder.cli.interruption import exit_status, stopped_in_order
from autograder.course import COURSE_FILE, Course, languages_of, students_of
from autograder.course.folders import notebooks_of
from autograder.errors import CourseError, UsageError
from autograder.feedback import EVERYTHING, View
from autograder.report import Report, Status
from autograder.sandbox import Sandbox
from autograder.submissions import Found, find_adopted, find_submissions

if TYPE_CHECKING:
    from autograder.sandbox.choice import Choice


class SandboxKind(StrEnum):
    AUTO = "auto"
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
    sandbox: Annotated[
        SandboxKind | None,
        typer.Option(
            envvar="AUTOGRADER_SANDBOX",
            help="Where student code runs; default: as course.yml says, and auto without a word "
            "there: docker where an engine answers and the image is there, else local.",
        ),
    ] = None,
    device: Annotated[
        Device | None, typer.Option(help="Where tensors live; default: as course.yml says.")
    ] = None,
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
    from autograder.sandbox.choice import choose

    here = course_at(course, paths or [])
    languages = languages_of(here)  # a roster that is broken says so before anything is graded
    found = _found(paths, here, assignment)
    into = _lies_in_submitted(found, here) if gradebook is None else gradebook
    left_out = False
    if into:
        found, left_out = _single_notebooks(found, here)
    workers = jobs or here.sandbox.jobs or os.cpu_count() or 1
    kind = here.sandbox.kind if sandbox is None else sandbox.value
    names = {one.assignment for one in found if one.problem is None}
    choice = choose(here, kind, device=None if device is None else device.value, names=names)
    tally = _Tally(as_json, whole=len(found) == 1)
    with terminal.progress(len(found)) as tick:

        def emit(report: Report) -> None:
            tally.add(report)
            tick()

        run = _Run(
            choice,
            workers,
            fresh_seed() if seed is None else seed,
            seed_given=seed is not None,
            again=again,
            emit=emit,
        )
        try:
            with stopped_in_order():
                if into:
                    _settle_best(found, run)
                failed = _into_gradebook(found, run) if into else _by_themselves(found, run)
        except KeyboardInterrupt as interrupt:
            _say_that_it_goes_on(into)
            raise typer.Exit(exit_status(interrupt)) from None
    if not as_json:
        terminal.table(tally.lines)
        for report in tally.reports:
            language = languages.get(report.student, here.language)
            terminal.details(report, here, language, _view_of(report, here, into_gradebook=into))
    terminal.say(f"{tally.graded} graded, {tally.failed} not; seed {run.seed}")
    if failed or tally.failed or left_out:
        raise typer.Exit(1)


@dataclass(frozen=True, slots=True)
class _Run:
    """What was asked for."""

    choice: Choice
    jobs: int
    seed: int
    seed_given: bool
    again: bool
    emit: Callable[[Report], None]

    @contextmanager
    def sandbox(self) -> Iterator[Sandbox]:
        """Opened, with a word about what it lacks."""
        if self.choice.why_local:
            terminal.say(f"sandbox: local, since {self.choice.why_local}")
        with self.choice.open(jobs=self.jobs) as box:
            terminal.warn_of_missing_walls(box.missing_walls())
            yield box


@dataclass(slots=True)
class _Tally:
    """What is remembered of each report: ten thousand of them lie in memory at the end.

    whole  there is only one, and all of it is shown
    """

    as_json: bool
    whole: bool
    graded: int = 0
    failed: int = 0
    lines: list[terminal.Line] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)

    def add(self, report: Report) -> None:
        self.graded += report.status is Status.GRADED
        self.failed += report.status is Status.ERROR
        if self.as_json:
            _print_json(report)
        else:
            self.lines.append(terminal.line_of(report))
            if self.whole:
                self.reports.append(report)


def _settle_best(found: Sequence[Found], run: _Run) -> None:
    """Where the best attempt counts, which one that is; before it is graded like any other."""
    from autograder.collect.best import settle_best

    settled = settle_best(
        run.choice.course,
        {one.assignment for one in found if one.assignment},
        run.sandbox,
        environments=run.choice.environments,
        jobs=run.jobs,
        seed=run.seed,
        now=datetime.now(UTC),
    )
    for remark in settled.remarks:
        terminal.say(remark)
    if settled.graded:
        terminal.say(
            f"attempts: {settled.graded} graded; of {len(settled.changed)} students another one "
            "counts now"
        )


def _view_of(report: Report, course: Course, *, into_gradebook: bool) -> View:
    from autograder.attempts import view_now

    if report.status is not Status.GRADED:
        return EVERYTHING
    return view_now(course, report, in_gradebook=into_gradebook)


def _into_gradebook(found: Sequence[Found], run: _Run) -> bool:
    from autograder.batch import grade_course
    from autograder.store import Store

    course = run.choice.course
    with Store(course.db_url, course=course.id, root=course.root, notice=terminal.say) as store:
        outcome = grade_course(
            found,
            course,
            run.sandbox,
            store,
            jobs=run.jobs,
            seed=run.seed,
            seed_given=run.seed_given,
            again=run.again,
            feedback=True,
            emit=run.emit,
            environments=run.choice.environments,
        )
    for error in (*outcome.unrecorded, *outcome.unwritten_pages):
        terminal.say(str(error))
    for remark in outcome.remarks:
        terminal.remark(remark)
    _say_who_is_on_no_roster(found, course)
    if outcome.kept:
        terminal.say(f"{outcome.kept} unchanged since they were graded (--again grades them anew)")
    terminal.say(f"gradebook: {course.root / course.folders.gradebook}")
    terminal.say(f"feedback:  {course.root / course.folders.feedback}")
    return bool(outcome.unrecorded or outcome.unwritten_pages)


def _say_who_is_on_no_roster(found: Sequence[Found], course: Course) -> None:
    """They are graded all the same: a folder with a typing error in its name is one of them."""
    if course.roster is None:
        return
    try:
        known = {student.id for student in students_of(course)}
    except CourseError:
        return  # nbgrader reads it more leniently, and grading needs none
    students = {unicodedata.normalize("NFC", one.student) for one in found}
    strangers = sorted(students - known)
    if strangers:
        shown = ", ".join(strangers[:5]) + (", …" if len(strangers) > 5 else "")
        terminal.say(f"on no roster, graded all the same: {len(strangers)} ({shown})")


def _by_themselves(found: Sequence[Found], run: _Run) -> bool:
    from autograder.grading import grade_batch

    with run.sandbox() as box:
        for _, report in grade_batch(found, run.choice.course, box, jobs=run.jobs, seed=run.seed):
            run.emit(report)
    return False


def _say_that_it_goes_on(into_gradebook: bool) -> None:
    kept = "what was finished is kept; the same command goes on there"
    with suppress(OSError):  # the terminal may be what went away
        terminal.say(f"interrupted: {kept}" if into_gradebook else "interrupted")


def _found(paths: list[Path] | None, course: Course, only: str | None) -> list[Found]:
    if course.folders.adopted:
        return find_adopted(_paths(paths, course), course, _symbols(course), only)
    return find_submissions(_paths(paths, course), _symbols(course), _known(only, course))


def _single_notebooks(found: list[Found], course: Course) -> tuple[list[Found], bool]:
    """What our writer of the gradebook knows, and whether something had to be left out.

    It knows assignments of one notebook of their own name; nbgrader's own command knows others too.

    raises  UsageError if nothing is left
    """
    refused = {
        name: error
        for name in sorted({one.assignment for one in found if one.assignment})
        if (error := _several_notebooks(course, name)) is not None
    }
    kept = [one for one in found if one.assignment not in refused]
    for error in refused.values():
        if not kept:
            raise error
        terminal.say(str(error))
    return kept, bool(refused)


def _several_notebooks(course: Course, name: str) -> UsageError | None:
    reference = course.assignment(name).reference
    whole = reference.parent.name
    own = [reference.with_name(f"{whole}.ipynb")]
    if not course.folders.adopted or notebooks_of(course.root, course.folders, whole) == own:
        return None
    return UsageError(
        "several-notebooks",
        f"{whole} is not a single notebook {whole}.ipynb, which is all that this command writes "
        "to the gradebook",
        where=str(reference.parent),
        next=f"nbgrader autograde {whole} (the same engine), or --no-gradebook for the scores",
    )


def _paths(paths: list[Path] | None, course: Course) -> list[Path]:
    """A course's folder stands for all that was submitted to it."""
    own = course.root.resolve()
    return [
        _submitted(path / course.folders.submitted)
        if path.resolve() == own or (path / COURSE_FILE).is_file()
        else path
        for path in paths or [course.root]
    ]


def _submitted(folder: Path) -> Path:
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
    submitted = course.submitted.resolve()
    return bool(found) and all(submitted in one.path.resolve().parents for one in found)


def _print_json(report: Report) -> None:
    data = msgspec.to_builtins(report)
    for test in data["tests"]:
        del test["description"]
    sys.stdout.write(msgspec.json.encode(data).decode() + "\n")
    sys.stdout.flush()
