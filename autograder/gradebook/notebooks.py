"""The autograded notebook of one submission, as nbgrader's two passes would make it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbconvert.exporters.exporter import ResourcesDict
from nbformat.notebooknode import NotebookNode
from nbgrader.converters import Autograde
from nbgrader.preprocessors import AssignLatePenalties
from traitlets.utils.importstring import import_item

from autograder.errors import GradebookError
from autograder.feedback import Attempt, Explanations
from autograder.gradebook import submitted
from autograder.gradebook.master import Master
from autograder.gradebook.outputs import put_report
from autograder.gradebook.repair import repair
from autograder.report import Report

# Done here or by the rows, or without effect on a repaired notebook. Any other step that the
# course's nbgrader_config.py lists is run.
_OURS = {
    "RepairSubmission",
    "DeduplicateIds",
    "OverwriteKernelspec",
    "OverwriteCells",
    "CheckCellMetadata",
    "Execute",
    "GradeWithAutograder",
    "SaveAutoGrades",
    "AssignLatePenalties",
}


@dataclass(frozen=True, slots=True)
class Steps:
    """nbgrader's preprocessors, made once: nbgrader makes them anew for each notebook."""

    before: tuple[Any, ...]
    after: tuple[Any, ...]
    penalties: AssignLatePenalties


def steps_of(converter: Autograde) -> Steps:
    exporter = NotebookExporter(parent=converter, config=converter.config)
    return Steps(
        before=_made(converter.sanitize_preprocessors, exporter),
        after=_made(converter.autograde_preprocessors, exporter),
        penalties=penalties_of(converter),
    )


def penalties_of(converter: Autograde) -> AssignLatePenalties:
    exporter = NotebookExporter(parent=converter, config=converter.config)
    penalties = AssignLatePenalties(parent=exporter)
    penalties.init_plugin()
    return penalties


def graded_notebook(
    report: Report,
    notebook: bytes,
    master: Master,
    steps: Steps,
    language: str,
    explanations: Explanations,
    attempt: Attempt | None = None,
) -> NotebookNode:
    """raises GradebookError if the bytes are not a notebook, or no valid one can be made of it."""
    node = submitted.read(notebook, report.student)
    repair(node, master)
    resources = _resources(report)
    for step in steps.before:
        node, resources = step(node, resources)
    put_report(node, report, language, explanations, attempt)
    for step in steps.after:
        node, resources = step(node, resources)
    _check(node, report.student)
    return node


def _made(classes: Iterable[Any], exporter: NotebookExporter) -> tuple[Any, ...]:
    kinds = [import_item(kind) if isinstance(kind, str) else kind for kind in classes]
    made = [kind(parent=exporter) for kind in kinds if kind.__name__ not in _OURS]
    return tuple(step for step in made if step.enabled)


def _resources(report: Report) -> ResourcesDict:
    resources = ResourcesDict()
    resources["nbgrader"] = {
        "student": report.student,
        "assignment": report.assignment,
        "notebook": report.assignment,
    }
    return resources


def _check(node: NotebookNode, student: str) -> None:
    try:
        nbformat.validate(node, relax_add_props=True)
    except nbformat.ValidationError as error:
        raise GradebookError(
            "notebook-invalid",
            f"no valid notebook can be made of the submitted file: {str(error).splitlines()[0]}",
            where=f"student {student}",
            next="open the file in Jupyter, save it again, and grade that",
        ) from error
