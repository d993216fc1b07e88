"""`autograder peer review status`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from autograder import terminal
from autograder.cli.app import CourseOption, course_at
from autograder.cli.peer.review.app import review_app
from autograder.feedback import this_moment
from autograder.feedback.text import one_line

if TYPE_CHECKING:
    from autograder.peer.review.turnout import Overall, Turnout


@review_app.command()
def status(
    name: Annotated[str, typer.Argument(help="The assignment.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
    course: CourseOption = None,
) -> None:
    """Show who has given and received how many reviews: for the organiser."""
    from autograder.peer.review.files import read_reviews, read_versions, round_of
    from autograder.peer.review.turnout import turnout

    here = course_at(course, [])
    made = round_of(here, here.assignment(name).name)
    reviews, versions = read_reviews(here, made), read_versions(here, made.assignment)
    overall = turnout(made, reviews, versions, this_moment())
    if as_json:
        sys.stdout.write(msgspec.json.encode(overall).decode() + "\n")
        return
    _table(overall)
    _say_what_is_next(overall)


def _table(overall: Overall) -> None:
    shown = Table(box=None, pad_edge=False, header_style="bold")
    shown.add_column("student", no_wrap=True)
    for heading in ("given", "complete", "late", "received"):
        shown.add_column(heading, justify="right", no_wrap=True)
    for row in overall.people:
        shown.add_row(
            escape(one_line(row.student, 40)),
            f"{row.given}/{row.asked}",
            str(row.complete),
            str(row.late),
            _received(row),
        )
    Console().print(shown)


def _received(row: Turnout) -> str:
    if row.withdrawn:
        return "withdrawn"
    return "not shown" if row.received is None else f"{row.received}/{row.expected}"


def _say_what_is_next(overall: Overall) -> None:
    from autograder.peer.pack.opening import in_words

    when = "" if overall.due is None else f", due {in_words(overall.due)}"
    terminal.say(f"{overall.given} of {overall.asked} reviews are there{when}")
    if overall.over and overall.short:
        terminal.say(
            f"too few reviews: {', '.join(one_line(each, 40) for each in overall.short)}\n"
            f"  next:  autograder peer review assign {overall.assignment} --missing"
        )
