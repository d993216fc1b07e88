"""What a student reads: a Report, one graded cell at a time, as a table in HTML and in text.

text.py          clean_text: the one way in which text from a student's side is shown anywhere
rows.py          tests → rows of a table, parameter sets of one test folded into one row
explanations.py  what the misconception catalogue says about a failure that was recognised
sentences.py     the examiner's sentences about carried errors, in the reader's language
kept.py          what a table is made of, kept beside it: a page is made of it, later
views.py         what of it is shown at a moment: due dates, attempts of a day
words.py         the words of the page, in each language
table.py         rows and explanations → HTML (templates/cell.html.j2) and plain text
"""

from autograder.feedback.explanations import Explanation, Explanations, Notice
from autograder.feedback.kept import as_kept, shown_again
from autograder.feedback.rows import Row, rows_of
from autograder.feedback.sentences import is_carried
from autograder.feedback.table import CellOutput, cell_output, report_text
from autograder.feedback.text import clean_text, points_text
from autograder.feedback.views import EVERYTHING, Attempt, View, day_of, this_moment, view_of
from autograder.feedback.words import LANGUAGES, Words, words_in

__all__ = [
    "EVERYTHING",
    "LANGUAGES",
    "Attempt",
    "CellOutput",
    "Explanation",
    "Explanations",
    "Notice",
    "Row",
    "View",
    "Words",
    "as_kept",
    "cell_output",
    "clean_text",
    "day_of",
    "is_carried",
    "points_text",
    "report_text",
    "rows_of",
    "shown_again",
    "this_moment",
    "view_of",
    "words_in",
]
