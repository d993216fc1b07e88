"""A course with five assignments and any number of submissions: right, wrong and hostile ones."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, zip_longest
from pathlib import Path

import yaml
from hostile import HOSTILE

from tests.suites.answers import alternative, misconception, stubs, with_cells

COURSE = "chaos"
NAMES = ("cross_entropy", "inception_block", "lstm_cell", "multi_head_attention", "vae_elbo")
# Enough for a machine that is busy with something else too; a loop that never ends runs them out.
LIMITS = {
    "call": "4 s",
    "test": "60 s",
    "notebook": "5 min",
    "memory": "1 GiB",
    "message": "64 MiB",
    "scratch": "64 MiB",
}
RECYCLE_AFTER = 25  # so that containers are replaced for this reason too
Submission = tuple[str, str]  # student, assignment


@dataclass(frozen=True, slots=True)
class Kind:
    """One notebook, handed in by several."""

    name: str
    notebook: bytes
    full_marks: bool  # or at least one point less


def build(root: Path, repository: Path, *, submissions: int, seed: int) -> dict[Submission, Kind]:
    """Make the course; returns who handed in what."""
    from autograder.release import release

    root.mkdir(parents=True)
    shutil.copy(repository / "nbgrader_config.py", root)
    for part in ("solutions", "tests/hidden"):
        shutil.copytree(
            repository / part, root / part, ignore=shutil.ignore_patterns("__pycache__")
        )
    _write_settings(root, repository)
    for name in NAMES:
        release(root, name)
    chance = random.Random(seed)
    kinds = {name: list(_kinds(root, name, chance)) for name in NAMES}
    handed_in: dict[Submission, Kind] = {}
    for number, name in islice(
        ((n, name) for n in range(submissions) for name in NAMES), submissions
    ):
        student = f"student{number:03}"
        kind = kinds[name][number % len(kinds[name])]
        _submit(root / "submitted" / student / name / f"{name}.ipynb", kind, student)
        handed_in[student, name] = kind
    return handed_in


def copy_of(root: Path, to: Path, *, database: str | None = None) -> Path:
    """A fresh copy of the course, with its results elsewhere if a URL says so."""
    shutil.copytree(root, to)
    if database is not None:
        settings = yaml.safe_load((to / "course.yml").read_text(encoding="utf-8"))
        settings["database"] = database
        (to / "course.yml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    return to


def _write_settings(root: Path, repository: Path) -> None:
    settings = yaml.safe_load((repository / "course.yml").read_text(encoding="utf-8"))
    course = {
        "id": COURSE,
        "title": "Chaos",
        "sandbox": {"recycle_after": RECYCLE_AFTER},
        "defaults": {"limits": LIMITS},
        "assignments": {name: settings["assignments"][name] for name in NAMES},
    }
    (root / "course.yml").write_text(yaml.safe_dump(course), encoding="utf-8")


def _kinds(root: Path, name: str, chance: random.Random) -> Iterator[Kind]:
    """Shuffled, with the hostile ones among the first, so that few submissions have them too."""
    hostile = [
        Kind(f"hostile: {h.name}", with_cells(name, {h.symbol: h.code}), h.full_marks)
        for h in HOSTILE
        if h.assignment == name
    ]
    others = [
        Kind("reference", with_cells(name, {}), full_marks=True),
        Kind("stubs", stubs(name), full_marks=False),
    ]
    answers = root / "solutions" / name
    others += [
        Kind(path.stem, alternative(name, path), full_marks=True)
        for path in sorted((answers / "alternatives").glob("*.py"))
    ]
    others += [
        Kind(path.stem, misconception(name, path)[1], full_marks=False)
        for path in sorted((answers / "misconceptions").glob("*.py"))
    ]
    chance.shuffle(others)
    for pair in zip_longest(others, hostile):
        yield from (kind for kind in pair if kind is not None)


def _submit(path: Path, kind: Kind, student: str) -> None:
    """No two alike: each has a remark of the student's own."""
    notebook = json.loads(kind.notebook)
    remark = {"cell_type": "markdown", "id": "remark", "metadata": {}, "source": f"by {student}"}
    notebook["cells"].append(remark)
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(notebook), encoding="utf-8")
