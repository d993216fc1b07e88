"""What a record says, as plain data. The form of the file is in docs/peer-records.md."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as Date
from pathlib import Path

from autograder.errors import AutograderError


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    person: str
    present: bool
    remark: str = ""  # what stands behind the name, such as "ill"
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    text: str
    person: str = ""  # empty: the whole group's
    done: bool = False
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question as one record has it."""

    id: str  # q-3f2a9c; of a question without one: made of its text
    text: str  # empty where only the id stands there
    answered: bool
    notes: tuple[str, ...] = ()  # what stands below it: answers where it is ticked
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A decision, or something to keep, a problem, something to try."""

    text: str
    done: bool = False  # of something to try: it was tried
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One session."""

    path: Path
    date: Date
    session: str  # its name, as in the file's name
    group: str = ""
    assignment: str = ""
    topic: str = ""
    moderator: str = ""
    presenters: tuple[str, ...] = ()
    attendance: tuple[Attendance, ...] = ()
    goals: tuple[Goal, ...] = ()
    questions: tuple[Asked, ...] = ()
    decisions: tuple[Point, ...] = ()
    keep: tuple[Point, ...] = ()
    problems: tuple[Point, ...] = ()
    tries: tuple[Point, ...] = ()
    notes: str = ""
    further: tuple[str, ...] = ()  # keys of the front matter that mean nothing to us

    @property
    def present(self) -> tuple[str, ...]:
        return tuple(each.person for each in self.attendance if each.present)

    @property
    def absent(self) -> tuple[str, ...]:
        """Empty while nobody is ticked: attendance was not taken yet."""
        if not self.present:
            return ()
        return tuple(each.person for each in self.attendance if not each.present)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question over all records of a group: the last record that has it decides."""

    id: str
    text: str
    asked: Date
    session: str  # in which it was asked first
    answers: tuple[str, ...] = ()
    answered: Date | None = None  # None: it is open
    remarks: tuple[str, ...] = ()  # below an open one, such as "look at it again next time"
    path: Path | None = None  # the record in which it was asked first

    @property
    def is_open(self) -> bool:
        return self.answered is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """All records of a folder, by date; those that cannot be read are among the problems."""

    records: tuple[Record, ...] = ()
    problems: tuple[AutograderError, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a new record begins with."""

    date: Date
    session: str
    group: str = ""
    assignment: str = ""
    topic: str = ""
    moderator: str = ""
    presenters: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()  # of whom it is known beforehand
    goals: tuple[Goal, ...] = ()  # of last time, not ticked
    questions: tuple[Question, ...] = ()  # still open
    tries: tuple[Point, ...] = ()  # of last time, not tried


@dataclass(frozen=True, slots=True, kw_only=True)
class Additions:
    """What is to be put into a record. Texts are one line each."""

    moderator: str = ""
    presenters: tuple[str, ...] = ()  # empty: as they are
    assignment: str = ""
    topic: str = ""
    guests: tuple[str, ...] = ()
    present: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    expected: tuple[str, ...] = ()  # in the list, and not ticked
    goals: tuple[Goal, ...] = ()  # a done one ticks the goal that is there
    questions: tuple[Asked, ...] = ()  # an answered one ticks the question, and says the answer
    reopened: tuple[str, ...] = ()  # ids
    decisions: tuple[Point, ...] = ()
    keep: tuple[Point, ...] = ()
    problems: tuple[Point, ...] = ()
    tries: tuple[Point, ...] = ()
    notes: str = ""  # any number of lines
    further: tuple[str, ...] = ()  # sections of a group's own, with their headings
