"""What a database or a disk refuses → GradebookError, with what to do about it."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from autograder.errors import GradebookError

# Fragments of the database's own words → code, what, next. The first that fits counts.
_DATABASE = (
    (
        ("locked", "lock timeout"),
        "gradebook-locked",
        "another program is writing to the gradebook",
        "wait for the other program, then run the same command again: finished ones are kept",
    ),
    (
        ("readonly", "read-only transaction", "permission denied"),
        "gradebook-read-only",
        "the gradebook cannot be written",
        "give this user the right to write it (a file: its folder too), then run the command again",
    ),
    (
        ("disk is full", "No space left", "could not extend file"),
        "disk-full",
        "the disk is full",
        "make room, then run the same command again: what was finished is kept",
    ),
    (
        ("not a database",),
        "gradebook-corrupt",
        "the gradebook is not a database, or its file is damaged",
        "move the file away and bring back a copy, or release the assignments again for a new one",
    ),
    (
        ("malformed",),
        "gradebook-corrupt",
        "the gradebook's file is damaged",
        "move the file away and bring back a copy (`sqlite3 gradebook.db .recover` may help)",
    ),
    (
        ("no such column", "UndefinedColumn"),
        "gradebook-old",
        "the gradebook was made by an older nbgrader",
        "copy the file to a safe place, then run: nbgrader db upgrade",
    ),
    (
        ("unable to open",),
        "gradebook-unreachable",
        "the gradebook cannot be opened",
        "see that its folder exists and is writable for this user",
    ),
    (
        ("connection", "authentication failed", "does not exist", "no password supplied"),
        "gradebook-unreachable",
        "the server of the gradebook does not answer, or refuses this user",
        "see that it runs and that nbgrader's db_url is right, then run the same command again",
    ),
)


@contextmanager
def translated(where: str) -> Iterator[None]:
    """Errors of the database and of files as GradebookError; `where` is the database or a folder.

    raises  GradebookError, with the original as its cause
    """
    try:
        yield
    except SQLAlchemyError as error:
        raise database_trouble(error, where) from error
    except OSError as error:
        raise _disk_trouble(error, where) from error


def database_trouble(error: SQLAlchemyError, where: str) -> GradebookError:
    cause = getattr(error, "orig", None) or error
    words = f"{type(cause).__name__}: {cause}"
    for fragments, code, what, step in _DATABASE:
        if any(fragment in words for fragment in fragments):
            return GradebookError(code, what, where=where, next=step)
    return GradebookError(
        "gradebook-failed", f"the gradebook refused: {str(cause).splitlines()[0]}", where=where
    )


def trouble_told(words: str, where: str) -> GradebookError | None:
    """What nbgrader caught, told its log and went on from, where that says something to us."""
    for sign in ("No space left on device", "disk is full", "database is locked"):
        if sign in words:
            return database_trouble(SQLAlchemyError(sign), where)
    return None


def shown_url(db_url: str) -> str:
    """For people: the file of an sqlite database, else the URL without its password."""
    try:
        url = make_url(db_url)
    except ArgumentError:
        return "db_url"  # there may be a password anywhere in it
    return url.database or "" if url.drivername == "sqlite" else url.render_as_string()


def _disk_trouble(error: OSError, where: str) -> GradebookError:
    place = str(Path(str(error.filename))) if error.filename else where
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return GradebookError(
            "disk-full",
            "the disk is full",
            where=place,
            next="make room, then run the same command again: what was finished is kept",
        )
    return GradebookError(
        "file-refused",
        f"a file cannot be written: {error.strerror or error}",
        where=place,
        next="see that this user may write there, then run the command again",
    )
