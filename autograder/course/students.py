"""The roster's people: all that it says about a student, to match what was collected with them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from autograder.course.model import Course
from autograder.course.roster import broken_roster, roster_bytes, roster_text

# Columns with the numbers and names that other platforms have for a student. Moodle's is missing:
# its number in an export is another one for each assignment.
PLATFORM_COLUMNS = ("canvas_id", "classroom_id", "sis_id", "username")


@dataclass(frozen=True, slots=True, kw_only=True)
class Student:
    id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    git: str = ""  # where the student's repository is
    platform_ids: Mapping[str, str] = field(default_factory=dict)  # column → value, where there is

    @property
    def name(self) -> str:
        """For people; the id where the roster has no name."""
        return f"{self.first_name} {self.last_name}".strip() or self.id


def students_of(course: Course) -> tuple[Student, ...]:
    """Everybody on the roster, in its order.

    raises  CourseError with the line in the roster, for an id that is there twice, a roster
            without a column `id`, or a file that cannot be read; also if there is no roster
    """
    if course.roster is None:
        raise broken_roster(
            course.root / "course.yml",
            0,
            "course.yml names none, and ids are matched with it",
            "write a CSV file `id,first_name,last_name,email` and name it: `roster: roster.csv`",
        )
    found: dict[str, Student] = {}
    for line, row in _rows(course.roster):
        student = _student(row)
        if student.id in found:
            advice = "keep one of the two lines"
            raise broken_roster(course.roster, line, f"{student.id} is here twice", advice)
        found[student.id] = student
    return tuple(found.values())


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """(line, column → cell) of every row that has an id."""
    reader = csv.reader(io.StringIO(roster_text(roster_bytes(path), path), newline=""))
    try:
        names = [name.strip().lower() for name in next(reader, [])]
        if "id" not in names:
            advice = "the first line names the columns: id,first_name,last_name,email"
            raise broken_roster(path, 1, "there is no column `id`", advice)
        for cells in reader:
            row = dict(zip(names, (cell.strip() for cell in cells), strict=False))
            if row.get("id"):
                yield reader.line_num, row
    except csv.Error as error:
        raise broken_roster(path, reader.line_num, f"this is not CSV: {error}", "") from None


def _student(row: Mapping[str, str]) -> Student:
    return Student(
        id=row["id"],
        first_name=row.get("first_name", ""),
        last_name=row.get("last_name", ""),
        email=row.get("email", ""),
        git=row.get("git", ""),
        platform_ids={name: row[name] for name in PLATFORM_COLUMNS if row.get(name)},
    )
