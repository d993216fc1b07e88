"""Report → what the grade cells of a notebook show, in the form in which nbgrader reads scores."""

from __future__ import annotations

from typing import Any

from nbformat.notebooknode import NotebookNode, from_dict

from autograder.feedback import Attempt, Explanations, as_kept, cell_output
from autograder.gradebook.master import CHECK_PREFIX
from autograder.gradebook.studentview import KEPT
from autograder.report import Report


def put_report(
    nb: NotebookNode,
    report: Report,
    language: str,
    explanations: Explanations | None = None,
    attempt: Attempt | None = None,
) -> None:
    """Replace all outputs of `nb`: a score with its table in grade cells, nothing elsewhere.

    attempt  None: attempts at this assignment are not counted
    """
    shown = {CHECK_PREFIX + cell: cell for cell in dict.fromkeys(t.cell for t in report.tests)}
    for cell in nb.cells:
        if cell.cell_type != "code":
            continue
        cell.outputs = []
        cell.execution_count = None
        own: dict[str, Any] = cell.metadata.get("nbgrader", {})
        symbol = shown.get(own.get("grade_id", "")) if own.get("grade") else None
        if symbol is not None:
            cell.outputs = [_score(report, symbol, language, explanations, attempt)]


def _score(
    report: Report,
    symbol: str,
    language: str,
    explanations: Explanations | None,
    attempt: Attempt | None,
) -> NotebookNode:
    """nbgrader reads the score with float() from text/plain: it holds the number and no more.

    repr of a float is exact. The table is the HTML of the same output; anything on stderr, or a
    second result, would change or hide the score (nbgrader.utils.determine_grade).

    The table is the instructors'. What a student's is made of lies beside it, in the metadata.
    """
    kept = as_kept(report, symbol, language=language, explanations=explanations, attempt=attempt)
    shown = cell_output(report, symbol, language=language, explanations=explanations)
    return from_dict(
        {
            "output_type": "execute_result",
            "execution_count": None,
            "metadata": {KEPT: kept},
            "data": {"text/plain": repr(float(shown.points)), "text/html": shown.html},
        }
    )
