"""nbgrader keeps roster, grades, manual grading and feedback; only this package knows it.

config.py        nbgrader's configuration for a course (`nbgrader_config.py` calls configure)
master.py        what nbgrader's database knows of a released notebook
repair.py        a submitted notebook → one with every released cell in order, safe to show
outputs.py       Report → outputs of the grade cells
preprocessors.py the above as nbgrader's preprocessors: `nbgrader autograde`, formgrader
late.py          late policy of course.yml as nbgrader's plugin
submitted.py     a submitted file → notebook, leniently
notebooks.py     the autograded notebook of one submission
rows.py          Reports → the rows that nbgrader's autograde would write
staging.py       folders of files that appear at once, or not at all
writer.py        Gradebook: the one writer of a batch
known.py         which submissions the gradebook has
standings.py     scores and comments as the gradebook has them now
exporter.py      nbgrader's feedback template, rendered fast
pages.py         feedback pages as nbgrader's generate_feedback would write
generate.py      nbgrader's generate_assignment, quietly
trouble.py       database and disk errors → GradebookError
"""

from autograder.gradebook.config import configure
from autograder.gradebook.known import known_submissions
from autograder.gradebook.late import CourseLatePolicy
from autograder.gradebook.pages import Page, render_feedback
from autograder.gradebook.preprocessors import GradeWithAutograder, RepairSubmission
from autograder.gradebook.writer import Gradebook, Saved, record

__all__ = [
    "CourseLatePolicy",
    "GradeWithAutograder",
    "Gradebook",
    "Page",
    "RepairSubmission",
    "Saved",
    "configure",
    "known_submissions",
    "record",
    "render_feedback",
]
