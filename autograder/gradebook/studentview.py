"""A page for a student: of the tables of an autograded notebook, what its student may see now.

The autograded notebook is the instructors', with everything in its tables. Every page for students
is made of it: by nbgrader's generate_feedback, where StudentsView is the first step, and by ours.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nbconvert.exporters.exporter import ResourcesDict
from nbformat.notebooknode import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import List

from autograder.course import FeedbackRules
from autograder.errors import GradebookError
from autograder.feedback import Attempt, View, shown_again, this_moment, view_of
from autograder.gradebook.master import CHECK_PREFIX
from autograder.gradebook.settings import deadlines_of, feedback_rules_of, timezone_of
from autograder.gradebook.standings import due_in
from autograder.report import TestResult

KEPT = "autograder"  # of an output's metadata
_TABLE = '<div class="tex2jax_ignore" lang="'  # how the feedback's template begins


class StudentsView(NbGraderPreprocessor):  # type: ignore[misc]
    """Before nbgrader renders a feedback page. Raises CourseError, GradebookError."""

    # As nbgrader's GetGrades has it: the exporter of pages sets it, and what lacks it is warned of.
    display_data_priority = List(NbGraderPreprocessor.display_data_priority.default()).tag(
        config=True
    )

    def preprocess(
        self, nb: NotebookNode, resources: ResourcesDict
    ) -> tuple[NotebookNode, ResourcesDict]:
        names = resources["nbgrader"]
        student, assignment = names["student"], names["assignment"]
        coursedir = getattr(getattr(self.parent, "parent", None), "coursedir", None)
        root = Path(coursedir.root if coursedir is not None else ".")
        with Gradebook(names["db_url"]) as gradebook:
            due = due_in(gradebook.find_submission(assignment, student))
        put_view(nb, root, student, assignment, now=this_moment(), due=due)
        return nb, resources


def put_view(
    node: NotebookNode,
    root: Path,
    student: str,
    assignment: str,
    *,
    now: datetime,
    due: datetime | None,
) -> str:
    """Replace tables that show more than the student may see now.

    due      as the gradebook has it; course.yml may say a later one
    returns  the view's name, see View.name_for
    raises   GradebookError if what a table was made of cannot be read; CourseError
    """
    due = due_of(root, student, assignment, due)
    rules = feedback_rules_of(root, assignment)

    def view_for(attempt: Attempt | None) -> View:
        zone = timezone_of(root)
        return view_of(rules, due=due, now=now, attempt=attempt, timezone=zone)

    tests: list[TestResult] = []
    view = view_for(None)
    for output in _tables(node):
        if KEPT not in output.metadata and rules == FeedbackRules():
            continue  # by a version of the platform that showed everything
        try:
            shown, kept, view = shown_again(output.metadata.pop(KEPT, None), view_for)
        except ValueError as error:
            raise GradebookError(
                "autograded-broken",
                "it cannot be told what the student may see of the autograded notebook",
                where=f"autograded/{student}/{assignment}",
                next=f"grade the submission again: submitted/{student}/{assignment}",
            ) from error
        tests += kept.tests
        if view.name_for(kept.tests) or any(test.visible for test in kept.tests):
            output.data["text/html"] = shown.html
    return view.name_for(tests)


def due_of(
    root: Path, student: str, assignment: str, in_gradebook: datetime | None
) -> datetime | None:
    """The later of course.yml's and the gradebook's: somebody may have given more time there."""
    known = deadlines_of(root, assignment)
    if known is None or known.due is None:
        return in_gradebook
    due = known.extensions.get(student, known.due).replace(tzinfo=UTC)
    return due if in_gradebook is None else max(due, in_gradebook)


def _tables(node: NotebookNode) -> list[Any]:
    return [
        output
        for cell in node.cells
        if cell.cell_type == "code"
        and cell.metadata.get("nbgrader", {}).get("grade")
        and str(cell.metadata.get("nbgrader", {}).get("grade_id", "")).startswith(CHECK_PREFIX)
        for output in cell.outputs
        if output.output_type == "execute_result"
        and str(output.data.get("text/html", "")).lstrip().startswith(_TABLE)
    ]
