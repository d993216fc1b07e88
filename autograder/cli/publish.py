"""`autograder publish`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from autograder import terminal
from autograder.cli.app import CourseOption, app, course_at
from autograder.feedback.text import one_line


@app.command()
def publish(
    directory: Annotated[
        Path, typer.Argument(help="A new or empty folder, or one that was published to before.")
    ],
    names: Annotated[
        list[str] | None, typer.Argument(help="Assignments; default: all that are released.")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Only say what would change; write nothing.")
    ] = False,
    zip_file: Annotated[
        Path | None, typer.Option("--zip", help="Also write the files to this zip.")
    ] = None,
    git: Annotated[
        bool, typer.Option("--git", help="Commit the published files to the folder's repository.")
    ] = False,
    given: Annotated[
        list[str] | None,
        typer.Option(
            "--given", help="An assignment whose solution a later one gives; may be repeated."
        ),
    ] = None,
    course: CourseOption = None,
) -> None:
    """Write exactly what students may see, for a git repository, nbgitpuller or a download."""
    from autograder.publish import Order
    from autograder.publish import publish as publish_course

    here = course_at(course, [])
    done = publish_course(
        here,
        Order(
            folder=directory,
            names=names or (),
            given=given or (),
            zip_file=zip_file,
            commit=git,
            only_look=check,
        ),
    )
    changes = done.changes
    for word, paths in (("add", changes.added), ("change", changes.changed)):
        _print(word, paths)
    _print("remove", changes.removed)
    if done.left_out:
        terminal.say(f"not released yet, and left out: {', '.join(done.left_out)}")
    terminal.say(
        f"searched for {done.secrets:,} lines of solutions, suites and catalogue: none found"
    )
    if done.commit:
        terminal.say(f"commit: {done.commit}")
    if zip_file is not None and not check:
        terminal.say(f"zip: {zip_file}")
    verb = "would change" if check else "published to"
    terminal.say(f"{verb}: {directory}" if changes else f"nothing to change: {directory}")
    raise typer.Exit(1 if check and changes else 0)


def _print(word: str, paths: tuple[str, ...]) -> None:
    for path in paths:
        sys.stdout.write(f"{word:6}  {one_line(path, 300)}\n")
