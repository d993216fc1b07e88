"""What is known of every student and assignment, from the gradebook, the roster and the results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from autograder.course import Assignment, Course
from autograder.course.students import Student, students_of
from autograder.errors import UsageError
from autograder.gradebook.marks import ClassMarks, Marks, Person, Submitted, class_marks
from autograder.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One student's submission of one assignment. What was not handed in has none."""

    timestamp: datetime | None  # UTC
    points: float  # before the penalty; manual grades and extra credit included
    penalty: float
    score: float  # points - penalty, and not below zero
    ungraded_cells: int  # that wait for a person
    misconceptions: tuple[str, ...]  # ids, in the order of the tests


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One assignment."""

    name: str
    title: str
    due: datetime | None  # UTC
    max_score: float
    standings: Mapping[str, Standing]  # by student

    @property
    def unfinished(self) -> tuple[str, ...]:
        """Students with cells that wait for a person."""
        return tuple(name for name, each in self.standings.items() if each.ungraded_cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class Classbook:
    students: tuple[Student, ...]  # the gradebook's and the roster's
    in_gradebook: frozenset[str]
    columns: tuple[Column, ...]


def classbook(course: Course, assignments: Sequence[Assignment]) -> Classbook:
    """raises  UsageError "nothing-graded"; GradebookError, CourseError, errors of the store"""
    names = [assignment.name for assignment in assignments]
    marks = class_marks(course.root, names)
    graded = [each for each in marks.assignments if each.by_student]
    if not graded:
        raise UsageError(
            "nothing-graded",
            f"the gradebook has no grades of {' or of '.join(names)}",
            where=str(course.root),
            next="grade first: autograder grade",
        )
    titles = {assignment.name: assignment.title for assignment in assignments}
    found = _misconceptions(course, graded)
    return Classbook(
        students=_everybody(course, marks),
        in_gradebook=frozenset(person.id for person in marks.students),
        columns=tuple(
            Column(
                name=each.assignment,
                title=titles[each.assignment],
                due=each.due,
                max_score=each.max_score,
                standings={
                    student: _standing(submitted, found.get((student, each.assignment), ()))
                    for student, submitted in each.by_student.items()
                },
            )
            for each in sorted(graded, key=lambda each: names.index(each.assignment))
        ),
    )


def _standing(submitted: Submitted, misconceptions: tuple[str, ...]) -> Standing:
    return Standing(
        timestamp=submitted.timestamp,
        points=submitted.raw_score,
        penalty=submitted.penalty,
        score=submitted.score,
        ungraded_cells=submitted.ungraded_cells,
        misconceptions=misconceptions,
    )


def _everybody(course: Course, marks: ClassMarks) -> tuple[Student, ...]:
    """In the gradebook's order, then whom only the roster knows. The roster's word on names."""
    listed = {s.id: s for s in (students_of(course) if course.roster is not None else ())}
    known = {person.id: listed.get(person.id, _student(person)) for person in marks.students}
    return tuple((known | listed).values())


def _student(person: Person) -> Student:
    return Student(
        id=person.id,
        first_name=person.first_name or "",
        last_name=person.last_name or "",
        email=person.email or "",
    )


def _misconceptions(
    course: Course, graded: Sequence[Marks]
) -> dict[tuple[str, str], tuple[str, ...]]:
    """As the last grading recognised them, by (student, assignment)."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    with Store(course.db_url, course=course.id, root=course.root) as store:
        for each in graded:
            kept = store.kept((student, each.assignment) for student in each.by_student)
            for pair, result in kept.items():
                ids = (test.misconception for test in result.report.tests if test.misconception)
                found[pair] = tuple(dict.fromkeys(ids))
    return found
