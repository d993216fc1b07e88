"""All that a pack shows, as plain data: page and notebook are made of it, now and later again.

Nothing in it says whose an answer is, who failed what, or how many did.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Language = Literal["en", "ko"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    id: str
    name: str  # for people; the id where the roster has no name


@dataclass(frozen=True, slots=True)
class Piece:
    """A cell of the notebook."""

    kind: Literal["markdown", "code"]
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Something to predict and then to run."""

    title: str = ""
    ask: str = ""  # what to predict
    pieces: tuple[Piece, ...] = ()  # of the notebook
    shown: tuple[str, ...] = ()  # code for the page: what is tried, without what runs it
    printed: str = ""  # what a wrong version prints; empty where none is shown
    look: str = ""  # where the difference shows


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    category: str  # in the reader's language; may be empty
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """One thing that the group works through."""

    symbol: str
    id: str  # stable, for anchors and for records: never the catalogue's name of it
    title: str
    text: str = ""  # the catalogue's words to a student
    question: str = ""
    behaviours: tuple[Behaviour, ...] = ()  # where no mistake was recognised
    trial: Trial | None = None


@dataclass(frozen=True, slots=True)
class Needed:
    """Another graded symbol that an answer uses, from the same notebook."""

    symbol: str
    code: str
    needs: tuple[Needed, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An answer as it is shown, by its letter."""

    label: str  # "A", "B", …
    symbol: str
    code: str  # anonymised
    needs: tuple[Needed, ...] = ()
    facts: tuple[str, ...] = ()  # about this one alone, in words


@dataclass(frozen=True, slots=True, kw_only=True)
class Probed:
    """A small visible input for all answers to a symbol."""

    code: str  # defines `name`, a function of one argument: the symbol
    name: str
    ask: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One sentence on how some of the answers differ."""

    text: str
    labels: tuple[str, ...]  # of the answers that it is about


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """Right answers to one symbol that work differently."""

    symbol: str
    answers: tuple[Shown, ...]
    differences: tuple[Difference, ...] = ()
    questions: tuple[str, ...] = ()  # to compare them
    # Probes for all of them, as the notebook runs them: (code that defines a function of one
    # argument, the function's name, what to predict).
    probes: tuple[Probed, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """An instructive wrong answer, from the catalogue and never a member's."""

    symbol: str
    title: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question that stayed open."""

    id: str
    text: str
    asked: str  # a day, ISO 8601; may be empty


@dataclass(frozen=True, slots=True, kw_only=True)
class Interview:
    question: str
    listen_for: str = ""  # for the moderator


@dataclass(frozen=True, slots=True, kw_only=True)
class Further:
    """Where a group goes on that has nothing to work through, or has time left."""

    symbol: str
    variations: tuple[str, ...] = ()
    interviews: tuple[Interview, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What somebody set out to do last time."""

    person: str  # an id; empty: the whole group's
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """When and with whom."""

    day: str = ""  # ISO 8601; empty: not fixed
    starts: str = ""  # ISO 8601 with a zone; empty: not fixed
    timezone: str = "UTC"
    minutes: int = 60
    topic: str = ""
    number: int = 0  # of the plan's sessions; 0: none of them
    moderator: str = ""  # an id; empty: still to be chosen
    presenters: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    goals: tuple[Goal, ...] = ()  # of last time, not done yet
    tries: tuple[str, ...] = ()  # of last time's retrospective


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    course: str  # its title
    course_id: str
    assignment: str
    title: str  # the assignment's
    group: str
    language: Language
    members: tuple[Member, ...]
    meeting: Meeting
    imports: str  # the assignment's own cell, for the notebook
    concepts: tuple[Concept, ...] = ()
    later_concepts: tuple[Concept, ...] = ()  # for which the time is too short
    contrasts: tuple[Contrast, ...] = ()
    wrong: Wrong | None = None
    questions: tuple[Asked, ...] = ()
    further: tuple[Further, ...] = ()
    handed_in: bool = True  # did anybody hand in anything?

    @property
    def alone(self) -> bool:
        return len(self.members) == 1

    @property
    def all_right(self) -> bool:
        return self.handed_in and not self.concepts

    def person(self, student: str) -> str:
        return next((each.name for each in self.members if each.id == student), student)


def without_people(pack: Pack) -> Pack:
    """The pack with nothing that names anybody on purpose: what the gate searches.

    Open questions, goals and what to try are the group's own text, which it has read already; the
    form for attendance and the roles name members by design.
    """
    meeting = replace(
        pack.meeting, moderator="", presenters=(), absent=(), topic="", goals=(), tries=()
    )
    return replace(pack, members=(), meeting=meeting, questions=(), group="", course="")
