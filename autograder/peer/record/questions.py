"""Ids of questions, and what became of each over the records of a group."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date as Date
from pathlib import Path

from autograder.errors import CourseError
from autograder.peer.record.model import Asked, Question, Record
from autograder.peer.record.trouble import broken

ID = re.compile(r"q-[0-9a-z]{1,12}")
_DIGITS = 6  # 24 bits: a thousand questions of a group meet once in 33 groups, and that is told


def question_id(text: str, taken: Collection[str] = ()) -> str:
    """Made of the text alone, so that two who write the same question down write the same one.

    taken  ids of other questions
    """
    digest = hashlib.sha256(same(text).encode()).hexdigest()
    lengths = range(_DIGITS, 13)
    found = (f"q-{digest[:length]}" for length in lengths)
    return next((each for each in found if each not in taken), f"q-{digest[:12]}")


def same(text: str) -> str:
    """Texts that are equal in this are the same question, goal or problem."""
    return " ".join(text.split()).casefold().strip(" .!?")


@dataclass(slots=True)
class _Life:
    """One question, while records are gone through by date."""

    id: str
    text: str
    first: Record
    line: int  # where its text stands first
    where: Record  # the record in which it does
    answers: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    answered: Date | None = None


def questions_over(records: Sequence[Record], *, strict: bool = True) -> tuple[Question, ...]:
    """All questions in the order in which they were first asked.

    records  by date
    strict   False: where one id has two texts, the first is the question's
    raises   CourseError "question-conflict": one id, two texts
    """
    lives: dict[str, _Life] = {}
    for record in records:
        for asked in record.questions:
            life = lives.setdefault(
                asked.id, _Life(asked.id, asked.text, record, asked.line, record)
            )
            _check_text(life, asked, record, strict)
            _go_on(life, asked, record.date)
    return tuple(_question(life) for life in lives.values())


def _go_on(life: _Life, asked: Asked, today: Date) -> None:
    known = life.answers if asked.answered else life.remarks
    known.extend(note for note in asked.notes if note not in known)
    if not asked.answered:
        life.answered = None
    elif life.answered is None:
        life.answered = today


def _check_text(life: _Life, asked: Asked, record: Record, strict: bool) -> None:
    if asked.text and not life.text:
        life.text, life.line, life.where = asked.text, asked.line, record
    if not strict or not asked.text or same(asked.text) == same(life.text):
        return
    raise two_texts(life.id, life.where.path, life.line, record.path, asked.line)


def two_texts(id: str, first: Path, line: int, second: Path, at: int) -> CourseError:
    """Of one id with one text here and another one there."""
    place = f"line {line}" if first == second else f"{first.name}, line {line}"
    return broken(
        second,
        at,
        f"{id} is another question here than in {place}",
        "write the same text in both, or give the new question another id, or none",
        code="question-conflict",
    )


def _question(life: _Life) -> Question:
    return Question(
        id=life.id,
        text=life.text or life.id,
        asked=life.first.date,
        session=life.first.session,
        answers=tuple(life.answers),
        answered=life.answered,
        remarks=tuple(life.remarks),
        path=life.first.path,
    )


def merged(asked: Iterable[Asked]) -> tuple[Asked, ...]:
    """One of each: a merge by git may leave two lines of a question, and a tick wins."""
    found: dict[str, Asked] = {}
    for each in asked:
        earlier = found.get(each.id)
        if earlier is not None:
            each = Asked(
                id=each.id,
                text=earlier.text or each.text,
                answered=earlier.answered or each.answered,
                notes=tuple(dict.fromkeys((*earlier.notes, *each.notes))),
                line=earlier.line,
            )
        found[each.id] = each
    return tuple(found.values())
