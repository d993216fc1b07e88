"""The Typer application, and what its commands have in common."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from autograder.course import COURSE_FILE, Course, find_course, load_course
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


def course_at(given: Path | None, paths: Sequence[Path]) -> Course:
    if given is not None:
        return load_course(given)
    roots = [path for path in paths if (path / COURSE_FILE).is_file()]
    for start in (*roots, Path.cwd(), *paths):
        root = find_course(start.absolute())
        if root is not None:
            return load_course(root)
    raise UsageError(
        "no-course",
        "there is no course.yml here or above",
        where=str(Path.cwd()),
        next="go into the course's folder, or name it with --course",
    )
