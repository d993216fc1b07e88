"""`autograder peer match`."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from autograder import terminal
from autograder.cli.app import CourseOption, course_at
from autograder.cli.peer.app import LanguageOption, peer_app
from autograder.errors import UsageError
from autograder.feedback import this_moment
from autograder.feedback.text import one_line

if TYPE_CHECKING:
    from autograder.course import Course
    from autograder.peer.groups import StudyGroup
    from autograder.peer.match import Proposal
    from autograder.report import Report


@peer_app.command()
def match(
    name: Annotated[str, typer.Argument(help="The assignment.")],
    group: Annotated[
        str | None, typer.Option("--group", "-g", help="This study group only.")
    ] = None,
    across: Annotated[
        bool, typer.Option("--across", help="Partners of different groups, not of the same.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object per pair on stdout.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write the pairs to this file too, as CSV.")
    ] = None,
    language: LanguageOption = None,
    course: CourseOption = None,
) -> None:
    """Propose study pairs whose passed and failed tests complement each other."""
    from autograder.peer.consent import read_consent
    from autograder.peer.match import propose
    from autograder.peer.match.proposal import check_time
    from autograder.peer.record.place import put

    here = course_at(course, [])
    assignment = here.assignment(name)
    if group is not None and across:
        advice = "leave one of them out"
        raise UsageError("group-across", "--group and --across exclude each other", next=advice)
    groups = _groups(here, group)
    check_time(here, assignment, this_moment())
    found = propose(
        assignment.name,
        _reports(here, assignment.name),
        groups,
        across=across,
        withdrawn=read_consent(here).withdrawn,
    )
    if out is not None:
        put(out.absolute(), _csv(found))
    lines = _json(found) if as_json else _text(found, str(language or here.language))
    sys.stdout.writelines(f"{line}\n" for line in lines)
    if not as_json:
        _say_alone(found, str(language or here.language))
    if out is not None:
        terminal.say(f"written: {out}")
    raise typer.Exit(1 if any(each.why == "no-result" for each in found.alone) else 0)


def _groups(here: Course, name: str | None) -> tuple[StudyGroup, ...]:
    from autograder.peer.groups import study_group, study_groups

    return study_groups(here) if name is None else (study_group(here, name),)


def _reports(here: Course, name: str) -> dict[str, Report]:
    from autograder.store import Store

    with Store(here.db_url, course=here.id, root=here.root, notice=terminal.say) as store:
        students = sorted(store.students(name))
        kept = store.kept((student, name) for student in students)
    if not kept:
        raise UsageError(
            "nothing-graded",
            f'there is no result of "{name}" yet',
            where=str(here.root),
            next=f"autograder grade --assignment {name}",
        )
    return {student: each.report for (student, _), each in kept.items()}


def _text(found: Proposal, language: str) -> Iterator[str]:
    from autograder.peer.match.words import WORDS, lessons_text

    words, last = WORDS[language], ""
    for pair in found.pairs:
        if pair.group != last:
            yield words.group.format(group=one_line(pair.group))
            last = pair.group
        indent = "  " if pair.group else ""
        yield indent + "  +  ".join(one_line(each) for each in pair.members)
        for each in pair.explains:
            yield f"{indent}    " + words.explains.format(
                teacher=one_line(each.teacher),
                learner=one_line(each.learner),
                lessons=one_line(lessons_text(each.lessons, language), 400),
            )


def _say_alone(found: Proposal, language: str) -> None:
    from autograder.peer.match.words import WORDS

    for each in found.alone:
        terminal.say(WORDS[language].why[each.why].format(student=each.student))


def _json(found: Proposal) -> Iterator[str]:
    head = {"assignment": found.assignment}
    for pair in found.pairs:
        yield msgspec.json.encode({**head, **msgspec.to_builtins(pair), "why": None}).decode()
    for one in found.alone:
        content = {"group": one.group, "members": [one.student], "explains": [], "why": one.why}
        yield msgspec.json.encode({**head, **content}).decode()


def _csv(found: Proposal) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("assignment", "group", "first", "second", "third"))
    for pair in found.pairs:
        members = [*pair.members, *[""] * (3 - len(pair.members))]
        writer.writerow((found.assignment, pair.group, *members))
    return text.getvalue()
