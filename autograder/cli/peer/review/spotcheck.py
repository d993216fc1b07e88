"""`autograder peer review spotcheck`."""

from __future__ import annotations

from typing import Annotated

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
    ScoreOption,
    print_json,
    who,
)
from autograder.course import Course
from autograder.errors import UsageError
from autograder.feedback import this_moment
from autograder.peer.review.reliability import Thresholds


@review_app.command()
def spotcheck(
    name: NameArgument,
    item: Annotated[
        str | None, typer.Argument(help="The item that is judged; default: list those to judge.")
    ] = None,
    score: ScoreOption = None,
    note: Annotated[str, typer.Option("--note", help="Why, for the record.")] = "",
    most: Annotated[int, typer.Option("--most", min=1, help="List at most so many.")] = 10,
    uncertain: Annotated[
        float,
        typer.Option("--uncertain", min=0.0, max=1.0, help="List scores less sure than this."),
    ] = 0.25,
    supervised: Annotated[
        float,
        typer.Option(
            "--supervised", min=0.0, max=1.0, help="List this share of what they have reviewed."
        ),
    ] = 0.5,
    chance: Annotated[
        float, typer.Option("--chance", min=0.0, max=1.0, help="List this share of all others.")
    ] = 0.1,
    as_json: JsonOption = False,
    least: LeastOption = DEFAULT.least,
    calibrated: CalibratedOption = DEFAULT.calibrated,
    agreement: AgreementOption = DEFAULT.agreement,
    course: CourseOption = None,
) -> None:
    """Which answers an instructor should look at; with ITEM: what was found there."""
    from autograder.peer.review.judged_round import judged_round
    from autograder.peer.review.spotchecks import Shares, to_look_at
    from autograder.peer.review.tables import show_spotchecks

    here = course_at(course, [])
    here.assignment(name)
    if item is not None:
        _judge(here, name, item, score or [], note, as_json)
        return
    if score or note:
        raise UsageError(
            "no-item",
            "it is not said which item this is about",
            next=f"autograder peer review spotcheck {name} ITEM --score CRITERION=SCORE",
        )
    thresholds = Thresholds(least=least, calibrated=calibrated, agreement=agreement)
    standing = judged_round(here, name, thresholds)
    found = to_look_at(
        standing.made,
        standing.scores,
        standing.reviews,
        standing.trust,
        Shares(uncertain=uncertain, supervised=supervised, chance=chance),
        checked=standing.judged,
    )
    shown = found[:most]
    if as_json:
        code = [standing.made.item(each.item).code for each in shown]
        told = zip(msgspec.to_builtins(shown), code, strict=True)
        print_json({"assignment": name, "items": [{**each, "code": c} for each, c in told]})
    else:
        show_spotchecks(standing, shown)
    more = f", and {len(found) - len(shown)} more: --most" if len(found) > len(shown) else ""
    terminal.say(f"{len(shown)} to look at{more}; {len(standing.judged)} were looked at before")


def _judge(
    course: Course, name: str, item: str, written: list[str], note: str, as_json: bool
) -> None:
    from autograder.peer.review.files import round_of
    from autograder.peer.review.spotchecks import keep_spotcheck
    from autograder.peer.review.tables import show_judgement

    judgement = keep_spotcheck(
        course, round_of(course, name), item, written, note, by=who(), now=this_moment()
    )
    if as_json:
        print_json(judgement)
    else:
        show_judgement(judgement)
