"""What a course needs of this host: its database, its folder, CUDA."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from autograder.course import Course
from autograder.course.folders import suites_of_nothing
from autograder.doctor.check import EVERY_SANDBOX, LOCAL_ONLY, Check, State, ok, warning
from autograder.doctor.deadline import within
from autograder.doctor.host import disk
from autograder.doctor.host_checks import disk_check
from autograder.errors import AutograderError
from autograder.sandbox.gpus import GpuFacts, check_gpus

_SQLITE = "sqlite:///"
_DATABASE_S = 5.0


def asks_for_cuda(course: Course) -> bool:
    return any(assignment.device == "cuda" for assignment in course.assignments)


def course_checks(course: Course, gpus: GpuFacts) -> Iterator[Check]:
    yield ok("course", f'"{course.id}", {len(course.assignments)} assignments, {course.root}')
    if astray := suites_of_nothing(course.root, course.folders):
        yield warning(
            "hidden suites",
            f"of no assignment in {course.folders.source}/: {', '.join(astray)}",
            "call the folder as the assignment is called; nbgrader grades without the suite now",
        )
    yield disk_check(disk("course", course.root))
    yield _database(course.db_url)
    if asks_for_cuda(course):
        yield _gpu(course, gpus)


def _database(url: str) -> Check:
    """SQLite's file is only read: gradings make it. Any other database is really asked."""
    if url.startswith(_SQLITE):
        shown, problem = url, _sqlite_problem(Path(url.removeprefix(_SQLITE)))
    else:
        late = ("the database", "it does not answer")
        shown, problem = within(_DATABASE_S, lambda: _server_problem(url), lambda: late)
    if not problem:
        return ok("database", shown)
    return Check(
        "database",
        State.FAIL,
        f"{shown}: {problem}",
        "see that it is there and that you may write to it; `database:` in course.yml names it",
        EVERY_SANDBOX,
    )


def _sqlite_problem(path: Path) -> str:
    """Why this file cannot be the database; "" if it can, or can be made."""
    folder = next(parent for parent in path.absolute().parents if parent.exists())
    if not os.access(folder, os.W_OK | os.X_OK):
        return f"{folder} cannot be written to"
    if not path.exists():
        return ""
    if not os.access(path, os.R_OK | os.W_OK):
        return "the file cannot be read and written"
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as database:
            database.execute("PRAGMA schema_version").fetchone()
    except sqlite3.Error as error:
        return str(error)
    return ""


def _server_problem(url: str) -> tuple[str, str]:
    """(the URL without its password, why it cannot be used). Connects and does nothing."""
    # Here, because most courses keep SQLite's file and need not wait for SQLAlchemy's import.
    from autograder.store.database import Database
    from autograder.store.trouble import shown_url

    try:
        with closing(Database(url, patience_s=0.0, notice=lambda _: None)) as database:
            database.first(lambda connection: None)
    except AutograderError as error:
        return shown_url(url), error.what
    return shown_url(url), ""


def _gpu(course: Course, gpus: GpuFacts) -> Check:
    """As a batch will judge it before it starts.

    The local sandbox computes with this installation's torch, containers have one of their own.
    """
    for facts, blocks in ((replace(gpus, torch_cuda=""), EVERY_SANDBOX), (gpus, LOCAL_ONLY)):
        try:
            cards = check_gpus(course, None, facts)
        except AutograderError as error:
            return Check("course gpu", State.FAIL, error.what, error.next, blocks)
    return ok("course gpu", f"card {', '.join(str(card.index) for card in cards)} will do")
