"""Extra credit for reviewing, in nbgrader's gradebook.

What for:

    reviewing  points × the part of what one was asked to review that is done
    quality    the same × the quality of these reviews: 1 for who errs by no more than is agreed, 0
               for who errs by twice that (Reliability.quality)
    both       half for each

Nobody is at a disadvantage by what they cannot help. Credit is for reviews that one gives, so
being shown or not, or being read by nobody, changes nothing. Who was asked for none (opted out,
nobody's answer was left, all withdrawn) and has handed in the assignment gets the mean of those who
were asked. A reviewer of whom nothing is known has the mean quality of the others, or all of it if
nothing is known of anybody.

The credit stands on the cell of the first graded symbol that has a score. Nothing of nbgrader's
grading or of ours touches it there; late penalties go by the score with it, as nbgrader's do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from statistics import fmean
from typing import Literal

from autograder.course import Course
from autograder.gradebook import ExtraCredit, Grades, GradesReader, put_extra_credit
from autograder.notebook import read_reference
from autograder.peer.review.gifts import (
    Applied,
    Gift,
    Gifts,
    read_gifts,
    same,
    with_pending,
    write_gifts,
)
from autograder.peer.review.judged_round import JudgedRound
from autograder.store import Store, only_batch

WhatFor = Literal["reviewing", "quality", "both"]
Fate = Literal["new", "changed", "same", "taken-away", "no-submission", "no-score"]
WRITTEN: tuple[Fate, ...] = ("new", "changed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """What one student gets, and what their cell's extra credit comes to."""

    student: str
    asked: int  # reviews
    done: float
    quality: float | None  # None: was asked for no review
    points: float  # ours
    points_before: float  # ours, as it stands now
    cell: str  # grade_id; "" if there is none to put it on
    extra_before: float | None  # the whole number, with what a person gave
    extra_after: float | None
    fate: Fate


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    points: float  # the most that anybody can get
    what_for: WhatFor
    again: bool = False  # give also what somebody has taken away in formgrader


def planned(course: Course, standing: JudgedRound, asked: Asked) -> tuple[Credit, ...]:
    """By student; nothing is written.

    raises  GradebookError if the gradebook cannot be read; CourseError
    """
    name = standing.made.assignment
    gifts = read_gifts(course, name)
    symbols = read_reference(course.assignment(name).reference).symbols
    with GradesReader(course.root) as reader:
        handed_in = reader.students(name)
        points = points_of(standing, handed_in, asked)
        students = sorted(set(points) | set(gifts.by_student))
        grades = reader.grades(name, students)
    cells = [GradesReader.cell_of(symbol) for symbol in symbols]
    return tuple(
        _credit(
            student, points.get(student, 0.0), standing, grades.get(student), cells, gifts, asked
        )
        for student in students
    )


def points_of(standing: JudgedRound, handed_in: set[str], asked: Asked) -> dict[str, float]:
    """By student, to the hundredth: reviewers, and those who were asked for nothing."""
    active = {who: work for who, work in standing.work.items() if work.asked}
    quality = qualities(standing)
    earned = {
        who: asked.points * work.share * _factor(quality[who], asked.what_for)
        for who, work in active.items()
    }
    mean = fmean(earned.values()) if earned else 0.0
    others = (handed_in | set(standing.work)) - active.keys()
    return {
        who: round(points, 2) for who, points in {**earned, **dict.fromkeys(others, mean)}.items()
    }


def qualities(standing: JudgedRound) -> dict[str, float]:
    """Of every reviewer; of whom nothing is known it is the mean of the others, or 1."""
    known = [each.quality for each in standing.trust.values() if each.quality is not None]
    mean = fmean(known) if known else 1.0
    return {
        reviewer: mean if each.quality is None else each.quality
        for reviewer, each in standing.trust.items()
    }


def apply(
    course: Course, standing: JudgedRound, asked: Asked, *, by: str, now: datetime
) -> tuple[Credit, ...]:
    """Write what `planned` says now, all or nothing; a second time changes nothing.

    raises  UsageError if a batch is grading this course; GradebookError, CourseError, errors of the
            store: the gradebook is as it was then, and the same command may be run again
    """
    name = standing.made.assignment
    with only_batch(course.root):
        found = planned(course, standing, asked)
        writes = [each for each in found if each.fate in WRITTEN]
        gifts = _settled(read_gifts(course, name), found)
        if not writes:
            return found
        write_gifts(course, name, with_pending(gifts, [_pending(gifts, each) for each in writes]))
        with Store(course.db_url, course=course.id, root=course.root) as store:
            put_extra_credit(
                course.root,
                name,
                [
                    ExtraCredit(
                        student=each.student,
                        cell=each.cell,
                        before=each.extra_before,
                        after=each.extra_after,
                    )
                    for each in writes
                ],
                # Their pages show the score before: the next `autograder grade` makes them anew.
                before_commit=store.forget_pages,
            )
        write_gifts(course, name, _given(gifts, writes, asked, by, now))
    return found


def _factor(quality: float, what_for: WhatFor) -> float:
    return {"reviewing": 1.0, "quality": quality, "both": (1.0 + quality) / 2}[what_for]


def _credit(
    student: str,
    points: float,
    standing: JudgedRound,
    grades: Grades | None,
    cells: list[str],
    gifts: Gifts,
    asked: Asked,
) -> Credit:
    cell = _cell(grades, cells, gifts.by_student.get(student))
    extra = grades.cells[cell].extra if grades is not None and cell else None
    gift = gifts.settled(student, extra)
    ours = gift.points if gift is not None and gift.cell == cell else 0.0
    work = standing.work.get(student)
    was_asked = work is not None and work.asked > 0
    credit = Credit(
        student=student,
        asked=work.asked if work is not None else 0,
        done=work.done if work is not None else 0.0,
        quality=qualities(standing)[student] if was_asked else None,
        points=points,
        points_before=ours,
        cell=cell,
        extra_before=extra,
        extra_after=extra,
        fate="same",
    )
    if grades is None:
        return replace(credit, fate="no-submission")
    return _on_cell(credit, asked) if cell else replace(credit, fate="no-score")


def _on_cell(credit: Credit, asked: Asked) -> Credit:
    """Ours is replaced; what a person gave stays below it."""
    by_hand = (credit.extra_before or 0.0) - credit.points_before
    if by_hand < 0 and not same(by_hand, 0.0):  # less is there than we gave: somebody took it
        if not asked.again:
            return replace(credit, points=0.0, fate="taken-away")
        credit = replace(credit, points_before=0.0)
        by_hand = credit.extra_before or 0.0
    if same(credit.points, credit.points_before):
        return credit
    total = round(by_hand + credit.points, 6)
    return replace(
        credit,
        extra_after=None if same(total, 0.0) else total,
        fate="changed" if credit.points_before else "new",
    )


def _cell(grades: Grades | None, cells: list[str], gift: Gift | None) -> str:
    """Where our gift is already, or the first that has a score: on others nbgrader adds nothing."""
    if grades is None:
        return ""
    scored = [
        name for name, c in grades.cells.items() if c.auto is not None or c.manual is not None
    ]
    if gift is not None and gift.cell in scored:
        return gift.cell
    ours = [name for name in cells if name in scored]
    return next(iter((*ours, *sorted(scored))), "")


def _settled(gifts: Gifts, found: tuple[Credit, ...]) -> Gifts:
    now = {each.student: each.extra_before for each in found}
    settled = {student: gifts.settled(student, now.get(student)) for student in gifts.by_student}
    return replace(gifts, by_student={who: gift for who, gift in settled.items() if gift})


def _pending(gifts: Gifts, credit: Credit) -> tuple[str, Gift, float, float]:
    before: Mapping[str, Gift] = gifts.by_student
    none = Gift(cell=credit.cell, points=0.0, total=credit.extra_before or 0.0)
    gift = before.get(credit.student, none)
    if gift.cell != credit.cell or not same(gift.points, credit.points_before):
        gift = none  # its cell is gone, or it was taken away and is given again
    return credit.student, gift, credit.points, credit.extra_after or 0.0


def _given(gifts: Gifts, writes: list[Credit], asked: Asked, by: str, now: datetime) -> Gifts:
    new = {
        each.student: Gift(cell=each.cell, points=each.points, total=each.extra_after or 0.0)
        for each in writes
    }
    told = Applied(
        at=now, by=by, points=asked.points, what_for=asked.what_for, students=len(writes)
    )
    return replace(gifts, by_student={**gifts.by_student, **new}, history=(*gifts.history, told))
