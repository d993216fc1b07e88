"""`autograder replay`: a failure once more, in a debugger."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autograder import terminal
from autograder.cli.app import CourseOption, app, course_at
from autograder.feedback import is_carried

if TYPE_CHECKING:
    from autograder import wire
    from autograder.replay import Debugger, Target


@app.command()
def replay(
    result: Annotated[
        str, typer.Argument(help="STUDENT/ASSIGNMENT as graded, or a notebook's path.")
    ],
    test: Annotated[
        str, typer.Argument(help="A hidden test: its name, the beginning of it, or a part.")
    ],
    debug: Annotated[
        bool | None,
        typer.Option(
            "--pdb/--no-pdb",
            help="Open pdb where the test failed, or print its traceback; default: pdb on a "
            "terminal.",
        ),
    ] = None,
    trace: Annotated[
        bool, typer.Option("--trace", help="Open pdb at the first line of the test.")
    ] = False,
    in_process: Annotated[
        bool,
        typer.Option(
            "--in-process",
            help="Run the student's code in the debugger's own process, UNCONFINED and with your "
            "rights, so that `step` goes into it.",
        ),
    ] = False,
    own: Annotated[
        bool,
        typer.Option(
            "--own",
            help="Over the student's own versions of all symbols, also where the grading took the "
            "reference's (carry_errors).",
        ),
    ] = False,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Another seed than the grading's.")
    ] = None,
    assignment: Annotated[
        str | None, typer.Option(help="Of a notebook whose assignment cannot be told.")
    ] = None,
    course: CourseOption = None,
) -> None:
    """Run one hidden test again as it was graded, with the same inputs, in a debugger."""
    from autograder.replay import Order, named, start, target_of

    here = course_at(course, [Path(result)] if Path(result).exists() else [])
    target = target_of(here, result, assignment=assignment, seed=seed)
    recorded = bool(target.tests)
    name = named(test, target.tests, result) if recorded else test
    suite = _suite(target, own)
    _introduce(target, name, over_own=not suite.carry_errors)
    if in_process:
        terminal.say(
            "warning: --in-process runs the student's code unconfined, with your rights: only for "
            "code that you have read"
        )
    start(
        Order(
            suite=suite,
            notebook=str(target.notebook),
            test=name,
            recorded=recorded,
            seed=target.seed,
            debugger=_debugger(debug, trace),
            in_process=in_process,
        )
    )


def _debugger(debug: bool | None, trace: bool) -> Debugger:
    if trace:
        return "from-the-start"
    wanted = sys.stdin.isatty() and sys.stdout.isatty() if debug is None else debug
    return "post-mortem" if wanted else "none"


def _introduce(target: Target, name: str, *, over_own: bool) -> None:
    """Which result this is about, what it was, and what has changed since."""
    terminal.say(f"{target.student}, {target.assignment.name}: {target.notebook}")
    if target.report is None:
        return
    for test in target.report.tests:
        if f"{test.cell}/{test.name}" == name:
            message = f": {test.message}" if test.message else ""
            terminal.say(f"graded as {test.outcome}{message}")
            if over_own and is_carried(test.message):
                terminal.say(
                    "that was over the reference's version of another symbol; this replay is over "
                    "the student's own"
                )
            if test.misconception:
                path = target.assignment.misconceptions / f"{test.misconception}.py"
                terminal.say(f"recognised as {test.misconception}: {path}")
    if changes := target.changes():
        terminal.say(f"changed since the grading: {', '.join(changes)}")


def _suite(target: Target, own: bool) -> wire.OpenSuite:
    """As a sandbox tells its examiner; a replay recognises nothing, and needs no catalogue."""
    from autograder.sandbox.warm import Staged, order_of

    here = replace(
        target.assignment,
        misconceptions=Path("/nowhere"),
        device="cpu",
        carry_errors=target.assignment.carry_errors and not own,
    )
    return order_of(here, Staged(str(here.suite), str(here.reference)), "", compare_points=False)
