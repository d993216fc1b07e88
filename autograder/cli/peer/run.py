"""`autograder peer run`."""

from __future__ import annotations

import os
import sys
import webbrowser
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from autograder import terminal
from autograder.cli.app import CourseOption, course_at
from autograder.cli.interruption import exit_status, stopped_in_order
from autograder.cli.peer.app import LanguageOption, peer_app
from autograder.cli.peer.session import (
    AtOption,
    MinutesOption,
    ModeratorOption,
    NoAnswersOption,
    PresentersOption,
    SandboxOption,
    SeedOption,
    opened,
    tell_problems,
    tell_remarks,
)
from autograder.errors import AutograderError, UsageError
from autograder.feedback import this_moment
from autograder.feedback.text import one_line

if TYPE_CHECKING:
    from autograder.course import Course
    from autograder.peer.pack.folder import Brought
    from autograder.peer.pack.meeting import Asks
    from autograder.sandbox.choice import Choice


@peer_app.command()
def run(
    folder: Annotated[
        Path, typer.Argument(help="With a notebook of each member: kim.ipynb, ada.ipynb, …")
    ],
    assignment: Annotated[
        str | None, typer.Option("--assignment", help="This one only; default: all that are there.")
    ] = None,
    at: AtOption = "",
    minutes: MinutesOption = None,
    moderator: ModeratorOption = "",
    presenters: PresentersOption = "",
    language: LanguageOption = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Where packs go; default: FOLDER/session.")
    ] = None,
    wrong_answers: Annotated[
        bool, typer.Option("--wrong-answers", help="Look at a known wrong answer too.")
    ] = False,
    no_answers: NoAnswersOption = False,
    open_: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the page in the browser.")
    ] = True,
    seed: SeedOption = None,
    sandbox: SandboxOption = None,
    course: CourseOption = None,
) -> None:
    """Grade a study group's notebooks on this computer, and open the pack for their session."""
    from autograder.notebook import read_reference
    from autograder.peer.pack.files import refuse_unless_writable
    from autograder.peer.pack.folder import SESSION, brought_to
    from autograder.peer.pack.meeting import Asks
    from autograder.sandbox.choice import choose

    here = course_at(course, [folder])
    only = None if assignment is None else here.assignment(assignment).name
    symbols = {a.name: read_reference(a.reference).symbols for a in here.assignments}
    target = (out or folder / SESSION).absolute()
    brought = brought_to(folder, symbols, only, out=target)
    refuse_unless_writable(target)
    for who, why in brought.problems:
        terminal.say(f"left out: {one_line(who, 100)}: {one_line(why, 300)}")
    names = _open_by_now(here, brought, this_moment())
    kind = here.sandbox.kind if sandbox is None else sandbox.value
    choice = choose(here, kind, names=set(names))
    asks = Asks(at=at, minutes=minutes, moderator=moderator, presenters=presenters)
    run = _Run(
        choice=choice,
        folder=folder.absolute(),
        target=target,
        asks=asks,
        language=None if language is None else language.value,
        seed=seed,
        wrong_answers=wrong_answers,
        no_answers=no_answers,
    )
    try:
        with stopped_in_order():
            whole = [run.pack(name, brought) for name in names]
    except KeyboardInterrupt as interrupt:
        terminal.say("interrupted: packs that were written before stay")
        raise typer.Exit(exit_status(interrupt)) from None
    for page in run.pages:
        sys.stdout.write(f"{page}\n")
        if open_:
            _open(page)
    failed = bool(brought.problems) or not all(whole) or len(names) < len(brought.found)
    raise typer.Exit(1 if failed else 0)


class _Run:
    """What the packs of one folder have in common."""

    def __init__(
        self,
        *,
        choice: Choice,
        folder: Path,
        target: Path,
        asks: Asks,
        language: Literal["en", "ko"] | None,
        seed: int | None,
        wrong_answers: bool,
        no_answers: bool,
    ) -> None:
        self.choice, self.folder, self.target, self.asks = choice, folder, target, asks
        self.language, self.seed = language, seed
        self.wrong_answers, self.no_answers = wrong_answers, no_answers
        self.pages: list[Path] = []

    def pack(self, name: str, brought: Brought) -> bool:
        """Make one; did every notebook of it have a result?"""
        from autograder.peer.pack.files import write_pack
        from autograder.peer.pack.gathering import order_of_folder
        from autograder.peer.pack.make import make_pack

        course = self.choice.course
        order = order_of_folder(
            course,
            course.assignment(name),
            self.folder,
            brought,
            self.asks,
            now=this_moment(),
            language=self.language,
            seed=self.seed,
            wrong_answers=self.wrong_answers,
            no_answers=self.no_answers,
        )
        terminal.say(f"{name}: {len(order.found)} notebooks")
        made = make_pack(order, opened(self.choice, order))
        tell_problems(made.manifest)
        tell_remarks(made)
        self.pages.append(write_pack(made.manifest, self.target, None).page)
        return not made.problems


def _open_by_now(here: Course, brought: Brought, now: datetime) -> list[str]:
    """The assignments whose deadline has passed.

    raises  UsageError "session-too-early" where that is none of them, and "no-notebooks" where
            nothing that was brought is of any
    """
    from autograder.peer.pack.opening import opens_at, refuse_before

    names: list[str] = []
    refused: AutograderError | None = None
    for name, some in brought.found.items():
        moment = opens_at(here, here.assignment(name), [one.student for one in some])
        try:
            refuse_before(moment, now, what=name, group="of this folder")
            names.append(name)
        except UsageError as error:
            refused = error
            terminal.say(str(error))
    if refused is not None and not names:
        raise refused
    if not names:
        raise UsageError(
            "no-notebooks",
            "none of these notebooks is of an assignment of this course",
            where=str(here.root),
            next="check that it is the right course (--course), and see what was left out above",
        )
    return names


def _open(page: Path) -> None:
    """In the browser that people use; where there is no screen, the path on stdout is all."""
    screen = sys.platform in ("darwin", "win32") or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
    )
    try:
        shown = screen and webbrowser.open(page.as_uri())
    except (webbrowser.Error, OSError):
        shown = False
    if not shown:
        terminal.say("there is no browser to open here: open the page yourself")
