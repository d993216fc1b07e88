"""course.yml: what the course is, validated once and plain data from then on.

document.py    text → values that know their line
quantities.py  "5 s", "2 GiB", "10 %" → numbers
schema.py      which keys there are and what each accepts (pydantic)
problems.py    everything wrong with a file, as one error
folders.py     where a course keeps what; a course that was nbgrader's before
load.py        the file and the folders beside it → Course
roster.py      which student reads in which language
students.py    who is on the roster
groups.py      groups.csv, where course.yml does not have the groups itself
deadlines.py   due dates and extensions, with their time zones
model.py       Course, Assignment, Limits: what the rest of the package sees
"""

from autograder.course.folders import Folders, may_be_adopted
from autograder.course.load import COURSE_FILE, find_course, load_course, place_of
from autograder.course.model import (
    Assignment,
    CollectDefaults,
    Course,
    Extension,
    FeedbackRules,
    Group,
    LatePolicy,
    Limits,
    SandboxDefaults,
    with_device,
)
from autograder.course.roster import languages_of
from autograder.course.students import Student, students_of

__all__ = [
    "COURSE_FILE",
    "Assignment",
    "CollectDefaults",
    "Course",
    "Extension",
    "FeedbackRules",
    "Folders",
    "Group",
    "LatePolicy",
    "Limits",
    "SandboxDefaults",
    "Student",
    "find_course",
    "languages_of",
    "load_course",
    "may_be_adopted",
    "place_of",
    "students_of",
    "with_device",
]
