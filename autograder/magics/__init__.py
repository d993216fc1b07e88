"""`%load_ext autograder` in a notebook: `%check` runs its visible checks where the student works.

cells.py      the notebook that a kernel belongs to → its graded symbols and their checks
checks.py     runs one symbol's checks on what is defined in the kernel now
words.py      English and Korean
table.py      what came of it, as HTML and as text
extension.py  the magic

Nothing here knows a hidden suite: a student's machine has none.
"""

from autograder.magics.cells import Exercise, exercise_in
from autograder.magics.checks import Checked, State, run_checks
from autograder.magics.extension import CheckMagics
from autograder.magics.table import Table

__all__ = ["CheckMagics", "Checked", "Exercise", "State", "Table", "exercise_in", "run_checks"]
