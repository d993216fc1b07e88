"""What a student reads: a Report, one graded cell at a time, as a table in HTML and in text.

text.py   clean_text: the one way in which text from a student's side is shown anywhere
rows.py   tests → rows of a table, parameter sets of one test folded into one row
words.py  the words of the page, in each language
table.py  rows → HTML (templates/cell.html.j2) and plain text
"""

from autograder.feedback.rows import Row, rows_of
from autograder.feedback.table import CellOutput, cell_output, report_text
from autograder.feedback.text import clean_text, points_text
from autograder.feedback.words import LANGUAGES, Words, words_in

__all__ = [
    "LANGUAGES",
    "CellOutput",
    "Row",
    "Words",
    "cell_output",
    "clean_text",
    "points_text",
    "report_text",
    "rows_of",
    "words_in",
]
