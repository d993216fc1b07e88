"""An Overview for spreadsheets: a CSV file of the students, and one of the tests."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from autograder.feedback.text import one_line
from autograder.overview.model import Overview, StudentRow

# What spreadsheets take for the beginning of a formula, in the name of a student for example.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_SEPARATOR = "; "  # within a cell


def students_csv(overview: Overview) -> str:
    """A row a student, in the order of their ids; an empty cell: not known."""
    symbols = [cell.symbol for cell in overview.cells]
    heads = ["student", "name", "score", "max_score", "final", "penalty", "to_grade_by_hand"]
    heads += [f"points:{symbol}" for symbol in symbols]
    heads += ["passed", "tests", "misconceptions", "untouched", "flags", "duration_s"]
    heads += ["memory_bytes", "attempts", "graded_at"]
    return _csv(heads, (_student(row, overview.max_score, symbols) for row in overview.students))


def tests_csv(overview: Overview) -> str:
    """A row a test, in the suite's order."""
    outcomes = list(overview.tests[0].outcomes) if overview.tests else []
    heads = ["number", "cell", "test", "description", "points", "students", *outcomes]
    heads += ["difficulty", "discrimination", "why_no_discrimination", "remark"]
    rows = (
        [
            test.number,
            test.cell,
            test.name,
            test.description,
            test.max_points,
            test.n,
            *(test.outcomes[outcome] for outcome in outcomes),
            round(test.difficulty, 4),
            "" if test.discrimination.value is None else round(test.discrimination.value, 4),
            test.discrimination.why_not,
            test.remark,
        ]
        for test in overview.tests
    )
    return _csv(heads, rows)


def course_csv(overviews: Sequence[Overview]) -> str:
    """A row a student, a column an assignment: the share of the points in its hidden tests."""
    shares: dict[str, dict[str, float]] = {}
    for overview in overviews:
        for row in overview.students:
            share = row.score / overview.max_score if overview.max_score else 0.0
            shares.setdefault(row.student, {})[overview.assignment] = round(share, 4)
    names = [overview.assignment for overview in overviews]
    rows = (
        [student, *(own.get(name, "") for name in names)] for student, own in sorted(shares.items())
    )
    return _csv(["student", *names], rows)


def _student(row: StudentRow, max_score: float, symbols: Iterable[str]) -> list[object]:
    return [
        row.student,
        row.name,
        row.score,
        max_score,
        _known(row.final),
        _known(row.penalty),
        row.waiting,
        *(_known(row.cells.get(symbol)) for symbol in symbols),
        row.passed,
        row.tests,
        _SEPARATOR.join(row.misconceptions),
        _SEPARATOR.join(row.untouched or ()),
        _SEPARATOR.join(row.flags),
        row.duration_s,
        _known(row.memory_bytes),
        row.attempts,
        row.graded_at,
    ]


def _known(value: float | None) -> float | str:
    return "" if value is None else value


def _csv(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """With the mark by which spreadsheets know UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(heads)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return "\ufeff" + text.getvalue()


def _cell(value: object) -> object:
    if not isinstance(value, str):
        return value
    words = one_line(value, 2_000)
    return f"'{words}" if words.startswith(_FORMULA) else words
