"""Results in a database: what was graded, from what, and whether nbgrader has it.

results.py   Store: the results of one course, by submission
regrades.py  Regrades: what a corrected suite would change, and the record of it
attempts.py  Attempts: which version of a notebook was handed in when
tables.py    the tables, their version, and what became of older ones
database.py  connections; a lost one is tried again for a while
trouble.py   what a database refuses → errors with what to do next
lock.py      one batch at a time in one course

The gradebook stays the truth for scores. This remembers what need not be graded again.
"""

from autograder.store.lock import only_batch
from autograder.store.regrades import APPLIED, APPLYING, PREVIEW, Logged, Regrades, Trial
from autograder.store.results import Kept, Mark, Store

__all__ = [
    "APPLIED",
    "APPLYING",
    "PREVIEW",
    "Kept",
    "Logged",
    "Mark",
    "Regrades",
    "Store",
    "Trial",
    "only_batch",
]
