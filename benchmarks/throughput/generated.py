"""A course with as many different submissions as one asks for, over every shipped suite.

What students hand in are the catalogue's answers in turn: the reference, the honest alternatives,
the known mistakes. A comment with the student's id makes each notebook the only one of its kind.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import yaml
from workspace import Json, filled, make_course, read, write


@dataclass(frozen=True, slots=True)
class Generated:
    root: Path
    assignments: tuple[str, ...]
    submissions: int

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """(student, assignment): each student hands in every assignment."""
        return list(islice(_pairs(self.assignments), self.submissions))

    def notebook(self, student: str, assignment: str) -> Path:
        return self.root / "submitted" / student / assignment / f"{assignment}.ipynb"

    def change(self, student: str, assignment: str) -> None:
        """Hand in another notebook, which deserves the same."""
        path = self.notebook(student, assignment)
        content = read(path)
        _remark(content, "handed in again")
        write(path, content)


def generate(root: Path, repository: Path, submissions: int, **settings: str) -> Generated:
    """settings  further keys of course.yml"""
    shipped = yaml.safe_load((repository / "course.yml").read_text(encoding="utf-8"))
    generated = Generated(root, tuple(shipped["assignments"]), submissions)
    make_course(root, repository, generated.assignments, **settings)
    answers = {name: _answers(root, name) for name in generated.assignments}
    for student, assignment in generated.pairs:
        kinds = answers[assignment]
        content: Json = json.loads(kinds[int(student[1:]) % len(kinds)])
        _remark(content, f"by {student}")
        write(generated.notebook(student, assignment), content)
    return generated


def _pairs(assignments: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    number = 0
    while True:
        number += 1
        for assignment in assignments:
            yield f"s{number:05}", assignment


def _answers(root: Path, name: str) -> list[str]:
    """Notebooks as JSON, each by another of the catalogue's answers."""
    source = root / "solutions" / name
    reference = read(source / f"{name}.ipynb")
    released = read(root / "assignments" / name / f"{name}.ipynb")
    kinds = [None, *sorted(source.glob("alternatives/*.py"))]
    kinds += sorted(source.glob("misconceptions/*.py"))
    return [json.dumps(filled(released, reference, kind)) for kind in kinds]


def _remark(notebook: Json, words: str) -> None:
    """In a graded cell: what stands elsewhere does not have to reach the grading."""
    for cell in notebook["cells"]:
        own = cell["metadata"].get("nbgrader", {})
        if own.get("solution") and not own.get("grade"):
            cell["source"] = f"{''.join(cell['source'])}\n# {words}\n"
            return
    raise ValueError("the notebook has no graded cell")
