"""A shipped assignment, handed in by people of whom it is known who has it from whom."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from autograder.course import Course, load_course
from autograder.similar import Look, Options, look_for_pairs
from autograder.submissions import find_submissions
from tests.suites.answers import ROOT, answers

ASSIGNMENTS = sorted(path.name for path in (ROOT / "solutions").iterdir())


def honest(name: str) -> dict[str, str]:
    """Whole solutions that were written independently of each other, by the name of the file."""
    folder = ROOT / "solutions" / name / "alternatives"
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.py"))}


def notebook(name: str, source: str) -> bytes:
    return answers(name).alternative(source)


def make_course(
    root: Path, name: str, handed_in: Mapping[str, bytes], more: str = "", *, alternatives: bool
) -> Course:
    """alternatives  whether the course knows the honest ones, and so leaves them out"""
    ignored = shutil.ignore_patterns("misconceptions", *([] if alternatives else ["alternatives"]))
    for part in ("solutions", "assignments"):
        shutil.copytree(ROOT / part / name, root / part / name, ignore=ignored)
    (root / "course.yml").write_text(
        f"id: c\ntitle: A course\nassignments:\n  {name}:\n{more}", encoding="utf-8"
    )
    for student, data in handed_in.items():
        path = root / "submitted" / student / name / f"{name}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_bytes(data)
    return load_course(root)


def look_at(
    root: Path,
    name: str,
    handed_in: Mapping[str, bytes],
    more: str = "",
    *,
    alternatives: bool = False,
    options: Options = Options(threshold=0.0),  # noqa: B008  (frozen)
) -> Look:
    course = make_course(root, name, handed_in, more, alternatives=alternatives)
    found = find_submissions([root / "submitted"], {name: answers(name).symbols}, name)
    return look_for_pairs(found, course, course.assignment(name), options)


def shares(look: Look) -> dict[frozenset[str], float]:
    """By the two students; pairs that have nothing in common are left out."""
    return {
        frozenset({look.handed[pair.first].student, look.handed[pair.second].student}): pair.share
        for pair in look.ranking.pairs
    }
