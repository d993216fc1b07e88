"""Two or three answers to one stub that differ most in how they work, and in what they differ.

    notebooks ──candidate──▶ Measurements ──▶ the labels of the most contrasting ──▶ sentences

measuring.py    asks the course's sandbox what answers return and take; executes nothing here
suites/         the suite that asks it there
form.py         loops, branches, helpers: counted in the syntax tree
likeness.py     whether two answers return the same
operators.py    torch's operators by the names that people know
distance.py     how far two answers are apart; the few that are furthest from each other
differences.py  what holds of one and not of the other
words.py        English and Korean
"""

from __future__ import annotations

from autograder.peer.contrast.differences import facts, how_they_differ
from autograder.peer.contrast.distance import distance, most_contrasting
from autograder.peer.contrast.likeness import returns_the_same
from autograder.peer.contrast.measuring import Task, measure, tasks_of
from autograder.peer.contrast.model import Form, Measured, Measurements

__all__ = [
    "Form",
    "Measured",
    "Measurements",
    "Task",
    "distance",
    "facts",
    "how_they_differ",
    "measure",
    "most_contrasting",
    "returns_the_same",
    "tasks_of",
]
