"""`autograder similar`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from autograder import terminal
from autograder.atomic import write_whole
from autograder.cli.app import CourseOption, app, course_at
from autograder.course import Course
from autograder.errors import UsageError
from autograder.feedback.text import one_line

if TYPE_CHECKING:
    from autograder.similar import Look, Pair
    from autograder.submissions import Found


@app.command()
def similar(
    name: Annotated[str, typer.Argument(help="The assignment.")],
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Notebooks, or folders laid out as STUDENT/ASSIGNMENT/*.ipynb. "
            "Default: all that was submitted to the course."
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object per pair on stdout.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", help="The page's file; default: reports/NAME.similar.html in the course."
        ),
    ] = None,
    threshold: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="List pairs that share at least this much.")
    ] = 0.3,
    top: Annotated[int, typer.Option(min=1, max=1000, help="List no more pairs than this.")] = 50,
    course: CourseOption = None,
) -> None:
    """Show which submissions are written alike: for a person to read, never a verdict."""
    from autograder.similar import Options, look_for_pairs, page_of

    here = course_at(course, paths or [])
    assignment = here.assignment(name)
    found = _found(paths, here, assignment.name)
    page = _page(out, here, assignment.name)
    with terminal.progress(len(found), "reading") as tick:
        look = look_for_pairs(
            found, here, assignment, Options(threshold=threshold, top=top), tick=tick
        )
    for pair in look.ranking.pairs:
        _print_json(look, pair) if as_json else _print(look, pair)
    _write(page, page_of(look))
    _say_what_was_compared(look, page)
    raise typer.Exit(1 if any(one.unreadable for one in look.left_out) else 0)


def _found(paths: list[Path] | None, course: Course, name: str) -> list[Found]:
    from autograder.notebook import read_reference
    from autograder.submissions import find_adopted, find_submissions

    symbols = {a.name: read_reference(a.reference).symbols for a in course.assignments}
    folders = paths or [_submitted(course)]
    if course.folders.adopted:
        return find_adopted(folders, course, symbols, name)
    return find_submissions(folders, symbols, name)


def _submitted(course: Course) -> Path:
    if not course.submitted.is_dir():
        raise UsageError(
            "nothing-submitted",
            "nothing was submitted to this course yet",
            where=str(course.submitted),
            next="put notebooks there as STUDENT/ASSIGNMENT/*.ipynb, or name a folder",
        )
    return course.submitted


def _page(out: Path | None, course: Course, name: str) -> Path:
    """Where the page goes; looked at before the work is done."""
    from autograder.overview import folder_of

    folder = folder_of(course, None if out is None else out.absolute().parent)
    path = folder / f"{name}.similar.html" if out is None else out
    try:
        if out is None:
            folder.mkdir(exist_ok=True)
        usable = folder.is_dir() and os.access(folder, os.W_OK) and not path.is_dir()
    except OSError:
        usable = False
    if not usable:
        raise UsageError(
            "no-page",
            "the page cannot be written there",
            where=str(path),
            next="name a file in a folder that you may write to, such as --out similar.html",
        )
    return path


def _write(path: Path, text: str) -> None:
    try:
        write_whole(path, text)
    except OSError as error:
        raise UsageError(
            "no-page",
            f"the page could not be written: {error.strerror}",
            where=str(path),
            next="name another file with --out",
        ) from None


def _print_json(look: Look, pair: Pair) -> None:
    from autograder.similar.page import passages_of

    found = passages_of(look, pair)
    content = {
        "assignment": look.assignment.name,
        "first": look.handed[pair.first].student,
        "second": look.handed[pair.second].student,
        "share": round(pair.share, 4),
        "of_first": round(pair.of_first, 4),
        "of_second": round(pair.of_second, 4),
        "passages": len(found),
        "rare_passages": sum(passage.rare for passage in found),
        "same_file": look.same_file(pair),
        "common_groups": list(look.common_groups(pair)),
    }
    sys.stdout.write(msgspec.json.encode(content).decode() + "\n")


def _print(look: Look, pair: Pair) -> None:
    first, second = look.handed[pair.first].student, look.handed[pair.second].student
    remarks = ["the same file"] if look.same_file(pair) else []
    remarks += [f"same group: {name}" for name in look.common_groups(pair)]
    line = f"{pair.share:4.0%}  {first}  {second}" + f"  ({'; '.join(remarks)})" * bool(remarks)
    sys.stdout.write(one_line(line, 400) + "\n")


def _say_what_was_compared(look: Look, page: Path) -> None:
    for one in look.left_out:
        if one.unreadable:
            terminal.say(f"not compared: {one.student}: {one.why}")
    empty = sum(not one.unreadable for one in look.left_out)
    listed, above = len(look.ranking.pairs), look.ranking.above
    terminal.say(
        f"{len(look.handed)} submissions compared, {empty} with too little of their own; {listed} "
        f"of {above} pairs listed that share {look.options.threshold:.0%} or more of what is rare"
    )
    terminal.say("read both sides before you think anything: this is a help, not a verdict")
    terminal.say(f"page: {page}")
