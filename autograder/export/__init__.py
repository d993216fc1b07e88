"""Grades for other programs: nbgrader's CSV, and gradebook CSV for Canvas and Moodle.

classbook.py  gradebook, roster and results → what is known of every student and assignment
sheets.py     that → a table in each format
filling.py    that → an exported table of Canvas or Moodle, with the grades filled in
table.py      CSV in and out
"""

from autograder.export.classbook import Classbook, Column, Standing, classbook
from autograder.export.filling import Filled, fill
from autograder.export.sheets import FORMATS, Extras, Format, sheet
from autograder.export.table import Table, read_table, write_table

__all__ = [
    "FORMATS",
    "Classbook",
    "Column",
    "Extras",
    "Filled",
    "Format",
    "Standing",
    "Table",
    "classbook",
    "fill",
    "read_table",
    "sheet",
    "write_table",
]
