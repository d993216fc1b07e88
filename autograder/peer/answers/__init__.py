"""What a study group or a reviewer may see of somebody's answer.

extract.py     the statements that one graded symbol needs, chosen as grading chooses them
anonymise.py   those statements without names, comments, identifiers, order: an Answer, or nothing
notebooks.py   a notebook that holds such answers
search.py      whether a text still says who wrote something: the net below all this
"""

from __future__ import annotations

from autograder.peer.answers.anonymise import Answer, anonymised_answer
from autograder.peer.answers.notebooks import notebook_with
from autograder.peer.answers.search import forbidden_words, names_of, traces

__all__ = [
    "Answer",
    "anonymised_answer",
    "forbidden_words",
    "names_of",
    "notebook_with",
    "traces",
]
