"""`autograder peer consent`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from autograder import terminal
from autograder.cli.app import CourseOption, course_at
from autograder.cli.peer.app import peer_app
from autograder.errors import AutograderError, UsageError

if TYPE_CHECKING:
    from autograder.course import Course
    from autograder.peer.consent import Consent


@peer_app.command()
def consent(
    student: Annotated[
        str | None, typer.Argument(help="Whose; without anybody, what was decided is listed.")
    ] = None,
    shown: Annotated[
        bool | None,
        typer.Option("--give/--withdraw", help="May their answers be shown, without a name?"),
    ] = None,
    group: Annotated[str | None, typer.Option("--group", "-g", help="The study group.")] = None,
    wrong_answers: Annotated[
        str | None,
        typer.Option(
            "--wrong-answers", help="yes or no: does the group look at the catalogue's wrong ones?"
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="What was decided, as JSON.")] = False,
    course: CourseOption = None,
) -> None:
    """Who may be shown in packs, and which groups look at known wrong answers."""
    from autograder.peer.consent import read_consent

    here = course_at(course, [])
    failed = False
    if student is None and shown is not None:
        raise _usage("whose answers?", "autograder peer consent STUDENT --withdraw")
    if group is None and wrong_answers is not None:
        raise _usage("which group?", "autograder peer consent --group G --wrong-answers yes")
    if student is not None and shown is not None:
        failed = _decide_about_student(here, student, shown=shown)
    if group is not None and wrong_answers is not None:
        _decide_about_group(here, group, wrong_answers)
    _list(here, read_consent(here), student, group, as_json=as_json)
    raise typer.Exit(1 if failed else 0)


def _decide_about_student(here: Course, student: str, *, shown: bool) -> bool:
    """Did taking them out of a pack fail?"""
    from autograder.peer.consent import check_student, read_consent, write_consent
    from autograder.peer.pack.files import take_out

    check_student(here, student)
    write_consent(here, read_consent(here).of_student(student, shown=shown))
    if shown:
        return False
    failed, changed = False, False
    for each in take_out(here, student):
        if isinstance(each, AutograderError):
            terminal.say(str(each))
            failed = True
        elif each.is_there:
            terminal.say(f"taken out: {each.page}")
            changed = True
        else:
            terminal.say(
                f"the pack {each.group}/{each.assignment} is no longer at {each.page}: it showed "
                "an answer of theirs, and can only be replaced by hand"
            )
            changed = True
    if changed:
        terminal.say(
            "copies that were handed out already cannot be called back: give the group the new "
            "pages, and ask for the old ones to be deleted"
        )
    return failed


def _decide_about_group(here: Course, group: str, word: str) -> None:
    from autograder.peer.consent import read_consent, write_consent
    from autograder.peer.groups import study_group

    answers = {"yes": True, "no": False}
    if word.lower() not in answers:
        raise _usage(f'"{word}" is neither yes nor no', "--wrong-answers yes, or no")
    name = study_group(here, group).name
    decided = read_consent(here).of_group(name, wrong_answers=answers[word.lower()])
    write_consent(here, decided)
    terminal.say(f"packs of {name} that are made from now on go by this")


def _list(
    here: Course, found: Consent, student: str | None, group: str | None, *, as_json: bool
) -> None:
    from autograder.peer.consent import check_student
    from autograder.peer.groups import study_group, study_groups

    if student is not None:
        check_student(here, student)
        rows = [(student, found.shows(student))]
    elif group is not None:
        rows = [(each, found.shows(each)) for each in study_group(here, group).ids]
    else:
        rows = [(each, found.shows(each)) for one in study_groups(here) for each in one.ids]
    names = [each.name for each in study_groups(here)] if group is None else [group]
    groups = [] if student is not None else [(each, each in found.wrong_answers) for each in names]
    if as_json:
        told = {"shown": dict(rows), "wrong_answers": dict(groups)}
        sys.stdout.write(msgspec.json.encode(told).decode() + "\n")
        return
    lines = [f"{who}: {'may be shown' if yes else 'is not shown'}" for who, yes in rows]
    lines += [f"group {who}: {'' if yes else 'no '}wrong answers" for who, yes in groups]
    sys.stdout.writelines(f"{line}\n" for line in lines)


def _usage(what: str, advice: str) -> UsageError:
    return UsageError("consent-incomplete", what, next=advice)
