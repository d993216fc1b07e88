"""What a person sees on a terminal: progress, tables, errors. Results only ever go to stdout."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from autograder.course import Course
from autograder.errors import AutograderError
from autograder.feedback import EVERYTHING, Explanations, View, clean_text, points_text, report_text
from autograder.feedback.text import one_line
from autograder.report import Outcome, Report, Status

_SYMBOLS = {
    Outcome.PASSED: "✓",
    Outcome.FAILED: "✗",
    Outcome.ERROR: "!",
    Outcome.TIMEOUT: "⏱",
    Outcome.CRASHED: "☠",
}


class Ticker(Protocol):
    def __call__(self) -> None: ...


@contextmanager
def progress(total: int, doing: str = "grading") -> Iterator[Ticker]:
    """A bar with an estimate on a terminal; silence elsewhere."""
    if not sys.stderr.isatty() or total < 2:
        yield lambda: None
        return
    columns = (
        TextColumn(doing),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total)
        yield lambda: bar.advance(task)


@dataclass(frozen=True, slots=True)
class Line:
    """What the final table says about one report: all of it that a large batch remembers."""

    assignment: str
    student: str
    score: str
    tests: str
    remarks: str


def line_of(report: Report) -> Line:
    return Line(
        assignment=report.assignment,
        student=one_line(report.student, 40),
        score=_score(report),
        tests=_tests(report),
        remarks=_remarks(report),
    )


def table(lines: Iterable[Line]) -> None:
    """One line per notebook: its score, and what an instructor should look at."""
    rows = sorted(lines, key=lambda line: (line.assignment, line.student))
    shown = Table(box=None, pad_edge=False, header_style="bold")
    for heading, justify in (("student", "left"), ("assignment", "left"), ("score", "right")):
        shown.add_column(heading, justify=justify, no_wrap=True)  # type: ignore[arg-type]
    shown.add_column("tests", no_wrap=True)
    shown.add_column("remarks", overflow="fold")
    for line in rows:
        shown.add_row(
            escape(line.student),
            escape(line.assignment),
            line.score,
            line.tests,
            escape(line.remarks),
        )
    Console().print(shown)


def details(report: Report, course: Course, language: str, view: View = EVERYTHING) -> None:
    """What the student will read, with the explanation of what was recognised.

    view  what of it they may see now
    """
    if report.status is not Status.GRADED:
        return
    assignment = course.assignment(report.assignment)
    explanations = Explanations(assignment.misconceptions, lambda error: say(str(error)))
    text = report_text(report, language=language, explanations=explanations, view=view)
    Console(highlight=False).print(f"\n{escape(text)}", soft_wrap=True)
    if view.name_for(report.tests):
        say(f"this is what the student may see now; not shown: {view.name_for(report.tests)}")
    failed = [f"{test.cell}/{test.name}" for test in report.tests if test.outcome != Outcome.PASSED]
    if failed:
        say("\n".join(["", "failed, by the names that students never see:", *failed]))
        say(f"again, in a debugger: autograder replay {report.notebook} NAME --seed {report.seed}")


def check_line(symbol: str, passed: bool, started: bool, message: str) -> None:
    """One symbol's visible checks, and what to do about them."""
    console = Console(highlight=False)
    if passed:
        console.print(f"[green]✓[/] {escape(symbol)}")
    elif not started:
        console.print(f"[yellow]·[/] {escape(symbol)}: not started yet")
    else:
        lines = escape(clean_text(message)).replace("\n", "\n    ")
        console.print(f"[red]✗[/] {escape(symbol)}: {lines}", soft_wrap=True)


def warn_of_missing_walls(missing: Sequence[str]) -> None:
    if missing:
        say(
            f"warning: this host gives no {', no '.join(missing)}: student code is less confined "
            "than it should be\n  next:  grade only code that you would run yourself, or use a "
            "Linux host (5.13 or newer, libseccomp installed)"
        )


def say(text: str) -> None:
    """To the person, not to the pipe."""
    sys.stderr.write(clean_text(text, 20_000, lines=400) + "\n")


def remark(about: AutograderError) -> None:
    """What somebody should know, and which is no failure."""
    say(str(about).replace("error[", "note[", 1))


def _score(report: Report) -> str:
    if report.score is None or report.max_score is None:
        return "—"
    return f"{points_text(report.score)}/{points_text(report.max_score)}"


def _tests(report: Report) -> str:
    counts = Counter(test.outcome for test in report.tests)
    return "  ".join(f"{_SYMBOLS[o]} {counts[o]}" for o in Outcome if counts[o])


def _remarks(report: Report) -> str:
    if report.status is Status.ERROR:
        return "not graded: " + one_line(report.message.split("\n")[0], 300)
    return one_line("; ".join(report.flags or report.notes), 400)
