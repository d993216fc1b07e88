"""A real course of one assignment, and study groups whose notebooks are made as they are wanted."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from autograder.course import Course, load_course
from autograder.peer.groups import study_group
from autograder.peer.pack.files import place_of_manifest, write_pack
from autograder.peer.pack.gathering import order_of_group
from autograder.peer.pack.make import Made, Order, make_pack
from autograder.peer.pack.meeting import Asks
from autograder.sandbox import Sandbox
from autograder.sandbox.local import LocalSandbox
from demo.notebooks import Material, honest, insert, material, mistaken, write

ROOT = Path(__file__).resolve().parents[3]
NAME = "cross_entropy"
NOW = datetime(2026, 10, 7, 9, 0, tzinfo=UTC)
DUE = "2026-10-05 18:00"
PEOPLE = {
    "kim": ("Minsu", "Kimchaeng", "minsu.kimchaeng@example.org"),
    "ada": ("Adalind", "Lovelacy", "adalind@example.org"),
    "ohm": ("Georgina", "Ohmsted", "georgina@example.org"),
    "lee": ("Hanbyeol", "Leewood", "hanbyeol@example.org"),
    "zoe": ("Zoetta", "Zimmer", "zoetta@example.org"),
}

Notebook = dict[str, Any]


@dataclass
class ACourse:
    """A course on the disk."""

    root: Path
    given: Material = field(init=False)

    def __post_init__(self) -> None:
        self.given = material(self.root, NAME, 0)

    @property
    def course(self) -> Course:
        return load_course(self.root)

    def settings(self, **changes: Any) -> None:
        """Keys of course.yml; those of the assignment with the prefix `its_`."""
        path = self.root / "course.yml"
        found = yaml.safe_load(path.read_text())
        for key, value in changes.items():
            if key.startswith("its_"):
                found["assignments"][NAME][key.removeprefix("its_")] = value
            else:
                found[key] = value
        path.write_text(json.dumps(found, default=str))

    def submit(self, student: str, notebook: Notebook | bytes) -> Path:
        path = self.root / "submitted" / student / NAME / f"{NAME}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(notebook if isinstance(notebook, bytes) else write(notebook))
        return path

    def right(self, alternative: str = "") -> Notebook:
        """The reference's own answer, or one of the honest alternatives by its file's stem."""
        if not alternative:
            return self.given.filled()
        return honest(self.given, self._file("alternatives", alternative))

    def wrong(self, misconception: str) -> Notebook:
        return mistaken(self.given, self._file("misconceptions", misconception))[2]

    def _file(self, folder: str, stem: str) -> Path:
        return self.root / "solutions" / NAME / folder / f"{stem}.py"

    def order(self, group: str = "blue", asks: Asks | None = None, **settings: Any) -> Order:
        course = self.course
        found = {"now": NOW, "language": None, "seed": None, "out": None} | settings
        return order_of_group(
            course, course.assignment(NAME), study_group(course, group), asks or Asks(), **found
        )


def make_class(root: Path, groups: Mapping[str, Iterable[str]] | None = None) -> ACourse:
    for part in (f"solutions/{NAME}", f"assignments/{NAME}", f"tests/hidden/{NAME}"):
        shutil.copytree(ROOT / part, root / part)
    ours = yaml.safe_load((ROOT / "course.yml").read_text())
    course = {
        "id": "deep-learning",
        "title": "Deep learning from scratch",
        "roster": "roster.csv",
        "timezone": "Asia/Seoul",
        "sandbox": {"kind": "local"},
        "groups": {name: [*who] for name, who in (groups or {"blue": PEOPLE}).items()},
        "assignments": {NAME: ours["assignments"][NAME] | {"due": DUE, "carry_errors": True}},
    }
    (root / "course.yml").write_text(json.dumps(course))
    rows = [f"{who},{','.join(PEOPLE[who])}" for who in PEOPLE]
    (root / "roster.csv").write_text("\n".join(["id,first_name,last_name,email", *rows]) + "\n")
    return ACourse(root)


def sandbox_of(course: Course) -> Callable[[], AbstractContextManager[Sandbox]]:
    return lambda: LocalSandbox.of(course)


def make(order: Order) -> Made:
    return make_pack(order, sandbox_of(order.course), jobs=2)


def written(order: Order, made: Made) -> tuple[Path, Path]:
    """(page, notebook), where the command would put them."""
    course = order.course
    kept_at = place_of_manifest(course, order.group, order.assignment.name)
    there = write_pack(made.manifest, course.root / order.folder, kept_at)
    return there.page, there.notebook


def with_cell(notebook: Notebook, source: str, at: int | None = None) -> Notebook:
    insert(notebook, source, at)
    return notebook


def at_time(order: Order, now: datetime) -> Order:
    return replace(order, now=now)
