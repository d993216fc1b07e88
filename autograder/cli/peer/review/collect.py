"""`autograder peer review collect`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from autograder.cli.app import CourseOption, course_at
from autograder.cli.peer.review.app import review_app
from autograder.feedback import this_moment
from autograder.feedback.text import one_line

if TYPE_CHECKING:
    from autograder.peer.review.collect import Row


@review_app.command()
def collect(
    name: Annotated[str, typer.Argument(help="The assignment.")],
    paths: Annotated[
        list[Path], typer.Argument(help="Forms that were filled in, or folders with them.")
    ],
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object per file on stdout.")
    ] = False,
    course: CourseOption = None,
) -> None:
    """Take reviews that come back: review.json or review.ipynb, wherever they lie."""
    from autograder.peer.review.collect import collect as collected
    from autograder.peer.review.files import round_of

    here = course_at(course, [])
    made = round_of(here, here.assignment(name).name)
    refused = 0
    for row in collected(here, made, paths, this_moment()):
        refused += row.status == "refused"
        if as_json:
            sys.stdout.write(msgspec.json.encode(row).decode() + "\n")
        else:
            sys.stdout.write(_line(row) + "\n")
    raise typer.Exit(1 if refused else 0)


def _line(row: Row) -> str:
    if row.status == "refused":
        said = f"{row.file}: {row.why}"
    elif row.status == "unchanged":
        said = f"{row.file}: {row.reviewer}"
    else:
        reviews = "1 review" if row.reviews == 1 else f"{row.reviews} reviews"
        parts = [f"{row.file}: {row.reviewer}, {reviews}"]
        parts += [f"incomplete: {', '.join(row.incomplete)}"] if row.incomplete else []
        said = "; ".join((*parts, *row.remarks))
    return f"{row.status:<10} {one_line(said, 900)}"
