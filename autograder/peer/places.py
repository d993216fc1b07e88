"""Which file of the study groups lies where, below the course's folder.

    peer.yml                          the term, as people write it: dates, topics, absences
    peer/plan.yml, .md, .ics          the plan
    peer/GROUP/sessions/NAME.html     the pack of a session, and NAME.ipynb beside it
    peer/GROUP/records/DATE-NAME.md   what a session came to
    peer/reviews/NAME/STUDENT/        forms that one reviewer gets
    peer/private/                     who is behind what: the organiser's, never handed out

The folder of a group is its own, and may be given to it as it is.
"""

from __future__ import annotations

from pathlib import Path

from autograder.course import Course

TERM_FILE = "peer.yml"
REVIEWS, PRIVATE = "reviews", "private"
RESERVED = (REVIEWS, PRIVATE)


def peer_folder(course: Course) -> Path:
    return course.root / "peer"


def sessions_folder(course: Course, group: str) -> Path:
    return peer_folder(course) / group / "sessions"


def records_folder(course: Course, group: str) -> Path:
    return peer_folder(course) / group / "records"


def reviews_folder(course: Course, assignment: str) -> Path:
    return peer_folder(course) / REVIEWS / assignment


def private_folder(course: Course) -> Path:
    return peer_folder(course) / PRIVATE
