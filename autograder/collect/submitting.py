"""The attempt that counts → submitted/STUDENT/NAME/NAME.ipynb and nbgrader's timestamp.txt.

What lies there is replaced without a word only if it is one of the attempts: those are kept
elsewhere. Anything else somebody has put there or edited, and it stays unless it is asked for.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from autograder.atomic import write_whole
from autograder.collect.attempts import Attempt, Attempts
from autograder.collect.times import stamp
from autograder.course import Assignment, Course
from autograder.errors import AutograderError
from autograder.origin import sha256

TIMESTAMP = "timestamp.txt"


@dataclass(frozen=True, slots=True)
class Placed:
    status: str  # collected, replaced, unchanged, not-replaced
    why: str = ""


def folder_of(course: Course, assignment: Assignment, student: str) -> Path:
    return course.submitted / student / assignment.reference.parent.name


def submit(
    course: Course,
    assignment: Assignment,
    attempts: Attempts,
    attempt: Attempt,
    *,
    replace: bool,
    dry_run: bool,
    now: datetime,
) -> Placed:
    """Put one attempt in place, or say why not; with `replace` what was there is kept aside.

    raises  AutograderError if the disk refuses
    """
    folder = folder_of(course, assignment, attempt.student)
    try:
        placed = _judged(folder, assignment, attempts, attempt, replace)
        if not dry_run and placed.status in ("collected", "replaced"):
            if placed.why:
                _keep_aside(folder, course, attempt, now)
            _write(folder, assignment, attempts, attempt)
    except OSError as error:
        raise AutograderError(
            "not-written",
            f"the submission cannot be written: {error.strerror or error}",
            where=str(error.filename or folder),
            next="make room or correct the permissions, and run the command again",
        ) from None
    return placed


def standing(
    course: Course, assignment: Assignment, attempts: Attempts, student: str
) -> Attempt | None:
    """The attempt that lies in submitted/ now; None if it is none of them."""
    folder = folder_of(course, assignment, student)
    notebook = folder / assignment.reference.name
    if notebook.is_symlink() or not notebook.is_file():
        return None
    digest = sha256(notebook.read_bytes())
    same = [one for one in attempts.of(student, assignment.name) if one.sha256 == digest]
    return next((one for one in same if _stamp_fits(folder, one)), None)


def _judged(
    folder: Path, assignment: Assignment, attempts: Attempts, attempt: Attempt, replace: bool
) -> Placed:
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        return Placed("not-replaced", f"{folder.name} there is no folder")
    there = sorted(folder.glob("*.ipynb")) if folder.is_dir() else []
    if not there:
        return Placed("collected")
    notebook = folder / assignment.reference.name
    if notebook.is_file() and not notebook.is_symlink():
        digest = sha256(notebook.read_bytes())
        if digest == attempt.sha256 and _stamp_fits(folder, attempt):
            return Placed("unchanged")
        if digest in {one.sha256 for one in attempts.of(attempt.student, attempt.assignment)}:
            return Placed("replaced")
    what = "what was submitted there is no attempt that was collected: by hand, or edited since"
    return Placed("replaced" if replace else "not-replaced", what)


def _stamp_fits(folder: Path, attempt: Attempt) -> bool:
    """An attempt whose time is not known takes no time away that somebody has put there."""
    path = folder / TIMESTAMP
    if attempt.time is None:
        return True
    return path.is_file() and path.read_text("utf-8", "replace").strip() == stamp(attempt.time)


def _keep_aside(folder: Path, course: Course, attempt: Attempt, now: datetime) -> None:
    """One rename, after which nothing is there any more."""
    top = course.root / "attempts" / attempt.assignment / attempt.student
    top.mkdir(parents=True, exist_ok=True)
    aside = tempfile.mkdtemp(prefix=f"replaced-{now:%Y%m%dT%H%M%SZ}-", dir=top)
    os.rename(folder, Path(aside) / folder.name)


def _write(folder: Path, assignment: Assignment, attempts: Attempts, attempt: Attempt) -> None:
    """File by file: one that is killed in between is put right by the next run."""
    folder.mkdir(parents=True, exist_ok=True)
    data = attempts.notebook(attempt).read_bytes()
    write_whole(folder / assignment.reference.name, data)
    if attempt.time is not None:
        write_whole(folder / TIMESTAMP, stamp(attempt.time))
    else:
        (folder / TIMESTAMP).unlink(missing_ok=True)
