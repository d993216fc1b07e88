"""All that is known about a group when something is put into its records, and how that is done."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date as Date
from pathlib import Path

from autograder.course import Course
from autograder.errors import AutograderError
from autograder.peer.groups import StudyGroup, study_group, study_groups
from autograder.peer.plan import Plan, read_plan
from autograder.peer.record.drafting import draft_of, record_text
from autograder.peer.record.folder import people_of, questions_of, read_records, records_in
from autograder.peer.record.model import Additions, Draft, Question, Record
from autograder.peer.record.people import People
from autograder.peer.record.place import Place, place_of, write_record
from autograder.peer.record.questions import questions_over
from autograder.peer.record.reading import Parsed, parse_record, text_of
from autograder.peer.record.taking import additions_of, check_taken, with_texts
from autograder.peer.record.trouble import refused
from autograder.peer.record.writing import with_additions


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """A group's records, and who may be named in them."""

    folder: Path
    group: str
    members: tuple[str, ...]  # empty: not known
    people: People
    records: tuple[Record, ...]  # by date
    questions: tuple[Question, ...]
    plan: Plan | None
    today: Date
    problems: tuple[AutograderError, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What became of a record."""

    path: Path
    is_new: bool
    changed: bool
    questions: int  # that a new record has from earlier ones
    goals: int  # likewise


def book_of(where: Course | Path, group: str | None, today: Date) -> Book:
    """The records of a course's group, or of a folder that knows no course.

    raises  UsageError "which-group", "unknown-group"; CourseError of the first record that cannot
            be read, since what is added may depend on it
    """
    book = readable_book_of(where, group, today)
    if book.problems:
        raise book.problems[0]
    return book


def readable_book_of(where: Course | Path, group: str | None, today: Date) -> Book:
    """As book_of; what cannot be read is among its problems."""
    chosen = None if isinstance(where, Path) else _group(where, group)
    people = people_of(where)
    own = chosen.name if chosen else group or ""
    found = read_records(records_in(where, own), people)
    return Book(
        folder=records_in(where, own),
        group=own or _group_in(found.records),
        members=chosen.ids if chosen else _members(found.records),
        people=people,
        records=found.records,
        questions=questions_over(found.records, strict=False),
        plan=None if isinstance(where, Path) else read_plan(where),
        today=today,
        problems=found.problems,
    )


def find_place(book: Book, name: str | None, date: Date | None, taken: Parsed | None) -> Place:
    """raises  UsageError "which-session", "other-session"; as place_of"""
    if taken is not None:
        record = taken.record
        _check_same("session", name, record.session, taken.record.path)
        _check_same("date", str(date) if date else None, str(record.date), taken.record.path)
        _check_same("group", book.group, record.group, taken.record.path)
        name, date = record.session, record.date
    return place_of(
        book.records,
        group=book.group,
        plan=book.plan,
        name=name,
        date=date,
        today=book.today,
    )


def read_taken(path: Path, people: People) -> Parsed:
    """A file from elsewhere. raises  as read_record"""
    return parse_record(text_of(path), path, people)


def keep(
    book: Book, place: Place, taken: Parsed | None, additions: Additions, language: str
) -> Kept:
    """The record made, if there is none, and everything put into it; nothing, if anything fails.

    raises  as with_additions, check_taken, write_record
    """
    path = place.path(book.folder)
    before = text_of(path) if place.record is not None else None
    if place.record is None and path.exists():
        what = "there is such a file already, which is about another session"
        raise refused("record-there", what, "look at its front matter, or rename it", str(path))
    if taken is not None:
        check_taken(taken.record, place.record, book.questions)
    draft = _draft(book, place)
    text = before
    if text is None:
        text = "".join(taken.lines) if taken is not None else record_text(draft, language)
    elif taken is not None:
        coming = additions_of(taken)
        coming = replace(coming, questions=with_texts(coming.questions, book.questions))
        text = with_additions(text, path, coming, people=book.people, language=language)
    text = with_additions(text, path, additions, people=book.people, language=language)
    if text != before:
        write_record(path, text, before)
    fresh = before is None and taken is None
    return Kept(
        path=path,
        is_new=before is None,
        changed=text != before,
        questions=len(draft.questions) if fresh else 0,
        goals=len(draft.goals) if fresh else 0,
    )


def _draft(book: Book, place: Place) -> Draft:
    questions = questions_of(book.records, place.date)
    draft = draft_of(
        place.date,
        place.session,
        earlier=book.records,
        questions=questions,
        group=book.group,
        members=book.members,
    )
    planned = place.planned
    if planned is None:
        return draft
    own = planned.table is None  # at a table of several groups each table has its own roles
    return replace(
        draft,
        assignment=planned.assignment or "",
        topic=planned.topic,
        moderator=planned.moderator if own else "",
        presenters=planned.presenters if own else (),
        absent=planned.absent,
    )


def _group(course: Course, name: str | None) -> StudyGroup:
    if name is not None:
        return study_group(course, name)
    groups = study_groups(course)
    if len(groups) > 1:
        names = ", ".join(group.name for group in groups[:20])
        raise refused("which-group", "whose record?", f"name the group with --group: {names}")
    return groups[0]


def _members(records: tuple[Record, ...]) -> tuple[str, ...]:
    """Of a folder: who was in the last record that names anybody."""
    for record in reversed(records):
        if record.attendance:
            return tuple(each.person for each in record.attendance)
    return ()


def _group_in(records: tuple[Record, ...]) -> str:
    """Of a folder: what its last record says."""
    return next((record.group for record in reversed(records) if record.group), "")


def _check_same(what: str, asked: str | None, said: str, path: Path) -> None:
    if asked and said and asked != said:
        raise refused(
            "other-session",
            f"the file is about {what} {said}, and {asked} was asked for",
            "leave that out, or correct the file",
            str(path),
        )
