"""`autograder peer review score`."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from autograder import terminal
from autograder.cli.app import CourseOption, course_at
from autograder.cli.peer.review.app import review_app
from autograder.cli.peer.review.options import (
    DEFAULT,
    AgreementOption,
    CalibratedOption,
    JsonOption,
    LeastOption,
    NameArgument,
    print_json,
    who,
)
from autograder.course import Course
from autograder.course.deadlines import due_at
from autograder.errors import UsageError
from autograder.feedback import this_moment
from autograder.peer.review.reliability import Thresholds

if TYPE_CHECKING:
    from autograder.peer.review.judged_round import JudgedRound


@review_app.command()
def score(
    name: NameArgument,
    give: Annotated[
        bool,
        typer.Option("--give", help="A page for each student; from now on they may appeal."),
    ] = False,
    until: Annotated[
        str | None,
        typer.Option("--until", help="With --give: the last moment for appeals; default: 7 days."),
    ] = None,
    as_json: JsonOption = False,
    least: LeastOption = DEFAULT.least,
    calibrated: CalibratedOption = DEFAULT.calibrated,
    agreement: AgreementOption = DEFAULT.agreement,
    course: CourseOption = None,
) -> None:
    """What everybody's reviews come to, and how far each reviewer is trusted."""
    from autograder.peer.review.appeals import give_scores
    from autograder.peer.review.given import write_scores
    from autograder.peer.review.judged_round import judged_round
    from autograder.peer.review.tables import show_scores

    here = course_at(course, [])
    here.assignment(name)
    if until is not None and not give:
        raise UsageError("until-without-give", "--until goes with --give", next="add --give")
    thresholds = Thresholds(least=least, calibrated=calibrated, agreement=agreement)
    standing = judged_round(here, name, thresholds)
    if as_json:
        print_json(_builtins(standing))
    else:
        show_scores(standing)
    missing = [each.author for each in standing.scores if each.state == "too-few"]
    if missing:
        terminal.say(
            f"{len(missing)} have no score, since too few have reviewed them: "
            f"autograder peer review spotcheck {name}"
        )
    if give:
        moment = this_moment()
        last = _moment(here, until) if until is not None else None
        given = give_scores(here, standing.made, by=who(), now=moment, until=last)
        pages = write_scores(here, standing, given.until)
        terminal.say(f"appeals: until {given.until:%Y-%m-%d %H:%M %Z}")
        if pages:
            terminal.say(f"{len(pages)} pages: {pages[0].parent.parent}/STUDENT/{pages[0].name}")
    if missing:
        raise typer.Exit(1)


def _moment(course: Course, text: str) -> datetime:
    try:
        return due_at(text, course.timezone)
    except (ValueError, OverflowError):
        raise UsageError(
            "not-a-date",
            f'"{text}" is no date',
            where="--until",
            next='such as 2026-10-07, which means the end of that day, or "2026-10-07 18:00"',
        ) from None


def _builtins(standing: JudgedRound) -> dict[str, Any]:
    """docs/peer-review.md says what the fields are."""
    reviewers = []
    for reviewer, trust in sorted(standing.trust.items()):
        work = standing.work[reviewer]
        told = msgspec.to_builtins(trust)
        reviewers.append({**told, "asked": work.asked, "done": work.done})
    return {
        "assignment": standing.made.assignment,
        "scores": msgspec.to_builtins(sorted(standing.scores, key=lambda each: each.author)),
        "reviewers": reviewers,
    }
