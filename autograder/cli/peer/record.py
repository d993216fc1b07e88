"""`autograder peer record`."""

from __future__ import annotations

import sys
from datetime import date as Date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from autograder import terminal
from autograder.cli.app import CourseOption, course_at
from autograder.cli.peer.app import LanguageOption, peer_app
from autograder.errors import UsageError
from autograder.feedback import this_moment

if TYPE_CHECKING:
    from autograder.course import Course
    from autograder.peer.record.book import Kept

AnyGroupOption = Annotated[
    str | None, typer.Option("--group", "-g", help="The study group; default: the only one.")
]
FolderOption = Annotated[
    Path | None,
    typer.Option("--folder", help="A group without a course: its records are in DIR/records."),
]
_Texts = list[str] | None


@peer_app.command()
def record(
    name: Annotated[
        str | None,
        typer.Argument(help="The session, such as an assignment; default: that of the day."),
    ] = None,
    group: AnyGroupOption = None,
    date: Annotated[
        str | None, typer.Option("--date", help="2026-10-07; default: the session's day, or today.")
    ] = None,
    folder: FolderOption = None,
    moderator: Annotated[str | None, typer.Option("--moderator", help="Who led it.")] = None,
    presenters: Annotated[
        _Texts, typer.Option("--presenters", help="Who presented: kim,ada.")
    ] = None,
    present: Annotated[_Texts, typer.Option("--present", help="Who was there: kim,ada.")] = None,
    absent: Annotated[
        _Texts, typer.Option("--absent", help="Who was not; without --present, all others were.")
    ] = None,
    goal: Annotated[
        _Texts, typer.Option("--goal", help='What somebody wants to do: "kim: chapter 3".')
    ] = None,
    done: Annotated[
        _Texts, typer.Option("--done", help='A goal that was reached: "kim: chapter 3".')
    ] = None,
    question: Annotated[_Texts, typer.Option("--question", help="A question.")] = None,
    answer: Annotated[
        _Texts, typer.Option("--answer", help='"ID: the answer", which closes the question.')
    ] = None,
    reopen: Annotated[
        _Texts, typer.Option("--reopen", help="The ID of a question that is open again.")
    ] = None,
    decision: Annotated[_Texts, typer.Option("--decision", help="What was decided.")] = None,
    keep: Annotated[_Texts, typer.Option("--keep", help="What went well.")] = None,
    problem: Annotated[_Texts, typer.Option("--problem", help="What did not.")] = None,
    try_: Annotated[_Texts, typer.Option("--try", help="What to do otherwise.")] = None,
    note: Annotated[_Texts, typer.Option("--note", help="A line of notes.")] = None,
    from_: Annotated[
        Path | None, typer.Option("--from", help="Take in what a session's page has saved.")
    ] = None,
    language: LanguageOption = None,
    course: CourseOption = None,
) -> None:
    """Make the record of a session, or add to it; people edit the file by hand as well."""
    from autograder.peer.record import book as books
    from autograder.peer.record.place import day
    from autograder.peer.record.saying import additions_said

    where = where_of(folder, course)
    book = books.book_of(where, group, today_of(where))
    taken = None if from_ is None else books.read_taken(from_, book.people)
    place = books.find_place(book, name, day(date) if date is not None else None, taken)
    said = {
        "moderator": [moderator] if moderator is not None else None,
        "presenters": presenters,
        "present": present,
        "absent": absent,
        "goal": goal,
        "done": done,
        "question": question,
        "answer": answer,
        "reopen": reopen,
        "decision": decision,
        "keep": keep,
        "problem": problem,
        "try": try_,
        "note": note,
    }
    additions = additions_said(book, {option: texts or [] for option, texts in said.items()})
    own = "en" if isinstance(where, Path) else where.language
    kept = books.keep(book, place, taken, additions, str(language or own))
    _tell(kept)


def where_of(folder: Path | None, course: Path | None) -> Course | Path:
    """A course, or the folder of a group that has none.

    raises  UsageError "no-folder"
    """
    if folder is None:
        return course_at(course, [])
    if not folder.is_dir():
        advice = "make the folder first, or name another one"
        raise UsageError("no-folder", "there is no such folder", where=str(folder), next=advice)
    return folder.absolute()


def today_of(where: Course | Path) -> Date:
    """In the course's time zone; without a course in this computer's."""
    zone = None if isinstance(where, Path) else ZoneInfo(where.timezone)
    return this_moment().astimezone(zone).date()


def _tell(kept: Kept) -> None:
    sys.stdout.write(f"{kept.path}\n")
    if kept.is_new:
        terminal.say(
            f"a new record; from earlier ones: open questions {kept.questions}, goals {kept.goals}"
        )
    else:
        terminal.say("added" if kept.changed else "nothing was changed")
