"""`autograder peer session`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from autograder import terminal
from autograder.cli.app import CourseOption, course_at
from autograder.cli.grade import SandboxKind
from autograder.cli.interruption import exit_status, stopped_in_order
from autograder.cli.peer.app import GroupOption, LanguageOption, peer_app
from autograder.feedback import this_moment
from autograder.feedback.text import one_line

if TYPE_CHECKING:
    from autograder.course import Course
    from autograder.peer.groups import StudyGroup
    from autograder.peer.pack.files import Written
    from autograder.peer.pack.make import Made, Order
    from autograder.peer.pack.manifest import Manifest
    from autograder.sandbox import Sandbox
    from autograder.sandbox.choice import Choice

SandboxOption = Annotated[
    SandboxKind | None,
    typer.Option(
        "--sandbox",
        envvar="AUTOGRADER_SANDBOX",
        help="Where answers run; default: as course.yml says.",
    ),
]
AtOption = Annotated[
    str,
    typer.Option("--at", help='When it begins: 19:00, or "2026-10-07 19:00"; default: the plan.'),
]
MinutesOption = Annotated[
    int | None, typer.Option("--minutes", help="How long it is; default: the plan, or 60.")
]
ModeratorOption = Annotated[
    str, typer.Option("--moderator", help="Who leads it; default: the plan, or left open.")
]
PresentersOption = Annotated[
    str, typer.Option("--presenters", help="Who presents: kim,ada; default: the plan.")
]
SeedOption = Annotated[
    int | None,
    typer.Option("--seed", min=0, help="Of the order of answers; default: the assignment's own."),
]
NoAnswersOption = Annotated[
    bool, typer.Option("--no-answers", help="Show nobody's answers, only concepts and questions.")
]


@peer_app.command()
def session(
    name: Annotated[str, typer.Argument(help="The assignment.")],
    group: GroupOption,
    at: AtOption = "",
    minutes: MinutesOption = None,
    moderator: ModeratorOption = "",
    presenters: PresentersOption = "",
    language: LanguageOption = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="The folder; default: peer/GROUP/sessions in the course."),
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Make it anew though nothing has changed.")
    ] = False,
    no_answers: NoAnswersOption = False,
    seed: SeedOption = None,
    sandbox: SandboxOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="What was made, as JSON.")] = False,
    course: CourseOption = None,
) -> None:
    """Make the pack of a group's session: a page to read from, and a notebook to try things in."""
    from autograder.peer.groups import study_group
    from autograder.peer.pack import gathering
    from autograder.peer.pack.meeting import Asks
    from autograder.sandbox.choice import choose

    here = course_at(course, [])
    its = here.assignment(name)
    studying = study_group(here, group)
    now = this_moment()
    opens = gathering.opens(here, its, studying, now)
    kind = here.sandbox.kind if sandbox is None else sandbox.value
    choice = choose(here, kind, names={its.name})
    order = gathering.order_of_group(
        choice.course,
        choice.course.assignment(its.name),
        studying,
        Asks(at=at, minutes=minutes, moderator=moderator, presenters=presenters),
        now=now,
        language=None if language is None else language.value,
        seed=seed,
        out=out,
        no_answers=no_answers,
    )
    if opens is None:
        terminal.say(f"{its.name} has no due date: a session about it may be held at any time")
    _warn_of_others(here, its.name, now)
    _warn_of_stale_packs(here, f"{group}/{its.name}")
    written, manifest, made = _made(here, order, choice, again=again)
    _say_what_was_made(order, manifest, made, studying)
    _report(order, written, manifest, as_json=as_json)
    raise typer.Exit(1 if manifest.problems else 0)


def _made(
    here: Course, order: Order, choice: Choice, *, again: bool
) -> tuple[Written, Manifest, Made | None]:
    """(what was written, of what, and how that was made; None: nothing had changed)."""
    from autograder.peer.pack.files import place_of_manifest, write_pack
    from autograder.peer.pack.gathering import unchanged
    from autograder.peer.pack.make import make_pack
    from autograder.store import Store

    kept_at = place_of_manifest(here, order.group, order.assignment.name)
    before = None if again else unchanged(order, kept_at, here)
    folder = here.root / order.folder
    if before is not None:
        return write_pack(before, folder, kept_at), before, None
    try:
        with (
            stopped_in_order(),
            Store(here.db_url, course=here.id, root=here.root, notice=terminal.say) as store,
        ):
            made = make_pack(order, opened(choice, order), store=store)
            return write_pack(made.manifest, folder, kept_at), made.manifest, made
    except KeyboardInterrupt as interrupt:
        terminal.say("interrupted: nothing was written")
        raise typer.Exit(exit_status(interrupt)) from None


def opened(choice: Choice, order: Order) -> Callable[[], AbstractContextManager[Sandbox]]:
    """The sandbox, with a word about what it lacks when it opens."""
    from contextlib import contextmanager

    @contextmanager
    def open_it():  # type: ignore[no-untyped-def]
        if choice.why_local:
            terminal.say(f"sandbox: local, since {choice.why_local}")
        with choice.open(jobs=max(1, min(len(order.found), 4))) as box:
            terminal.warn_of_missing_walls(box.missing_walls())
            yield box

    return open_it


@dataclass(frozen=True, slots=True)
class _Told:
    """The JSON of one pack."""

    assignment: str
    group: str
    page: str
    notebook: str
    changed: bool
    concepts: int
    answers: int
    questions: int
    problems: list[dict[str, str]]


def _report(order: Order, written: Written, manifest: Manifest, *, as_json: bool) -> None:
    if not as_json:
        sys.stdout.write(f"{written.page}\n{written.notebook}\n")
        return
    pack = manifest.pack
    told = _Told(
        assignment=order.assignment.name,
        group=order.group,
        page=str(written.page),
        notebook=str(written.notebook),
        changed=written.changed,
        concepts=len(pack.concepts) + len(pack.later_concepts),
        answers=sum(len(each.answers) for each in pack.contrasts),
        questions=len(pack.questions),
        problems=[{"student": who, "why": why} for who, why in manifest.problems],
    )
    sys.stdout.write(msgspec.json.encode(told).decode() + "\n")


def _say_what_was_made(
    order: Order, manifest: Manifest, made: Made | None, group: StudyGroup
) -> None:
    """Names and counts, to the organiser alone: none of it is on a page."""
    handed_in = {one.student for one in order.found}
    missing = [student for student in group.ids if student not in handed_in]
    if missing:
        terminal.say(f"handed in nothing: {', '.join(missing)}")
    if not handed_in:
        terminal.say(
            f"nobody of {group.name} has handed in {order.assignment.name} (collected it yet?): "
            "the pack has questions, and neither concepts nor answers"
        )
    elif len(handed_in) == 1 < len(group.ids):
        terminal.say(
            "only one of them has handed in: whoever knows that knows whose concepts these are"
        )
    if len(group.ids) == 1:
        terminal.say("a group of one: nothing on its page is anonymous to its member")
    tell_problems(manifest)
    if made is None:
        terminal.say("nothing has changed since it was made (--again makes it anew)")
        return
    tell_remarks(made)
    terminal.say(f"results: {made.kept} kept, {made.graded} graded now; the gradebook is as it was")


def tell_problems(manifest: Manifest) -> None:
    for who, why in manifest.problems:
        terminal.say(f"no result: {one_line(who, 100)}: {one_line(why, 300)}")


def tell_remarks(made: Made) -> None:
    for remark in made.remarks:
        terminal.say(one_line(remark, 400))


def _warn_of_others(here: Course, name: str, now: datetime) -> None:
    from autograder.peer.pack.opening import in_words, still_open_for_others

    until = still_open_for_others(here, here.assignment(name), now)
    if until is not None:
        terminal.say(
            f"warning: others of the course may hand in until {in_words(until)}: ask the group to "
            "keep the pack to itself until then"
        )
    late = here.assignment(name).late
    if late is not None and here.assignment(name).due is not None:
        terminal.say("what is handed in late still counts for something: the pack shows answers")


def _warn_of_stale_packs(here: Course, this: str) -> None:
    from autograder.peer.consent import read_consent
    from autograder.peer.pack.files import stale_packs

    stale = [each for each in stale_packs(here, read_consent(here).withdrawn) if each != this]
    if stale:
        terminal.say(
            f"warning: still show somebody who has withdrawn: {', '.join(stale)}\n"
            "  next:  autograder peer consent STUDENT --withdraw, which takes them out"
        )
