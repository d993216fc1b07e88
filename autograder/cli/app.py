"""The Typer application, and what its commands have in common."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from autograder.course import COURSE_FILE, Course, find_course, load_course, may_be_adopted
from autograder.errors import UsageError

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Grade deep-learning notebooks with hidden test suites.",
)

CourseOption = Annotated[
    Path | None, typer.Option("--course", help="The course's folder; default: the one you are in.")
]


def course_in(root_or_file: Path) -> Course:
    """Ours, or an existing nbgrader course that has adopted our engine."""
    root = root_or_file.absolute()
    if not may_be_adopted(root):
        return load_course(root)
    from autograder import gradebook  # importing nbgrader takes a second or two

    return gradebook.course_in(root)


def course_at(given: Path | None, paths: Sequence[Path]) -> Course:
    if given is not None:
        return course_in(given)
    roots = [path for path in paths if (path / COURSE_FILE).is_file()]
    for start in (*roots, Path.cwd(), *paths):
        root = find_course(start.absolute())
        if root is not None:
            return course_in(root)
    raise UsageError(
        "no-course",
        "there is no course.yml here or above, and no nbgrader_config.py",
        where=str(Path.cwd()),
        next="go into the course's folder, or name it with --course",
    )
