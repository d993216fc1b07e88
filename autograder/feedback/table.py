"""A Report's tests for one graded symbol: the number that nbgrader reads, and the table."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from autograder.feedback.explanations import Explains, Explanation
from autograder.feedback.rows import Later, Row, later_of, rows_of
from autograder.feedback.sentences import in_words_of, once_for_all, said_of_all
from autograder.feedback.text import one_line, points_text
from autograder.feedback.views import EVERYTHING, View
from autograder.feedback.words import Words, words_in
from autograder.report import Outcome, Report, TestResult

# Text on white: contrast at least 5 : 1, and told apart by symbol and word as well as colour.
COLOURS = {
    Outcome.PASSED: "#1a6b3c",
    Outcome.FAILED: "#a5281b",
    Outcome.ERROR: "#a5281b",
    Outcome.TIMEOUT: "#7a4b00",
    Outcome.CRASHED: "#6b1a5c",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CellOutput:
    """What the grade cell of one symbol shows."""

    cell: str
    points: float
    max_points: float
    html: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """What is on one table, in the words of its reader."""

    cell: str
    heading: str
    remark: str  # about all failures, below the heading; or empty
    rows: tuple[Row, ...]
    later: tuple[Later, ...]
    later_from: str
    hidden: str  # about what is never shown, or about an answer that has points alone; or empty
    explanations: tuple[Explanation, ...]
    notes: tuple[str, ...]

    def rows_of(self, explanation: Explanation) -> int:
        """How many it explains."""
        return sum(explanation.number in row.explained_by for row in self.rows)


def cell_output(
    report: Report,
    cell: str,
    *,
    language: str = "en",
    explanations: Explains | None = None,
    view: View = EVERYTHING,
) -> CellOutput:
    """The tests of symbol `cell` as HTML (inline styles, no scripts) and as plain text.

    A misconception that was recognised is explained once, below the rows that it explains.
    Notes about repairs concern the whole notebook: the first symbol's output carries them.
    Flags are for the instructor and do not appear.

    view  what of it is shown; the points of the symbol always are
    """
    words = words_in(language)
    tests = tuple(test for test in report.tests if test.cell == cell)
    first = bool(report.tests) and report.tests[0].cell == cell
    notes = _notes(report, words) if first else ()
    shown = _shown(cell, tests, words, view, explanations, notes)
    return CellOutput(
        cell=cell,
        points=sum(test.points for test in tests),
        max_points=sum(test.max_points for test in tests),
        html=_html(shown, words),
        text=_text(shown, words),
    )


def report_text(
    report: Report,
    *,
    language: str = "en",
    explanations: Explains | None = None,
    view: View = EVERYTHING,
) -> str:
    """The whole Report as plain text, for a terminal or a letter; never its flags."""
    cells = dict.fromkeys(test.cell for test in report.tests)
    return "\n\n".join(
        cell_output(report, cell, language=language, explanations=explanations, view=view).text
        for cell in cells
    )


def _shown(
    cell: str,
    tests: tuple[TestResult, ...],
    words: Words,
    view: View,
    explanations: Explains | None,
    notes: tuple[str, ...],
) -> _Shown:
    by_when: dict[str, list[TestResult]] = {"now": [], "later": [], "never": []}
    if view.next_answer is None:
        for test in tests:
            by_when[view.of(test)].append(test)
    now = by_when["now"]
    known = explanations.of(now, words.language) if explanations else {}
    over = said_of_all(test.message for test in now if test.outcome is not Outcome.PASSED)
    rows = rows_of(now, words, known, without=over)
    if not view.everything:
        rows = tuple(replace(row, visible="") for row in rows)
    return _Shown(
        cell=cell,
        heading=_heading(cell, tests, words),
        remark=once_for_all(over, words),
        rows=rows,
        later=later_of(by_when["later"], words),
        later_from=_later_from(view, words),
        hidden=_hidden(by_when["never"], view, words),
        explanations=tuple(known.values()),
        notes=notes,
    )


def _later_from(view: View, words: Words) -> str:
    if view.due is None:
        return words.later_some_day
    return words.later_from.format(when=_moment(view.due, view))


def _hidden(never: list[TestResult], view: View, words: Words) -> str:
    if view.next_answer is not None:
        when = _moment(view.next_answer, view)
        said = words.points_only.format(limit=view.limit, when=when)
        if view.due is None or view.past_due:
            return said
        return f"{said} {words.all_later.format(when=_moment(view.due, view))}"
    if never:
        points = points_text(sum(test.max_points for test in never))
        return words.never_shown.format(points=points)
    return ""


def _moment(when: datetime, view: View) -> str:
    return f"{when:%Y-%m-%d %H:%M} ({view.timezone})"


def _heading(cell: str, tests: tuple[TestResult, ...], words: Words) -> str:
    return words.score.format(
        cell=one_line(cell),
        points=points_text(sum(test.points for test in tests)),
        maximum=points_text(sum(test.max_points for test in tests)),
    )


def _notes(report: Report, words: Words) -> tuple[str, ...]:
    return tuple(one_line(in_words_of(note, words), 300) for note in report.notes)


def _html(shown: _Shown, words: Words) -> str:
    held = words.held.format(
        passed=sum(row.outcome is Outcome.PASSED for row in shown.rows), total=len(shown.rows)
    )
    return _template().render(shown=shown, held=held, words=words, colours=COLOURS)


def _text(shown: _Shown, words: Words) -> str:
    wrapped = textwrap.wrap(shown.remark, words.line_chars, break_on_hyphens=False)
    lines = [shown.heading, *(f"  {line}" for line in wrapped)]
    for row in shown.rows:
        points = f"{points_text(row.points)}/{points_text(row.max_points)}"
        lines.append(f"  {row.symbol} {points:>7}  {_named(row, words)}{_cases(row, words)}")
        for message in row.messages:
            lines.extend(f"{'':13}{line}" for line in message.split("\n"))
        lines += [f"{'':13}→ {words.see.format(number=number)}" for number in row.explained_by]
    for each in shown.later:
        points = f"?/{points_text(each.max_points)}"
        count = words.later_count.format(count=each.count)
        named = f"{each.category} · {count}" if each.category else count
        lines.append(f"  · {points:>7}  {named}")
        lines.append(f"{'':13}{shown.later_from}")
    hidden = textwrap.wrap(shown.hidden, words.line_chars, break_on_hyphens=False)
    lines += [f"  {line}" for line in hidden]
    for explanation in shown.explanations:
        lines += _paragraph(explanation, shown, words)
    if shown.notes:
        lines += [f"  {words.notes}:", *(f"    - {note}" for note in shown.notes)]
    return "\n".join(lines)


def _paragraph(explanation: Explanation, shown: _Shown, words: Words) -> list[str]:
    number = words.explanation.format(number=explanation.number)
    if explanation.cell != shown.cell:
        number += f" ({words.about.format(cell=explanation.cell)})"
    wrapped = textwrap.wrap(explanation.text, words.line_chars, break_on_hyphens=False)
    return ["", f"  {number}: {explanation.title}", *(f"    {line}" for line in wrapped)]


def _named(row: Row, words: Words) -> str:
    where = words.only_instructors.get(row.visible, "")
    named = f"{row.category} · {row.behaviour}" if row.category else row.behaviour
    return f"{named} [{where}]" if where else named


def _cases(row: Row, words: Words) -> str:
    if row.total == 1:
        return ""
    return f" ({words.cases.format(passed=row.passed, total=row.total)})"


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("autograder.feedback"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["points"] = points_text
    return environment.get_template("cell.html.j2")
