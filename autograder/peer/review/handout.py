"""Writes the forms: peer/reviews/NAME/STUDENT/review.html and review.ipynb.

Nothing is written before all files were searched for traces of people. A file that somebody has
changed in its place, such as a notebook that was filled in there, is left as it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from autograder.course import Assignment, Course, languages_of
from autograder.errors import CourseError
from autograder.peer.answers import traces
from autograder.peer.places import reviews_folder
from autograder.peer.review.files import (
    INCOMING,
    file_name_of,
    read_json,
    round_folder,
    write_bytes,
    write_json,
)
from autograder.peer.review.forms import Form, form_of, page_of
from autograder.peer.review.gather import Gathered
from autograder.peer.review.model import SCHEMA, Round
from autograder.peer.review.notebookform import notebook_of

PAGE, NOTEBOOK = "review.html", "review.ipynb"
_WRITTEN = "forms.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    """What stands in the folders because we wrote it: path below them → sha256."""

    files: Mapping[str, str] = field(default_factory=dict)
    schema: int = SCHEMA


@dataclass(frozen=True, slots=True, kw_only=True)
class Handout:
    written: tuple[Path, ...]  # new or made anew
    left: tuple[Path, ...]  # somebody has changed them, and what they lack is not in them
    folder: Path


def folder_of(course: Course, assignment: str, reviewer: str) -> Path:
    return reviews_folder(course, assignment) / file_name_of(reviewer)


def hand_out(
    course: Course,
    assignment: Assignment,
    made: Round,
    gathered: Gathered,
    *,
    language: str | None,
    before: Callable[[], None],
    tick: Callable[[], None],
) -> Handout:
    """language  of all forms; None: of each reviewer, or else of the course
    before    called once all forms are known to be fine, and before the first is written

    raises  CourseError "form-not-anonymous", and then nothing was written; UsageError
    """
    content = _searched(course, assignment, made, gathered, language, tick)
    before()
    kept = read_json(round_folder(course, assignment.name) / _WRITTEN, _Written) or _Written()
    files = dict(kept.files)
    written: list[Path] = []
    left: list[Path] = []
    top = reviews_folder(course, assignment.name)
    for path, data in content.items():
        digest, name = hashlib.sha256(data).hexdigest(), str(path.relative_to(top))
        there = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None
        if there == digest:
            files[name] = digest
        elif there not in (None, files.get(name)) and not _is_collected(course, made, there):
            left.append(path)
        else:
            write_bytes(path, data)
            files[name] = digest
            written.append(path)
    if files != dict(kept.files):
        write_json(round_folder(course, assignment.name) / _WRITTEN, _Written(files=files))
    return Handout(written=tuple(written), left=tuple(left), folder=top)


def _is_collected(course: Course, made: Round, digest: str | None) -> bool:
    folder = round_folder(course, made.assignment) / INCOMING
    return any(folder.glob(f"{digest}.*"))


def _searched(
    course: Course,
    assignment: Assignment,
    made: Round,
    gathered: Gathered,
    language: str | None,
    tick: Callable[[], None],
) -> dict[Path, bytes]:
    languages = languages_of(course)
    found: dict[Path, bytes] = {}
    net = _Net(gathered)
    for reviewer in made.reviewers:
        own = language or languages.get(reviewer, course.language)
        form = form_of(course, assignment, made, reviewer, own)
        authors = {made.item(task.item).author for task in made.tasks_of(reviewer)}
        folder = folder_of(course, assignment.name, reviewer)
        empty = dict(_files(_without_code(form), assignment, gathered))
        for name, data in _files(form, assignment, gathered):
            net.add(data.decode(), empty[name].decode(), authors)
            found[folder / name] = data
        tick()
    hits = net.hits()
    if hits:
        raise CourseError(
            "form-not-anonymous",
            f"a form for {assignment.name} would say who somebody is, so no form was written",
            where=", ".join(hits[:5]),
            next="report it: an answer should have been left out before",
        )
    return found


def _files(form: Form, assignment: Assignment, gathered: Gathered) -> Iterator[tuple[str, bytes]]:
    yield PAGE, page_of(form).encode()
    yield NOTEBOOK, notebook_of(form, gathered.reference, assignment.release)


class _Net:
    """Finished files, searched for everybody's names, and for what is each author's own.

    Only lines are searched that the same form without answers does not have: the others say
    nothing about an author. A line that is in many forms is searched once.
    """

    def __init__(self, gathered: Gathered) -> None:
        self.gathered = gathered
        self.lines: dict[str, None] = {}
        self.of_author: dict[str, dict[str, None]] = {}

    def add(self, text: str, empty: str, authors: Iterable[str | None]) -> None:
        own = dict.fromkeys(text.split("\n"))
        for line in empty.split("\n"):
            own.pop(line, None)
        self.lines |= own
        for author in authors:
            if author is not None:
                self.of_author.setdefault(author, {}).update(own)

    def hits(self) -> list[str]:
        found = set(traces("\n".join(self.lines), self.gathered.names))
        for author, lines in self.of_author.items():
            words = self.gathered.words.get(author, frozenset())
            found.update(traces("\n".join(lines), words))
        return sorted(found)


def _without_code(form: Form) -> Form:
    answers = tuple(
        replace(answer, parts=tuple(replace(part, code="") for part in answer.parts))
        for answer in form.answers
    )
    return replace(form, answers=answers)
