"""One command after the other where a file is read, added to and written again.

Two instructors who judge at the same moment would otherwise lose what one of them said. The lock is
the system's own on an open file, and is held for milliseconds: so it is waited for.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from autograder.course import Course
from autograder.errors import UsageError
from autograder.peer.review.files import round_folder

LOCK = ".lock"


@contextmanager
def in_turn(course: Course, assignment: str) -> Iterator[None]:
    """raises  UsageError "reviews-not-written" where the folder cannot be written or locked"""
    path = round_folder(course, assignment) / LOCK
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a")
    except OSError as error:
        raise _refused(str(path), error) from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
        except OSError as error:
            raise _refused(str(path), error) from None
        yield


def _refused(where: str, error: OSError) -> UsageError:
    return UsageError(
        "reviews-not-written",
        f"the reviews cannot be written to: {error.strerror or error}",
        where=where,
        next="see who may write to that folder; then run the command again",
    )
