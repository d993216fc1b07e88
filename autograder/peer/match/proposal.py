"""A course's results of an assignment → pairs, in each group or across them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import combinations
from typing import Literal
from zoneinfo import ZoneInfo

from autograder.course import Assignment, Course
from autograder.errors import UsageError
from autograder.peer.groups import StudyGroup
from autograder.peer.match.exchange import Exchange, Lesson, exchange_between
from autograder.peer.match.pairing import best_pairs
from autograder.peer.match.strengths import Strengths, strengths_of
from autograder.report import Report

Why = Literal["no-result", "opted-out", "nothing-to-exchange", "nobody-left"]
_NONE = Exchange((), (), 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Explains:
    teacher: str
    learner: str
    lessons: tuple[Lesson, ...]  # never empty


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    group: str  # empty: of several
    members: tuple[str, ...]  # two, or three; by id
    explains: tuple[Explains, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alone:
    group: str
    student: str
    why: Why


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    assignment: str
    pairs: tuple[Pair, ...]
    alone: tuple[Alone, ...]


def check_time(course: Course, assignment: Assignment, now: datetime) -> None:
    """Who explains before everybody has handed in, gives answers away.

    raises  UsageError "before-deadline"
    """
    dues = [each.due for each in assignment.extensions] + [assignment.due]
    last = max((due for due in dues if due is not None), default=None)
    if last is None or now > last:
        return
    when = last.astimezone(ZoneInfo(course.timezone))
    raise UsageError(
        "before-deadline",
        f'"{assignment.name}" can still be handed in',
        where=f"the last due date, extensions included: {when:%Y-%m-%d %H:%M} {course.timezone}",
        next="propose pairs after it",
    )


def propose(
    assignment: str,
    reports: Mapping[str, Report],
    groups: Sequence[StudyGroup],
    *,
    across: bool = False,
    withdrawn: Collection[str] = (),
) -> Proposal:
    """Pairs of people of one group, or, across, of people of different groups.

    reports    by student; those who are in no group are passed over
    withdrawn  who does not want to be shown: a pair tells what its members can do
    """
    strengths = {
        student: strengths_of(report)
        for student, report in reports.items()
        if student not in withdrawn
    }
    if across:
        group_of = {student: group.name for group in groups for student in group.ids}
        parts = [_propose("", group_of, strengths)]
    else:
        parts = [_propose(group.name, dict.fromkeys(group.ids, ""), strengths) for group in groups]
    alone = (one for _, some in parts for one in some)
    return Proposal(
        assignment=assignment,
        pairs=tuple(pair for pairs, _ in parts for pair in pairs),
        alone=tuple(replace(o, why="opted-out") if o.student in withdrawn else o for o in alone),
    )


def _propose(
    group: str, sides: Mapping[str, str], strengths: Mapping[str, Strengths]
) -> tuple[list[Pair], list[Alone]]:
    """sides  student → what two of a pair may not have in common; empty: all may be pairs"""
    people = sorted(student for student in sides if student in strengths)
    found = {
        (a, b): exchange_between(strengths[people[a]], strengths[people[b]])
        for a, b in combinations(range(len(people)), 2)
        if not sides[people[a]] or sides[people[a]] != sides[people[b]]
    }
    useful = {pair: each for pair, each in found.items() if each.worth[1]}
    made = best_pairs(len(people), lambda a, b: useful[a, b].worth, lambda a, b: (a, b) in useful)
    pairs = [_pair(group, numbers, people, useful) for numbers in made]
    placed = {student for pair in pairs for student in pair.members}
    fit = {people[one] for pair in useful for one in pair}
    alone = [
        Alone(group=group, student=student, why=_why(student, strengths, fit))
        for student in sorted(sides)
        if student not in placed
    ]
    return pairs, alone


def _pair(
    group: str,
    numbers: Sequence[int],
    people: Sequence[str],
    useful: Mapping[tuple[int, int], Exchange],
) -> Pair:
    explains = []
    for a, b in combinations(numbers, 2):
        exchange = useful.get((a, b), _NONE)
        for teacher, learner, lessons in (
            (a, b, exchange.to_second),
            (b, a, exchange.to_first),
        ):
            if lessons:
                explains.append(
                    Explains(teacher=people[teacher], learner=people[learner], lessons=lessons)
                )
    members = tuple(people[number] for number in numbers)
    return Pair(group=group, members=members, explains=tuple(explains))


def _why(student: str, strengths: Mapping[str, Strengths], fit: set[str]) -> Why:
    if student not in strengths:
        return "no-result"
    return "nobody-left" if student in fit else "nothing-to-exchange"
