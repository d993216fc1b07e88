"""What the records of a group, or of all groups, come to. Plain data, which is also the JSON."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date as Date

from autograder.peer.record.book import Book
from autograder.peer.record.model import Point, Question, Record
from autograder.peer.record.questions import same

_ALIKE = 0.85  # of two texts that are the same problem; difflib's ratio


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    date: Date
    name: str
    topic: str
    moderator: str
    presenters: tuple[str, ...]
    present: int
    of: int  # 0: attendance was not taken
    file: str  # its name


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    person: str
    member: bool  # of the group today; else a guest, or somebody who has left
    present: int
    of: int  # sessions in which attendance was taken and which name this person
    moderated: int
    presented: int
    goals: int  # that they have set
    done: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenQuestion:
    id: str
    text: str
    asked: Date
    days: int  # that it has been open
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredQuestion:
    id: str
    text: str
    asked: Date
    answered: Date
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A decision, or something to keep or to try, when it was first said."""

    text: str
    date: Date
    done: bool = False  # of something to try


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A problem of a retrospective, what was to be tried about it, and whether it came back."""

    text: str
    date: Date
    again: tuple[Date, ...]
    tries: tuple[Said, ...]  # of the retrospectives in which it was named


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupSummary:
    group: str
    until: Date
    planned: int | None  # sessions up to today; None: there is no plan
    planned_in_all: int | None
    missing: tuple[Date, ...]  # planned days that have passed without a record
    sessions: tuple[Session, ...]
    people: tuple[PersonRow, ...]
    moderator_difference: int | None  # the most less the fewest of a member; None: nobody
    presenter_difference: int | None
    goals: int
    goals_done: int
    open: tuple[OpenQuestion, ...]  # the oldest first
    answered: tuple[AnsweredQuestion, ...]
    decisions: tuple[Said, ...]
    keep: tuple[Said, ...]
    problems: tuple[Trouble, ...]
    tries: tuple[Said, ...]
    unreadable: tuple[str, ...] = ()  # files that are not in it, with why

    @property
    def attendance(self) -> tuple[int, int]:
        """(present, of how many), of all sessions in which it was taken."""
        return sum(each.present for each in self.sessions), sum(each.of for each in self.sessions)


def summary_of(
    book: Book, planned: Sequence[Date] | None, unreadable: Sequence[str] = ()
) -> GroupSummary:
    """planned  the days of the plan, also those to come; None: there is no plan"""
    held = [record for record in book.records if record.date <= book.today]
    past = [day for day in planned or () if day <= book.today]
    days = {record.date for record in held}
    people = _people(book, held)
    members = [row for row in people if row.member]
    goals = _goals(held)
    return GroupSummary(
        group=book.group,
        until=book.today,
        planned=None if planned is None else len(past),
        planned_in_all=None if planned is None else len(planned),
        missing=tuple(day for day in past if day not in days),
        sessions=tuple(_session(record) for record in held),
        people=people,
        moderator_difference=_difference(row.moderated for row in members),
        presenter_difference=_difference(row.presented for row in members),
        goals=len(goals),
        goals_done=sum(goals.values()),
        open=tuple(_open(each, book.today) for each in book.questions if each.is_open),
        answered=tuple(
            _answered(each, each.answered) for each in book.questions if each.answered is not None
        ),
        decisions=_said((record.date, record.decisions) for record in held),
        keep=_said((record.date, record.keep) for record in held),
        problems=_problems(held),
        tries=_said((record.date, record.tries) for record in held),
        unreadable=tuple(unreadable),
    )


def _session(record: Record) -> Session:
    taken = bool(record.present)
    return Session(
        date=record.date,
        name=record.session,
        topic=record.topic,
        moderator=record.moderator,
        presenters=record.presenters,
        present=len(record.present),
        of=len(record.attendance) if taken else 0,
        file=record.path.name,
    )


def _people(book: Book, held: Sequence[Record]) -> tuple[PersonRow, ...]:
    """Members in the group's order, then others whom a record names."""
    named = (who for record in held for who in _named(record))
    goals = _goals(held)
    found = []
    for person in dict.fromkeys((*book.members, *named)):
        taken = [r for r in held if person in r.present or person in r.absent]
        own = [done for (who, _), done in goals.items() if who == person]
        found.append(
            PersonRow(
                person=person,
                member=person in book.members,
                present=sum(person in record.present for record in taken),
                of=len(taken),
                moderated=sum(record.moderator == person for record in held),
                presented=sum(person in record.presenters for record in held),
                goals=len(own),
                done=sum(own),
            )
        )
    return tuple(found)


def _named(record: Record) -> Iterable[str]:
    roles = [record.moderator] * bool(record.moderator)
    whose = (goal.person for goal in record.goals if goal.person)
    return (*(each.person for each in record.attendance), *roles, *record.presenters, *whose)


def _goals(held: Sequence[Record]) -> dict[tuple[str, str], bool]:
    """(whose, what) → done; a goal that is carried into the next record is one goal."""
    found: dict[tuple[str, str], bool] = {}
    for record in held:
        for goal in record.goals:
            key = goal.person, same(goal.text)
            found[key] = found.get(key, False) or goal.done
    return found


def _difference(counts: Iterable[int]) -> int | None:
    known = list(counts)
    return max(known) - min(known) if known else None


def _open(question: Question, today: Date) -> OpenQuestion:
    return OpenQuestion(
        id=question.id,
        text=question.text,
        asked=question.asked,
        days=max((today - question.asked).days, 0),
        remarks=question.remarks,
    )


def _answered(question: Question, when: Date) -> AnsweredQuestion:
    return AnsweredQuestion(
        id=question.id,
        text=question.text,
        asked=question.asked,
        answered=when,
        answers=question.answers,
    )


def _said(points: Iterable[tuple[Date, Sequence[Point]]]) -> tuple[Said, ...]:
    """Each text once, with the day on which it was first said."""
    found: dict[str, Said] = {}
    for day, some in points:
        for point in some:
            first = found.get(same(point.text))
            done = point.done or (first is not None and first.done)
            found[same(point.text)] = Said(
                text=first.text if first else point.text,
                date=first.date if first else day,
                done=done,
            )
    return tuple(found.values())


def _problems(held: Sequence[Record]) -> tuple[Trouble, ...]:
    tried = {each.text: each for each in _said((r.date, r.tries) for r in held)}
    texts: list[str] = []
    where: dict[str, list[Record]] = {}
    for record in held:
        for point in record.problems:
            known = next((text for text in texts if _alike(text, point.text)), None)
            if known is None:
                texts.append(point.text)
            seen = where.setdefault(known or point.text, [])
            if record not in seen:
                seen.append(record)
    return tuple(
        Trouble(
            text=text,
            date=where[text][0].date,
            again=tuple(record.date for record in where[text][1:]),
            tries=tuple(
                said
                for said in tried.values()
                if any(same(each.text) == same(said.text) for r in where[text] for each in r.tries)
            ),
        )
        for text in texts
    )


def _alike(one: str, other: str) -> bool:
    first, second = same(one), same(other)
    if first == second:
        return True
    return difflib.SequenceMatcher(None, first, second).ratio() >= _ALIKE
