"""`autograder peer summary`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from autograder import terminal
from autograder.cli.app import CourseOption
from autograder.cli.peer.app import LanguageOption, peer_app
from autograder.cli.peer.record import FolderOption, today_of, where_of
from autograder.feedback.text import one_line

if TYPE_CHECKING:
    from autograder.course import Course
    from autograder.peer.record.summary import GroupSummary

# ± is the most less the fewest of a member.
_HEADINGS = ("sessions", "present", "moderated ±", "presented ±", "goals", "open", "answered")


@peer_app.command()
def summary(
    group: Annotated[
        str | None, typer.Option("--group", "-g", help="This study group only; default: all.")
    ] = None,
    folder: FolderOption = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="The page's file; default: summary.html beside the records."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object per group on stdout, and no files.")
    ] = False,
    language: LanguageOption = None,
    course: CourseOption = None,
) -> None:
    """What the sessions came to: attendance, roles, goals, questions, decisions, looking back."""
    where = where_of(folder, course)
    words = str(language or ("en" if isinstance(where, Path) else where.language))
    found = list(_summaries(where, group))
    if as_json:
        sys.stdout.writelines(f"{_json(each)}\n" for each in found)
    else:
        _table(found)
        if len(found) == 1:
            _details(found[0])
        written = _write(where, found, out, words, alone=group is not None)
        terminal.say("\n".join(f"written: {path}" for path in written))
    raise typer.Exit(1 if any(each.unreadable for each in found) else 0)


def _summaries(where: Course | Path, group: str | None) -> Iterator[GroupSummary]:
    from autograder.peer.groups import study_groups
    from autograder.peer.record.book import readable_book_of
    from autograder.peer.record.place import planned_days
    from autograder.peer.record.summary import summary_of

    chosen = [group]
    if group is None and not isinstance(where, Path):
        chosen = [each.name for each in study_groups(where)]
    for name in chosen:
        book = readable_book_of(where, name, today_of(where))
        for problem in book.problems:
            terminal.say(str(problem))
        problems = [f"{Path(each.where).name}: {each.what}" for each in book.problems]
        yield summary_of(book, planned_days(book.plan, book.group), problems)


def _write(
    where: Course | Path,
    found: Sequence[GroupSummary],
    out: Path | None,
    language: str,
    *,
    alone: bool,
) -> list[Path]:
    """A page for each group beside its records; of several also the one of the term."""
    from autograder.peer.places import peer_folder
    from autograder.peer.record.folder import records_in
    from autograder.peer.record.place import put
    from autograder.peer.record.summary_page import PAGE, page_of, term_page_of

    single = isinstance(where, Path) or alone
    pages: dict[str, Path] = {}
    for each in found:
        own = records_in(where, each.group).parent / PAGE
        path = out.absolute() if out is not None and single else own
        put(path, page_of(each, each.group or path.parent.name, language))
        pages[each.group] = path
    if single or isinstance(where, Path):
        return [*pages.values()]
    path = (out or peer_folder(where) / PAGE).absolute()
    put(path, term_page_of(found, path.parent, pages, where.title, language))
    return [path, *pages.values()]


def _table(found: Sequence[GroupSummary]) -> None:
    shown = Table(box=None, pad_edge=False, header_style="bold")
    shown.add_column("group", no_wrap=True)
    for heading in (
        "sessions",
        "present",
        "moderated ±",
        "presented ±",
        "goals",
        "open",
        "answered",
    ):
        shown.add_column(heading, justify="right")
    for each in found:
        shown.add_row(*(escape(cell) for cell in _row(each)))
    Console().print(shown)


def _row(each: GroupSummary) -> list[str]:
    present, of = each.attendance
    planned = "" if each.planned is None else f"/{each.planned}"
    known = bool(each.sessions)
    return [
        one_line(each.group or "-", 40),
        f"{len(each.sessions)}{planned}",
        f"{present}/{of}" if of else "–",
        str(each.moderator_difference) if known and each.moderator_difference is not None else "–",
        str(each.presenter_difference) if known and each.presenter_difference is not None else "–",
        f"{each.goals_done}/{each.goals}",
        str(len(each.open)),
        str(len(each.answered)),
    ]


def _details(each: GroupSummary) -> None:
    if not each.sessions:
        terminal.say("no session that has a record was held yet: autograder peer record makes one")
    lines = [f"open for {q.days} days: {q.id}: {q.text}" for q in each.open]
    lines += [f"planned, not recorded: {day}" for day in each.missing]
    for problem in each.problems:
        if problem.again:
            days = ", ".join(map(str, problem.again))
            lines.append(f"came back: {problem.text} ({problem.date}, again {days})")
    sys.stdout.writelines(f"{one_line(line, 400)}\n" for line in lines)


def _json(each: GroupSummary) -> str:
    return msgspec.json.encode(each).decode()
