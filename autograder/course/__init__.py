"""course.yml: what the course is, validated once and plain data from then on.

document.py    text → values that know their line
quantities.py  "5 s", "2 GiB", "10 %" → numbers
schema.py      which keys there are and what each accepts (pydantic)
problems.py    everything wrong with a file, as one error
load.py        the file and the folders beside it → Course
roster.py      which student reads in which language
model.py       Course, Assignment, Limits: what the rest of the package sees
"""

from autograder.course.load import COURSE_FILE, find_course, load_course, place_of
from autograder.course.model import (
    Assignment,
    Course,
    Group,
    LatePolicy,
    Limits,
    SandboxDefaults,
    with_device,
)
from autograder.course.roster import languages_of

__all__ = [
    "COURSE_FILE",
    "Assignment",
    "Course",
    "Group",
    "LatePolicy",
    "Limits",
    "SandboxDefaults",
    "find_course",
    "languages_of",
    "load_course",
    "place_of",
    "with_device",
]
