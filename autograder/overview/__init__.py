"""`autograder report`: what the results of an assignment say about class, tests and teaching.

gather.py     results, gradebook, roster and what was handed in, of one assignment
measures.py   the statistics, and when there is none
compute.py    what was gathered → Overview
model.py      Overview: plain data, which is also the JSON
attention.py  what to look at first
drawings.py   SVG
page.py       the page (templates/), and the course's
tables.py     CSV
files.py      where files may lie, and how they get there
"""

from autograder.overview.attention import Look, attention
from autograder.overview.compute import overview_of
from autograder.overview.files import (
    FORMATS,
    contents_of,
    contents_of_course,
    folder_of,
    json_of,
    write_all,
)
from autograder.overview.gather import gather, graded_assignments, handed_in
from autograder.overview.model import Overview

__all__ = [
    "FORMATS",
    "Look",
    "Overview",
    "attention",
    "contents_of",
    "contents_of_course",
    "folder_of",
    "gather",
    "graded_assignments",
    "handed_in",
    "json_of",
    "overview_of",
    "write_all",
]
