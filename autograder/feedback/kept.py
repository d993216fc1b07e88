"""What a table was made of, kept beside it in the autograded notebook.

The table itself shows an instructor everything. A page for students is made of the notebook, at
another time and perhaps by nbgrader's own command; what a student sees then is made of this. Names
of tests and of misconceptions are not in it: pages need none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

import msgspec

from autograder.feedback.explanations import Explains, Explanation
from autograder.feedback.table import CellOutput, cell_output
from autograder.feedback.views import Attempt, View
from autograder.report import Report, Status, TestResult

VERSION = 1


class Kept(msgspec.Struct, kw_only=True):
    """One symbol's tests and all that its table says beside them."""

    version: int = VERSION
    cell: str
    language: str
    tests: list[TestResult]
    notes: list[str]
    explanations: dict[str, Explanation]
    attempt: Attempt | None = None


def as_kept(
    report: Report,
    cell: str,
    *,
    language: str,
    explanations: Explains | None = None,
    attempt: Attempt | None = None,
) -> dict[str, Any]:
    """As JSON has it, for the table of symbol `cell`.

    attempt  None: attempts are not counted
    """
    own = [test for test in report.tests if test.cell == cell]
    known = explanations.of(own, language) if explanations else {}
    numbers = {name: f"m{explanation.number}" for name, explanation in known.items()}
    first = bool(report.tests) and report.tests[0].cell == cell
    kept = Kept(
        cell=cell,
        language=language,
        tests=list(_without_names(own, numbers)),
        notes=list(report.notes) if first else [],
        explanations={numbers[name]: explanation for name, explanation in known.items()},
        attempt=attempt,
    )
    builtins: dict[str, Any] = msgspec.to_builtins(kept)
    return builtins


def shown_again(
    data: object, view_for: Callable[[Attempt | None], View]
) -> tuple[CellOutput, Kept, View]:
    """The table as a student sees it.

    view_for  what is seen of an attempt
    raises    ValueError if these are not data of `as_kept`
    """
    kept = msgspec.convert(data, Kept)  # msgspec.ValidationError is a ValueError
    if kept.version != VERSION:
        raise ValueError("of another version")
    view = view_for(kept.attempt)
    report = Report(
        student="",
        assignment="",
        status=Status.GRADED,
        score=None,
        max_score=None,
        duration_s=0.0,
        tests=tuple(kept.tests),
        notes=tuple(kept.notes),
    )
    explained = _Explained(kept.explanations)
    output = cell_output(
        report, kept.cell, language=kept.language, explanations=explained, view=view
    )
    return output, kept, view


class _Explained:
    """Explanations that were looked up before, numbered anew: some may not be shown."""

    def __init__(self, known: Mapping[str, Explanation]) -> None:
        self._known = known

    def of(self, tests: Iterable[TestResult], language: str) -> dict[str, Explanation]:
        named = dict.fromkeys(test.misconception for test in tests if test.misconception)
        known = (name for name in named if name in self._known)
        return {
            name: replace(self._known[name], number=number)
            for number, name in enumerate(known, start=1)
        }


def _without_names(
    tests: Iterable[TestResult], misconceptions: Mapping[str, str]
) -> Iterable[TestResult]:
    """Parameter sets of one test still share a beginning, by which they become one row."""
    functions: dict[str, int] = {}
    for number, test in enumerate(tests):
        function, bracket, _ = test.name.partition("[")
        place = functions.setdefault(function, len(functions))
        yield replace(
            test,
            name=f"t{place}[{number}]" if bracket else f"t{place}",
            misconception=misconceptions.get(test.misconception or ""),
        )
