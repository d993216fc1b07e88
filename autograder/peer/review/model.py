"""A round of reviews as plain data: what is read, by whom, by which questions, and what came back.

Who is behind an item stands here and nowhere else; forms know labels and a token only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

SCHEMA = 1  # of the files; a file of another one is refused, never guessed at

Kind = Literal["peer", "calibration"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Words for people, in each language of a course."""

    en: str
    ko: str

    def of(self, language: str) -> str:
        return self.ko if language == "ko" else self.en


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    value: int  # what is kept as the score; ascending within a criterion
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One question about an answer."""

    id: str  # unique in the rubric: "softmax.correct"; a word of letters, digits, _ - .
    symbol: str  # the graded symbol that it is about; "": the whole answer
    text: Text
    levels: tuple[Level, ...]  # two or more, from the worst to the best
    weight: float = 1.0  # more than 0

    @property
    def values(self) -> tuple[int, ...]:
        return tuple(level.value for level in self.levels)

    def share(self, score: float) -> float:
        """A score as a part of what can be had: 0 is the worst level, 1 the best."""
        lowest, highest = self.values[0], self.values[-1]
        return (score - lowest) / (highest - lowest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One anonymised set of answers that is read by reviewers."""

    id: str  # a random label, "R7"; in no form
    # A student's id. An item for calibration has one where it is somebody's right answer: it is
    # kept from them and their group as any other; None: of nobody's.
    author: str | None
    code: Mapping[str, str]  # symbol → its anonymised source; in the order of the assignment
    # Criterion id → score that is known to be right, of an item for calibration; None: of a peer.
    known: Mapping[str, float] | None = None
    withdrawn_at: datetime | None = None  # its author does not want to be shown any more

    @property
    def kind(self) -> Kind:
        return "peer" if self.known is None else "calibration"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One reviewer has to read one item."""

    reviewer: str  # a student's id
    item: str
    kind: Kind
    label: str  # what the reviewer's form calls it: "A", "B", … in random order
    added_at: datetime  # later than the round: given out because somebody else's review is missing
    due: datetime | None  # of this task; None: whenever


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What one reviewer says about one item, in one version."""

    reviewer: str
    item: str
    # Criterion id → a level's value; None: "I cannot tell". What was not answered is not here.
    scores: Mapping[str, int | None]
    comments: Mapping[str, str]  # criterion id → what they wrote, cleaned; only where there is any
    received_at: datetime  # when it was collected, with a time zone
    saved_at: datetime  # when its file says that it was saved: which of two versions is the later
    source: str  # sha256 of the file that it came in


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """Everything that one assignment's reviews are made by."""

    assignment: str
    made_at: datetime  # with a time zone
    seed: int  # secret: whoever knows it could work out who reads whom
    k: int  # reviews that each item is to get, and each reviewer to give
    due: datetime | None
    avoid_own_group: bool
    rubric: tuple[Criterion, ...]
    items: tuple[Item, ...]
    tasks: tuple[Task, ...]
    tokens: Mapping[str, str] = field(default_factory=dict)  # reviewer → their form's, random
    calibration: int = 0  # calibration items that each reviewer reads besides
    schema: int = SCHEMA

    @property
    def reviewers(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(task.reviewer for task in self.tasks))

    def item(self, identity: str) -> Item:
        return next(item for item in self.items if item.id == identity)

    def tasks_of(self, reviewer: str) -> tuple[Task, ...]:
        """What they have to read, without what was withdrawn; in the order of the labels."""
        gone = {item.id for item in self.items if item.withdrawn_at is not None}
        mine = (t for t in self.tasks if t.reviewer == reviewer and t.item not in gone)
        return tuple(sorted(mine, key=lambda task: (len(task.label), task.label)))

    def criteria_of(self, item: Item) -> tuple[Criterion, ...]:
        """The questions about this item: those of the symbols that it has, and of the whole."""
        return tuple(each for each in self.rubric if each.symbol in ("", *item.code))


def is_complete(review: Review, criteria: Iterable[Criterion]) -> bool:
    """Is every question answered, be it with "I cannot tell"? A part counts as far as it goes."""
    return all(criterion.id in review.scores for criterion in criteria)
