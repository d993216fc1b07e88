"""`autograder report`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autograder import terminal
from autograder.cli.app import CourseOption, app, course_at
from autograder.errors import UsageError
from autograder.feedback import points_text
from autograder.feedback.text import one_line

if TYPE_CHECKING:
    from autograder.course import Assignment, Course
    from autograder.overview import Overview
    from autograder.store import Store

_SHOWN = 5  # of a list, in the summary


class Format(StrEnum):
    HTML = "html"
    CSV = "csv"
    JSON = "json"


@app.command()
def report(
    name: Annotated[
        str | None, typer.Argument(help="The assignment; default: all that have results.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="The folder; default: reports/ in the course.")
    ] = None,
    formats: Annotated[
        list[Format] | None,
        typer.Option("--format", help="Write this only; may be repeated. Default: all three."),
    ] = None,
    as_json: Annotated[
        bool,
        typer.Option("--json", help="One JSON object per assignment on stdout, and no files."),
    ] = False,
    course: CourseOption = None,
) -> None:
    """The class at a glance: scores, tests, misconceptions, and what to look at."""
    from autograder.overview import contents_of_course, folder_of, json_of, write_all
    from autograder.store import Store

    here = course_at(course, [])
    folder = folder_of(here, out)
    chosen = [here.assignment(name)] if name is not None else None
    with Store(here.db_url, course=here.id, root=here.root, notice=terminal.say) as store:
        overviews = list(_overviews(here, chosen, store))
    if as_json:
        sys.stdout.writelines(f"{json_of(each)}\n" for each in overviews)
        return
    wanted = [str(each) for each in formats or list(Format)]
    for overview in overviews:
        _summarise(overview, write_all(folder, _contents(overview, wanted)))
    if name is None:
        _say_paths(write_all(folder, contents_of_course(here.title, overviews, wanted)))


def _overviews(
    here: Course, chosen: Sequence[Assignment] | None, store: Store
) -> Iterator[Overview]:
    from autograder.overview import gather, graded_assignments, overview_of

    found = graded_assignments(here, store) if chosen is None else chosen
    if not found:
        raise UsageError(
            "nothing-graded",
            "there are no results in this course yet",
            where=str(here.root),
            next="autograder grade",
        )
    for assignment in found:
        yield overview_of(gather(here, assignment, store))


def _contents(overview: Overview, wanted: Sequence[str]) -> dict[str, str]:
    from autograder.overview import contents_of

    return contents_of(overview, wanted)


def _summarise(overview: Overview, paths: Sequence[Path]) -> None:
    """What a person wants to know before opening the page."""
    from autograder.overview import attention

    absent = overview.not_submitted
    missing = "" if absent is None else f", {len(absent)} have not handed in"
    spread, most = overview.scores, points_text(overview.max_score)
    head = (
        f"{overview.assignment}: {overview.graded} graded, "
        f"{len(overview.not_graded)} handed in and not graded{missing}"
    )
    scores = (
        f"  scores: median {spread.median:g} of {most}, quartiles {spread.q1:g} and {spread.q3:g}; "
        f"{overview.full_marks} with full marks, {overview.no_points} without points"
    )
    frequent = [
        f"  {len(row.students):>4} {row.id} ({row.cell or '?'}): {row.title}"
        for row in overview.misconceptions[:_SHOWN]
    ]
    lines = [head, scores, *frequent]
    for look in attention(overview):
        shown = ", ".join(look.who[:_SHOWN]) + (", …" if len(look.who) > _SHOWN else "")
        lines.append(f"  ! {look.what}" + (f": {shown}" if shown else ""))
    sys.stdout.writelines(f"{_shown(line)}\n" for line in lines)
    _say_paths(paths)


def _say_paths(paths: Sequence[Path]) -> None:
    for path in paths:
        terminal.say(f"written: {path}")


def _shown(line: str) -> str:
    """Without anything that acts on a terminal; its indentation stays."""
    indent = len(line) - len(line.lstrip(" "))
    return " " * indent + one_line(line, 400)
