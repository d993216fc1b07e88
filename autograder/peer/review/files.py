"""Where a round and its reviews are kept: below peer/private/reviews/NAME/, the organiser's alone.

    round.json                 the Round
    reviews/REVIEWER.json      every version of every review by that reviewer, oldest first
    incoming/SHA256.EXT        the files that they came in, as they were

A file appears under its name complete or not at all. One that cannot be read is an error with its
path and stays as it is: nothing here is ever overwritten because it was not understood.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from autograder.atomic import write_whole
from autograder.course import Course
from autograder.errors import CourseError, UsageError
from autograder.peer.places import private_folder
from autograder.peer.review.model import SCHEMA, Review, Round
from autograder.submissions import usable_id

T = TypeVar("T")

ROUND_FILE, REVIEWS, INCOMING = "round.json", "reviews", "incoming"


class _Kept(msgspec.Struct, kw_only=True):
    """A reviewer's file."""

    reviews: tuple[Review, ...]
    schema: int = SCHEMA


def round_folder(course: Course, assignment: str) -> Path:
    return private_folder(course) / "reviews" / assignment


def read_round(course: Course, assignment: str) -> Round | None:
    """The round of an assignment; None: there is none yet.

    raises  CourseError "reviews-broken", "reviews-version"
    """
    path = round_folder(course, assignment) / ROUND_FILE
    made = read_json(path, Round)
    if made is not None:
        lost = {task.item for task in made.tasks} - {item.id for item in made.items}
        if lost:
            raise _broken(path, f"it speaks of answers that are not in it: {sorted(lost)[0]}")
    return made


def round_of(course: Course, assignment: str) -> Round:
    """raises  UsageError "no-round"; as read_round"""
    found = read_round(course, assignment)
    if found is None:
        raise UsageError(
            "no-round",
            f"nobody was asked to review {assignment} yet",
            where=str(round_folder(course, assignment)),
            next=f"autograder peer review assign {assignment}",
        )
    return found


def write_round(course: Course, made: Round) -> None:
    """raises  UsageError "reviews-not-written" """
    write_json(round_folder(course, made.assignment) / ROUND_FILE, made)


def read_versions(course: Course, assignment: str) -> tuple[Review, ...]:
    """All that ever came in, by reviewer and then as it came.

    raises  as read_round
    """
    folder = round_folder(course, assignment) / REVIEWS
    found: list[Review] = []
    for path in sorted(folder.glob("*.json")) if folder.is_dir() else ():
        kept = read_json(path, _Kept)
        found += kept.reviews if kept is not None else ()
    return tuple(found)


def read_reviews(course: Course, made: Round) -> tuple[Review, ...]:
    """The version that counts of each review: the last one saved, of what is still to be read.

    In the order of the round's tasks. raises  as read_round
    """
    latest: dict[tuple[str, str], Review] = {}
    for review in sorted(read_versions(course, made.assignment), key=_order):
        latest[review.reviewer, review.item] = review
    gone = {item.id for item in made.items if item.withdrawn_at is not None}
    asked = ((task.reviewer, task.item) for task in made.tasks if task.item not in gone)
    return tuple(latest[each] for each in asked if each in latest)


def keep_reviews(course: Course, assignment: str, reviewer: str, new: Iterable[Review]) -> None:
    """Adds versions to a reviewer's file. raises  as read_round, write_round"""
    path = reviewer_file(course, assignment, reviewer)
    kept = read_json(path, _Kept)
    write_json(path, _Kept(reviews=(*(kept.reviews if kept else ()), *new)))


def reviewer_file(course: Course, assignment: str, reviewer: str) -> Path:
    return round_folder(course, assignment) / REVIEWS / f"{file_name_of(reviewer)}.json"


def file_name_of(student: str) -> str:
    """Their id, as in `submitted/`. What cannot be a folder's name there (a roster may have any
    text) becomes one that leads nowhere else and is nobody else's."""
    if usable_id(student):
        return student
    return "%" + hashlib.sha256(student.encode()).hexdigest()[:32]


def read_json(path: Path, kind: type[T]) -> T | None:
    """A file of ours as data; None where there is none.

    raises  CourseError "reviews-version": of another version of the platform;
            "reviews-broken": not what we wrote, or it cannot be read
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _broken(path, f"it cannot be read: {error.strerror}") from None
    try:
        schema = msgspec.json.decode(content, type=dict[str, Any]).get("schema")
        if schema != SCHEMA:
            raise _of_another_version(path, schema)
        return msgspec.json.decode(content, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _broken(path, str(error)) from None


def write_json(path: Path, content: object) -> None:
    """At once or not at all, readable for its owner only. raises  UsageError"""
    write_bytes(path, msgspec.json.format(msgspec.json.encode(content)) + b"\n", private=True)


def write_bytes(path: Path, content: bytes, *, private: bool = False) -> None:
    """At once or not at all. raises  UsageError "reviews-not-written" """
    try:
        write_whole(path, content, private=private)
    except OSError as error:
        raise UsageError(
            "reviews-not-written",
            f"the file could not be written: {error.strerror}",
            where=str(path),
            next="make room, or see who may write to that folder; then run the command again",
        ) from None


def _order(review: Review) -> tuple[object, ...]:
    return (review.saved_at, review.received_at)


def _broken(path: Path, why: str) -> CourseError:
    return CourseError(
        "reviews-broken",
        f"this file of the reviews is not as it was written: {why}",
        where=str(path),
        next="put it back from a backup; it was left as it is",
    )


def _of_another_version(path: Path, schema: object) -> CourseError:
    return CourseError(
        "reviews-version",
        f"this file of the reviews is of version {schema!r}, and this platform knows {SCHEMA}",
        where=str(path),
        next="use the version of autograder that wrote it",
    )
