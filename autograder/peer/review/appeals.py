"""Somebody does not agree with their score, and an instructor decides: once, and for good.

A student may appeal once an item, from when scores were given until a date. What was asked and
what was decided are only ever added to the file; the instructor's scores replace those of the
reviews and of a spot check, and are known ones for whoever reviewed the item (Mechanical TA 2 has
appeals to the teaching assistants too: arXiv 2101.10078).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from autograder.course import Course
from autograder.errors import UsageError
from autograder.peer.review.aggregate import item_by
from autograder.peer.review.files import read_json, round_folder, write_json
from autograder.peer.review.judgements import Judgement, checked_words, item_at, scores_from
from autograder.peer.review.model import SCHEMA, Item, Round
from autograder.peer.review.turns import in_turn

FILE = "appeals.json"
DAYS = 7  # that students have, unless the command says otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """Scores were given to the students."""

    at: datetime
    until: datetime  # when the last appeal may be made
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Appeal:
    id: str  # "A1", in the order of the appeals
    student: str
    item: str
    why: str
    at: datetime
    decision: Judgement | None = None  # None: it is open

    @property
    def is_open(self) -> bool:
        return self.decision is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Appeals:
    given: tuple[Given, ...] = ()  # oldest first; the last one says until when
    appeals: tuple[Appeal, ...] = ()
    schema: int = SCHEMA

    @property
    def until(self) -> datetime | None:
        """None: scores were not given yet."""
        return self.given[-1].until if self.given else None

    @property
    def decisions(self) -> tuple[Judgement, ...]:
        return tuple(each.decision for each in self.appeals if each.decision is not None)


def read_appeals(course: Course, assignment: str) -> Appeals:
    """raises  CourseError "reviews-broken", "reviews-version" """
    return read_json(round_folder(course, assignment) / FILE, Appeals) or Appeals()


def give_scores(
    course: Course, made: Round, *, by: str, now: datetime, until: datetime | None = None
) -> Given:
    """From now on the scores may be appealed against.

    until   None: DAYS from now
    raises  UsageError "appeals-until"; as read_appeals
    """
    last = until or now + timedelta(days=DAYS)
    if last <= now:
        raise UsageError(
            "appeals-until",
            f"appeals would end at {last.isoformat()}, which is past",
            next="give a time that is still to come",
        )
    given = Given(at=now, until=last, by=by)
    with in_turn(course, made.assignment):
        before = read_appeals(course, made.assignment)
        _write(course, made, replace(before, given=(*before.given, given)))
    return given


def open_appeal(course: Course, made: Round, student: str, why: str, *, now: datetime) -> Appeal:
    """raises  UsageError "nothing-to-appeal", "scores-not-given", "appeal-too-late",
    "appealed-before"; those of checked_words; as read_appeals
    """
    item = item_by(made, student)
    if item is None:
        raise UsageError(
            "nothing-to-appeal",
            f"nothing of {student} was reviewed in {made.assignment}",
            next="check the id: it is the name of the folder in submitted/",
        )
    with in_turn(course, made.assignment):
        before = read_appeals(course, made.assignment)
        _check_time(made, before.until, now)
        _check_first(made, before, item)
        appeal = Appeal(
            id=f"A{len(before.appeals) + 1}",
            student=student,
            item=item.id,
            why=checked_words(why, what="the reason"),
            at=now,
        )
        _write(course, made, replace(before, appeals=(*before.appeals, appeal)))
    return appeal


def decide(
    course: Course,
    made: Round,
    identity: str,
    written: Sequence[str],
    note: str,
    *,
    by: str,
    now: datetime,
) -> Appeal:
    """An instructor's scores, with the reason that the student reads; criteria that are not named
    keep theirs.

    raises  UsageError "unknown-appeal", "appeal-decided", those of scores_from and checked_words
    """
    with in_turn(course, made.assignment):
        before = read_appeals(course, made.assignment)
        appeal = _of(before, identity, made)
        decided = replace(
            appeal,
            decision=Judgement(
                item=appeal.item,
                scores=scores_from(written, made.criteria_of(item_at(made, appeal.item))),
                note=checked_words(note, what="the note to the student"),
                by=by,
                at=now,
            ),
        )
        appeals = tuple(decided if each.id == identity else each for each in before.appeals)
        _write(course, made, replace(before, appeals=appeals))
    return decided


def _of(appeals: Appeals, identity: str, made: Round) -> Appeal:
    found = next((each for each in appeals.appeals if each.id == identity), None)
    if found is None:
        known = ", ".join(each.id for each in appeals.appeals) or "none"
        raise UsageError(
            "unknown-appeal",
            f'there is no appeal "{identity}" about {made.assignment}',
            next=f"there are: {known}",
        )
    if found.decision is not None:
        raise UsageError(
            "appeal-decided",
            f"{identity} was decided at {found.decision.at.isoformat()} by {found.decision.by}",
            next="a decision is final",
        )
    return found


def _check_first(made: Round, before: Appeals, item: Item) -> None:
    earlier = next((each for each in before.appeals if each.item == item.id), None)
    if earlier is None:
        return
    decide_it = f"decide it: autograder peer review appeal {made.assignment} --decide {earlier.id}"
    raise UsageError(
        "appealed-before",
        f"{earlier.student} has appealed already ({earlier.id}, {earlier.at.isoformat()})",
        next=decide_it if earlier.is_open else "it was decided, and a decision is final",
    )


def _check_time(made: Round, until: datetime | None, now: datetime) -> None:
    if until is None:
        raise UsageError(
            "scores-not-given",
            f"the scores of {made.assignment} were not given to anybody yet",
            next=f"autograder peer review score {made.assignment} --give",
        )
    if now > until:
        raise UsageError(
            "appeal-too-late",
            f"appeals ended at {until.isoformat()}",
            next="an instructor may still look at it: autograder peer review spotcheck "
            f"{made.assignment} ITEM --score …",
        )


def _write(course: Course, made: Round, appeals: Appeals) -> None:
    write_json(round_folder(course, made.assignment) / FILE, appeals)
