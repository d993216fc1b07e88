"""`autograder peer review assign`."""

from __future__ import annotations

import sys
from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal
from zoneinfo import ZoneInfo

import typer

from autograder import terminal
from autograder.cli.app import CourseOption, course_at
from autograder.cli.peer.review.app import review_app
from autograder.course import Assignment, Course, students_of
from autograder.course.deadlines import due_at
from autograder.errors import UsageError
from autograder.feedback import this_moment
from autograder.feedback.text import one_line

if TYPE_CHECKING:
    from autograder.peer.review.assign import Wish
    from autograder.peer.review.gather import Gathered
    from autograder.peer.review.handout import Handout
    from autograder.peer.review.tasks import Step


@review_app.command()
def assign(
    name: Annotated[str, typer.Argument(help="The assignment.")],
    k: Annotated[
        int | None, typer.Option("-k", min=1, max=10, help="Reviews each; default: 3.")
    ] = None,
    not_own_group: Annotated[
        bool, typer.Option("--not-own-group", help="Nobody reads an answer of their own group.")
    ] = False,
    due: Annotated[
        str | None,
        typer.Option(help="When reviews are due, such as 2026-10-07; default: a week from now."),
    ] = None,
    calibration: Annotated[
        int | None,
        typer.Option(min=0, max=10, help="Answers of known quality that each reads besides."),
    ] = None,
    everyone: Annotated[
        bool, typer.Option("--everyone", help="Who has handed in nothing reviews too.")
    ] = False,
    missing: Annotated[
        bool, typer.Option("--missing", help="Give out again what is missing after the due date.")
    ] = False,
    language: Annotated[
        Literal["en", "ko"] | None,
        typer.Option(help="Of all forms; default: each reviewer's own."),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Who reads whom; default: by chance, and kept.")
    ] = None,
    course: CourseOption = None,
) -> None:
    """Give each student k anonymised answers of others to review."""
    from autograder.peer.review.assign import Wish
    from autograder.peer.review.files import write_round
    from autograder.peer.review.gather import gather, handed_in
    from autograder.peer.review.handout import hand_out

    here = course_at(course, [])
    assignment = here.assignment(name)
    now = this_moment()
    _check_that_nobody_may_hand_in(here, assignment, now)
    wish = Wish(
        k=k,
        avoid_own_group=True if not_own_group else None,
        everyone=True if everyone else None,
        calibration=calibration,
        seed=seed,
        due=None if due is None else _due(due, here, now),
    )
    with terminal.progress(len(handed_in(here, assignment)), "reading") as tick:
        gathered = gather(here, assignment, tick=tick)
    step = _step(here, assignment, gathered, wish, now, missing=missing)
    with terminal.progress(len(step.made.reviewers), "writing forms") as tick:
        handout = hand_out(
            here,
            assignment,
            step.made,
            gathered,
            language=language,
            before=lambda: write_round(here, step.made),
            tick=tick,
        )
    _say_what_was_done(step, gathered, handout)
    raise typer.Exit(1 if step.missing or handout.left else 0)


def _step(
    course: Course,
    assignment: Assignment,
    gathered: Gathered,
    wish: Wish,
    now: datetime,
    *,
    missing: bool,
) -> Step:
    from autograder.peer.review.assign import changed, first_round, given_again
    from autograder.peer.review.files import read_reviews, read_round, round_of

    if missing:
        made = round_of(course, assignment.name)
        return given_again(course, made, gathered, read_reviews(course, made), wish, now)
    before = read_round(course, assignment.name)
    if before is not None:
        return changed(course, before, gathered, wish, now)
    return first_round(course, assignment, gathered, wish, now)


def _check_that_nobody_may_hand_in(course: Course, assignment: Assignment, now: datetime) -> None:
    from autograder.peer.pack.opening import in_words, opens_at

    everybody = {"", *(each.student for each in assignment.extensions)}  # "": the regular date
    everybody |= {member for group in course.groups for member in group.members}
    if course.roster is not None:
        everybody |= {student.id for student in students_of(course)}
    if course.submitted.is_dir():
        everybody |= {folder.name for folder in course.submitted.iterdir()}
    opens = opens_at(course, assignment, sorted(everybody))
    if opens is not None and now <= opens:
        raise UsageError(
            "reviews-too-early",
            f"reviewers would see answers to {assignment.name}, and somebody may still hand in",
            where=f"due {in_words(opens)}, extensions counted",
            next=f"run the command again after {in_words(opens)}",
        )


def _due(text: str, course: Course, now: datetime) -> datetime:
    try:
        due = due_at(text, course.timezone)
    except (ValueError, OverflowError):
        raise UsageError(
            "bad-date",
            f'--due "{text}" is no date',
            next='write it as 2026-10-07 or "2026-10-07 18:00"',
        ) from None
    return due.astimezone(ZoneInfo(course.timezone))


def _say_what_was_done(step: Step, gathered: Gathered, handout: Handout) -> None:
    for one in gathered.withheld:
        of = f" ({', '.join(one.symbols)})" if one.symbols else ""
        terminal.say(f"not shown to anybody: {one_line(one.student, 100)}{of}: {one.why}")
    for student in step.withdrawn:
        terminal.say(f"withdrawn: {student}; the forms that had this answer were made anew")
    for student in step.joined:
        terminal.say(f"joined: {student}")
    for path in handout.left:
        terminal.say(
            f"left as it is, because somebody changed it: {path}\n"
            "  next:  collect it, and run the command again"
        )
    for author, count in sorted(step.missing.items()):
        terminal.say(f"nobody is left to review: {author}, {count} missing")
    per_reviewer = Counter(task.reviewer for task in step.new_tasks)
    for reviewer in sorted(per_reviewer):
        sys.stdout.write(f"{one_line(reviewer, 100)}  {per_reviewer[reviewer]} to review\n")
    if not (step.new_tasks or step.withdrawn or handout.written):
        terminal.say("nothing has changed")
    terminal.say(
        f"{len(step.new_tasks)} new reviews to write, {len(step.made.reviewers)} reviewers, "
        f"{len(handout.written)} files written\nforms: {handout.folder}"
    )
