"""A peer.yml to start from, with a word on each key."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from autograder.course import Course
from autograder.errors import UsageError
from autograder.peer.groups import StudyGroup
from autograder.peer.places import TERM_FILE

_TEXT = """\
# The term of the study groups; `autograder peer plan` reads it. docs/peer-plan.md has every key.
start: {start}          # the first session
time: "19:00"              # {zone}, as in course.yml; another with `timezone: Asia/Seoul`
minutes: 90
every: week                # day, weekday, week, or a number of them: 2 weeks
sessions: 16
presenters: {presenters}              # of a session, beside its moderator
cross: none                # 4: every fourth session mixes all groups

# Dates without a session, one by one or from .. to
skip: []
# skip: [2026-10-05, 2026-12-21 .. 2027-01-03]

# Assignments by name, each discussed once its deadline has passed, and texts of your own.
# Without this key: all assignments, as they are due.
# topics: [{topic}, "Chapter 3: backpropagation", "Paper: Attention is all you need"]

# What one group has of its own: topics for sessions that the list above leaves free, a time, a day
# groups:
#   {group}: {{topics: ["Chapter 4"], time: "18:00", day: thursday}}

# Who cannot come when
# absences:
#   {student}: [{start}, 2026-10-01 .. 2026-10-08]

# Who would like to lead or present which session
# volunteers:
#   {student}: [{{session: 3, role: moderator}}, {{session: 5, role: presenter}}]
"""


def write_example(course: Course, groups: Sequence[StudyGroup], today: date) -> Path:
    """raises  UsageError "term-exists" rather than touch what somebody wrote"""
    path = course.root / TERM_FILE
    monday = today + timedelta(days=7 - today.weekday())
    smallest = min((len(group.members) for group in groups if len(group.members) > 1), default=2)
    text = _TEXT.format(
        start=monday.isoformat(),
        zone=course.timezone,
        presenters=min(2, smallest - 1),
        topic=next((each.name for each in course.assignments), "some_assignment"),
        group=groups[0].name,
        student=groups[0].ids[0],
    )
    try:
        with path.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        raise UsageError(
            "term-exists", "there is a peer.yml already", where=str(path), next="edit it"
        ) from None
    except OSError as error:
        raise UsageError(
            "not-written", f"peer.yml could not be written: {error.strerror}", where=str(path)
        ) from None
    return path
