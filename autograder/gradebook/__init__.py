"""nbgrader keeps roster, grades, manual grading and feedback; only this package knows it.

config.py        nbgrader's configuration for a course (`nbgrader_config.py` calls configure)
adoption.py      our engine in an existing nbgrader course (`nbgrader_config.py` calls adopt)
master.py        what nbgrader's database knows of a released notebook
repair.py        a submitted notebook → one with every released cell in order, safe to show
studentview.py   of the autograded notebook's tables, what a student may see now
attempts.py      which of a student's attempts a submission is
outputs.py       Report → outputs of the grade cells
preprocessors.py the above as nbgrader's preprocessors: `nbgrader autograde`, formgrader
late.py          late policy of course.yml as nbgrader's plugin
timestamps.py    timestamp.txt → when something was handed in
deadlines.py     due dates and extensions of course.yml → nbgrader's rows
penalties.py     what lateness costs, for one submission and for all
credit.py        extra credit on a cell, on top of what a person gave
opened.py        nbgrader's database, opened: of no other version, and waited for
submitted.py     a submitted file → notebook, leniently
notebooks.py     the autograded notebook of one submission
rows.py          Reports → the rows that nbgrader's autograde would write
staging.py       folders of files that appear at once, or not at all
writer.py        Gradebook: the one writer of a batch
known.py         which submissions the gradebook has
grades.py        every cell's automatic and manual score, only read
standings.py     scores and comments as the gradebook has them now
exporter.py      nbgrader's feedback template, rendered fast
pages.py         feedback pages as nbgrader's generate_feedback would write
generate.py      nbgrader's generate_assignment, quietly
changed.py       a reference with other cells, after students have submitted
trouble.py       database and disk errors → GradebookError
"""

from autograder.gradebook.adoption import adopt
from autograder.gradebook.config import configure, course_in
from autograder.gradebook.credit import ExtraCredit, put_extra_credit
from autograder.gradebook.grades import CellGrade, Grades, GradesReader
from autograder.gradebook.known import due_dates, known_submissions
from autograder.gradebook.late import CourseLatePolicy
from autograder.gradebook.pages import Page, render_feedback
from autograder.gradebook.penalties import settle_deadlines
from autograder.gradebook.preprocessors import (
    GradeSuitesOnly,
    GradeWithAutograder,
    RepairSubmission,
)
from autograder.gradebook.studentview import StudentsView, due_of
from autograder.gradebook.writer import Gradebook, Saved, record

__all__ = [
    "CellGrade",
    "CourseLatePolicy",
    "ExtraCredit",
    "GradeSuitesOnly",
    "GradeWithAutograder",
    "Gradebook",
    "Grades",
    "GradesReader",
    "Page",
    "RepairSubmission",
    "Saved",
    "StudentsView",
    "adopt",
    "configure",
    "course_in",
    "due_dates",
    "due_of",
    "known_submissions",
    "put_extra_credit",
    "record",
    "render_feedback",
    "settle_deadlines",
]
