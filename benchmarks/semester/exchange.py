"""Two courses with the same assignment, and an exchange into which everybody has submitted.

ours/        course.yml, solutions/, tests/hidden/, …      exchange/ours/inbound/STUDENT+…
nbgrader/    source/ with the checks as hidden tests, …    exchange/nbgrader/inbound/STUDENT+…
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

import workspace

STAMP = "2026-01-05 10:00:00.000000 UTC"
COURSES = ("ours", "nbgrader")


@dataclass(frozen=True, slots=True)
class Semester:
    folder: Path

    @property
    def exchange(self) -> Path:
        return self.folder / "exchange"

    def course(self, whose: str) -> Path:
        return self.folder / whose

    def released_pages(self, whose: str) -> int:
        return len(list((self.exchange / whose / "feedback").glob("*.html")))


def build(folder: Path, repository: Path) -> Semester:
    """Nothing is released yet; `submit` comes after the release."""
    semester = Semester(folder)
    workspace.build(folder, repository, students=0, slow_students=0)
    semester.exchange.mkdir()
    semester.exchange.chmod(0o777)
    for whose in COURSES:
        config = semester.course(whose) / "nbgrader_config.py"
        own = config.read_text() if config.is_file() else "c = get_config()\n"
        own += "c = get_config()\n" * ("c = get_config()" not in own)
        own += f"c.CourseDirectory.course_id = {whose!r}\n"
        config.write_text(f"{own}c.Exchange.root = {str(semester.exchange)!r}\n")
    return semester


def submit(semester: Semester, whose: str, repository: Path, students: int) -> None:
    """As `nbgrader submit` leaves it: a folder each, with the time and a secret of their own."""
    name = workspace.ASSIGNMENT
    source = repository / "solutions" / name
    released = workspace.read(semester.exchange / whose / "outbound" / name / f"{name}.ipynb")
    reference = workspace.read(source / f"{name}.ipynb")
    kinds = [
        workspace.filled(released, reference, source / kind if kind else None)
        for kind in workspace.KINDS
    ]
    for number, notebook in zip(range(students), cycle(kinds)):
        student = f"s{number:05}"
        place = semester.exchange / whose / "inbound" / f"{student}+{name}+{STAMP}+{number:012}"
        workspace.write(place / f"{name}.ipynb", _own(notebook, student))
        (place / "timestamp.txt").write_text(STAMP)
        (place / "submission_secret.txt").write_text(f"{number:0128}")


def _own(notebook: dict[str, Any], student: str) -> dict[str, Any]:
    """No two are alike."""
    content: dict[str, Any] = json.loads(json.dumps(notebook))
    cell = {"cell_type": "markdown", "id": "remark", "metadata": {}, "source": f"by {student}"}
    content["cells"].append(cell)
    return content
