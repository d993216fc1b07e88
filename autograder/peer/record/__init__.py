"""What study sessions came to: a Markdown file each, which people edit and git merges.

    read_records(folder, people=None) -> Records
    open_questions(course_or_folder, group, before=None) -> tuple[Question, ...]
    record_text(Draft(date=…, session=…, …), language) -> str

model.py      Record and what is in it; Question, which lives over several records
words.py      headings and sentences in English and Korean
lines.py      a file as lines that keep their ends; where sections and items are
front.py      front matter: keys, values and their lines
people.py     which word of a record means which person
reading.py    text → Record, or an error with file and line
questions.py  ids; which questions are open
folder.py     the records of a group, by date
drafting.py   what a new record begins with
writing.py    additions to a file of which everything else stays as it is
taking.py     a record that comes from elsewhere, put into the one that is there
"""

from autograder.peer.record.drafting import draft_of, record_text
from autograder.peer.record.folder import (
    open_questions,
    questions_of,
    read_records,
    record_path,
    records_in,
)
from autograder.peer.record.model import (
    Additions,
    Attendance,
    Draft,
    Goal,
    Point,
    Question,
    Record,
    Records,
)
from autograder.peer.record.people import People
from autograder.peer.record.questions import question_id
from autograder.peer.record.reading import read_record
from autograder.peer.record.writing import with_additions

__all__ = [
    "Additions",
    "Attendance",
    "Draft",
    "Goal",
    "People",
    "Point",
    "Question",
    "Record",
    "Records",
    "draft_of",
    "open_questions",
    "question_id",
    "questions_of",
    "read_record",
    "read_records",
    "record_path",
    "record_text",
    "records_in",
    "with_additions",
]
