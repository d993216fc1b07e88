"""A release that is no longer what its reference gives is not published.

It is made once more, in a folder of its own, and has to come to the same bytes: a reference that
has not changed gives the same release.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from autograder.course import Assignment, Course
from autograder.errors import CourseError
from autograder.gradebook.generate import generate_assignment
from autograder.publish.content import is_hidden, released_files


def refuse_stale(course: Course, assignments: Sequence[Assignment]) -> None:
    """raises  CourseError "release-stale" that names every assignment and what differs"""
    # Of an nbgrader course that was adopted, several notebooks may be in one folder.
    assignments = list({a.release.parent: a for a in assignments}.values())
    with tempfile.TemporaryDirectory(prefix="autograder-publish-") as folder:
        stale = {
            a.release.parent.name: list(_differences(a, course, Path(folder))) for a in assignments
        }
    told = [f"{name}: {', '.join(files[:4])}" for name, files in stale.items() if files]
    if told:
        names = " ".join(name for name, files in stale.items() if files)
        raise CourseError(
            "release-stale",
            "what was released is not what the reference gives now: " + "; ".join(told),
            where=str(assignments[0].release.parent.parent),
            next=release_command(course, names),
        )


def release_command(course: Course, names: str) -> str:
    """In a course that was nbgrader's before, notebooks are released by nbgrader."""
    if course.folders.adopted:
        return f"nbgrader generate_assignment {names or 'NAME'} --force"
    return f"autograder release {names}".rstrip()


def _differences(assignment: Assignment, course: Course, folder: Path) -> Iterator[str]:
    name = assignment.release.parent.name
    made = generate_assignment(
        course.root,
        name,
        db_url=f"sqlite:///{folder}/{name}.db",
        release_directory=folder / "release",
    )
    fresh = {
        file.relative_to(made.parent).as_posix(): file.read_bytes()
        for file in made.parent.rglob("*")
        if file.is_file()
    }
    released = released_files(assignment)
    for path in sorted(fresh.keys() | released.keys()):
        if not is_hidden(path) and fresh.get(path) != released.get(path):
            yield path if path in released else f"{path} is missing"
