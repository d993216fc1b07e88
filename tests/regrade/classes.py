"""A class on a real course with a real gradebook, and a suite that is corrected between gradings.

The sandbox only pretends: what a student gets for a test is said by a table.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbgrader.api as nb

from autograder import wire
from autograder.course import Assignment, load_course
from autograder.regrade import Applied, Change, Options, Regrade, apply, preview
from autograder.regrade.change import Progress
from autograder.sandbox import SandboxFailure
from autograder.store import Logged, Regrades, Store
from tests.gradebook.rows import rows
from tests.store.batches import NAME, Pretended, grade_it, make_course, submit

SHAPE, DIM, PAIRS = "test_shape", "test_dim[0]", "test_pairs"
# Test → (symbol, its points, the behaviour): the points that the released notebook has.
SUITE = {
    SHAPE: ("standardize", 2.0, "The shape stays."),
    DIM: ("standardize", 4.0, "`dim` chooses the dimension."),
    PAIRS: ("squared_distances", 5.0, "All pairs are compared."),
}
Right = dict[str, set[str]]  # student → the tests that pass


@dataclass
class Told(Pretended):
    """A sandbox that looks up who passes what; the student is who the notebook says it is by."""

    suite: dict[str, tuple[str, float, str]] = field(default_factory=lambda: dict(SUITE))
    right: Right = field(default_factory=dict)
    misconceptions: dict[str, str] = field(default_factory=dict)  # of tests that fail
    flags: list[str] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)  # students at whom the platform fails
    by_turns: set[str] = field(default_factory=set)  # students of whom every other grading is empty
    seeds: dict[str, list[int]] = field(default_factory=dict)  # student → in order of the gradings

    def grade(self, notebook: bytes, assignment: Assignment, *, seed: int) -> wire.Graded:
        student = next(s for s in self.right if f"by {s} ".encode() in notebook)
        if student in self.broken:
            raise SandboxFailure("the worker died")
        turns = self.seeds.setdefault(student, [])
        turns.append(seed)
        nothing = student in self.by_turns and len(turns) % 2 == 0
        passes = set() if nothing else self.right[student]
        tests = [self._test(name, name in passes) for name in self.suite]
        return wire.Graded(tests, self.flags, [])

    def _test(self, name: str, passed: bool) -> wire.GradedTest:
        cell, points, about = self.suite[name]
        return wire.GradedTest(
            name,
            cell,
            "passed" if passed else "failed",
            points * passed,
            points,
            description=about,
            misconception=None if passed else self.misconceptions.get(name),
        )


@dataclass
class Class:
    root: Path
    box: Told
    url: str = ""
    progress: Progress = field(default_factory=lambda: silent)

    def __post_init__(self) -> None:
        self.url = self.url or f"sqlite:///{self.root}/.autograder/results.db"

    def grade(self, **settings: Any) -> None:
        """`autograder grade`, with a seed of its own for every student who asks for one."""
        batch = grade_it(self.root, self.url, self.box, **({"seed": 7} | settings))
        assert batch.outcome.unrecorded == []

    def correct(self, **right: set[str]) -> None:
        """The suite is another one now, and these pass these tests."""
        file = self.root / "tests" / "hidden" / NAME / f"test_{NAME}.py"
        file.write_text(file.read_text() + "\n# corrected")
        self.box.right.update(right)
        self.box.seeds.clear()

    def hand_in(self, student: str, saying: str = "") -> None:
        like = json.loads(self.submission("kim").read_text())
        like["cells"][-1]["source"] = f"by {student} {saying}"
        path = self.submission(student)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(like))

    def submission(self, student: str) -> Path:
        return self.root / "submitted" / student / NAME / f"{NAME}.ipynb"

    def preview(self, *students: str, **options: bool) -> Regrade:
        return self.previewed(*students, **options)[1]

    def previewed(self, *students: str, **options: bool) -> tuple[Logged, Regrade]:
        course = load_course(self.root)
        with self.store() as store:
            return preview(
                course,
                NAME,
                self.box.start,
                store,
                options=Options(students=students, **options),
                by="ann@here",
                jobs=2,
                seed=99,
                environments=self.box.environments,
                progress=self.progress,
                pauses_s=(),
            )

    def apply(self, options: Options | None = None, by: str = "ben@there") -> Applied:
        course = load_course(self.root)
        with self.store() as store:
            return apply(
                course, NAME, store, by=by, jobs=1, options=options, progress=self.progress
            )

    def history(self) -> list[Logged]:
        with self.store() as store:
            return list(Regrades(store).history(NAME))

    @contextmanager
    def store(self) -> Iterator[Store]:
        course = load_course(self.root)
        with Store(self.url, course=course.id, root=self.root) as store:
            yield store

    def scores(self) -> dict[str, float]:
        """As the gradebook has them, before any penalty."""
        return {row[0]: row[3] for row in self.rows()["notebooks"]}

    def rows(self) -> dict[str, Any]:
        return rows(self.root / "gradebook.db")

    def page(self, student: str) -> str:
        return (self.root / "feedback" / student / NAME / f"{NAME}.html").read_text()

    def by_hand(self, student: str, change: Callable[[dict[str, nb.Grade]], None]) -> None:
        """As formgrader does: it changes rows, and nobody is told."""
        with nb.Gradebook(f"sqlite:///{self.root}/gradebook.db") as gradebook:
            notebook = gradebook.find_submission_notebook(NAME, NAME, student)
            change({grade.name: grade for grade in notebook.grades})
            gradebook.db.commit()

    def everything(self) -> dict[str, bytes]:
        """Every file of the course but those of the record of regrades."""
        return {
            str(path.relative_to(self.root)): path.read_bytes()
            for path in sorted(self.root.rglob("*"))
            if path.is_file() and ".autograder" not in path.parts
        }


@contextmanager
def silent(total: int) -> Iterator[Callable[[], None]]:
    yield lambda: None


def make_class(root: Path, **right: set[str]) -> Class:
    """Students by name, with the tests that they pass; nothing is graded yet."""
    make_course(root, students=0)
    for student in right:
        submit(root, student)
    for student in {"ada", "brook"} - right.keys():  # who come with the course
        shutil.rmtree(root / "submitted" / student)
    return Class(root, Told(right=dict(right)))


def of(regrade: Regrade, student: str) -> Change:
    return next(change for change in regrade.changes if change.student == student)


def copied(there: Class, root: Path) -> Class:
    box = there.box
    return Class(root, Told(suite=dict(box.suite), right=dict(box.right)))
