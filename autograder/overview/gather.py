"""What there is about one assignment: results, gradebook, roster, and what was handed in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from autograder.catalogue import read_misconception
from autograder.course import Assignment, Course, students_of
from autograder.errors import CourseError, SubmissionError, UsageError
from autograder.gradebook import GradesReader
from autograder.gradebook.marks import Marks, class_marks
from autograder.notebook import read_reference
from autograder.origin import digests_of, sha256
from autograder.overview.model import NotGraded
from autograder.report import Report
from autograder.store import Store
from autograder.submissions import Found, find_adopted, find_submissions, read_bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    course: Course
    assignment: Assignment
    reports: tuple[Report, ...]  # by student
    names: Mapping[str, str]  # student → as the roster says
    roster: tuple[str, ...] | None  # None: there is none
    marks: Marks | None  # None: the gradebook does not know the assignment
    entries: Mapping[str, tuple[str, str]]  # misconception → its cell, its title
    not_graded: tuple[NotGraded, ...] = ()
    changed: tuple[str, ...] = ()
    outdated: tuple[str, ...] = ()


def gather(course: Course, assignment: Assignment, store: Store) -> Gathered:
    """Reads only.

    raises  UsageError "nothing-graded"; AutograderError of the store, the gradebook, the roster
    """
    students = sorted(store.students(assignment.name))
    kept = store.kept((student, assignment.name) for student in students)
    reports = {student: kept[student, assignment.name].report for student in students}
    if not reports:
        raise UsageError(
            "nothing-graded",
            f'there is no result of "{assignment.name}" yet',
            where=str(course.root),
            next=f"autograder grade --assignment {assignment.name}",
        )
    found = handed_in(course, assignment)
    people = students_of(course) if course.roster is not None else None
    return Gathered(
        course=course,
        assignment=assignment,
        reports=tuple(reports.values()),
        names={p.id: p.name for p in people or () if p.name != p.id},
        roster=None if people is None else tuple(p.id for p in people),
        marks=_marks(course, assignment),
        entries=_entries(course, assignment, reports.values()),
        not_graded=tuple(_not_graded(one, course) for one in found if one.student not in reports),
        changed=tuple(sorted({o.student for o in found if _has_changed(o, reports)})),
        outdated=_outdated(assignment, reports),
    )


def graded_assignments(course: Course, store: Store) -> list[Assignment]:
    return [each for each in course.assignments if store.students(each.name)]


def handed_in(course: Course, assignment: Assignment) -> list[Found]:
    """What lies in the course's submitted/ folder, whether it can be graded or not."""
    folder = course.submitted
    if not folder.is_dir():
        return []
    symbols = {a.name: read_reference(a.reference).symbols for a in course.assignments}
    try:
        if course.folders.adopted:
            found = find_adopted([folder], course, symbols, assignment.name)
        else:
            found = find_submissions([folder], symbols, assignment.name)
    except UsageError:  # there is nothing in it
        return []
    return [one for one in found if one.assignment == assignment.name]


def _marks(course: Course, assignment: Assignment) -> Marks | None:
    with GradesReader(course.root) as reader:  # which does not make a gradebook where there is none
        if not reader.students(assignment.name):
            return None
    marks = class_marks(course.root, [assignment.name]).assignments
    return marks[0] if marks else None


def _entries(
    course: Course, assignment: Assignment, reports: Iterable[Report]
) -> dict[str, tuple[str, str]]:
    named = {test.misconception for report in reports for test in report.tests}
    found: dict[str, tuple[str, str]] = {}
    for name in sorted(filter(None, named)):
        try:
            entry = read_misconception(assignment.misconceptions / f"{name}.py")
        except CourseError:  # gone, or being edited: it is counted under its id
            continue
        found[name] = entry.cell, entry.title[course.language]
    return found


def _not_graded(one: Found, course: Course) -> NotGraded:
    if one.problem is not None:
        return NotGraded(student=one.student, why=one.problem.what, next=one.problem.next)
    return NotGraded(
        student=one.student,
        why="no result is kept: not graded yet, or the platform could not",
        next=f"autograder grade --assignment {one.assignment}, which says what is wrong",
    )


def _has_changed(one: Found, reports: Mapping[str, Report]) -> bool:
    report = reports.get(one.student)
    if report is None or report.provenance is None or one.problem is not None:
        return False
    try:
        return sha256(read_bytes(one.path)) != report.provenance.submission_sha256
    except SubmissionError:
        return True


def _outdated(assignment: Assignment, reports: Mapping[str, Report]) -> tuple[str, ...]:
    today = digests_of(assignment)
    return tuple(
        student
        for student, report in reports.items()
        if (p := report.provenance) is not None
        and (p.suite_sha256, p.reference_sha256) != (today.suite, today.reference)
    )
