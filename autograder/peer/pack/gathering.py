"""What a pack is to be made of, looked up: the group, its submissions, its plan, its records."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Literal

from autograder.course import Assignment, Course, Student, students_of
from autograder.origin import sha256
from autograder.overview import handed_in
from autograder.peer.consent import read_consent
from autograder.peer.groups import StudyGroup
from autograder.peer.pack.files import as_kept, is_whole, refuse_unless_writable
from autograder.peer.pack.folder import Brought
from autograder.peer.pack.make import Order, made_from
from autograder.peer.pack.manifest import Manifest, read_manifest
from autograder.peer.pack.meeting import Asks, meeting_of, refuse_without_suite, with_last_time
from autograder.peer.pack.opening import opens_at, refuse_before
from autograder.peer.places import sessions_folder
from autograder.peer.plan import read_plan, session_about


def opens(
    course: Course, assignment: Assignment, group: StudyGroup, now: datetime
) -> datetime | None:
    """When the group's session opened; None: there is no due date.

    raises  UsageError "session-too-early"
    """
    moment = opens_at(course, assignment, group.ids)
    refuse_before(moment, now, what=assignment.name, group=group.name)
    return moment


def order_of_group(
    course: Course,
    assignment: Assignment,
    group: StudyGroup,
    asks: Asks,
    *,
    now: datetime,
    language: Literal["en", "ko"] | None,
    seed: int | None,
    out: Path | None,
    no_answers: bool = False,
) -> Order:
    """
    raises  UsageError of what the command says; CourseError of roster, plan, consent and records
    """
    refuse_without_suite(assignment.suite, assignment.name)
    folder = out or sessions_folder(course, group.name)
    refuse_unless_writable(folder)
    consent = read_consent(course)
    plan = read_plan(course)
    planned = session_about(plan, group.name, assignment.name) if plan is not None else None
    meeting = meeting_of(planned, asks, group.ids, course.timezone, now)
    meeting, questions = with_last_time(meeting, course, group.name, assignment.name, now)
    members = set(group.ids)
    return Order(
        course=course,
        assignment=assignment,
        group=group.name,
        members=group.members,
        found=tuple(one for one in handed_in(course, assignment) if one.student in members),
        shown=frozenset(student for student in group.ids if consent.shows(student)),
        roster=_roster(course),
        meeting=meeting,
        questions=questions,
        language=language or course.language,
        seed=seed_of(course, assignment) if seed is None else seed,
        now=now,
        wrong_answers=group.name in consent.wrong_answers,
        no_answers=no_answers,
        folder=as_kept(folder, course),
    )


def unchanged(order: Order, kept_at: Path, course: Course) -> Manifest | None:
    """The pack that there is, if it would be made of the same things, for the same place."""
    before = read_manifest(kept_at)
    if before is None or before.folder != order.folder or not is_whole(before, course):
        return None
    return before if before.made_from == made_from(order) else None


def seed_of(course: Course, assignment: Assignment) -> int:
    """The same for every run. It decides orders that are made of hashes of code: to know it tells
    nobody whose an answer is."""
    return int(sha256(f"{course.id} {assignment.name}".encode())[:7], 16)


def _roster(course: Course) -> tuple[Student, ...]:
    """Everybody whose name must not be found, be they in a group or not."""
    named = {} if course.roster is None else {each.id: each for each in students_of(course)}
    members = (student for group in course.groups for student in group.members)
    return tuple(({student: Student(id=student) for student in members} | named).values())


def order_of_folder(
    course: Course,
    assignment: Assignment,
    folder: Path,
    brought: Brought,
    asks: Asks,
    *,
    now: datetime,
    language: Literal["en", "ko"] | None,
    seed: int | None,
    wrong_answers: bool = False,
    no_answers: bool = False,
) -> Order:
    """Of a group without a roster: whoever brought a notebook is a member, and is shown.

    folder  with the notebooks; records of earlier sessions are in its records/
    raises  UsageError of what the command says; CourseError of records
    """
    refuse_without_suite(assignment.suite, assignment.name)
    meeting = meeting_of(None, asks, brought.members, course.timezone, now)
    meeting, questions = with_last_time(meeting, folder, "", assignment.name, now)
    return Order(
        course=course,
        assignment=assignment,
        group="",
        members=tuple(Student(id=member) for member in brought.members),
        found=brought.found[assignment.name],
        shown=frozenset(brought.members),
        roster=_roster(course),
        meeting=meeting,
        questions=questions,
        language=language or course.language,
        seed=seed_of(course, assignment) if seed is None else seed,
        now=now,
        wrong_answers=wrong_answers,
        no_answers=no_answers,
    )
