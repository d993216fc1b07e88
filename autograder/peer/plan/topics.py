"""What a session is about: an assignment after its deadline, and a list's texts in between."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from autograder.course import Assignment, Course
from autograder.peer.groups import StudyGroup


@dataclass(frozen=True, slots=True)
class Topic:
    text: str
    assignment: str | None = None  # its name, where it is one

    @property
    def key(self) -> str:
        """What a list calls it."""
        return self.assignment or self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Arranged:
    topics: tuple[Topic | None, ...]  # per session; None: none was left
    waited: tuple[tuple[str, datetime], ...]  # assignments that had to wait, and until when
    left: tuple[str, ...]  # topics for which no session was left


def topic_of(text: str, course: Course) -> Topic:
    for assignment in course.assignments:
        if assignment.name == text:
            return Topic(assignment.title, assignment.name)
    return Topic(text)


def opens_at(assignment: Assignment, group: StudyGroup) -> datetime | None:
    """From when on the group may talk about it: its members' last due date. None: at any time."""
    dates = [assignment.due_of(student) for student in group.ids]
    return max((due for due in dates if due is not None), default=None)


def arrange(
    starts: Sequence[datetime],
    common: Iterable[Topic],
    own: Iterable[Topic],
    course: Course,
    group: StudyGroup,
) -> Arranged:
    """The next topic of the list for each session, where it is open; then the group's own.

    starts  of the group's sessions, by date
    An assignment whose deadline is to come lets the topics behind it pass.
    """
    opens = {each.name: opens_at(each, group) for each in course.assignments}
    waiting, fillers = list(common), list(own)
    chosen: list[Topic | None] = []
    waited: dict[str, datetime] = {}
    for start in starts:
        topic = _first_open(waiting, start, opens) or _first_open(fillers, start, opens)
        for ahead in _passed_over(waiting, topic, chosen):
            due = opens.get(ahead)
            if due is not None and due >= start:
                waited[ahead] = due
        chosen.append(topic)
        for queue in (waiting, fillers):
            if topic in queue:
                queue.remove(topic)
                break
    return Arranged(
        topics=tuple(chosen),
        waited=tuple(waited.items()),
        left=tuple(topic.key for topic in (*waiting, *fillers)),
    )


def _first_open(
    queue: list[Topic], start: datetime, opens: dict[str, datetime | None]
) -> Topic | None:
    for topic in queue:
        due = opens.get(topic.assignment) if topic.assignment else None
        if due is None or due < start:
            return topic
    return None


def _passed_over(queue: list[Topic], topic: Topic | None, chosen: list[Topic | None]) -> list[str]:
    """Assignments that stood before the chosen topic and could not be taken."""
    if topic is None or topic not in queue:
        return []
    return [each.assignment for each in queue[: queue.index(topic)] if each.assignment]
