"""`autograder peer plan`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
import typer

from autograder import terminal
from autograder.cli.app import CourseOption, course_at
from autograder.cli.peer.app import peer_app
from autograder.feedback.text import one_line

if TYPE_CHECKING:
    from autograder.course import Course
    from autograder.peer.plan.changes import Change
    from autograder.peer.plan.figures import Figures
    from autograder.peer.plan.model import Plan, PlannedSession

Language = Literal["en", "ko"]


@peer_app.command()
def plan(
    init: Annotated[
        bool, typer.Option("--init", help="Write a peer.yml to start from, and nothing else.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would change; write nothing.")
    ] = False,
    group: Annotated[
        str | None, typer.Option("--group", "-g", help="Show this group's sessions only.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
    seed: Annotated[
        int | None,
        typer.Option(help="Of the lots; another one than before draws what is to come anew."),
    ] = None,
    language: Annotated[
        Language | None, typer.Option(help="Of the files for people; default: the course's.")
    ] = None,
    course: CourseOption = None,
) -> None:
    """Plan the study groups' term: dates, topics, moderators, presenters, mixed sessions."""
    from autograder.feedback import this_moment
    from autograder.peer.groups import study_group, study_groups
    from autograder.peer.plan import read_plan
    from autograder.peer.plan.changes import changes_between
    from autograder.peer.plan.example import write_example
    from autograder.peer.plan.figures import figures_of
    from autograder.peer.plan.files import files_of, write_files
    from autograder.peer.plan.planning import make_plan
    from autograder.peer.plan.term import default_seed, read_term

    here = course_at(course, [])
    groups = study_groups(here)
    now = this_moment()
    if init:
        terminal.say(f"written: {write_example(here, groups, now.date())}")
        return
    if group is not None:
        study_group(here, group)
    term = read_term(here, groups)
    earlier = read_plan(here)
    if seed is None:
        seed = earlier.seed if earlier else default_seed(here)
    spoken = language or here.language
    made = make_plan(
        here, groups, term, earlier, now=now.replace(microsecond=0), seed=seed, language=spoken
    )
    changes = changes_between(earlier, made.plan)
    figures = figures_of(made.plan, groups)
    files = files_of(made.plan, here, groups, spoken)
    written = () if dry_run else write_files(files)
    for remark in made.remarks:
        terminal.say(f"note: {remark}")
    if as_json:
        _print_json(made.plan, changes, figures, made.remarks, group)
    elif earlier is None and not dry_run:
        _print_sessions(made.plan, group)
    else:
        _print_changes(changes, group)
    _say_how_fair(figures, any(session.table for session in made.plan.sessions))
    _say_what_was_written(here, written, len(changes), dry_run=dry_run)
    raise typer.Exit(1 if dry_run and changes else 0)


def _shown(sessions: tuple[PlannedSession, ...], plan: Plan, group: str | None) -> Any:
    own = None if group is None else {session.place for session in plan.sessions_of(group)}
    return [session for session in sessions if own is None or session.place in own]


def _print_sessions(plan: Plan, group: str | None) -> None:
    for session in _shown(plan.sessions, plan, group):
        sys.stdout.write(_line(session) + "\n")


def _print_changes(changes: tuple[Change, ...], group: str | None) -> None:
    for change in changes:
        if group is not None and change.session.group not in (None, group):
            continue
        why = f"  ({', '.join(change.what)})" if change.what else ""
        sys.stdout.write(f"{change.kind:6}  {_line(change.session)}{why}\n")


def _line(session: PlannedSession) -> str:
    place = session.group or f"table {session.table_number}"
    roles = f"{session.moderator or '—'}: {', '.join(session.presenters) or '—'}"
    when = f"{session.starts:%Y-%m-%d %H:%M}"
    parts = (when, f"{session.number:3}", place, session.topic, roles)
    return "  ".join(one_line(part, 120) for part in parts)


def _print_json(
    plan: Plan,
    changes: tuple[Change, ...],
    figures: Figures,
    remarks: tuple[str, ...],
    group: str | None,
) -> None:
    content = {
        "course": plan.course,
        "timezone": plan.timezone,
        "seed": plan.seed,
        "sessions": [_session(each) for each in _shown(plan.sessions, plan, group)],
        "changes": [
            {
                "kind": each.kind,
                "number": each.session.number,
                "group": each.session.group,
                "table": each.session.table_number,
                "what": list(each.what),
            }
            for each in changes
        ],
        "figures": msgspec.to_builtins(figures),
        "remarks": list(remarks),
    }
    sys.stdout.write(msgspec.json.encode(content).decode() + "\n")


def _session(session: PlannedSession) -> dict[str, Any]:
    return {
        "number": session.number,
        "group": session.group,
        "table": session.table_number,
        "starts": session.starts.isoformat(),
        "minutes": session.minutes,
        "topic": session.topic,
        "assignment": session.assignment,
        "moderator": session.moderator or None,
        "presenters": list(session.presenters),
        "present": list(session.present),
        "absent": list(session.absent),
        "fixed": session.fixed,
    }


def _say_how_fair(figures: Figures, mixed: bool) -> None:
    terminal.say(
        "within a group, numbers of sessions differ by at most "
        f"{figures.moderated_spread} (moderated) and {figures.presented_spread} (presented)"
    )
    if figures.in_a_row:
        terminal.say(f"moderating twice in a row: {figures.in_a_row} times")
    if mixed:
        terminal.say(
            f"in mixed sessions, people meet again {figures.repetitions} times; with tables of "
            f"these sizes it is {figures.least_repetitions} times at least"
        )
    if figures.same_group:
        terminal.say(f"pairs of one group at a table: {figures.same_group}")


def _say_what_was_written(
    course: Course, written: tuple[Path, ...], changes: int, *, dry_run: bool
) -> None:
    if dry_run:
        terminal.say(f"{changes} sessions would change; nothing was written")
    elif not written:
        terminal.say("nothing has changed")
    for path in written:
        if path.parent.name == "peer":
            terminal.say(f"written: {path.relative_to(course.root)}")
