"""`autograder peer review feedback`."""

from __future__ import annotations

import sys
from typing import Annotated, Literal

import typer

from autograder import terminal
from autograder.cli.app import CourseOption, course_at
from autograder.cli.peer.review.app import review_app
from autograder.feedback.text import one_line


@review_app.command()
def feedback(
    name: Annotated[str, typer.Argument(help="The assignment.")],
    language: Annotated[
        Literal["en", "ko"] | None,
        typer.Option(help="Of all pages; default: each author's own."),
    ] = None,
    course: CourseOption = None,
) -> None:
    """Write a page for each author with what their readers have said."""
    from autograder.peer.answers import names_of
    from autograder.peer.review.files import read_reviews, round_of
    from autograder.peer.review.gather import handed_in, people_of
    from autograder.peer.review.received import write_received

    here = course_at(course, [])
    assignment = here.assignment(name)
    made = round_of(here, assignment.name)
    names = names_of(people_of(here, handed_in(here, assignment)))
    reviews = read_reviews(here, made)
    pages = write_received(here, assignment, made, reviews, names, language=language)
    for path in pages.written:
        sys.stdout.write(f"{path}\n")
    for one in pages.left_out:
        terminal.say(
            f"left out, because it says who somebody is: {one_line(one.reviewer, 100)} on "
            f"{one.criterion} of {one_line(one.author, 100)}: {', '.join(one.words)}"
        )
    terminal.say(f"{len(pages.written)} pages written")
    raise typer.Exit(1 if pages.left_out else 0)
