"""`autograder regrade`."""

from __future__ import annotations

import getpass
import os
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from autograder import terminal
from autograder.cli.app import CourseOption, app, course_at
from autograder.cli.grade import Device, SandboxKind
from autograder.cli.interruption import exit_status, stopped_in_order
from autograder.course import Course
from autograder.errors import UsageError
from autograder.sandbox import Sandbox
from autograder.store import Store

if TYPE_CHECKING:
    from autograder.regrade import Options, Regrade
    from autograder.sandbox.choice import Choice


@app.command()
def regrade(
    name: Annotated[str, typer.Argument(help="The assignment.")],
    preview: Annotated[
        bool, typer.Option("--preview", help="Show what would change; write nothing (default).")
    ] = False,
    apply: Annotated[
        bool, typer.Option("--apply", help="Write what the last preview showed.")
    ] = False,
    history: Annotated[
        bool, typer.Option("--history", help="List all previews, and who applied which.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object per preview on stdout.")
    ] = False,
    student: Annotated[
        list[str] | None, typer.Option(help="Only this student; may be repeated.")
    ] = None,
    never_lower: Annotated[
        bool, typer.Option("--never-lower", help="Who would lose keeps the earlier result.")
    ] = False,
    new: Annotated[
        bool, typer.Option("--new", help="Grade also submissions that were never graded.")
    ] = False,
    again: Annotated[
        bool,
        typer.Option("--again", help="Grade also what has not changed, to see that it is steady."),
    ] = False,
    sandbox: Annotated[
        SandboxKind | None,
        typer.Option(
            envvar="AUTOGRADER_SANDBOX", help="Where student code runs; default: as for grade."
        ),
    ] = None,
    device: Annotated[
        Device | None, typer.Option(help="Where tensors live; default: as course.yml says.")
    ] = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, max=256, help="Gradings side by side; default: one a core.")
    ] = None,
    course: CourseOption = None,
) -> None:
    """After a suite was corrected: who gains, who loses, through which test. Then write it."""
    from autograder.regrade import Options

    _refuse_several(preview, apply, history)
    here = course_at(course, [])
    here.assignment(name)
    workers = jobs or here.sandbox.jobs or os.cpu_count() or 1
    options = Options(
        students=tuple(sorted(set(student or []))), never_lower=never_lower, new=new, again=again
    )
    try:
        with stopped_in_order(), _store(here) as store:
            if history:
                _history(here, name, store, as_json)
            elif apply:
                asked = None if options == Options() else options
                _apply(here, name, store, asked, workers, as_json)
            else:
                kind = here.sandbox.kind if sandbox is None else sandbox.value
                _preview(here, name, store, options, kind, device, workers, as_json)
    except KeyboardInterrupt as interrupt:
        terminal.say("interrupted: what was finished is kept; the same command goes on there")
        raise typer.Exit(exit_status(interrupt)) from None


def _preview(
    course: Course,
    name: str,
    store: Store,
    options: Options,
    kind: Any,
    device: Device | None,
    jobs: int,
    as_json: bool,
) -> None:
    from autograder.grading import fresh_seed
    from autograder.regrade import preview
    from autograder.regrade.shown import builtins_of, show
    from autograder.sandbox.choice import choose

    choice = choose(course, kind, device=None if device is None else device.value, names=[name])
    logged, found = preview(
        choice.course,
        name,
        partial(_opened, choice, jobs),
        store,
        options=options,
        by=_who(),
        jobs=jobs,
        seed=fresh_seed(),
        environments=choice.environments,
        progress=_progress("grading"),
    )
    if as_json:
        _print_json(builtins_of(logged, found))
    else:
        show(found, logged.state)
    for remark in found.remarks:
        terminal.say(remark)
    written = sum(change.written for change in found.changes)
    if written:
        terminal.say(
            f"nothing was written; for {written} of {len(found.changes)} students: "
            f"autograder regrade {name} --apply"
        )
    else:
        terminal.say("nothing was written, and there is nothing to apply")
    _exit(found)


def _apply(
    course: Course, name: str, store: Store, options: Options | None, jobs: int, as_json: bool
) -> None:
    from autograder.regrade import apply
    from autograder.regrade.shown import builtins_of, show

    done = apply(
        course,
        name,
        store,
        by=_who(),
        jobs=jobs,
        options=options,
        progress=_progress("writing"),
    )
    if as_json:
        _print_json(builtins_of(done.logged, done.regrade))
    else:
        show(done.regrade, done.logged.state)
    if done.outcome is None:
        logged = done.logged
        when = f"this was applied already, at {logged.applied_at} by {logged.applied_by}"
        terminal.say(when if logged.applied_at else "there is nothing to apply")
        return
    outcome = done.outcome
    for error in (*outcome.unrecorded, *outcome.unwritten_pages, *outcome.remarks):
        terminal.say(str(error))
    for remark in done.remarks:
        terminal.say(f"otherwise than previewed: {remark}")
    terminal.say(f"gradebook: {course.root / course.folders.gradebook}")
    terminal.say(f"feedback:  {course.root / course.folders.feedback}")
    if outcome.unrecorded or outcome.unwritten_pages:
        terminal.say("not all could be written: the same command goes on with the others")
        raise typer.Exit(1)
    _exit(done.regrade)


def _history(course: Course, name: str, store: Store, as_json: bool) -> None:
    from autograder.regrade import decoded
    from autograder.regrade.shown import builtins_of, history
    from autograder.store import Regrades

    rows = ((row, decoded(row.content)) for row in Regrades(store).history(name))
    if not as_json:
        history(rows)
        return
    for logged, found in rows:
        _print_json(builtins_of(logged, found))


def _exit(found: Regrade) -> None:
    """1 if somebody could not be graded."""
    if found.summary.fates.get("error"):
        raise typer.Exit(1)


def _refuse_several(*asked: bool) -> None:
    if sum(asked) > 1:
        raise UsageError(
            "several-actions",
            "--preview, --apply and --history are three different things",
            next="preview first, look at it, then: autograder regrade NAME --apply",
        )


@contextmanager
def _store(course: Course) -> Iterator[Store]:
    with Store(course.db_url, course=course.id, root=course.root, notice=terminal.say) as store:
        yield store


@contextmanager
def _opened(choice: Choice, jobs: int) -> Iterator[Sandbox]:
    if choice.why_local:
        terminal.say(f"sandbox: local, since {choice.why_local}")
    with choice.open(jobs=jobs) as box:
        terminal.warn_of_missing_walls(box.missing_walls())
        yield box


def _progress(doing: str) -> Callable[[int], AbstractContextManager[Callable[[], None]]]:
    return lambda total: terminal.progress(total, doing)


def _who() -> str:
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a user without a name, as in many a container
        user = f"uid {os.getuid()}"
    return f"{user}@{socket.gethostname()}"


def _print_json(data: dict[str, Any]) -> None:
    sys.stdout.write(msgspec.json.encode(data).decode() + "\n")
    sys.stdout.flush()
