"""`autograder peer review credit`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

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
from autograder.feedback import this_moment
from autograder.peer.review.reliability import Thresholds


class What(StrEnum):
    REVIEWING = "reviewing"
    QUALITY = "quality"
    BOTH = "both"


@review_app.command()
def credit(
    name: NameArgument,
    points: Annotated[
        float, typer.Option("--points", min=0.0, max=1000.0, help="The most that one can get.")
    ] = 1.0,
    what: Annotated[
        What, typer.Option("--for", help="For reviews done, for their quality, or half for each.")
    ] = What.BOTH,
    apply: Annotated[
        bool, typer.Option("--apply", help="Write it into the gradebook; default: only show it.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Give also what somebody took away in formgrader.")
    ] = False,
    as_json: JsonOption = False,
    least: LeastOption = DEFAULT.least,
    calibrated: CalibratedOption = DEFAULT.calibrated,
    agreement: AgreementOption = DEFAULT.agreement,
    course: CourseOption = None,
) -> None:
    """Extra credit for reviewing: shown first, and with --apply in nbgrader's gradebook."""
    from autograder.peer.review import credit as giving
    from autograder.peer.review.judged_round import judged_round
    from autograder.peer.review.tables import show_credit

    here = course_at(course, [])
    here.assignment(name)
    thresholds = Thresholds(least=least, calibrated=calibrated, agreement=agreement)
    standing = judged_round(here, name, thresholds)
    asked = giving.Asked(points=points, what_for=what.value, again=again)
    if apply:
        found = giving.apply(here, standing, asked, by=who(), now=this_moment())
    else:
        found = giving.planned(here, standing, asked)
    if as_json:
        print_json({"assignment": name, "applied": apply, "credit": found})
    else:
        show_credit(found)
    written = sum(each.fate in giving.WRITTEN for each in found)
    if apply:
        terminal.say(f"gradebook: {written} changed; autograder grade writes their pages anew")
    elif written:
        terminal.say(f"nothing was written; for {written} students: the same with --apply")
    else:
        terminal.say("nothing was written, and there is nothing to apply")
    if any(each.points and each.fate in ("no-submission", "no-score") for each in found):
        raise typer.Exit(1)
