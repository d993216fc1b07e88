"""`check`, `release`, `init`: the commands about assignments, and `version`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from autograder import __version__, terminal
from autograder.cli.app import CourseOption, app, course_at
from autograder.errors import UsageError


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

    here = course_at(course, [])
    if here.folders.adopted:
        raise UsageError(
            "nbgrader-releases",
            "the students' notebooks of this course are made by nbgrader",
            where=str(here.root),
            next="let the points of each grade cell test_SYMBOL be those of the hidden suite, then "
            f"nbgrader generate_assignment {' '.join(names or ['NAME'])} --force",
        )
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
            path = releasing.release(
                here.root,
                assignment.name,
                points=points,
                notice=terminal.remark,
            )
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
