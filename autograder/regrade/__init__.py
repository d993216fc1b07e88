"""A suite was corrected: who gains and loses by it is shown before anything is written.

change.py   what changes for one student and for a class: plain data
compare.py  two gradings of one submission, test by test
effect.py   what that does to the gradebook's scores: what was given by hand wins
scope.py    which submissions, and what there is of each from before
consequence.py  both together: what one new grading means for its student
reasons.py  what has changed since they were graded
preview.py  grade with the earlier seeds and compare; nothing that counts is touched
apply.py    write what a preview showed, if all of it still holds
shown.py    tables for a terminal, objects for --json
"""

from autograder.regrade.apply import Applied, apply
from autograder.regrade.change import Change, Fate, Options, Regrade, TestChange, decoded
from autograder.regrade.preview import preview

__all__ = [
    "Applied",
    "Change",
    "Fate",
    "Options",
    "Regrade",
    "TestChange",
    "apply",
    "decoded",
    "preview",
]
