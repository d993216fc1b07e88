"""`autograder peer review appeal`."""

from __future__ import annotations

from typing import Annotated

import typer

from autograder import terminal
from autograder.cli.app import CourseOption, course_at
from autograder.cli.peer.review.app import review_app
from autograder.cli.peer.review.options import (
    JsonOption,
    NameArgument,
    ScoreOption,
    print_json,
    who,
)
from autograder.errors import UsageError
from autograder.feedback import this_moment


@review_app.command()
def appeal(
    name: NameArgument,
    student: Annotated[
        str | None, typer.Argument(help="Who appeals; default: list all appeals.")
    ] = None,
    why: Annotated[str, typer.Option("--why", help="What is wrong with the score.")] = "",
    decide: Annotated[
        str | None, typer.Option("--decide", help="Decide this appeal, by its id; final.")
    ] = None,
    score: ScoreOption = None,
    note: Annotated[str, typer.Option("--note", help="With --decide: why, for the student.")] = "",
    as_json: JsonOption = False,
    course: CourseOption = None,
) -> None:
    """A student does not agree with a score: write it down, list them, decide."""
    from autograder.peer.review import appeals
    from autograder.peer.review.files import round_of
    from autograder.peer.review.tables import show_appeals

    here = course_at(course, [])
    here.assignment(name)
    made = round_of(here, name)
    _check(name, student, why, decide, score, note)
    now = this_moment()
    if decide is not None:
        shown = [appeals.decide(here, made, decide, score or [], note, by=who(), now=now)]
    elif student is not None:
        shown = [appeals.open_appeal(here, made, student, why, now=now)]
    else:
        kept = appeals.read_appeals(here, name)
        shown = list(kept.appeals)
        if kept.until is not None:
            terminal.say(f"appeals: until {kept.until:%Y-%m-%d %H:%M %Z}")
    if as_json:
        print_json({"assignment": name, "appeals": shown})
    else:
        show_appeals(shown)


def _check(
    name: str,
    student: str | None,
    why: str,
    decide: str | None,
    score: list[str] | None,
    note: str,
) -> None:
    """raises  UsageError "appeal-unclear": who appeals does not decide"""
    opens, decides = student is not None or bool(why), decide is not None or bool(score or note)
    whole = (student is None) == (not why) and (decides == (decide is not None))
    if (opens and decides) or not whole:
        raise UsageError(
            "appeal-unclear",
            "an appeal has a student and --why; a decision has --decide, --score and --note",
            next=f'autograder peer review appeal {name} STUDENT --why "…", or autograder peer '
            f'review appeal {name} --decide ID --score CRITERION=SCORE --note "…"',
        )
