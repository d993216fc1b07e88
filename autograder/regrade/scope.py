"""Which submissions a regrade is about, and what there is of each from before."""

from __future__ import annotations

import glob
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from autograder.course import Course
from autograder.errors import UsageError
from autograder.gradebook import Grades, GradesReader
from autograder.notebook import read_reference
from autograder.regrade.change import Change, Fate
from autograder.regrade.effect import agrees, was_graded
from autograder.store import Kept, Store
from autograder.submissions import Found, find_submissions


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What is known about one student's earlier grading; a student without any has neither."""

    kept: Kept | None
    grades: Grades | None

    @property
    def score(self) -> float | None:
        """As the gradebook has it; what was never put there counts as it was graded."""
        if self.grades is not None:
            return self.grades.score
        return self.kept.report.score if self.kept is not None else None

    @property
    def source(self) -> str:
        """Where the score before comes from: the gradebook is the truth where the two differ."""
        if self.kept is not None and agrees(self.grades, self.kept.report):
            return "results"
        return "gradebook"

    def was_graded(self, symbols: Collection[str]) -> bool:
        return self.kept is not None or was_graded(self.grades, list(symbols))


@dataclass(slots=True)
class Scope:
    """One assignment of a course.

    raises  UsageError if there is nothing to regrade, or a student of whom nothing is known is
            named; CourseError, GradebookError, AutograderError of the store
    """

    course: Course
    name: str
    store: Store
    reader: GradesReader
    found: list[Found]
    symbols: tuple[str, ...]
    students: tuple[str, ...]
    _grades: dict[str, Grades]

    @classmethod
    def of(
        cls,
        course: Course,
        name: str,
        store: Store,
        reader: GradesReader,
        students: tuple[str, ...] = (),
    ) -> Scope:
        """students  only these; none: all"""
        symbols = read_reference(course.assignment(name).reference).symbols
        found = [f for f in _submitted(course, name, symbols) if _wanted(f.student, students)]
        grades = reader.grades(name, sorted({f.student for f in found}))
        scope = cls(course, name, store, reader, found, symbols, students, grades)
        scope._check_students()
        return scope

    def past(self, student: str) -> Past:
        pair = (student, self.name)
        return Past(kept=self.store.kept([pair]).get(pair), grades=self._grades.get(student))

    def pasts(self, some: Iterable[Found]) -> dict[str, Past]:
        """Of many at once, by student."""
        students = [found.student for found in some]
        kept = self.store.kept((student, self.name) for student in students)
        return {
            student: Past(kept=kept.get((student, self.name)), grades=self._grades.get(student))
            for student in students
        }

    def missing(self) -> list[Change]:
        """Graded earlier, and not in submitted/ any more."""
        gone = sorted(self._known() - {found.student for found in self.found})
        changes = []
        for at in range(0, len(gone), 256):
            some = gone[at : at + 256]
            grades = self.reader.grades(self.name, some)
            kept = self.store.kept((student, self.name) for student in some)
            for student in some:
                past = Past(kept=kept.get((student, self.name)), grades=grades.get(student))
                if past.was_graded(self.symbols):
                    changes.append(_missing(student, past))
        return changes

    def _known(self) -> set[str]:
        known = self.store.students(self.name) | self.reader.students(self.name)
        return {student for student in known if _wanted(student, self.students)}

    def _check_students(self) -> None:
        here = {found.student for found in self.found}
        unknown = sorted(set(self.students) - here - self._known())
        if unknown:
            raise UsageError(
                "student-unknown",
                f"nothing of {self.name} is known by {', '.join(unknown)}",
                where=str(self.course.submitted),
                next="check the ids: they are the names of the folders in submitted/",
            )
        if not here and not self._known():
            raise UsageError(
                "nothing-to-regrade",
                f"nobody has submitted {self.name}",
                where=str(self.course.submitted),
                next=f"put notebooks there as STUDENT/{self.name}/*.ipynb, and grade them",
            )


def in_past(change: Change, past: Past) -> Change:
    """With what was before, for a student about whom nothing new is known."""
    penalty = past.grades.penalty if past.grades is not None else 0.0
    return replace(
        change,
        before=past.score,
        suite_before=past.kept.report.score if past.kept is not None else None,
        penalty_before=penalty,
        penalty_after=penalty,
        before_key=past.kept.key if past.kept is not None else "",
    )


def _missing(student: str, past: Past) -> Change:
    message = "there is no submission any more; the grade stays"
    return in_past(Change(student=student, fate=Fate.MISSING, message=message), past)


def _submitted(course: Course, name: str, symbols: tuple[str, ...]) -> list[Found]:
    folder = course.submitted
    paths = [
        path
        for path in sorted(folder.glob(f"*/{glob.escape(name)}"))
        if path.is_dir() and not path.parent.name.startswith(".")
    ]
    return find_submissions(paths, {name: symbols}, name) if paths else []


def _wanted(student: str, students: tuple[str, ...]) -> bool:
    return not students or student in students
