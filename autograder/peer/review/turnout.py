"""How far a round is: who has read how much, and how often each answer was read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from autograder.peer.review.model import Review, Round, is_complete


@dataclass(frozen=True, slots=True, kw_only=True)
class Turnout:
    """One person. Calibration items count in what they read, and are told apart by nobody else."""

    student: str
    asked: int  # answers that they have to read
    given: int  # that they have said something about
    complete: int  # with every question answered
    late: int  # collected for the first time after they were due
    received: int | None  # reviews of their own answer; None: nobody reads it
    expected: int | None  # of these, how many are to come in the end
    withdrawn: bool  # they do not want to be shown any more


@dataclass(frozen=True, slots=True, kw_only=True)
class Overall:
    assignment: str
    due: datetime | None
    over: bool
    asked: int
    given: int
    short: tuple[str, ...]  # authors whose answer has fewer than k reviews
    people: tuple[Turnout, ...]


def turnout(
    made: Round, reviews: Sequence[Review], versions: Sequence[Review], now: datetime
) -> Overall:
    """reviews  those that count; versions  all, for when each came first"""
    counting = {(review.reviewer, review.item): review for review in reviews}
    first: dict[tuple[str, str], datetime] = {}
    for version in versions:
        at = (version.reviewer, version.item)
        first[at] = min(version.received_at, first.get(at, version.received_at))
    received = Counter(review.item for review in reviews)
    own = {item.author: item for item in made.items if item.kind == "peer" and item.author}
    people = sorted({*made.reviewers, *own})
    rows = []
    for student in people:
        tasks = made.tasks_of(student)
        item = own.get(student)
        shown = item is not None and item.withdrawn_at is None
        done = [task for task in tasks if (student, task.item) in counting]
        rows.append(
            Turnout(
                student=student,
                asked=len(tasks),
                given=len(done),
                complete=sum(
                    is_complete(
                        counting[student, task.item], made.criteria_of(made.item(task.item))
                    )
                    for task in done
                ),
                late=sum(
                    task.due is not None and first[student, task.item] > task.due for task in done
                ),
                received=received[item.id] if item is not None and shown else None,
                expected=made.k if shown else None,
                withdrawn=item is not None and not shown,
            )
        )
    return Overall(
        assignment=made.assignment,
        due=made.due,
        over=made.due is not None and now > made.due,
        asked=sum(row.asked for row in rows),
        given=sum(row.given for row in rows),
        short=tuple(r.student for r in rows if r.received is not None and r.received < made.k),
        people=tuple(rows),
    )
