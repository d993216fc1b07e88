"""A student's .ipynb, as bytes, to a Submission; nothing of it is executed here.

Flags of a Submission (ID: a grade_id of the reference)

    tampered-cell:ID       a read-only cell was edited; the original was used
    missing-cell:ID        a cell of the assignment is gone; read-only ones were restored
    duplicate-cell:ID      a cell is there more than once
    retyped-cell:ID        a cell has another type (code, markdown, raw) than in the assignment
    unlocked-cell:ID       a read-only cell was made editable
    changed-metadata:ID    a cell's nbgrader settings (grade, solution, points) were changed
    metadata-lost:ID       a cell has lost its grade_id and was found by its name or its text
    unparsable-cell:ID     a graded cell is not valid Python
    reordered-cells        the cells are in another order than in the assignment
    wrong-kernelspec:NAME  the notebook asks for a kernel that is not Python
    nbformat:N             the file's format is not version 4
    forbidden-api:NAME     a graded symbol uses a function that the assignment does not allow
"""

from __future__ import annotations

from autograder.notebook.cells import cell_ids
from autograder.notebook.reading import read_submission
from autograder.notebook.reference import Reference, read_reference
from autograder.notebook.submission import Submission, Unit

__all__ = ["Reference", "Submission", "Unit", "cell_ids", "read_reference", "read_submission"]
