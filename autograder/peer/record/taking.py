"""A record that comes from elsewhere, such as the one that a pack's page has saved.

Nothing in it is trusted: it is read like every record, and its lines are written anew.
"""

from __future__ import annotations

from collections.abc import Sequence

from autograder.peer.record.folder import contradictions
from autograder.peer.record.lines import bare, parts
from autograder.peer.record.model import Additions, Asked, Question, Record
from autograder.peer.record.questions import same, two_texts
from autograder.peer.record.reading import Parsed
from autograder.peer.record.trouble import broken
from autograder.peer.record.words import Section


def additions_of(taken: Parsed) -> Additions:
    """All that it says, to be put into the record of the same session."""
    record = taken.record
    return Additions(
        moderator=record.moderator,
        presenters=record.presenters,
        assignment=record.assignment,
        topic=record.topic,
        guests=taken.front.names("guests"),
        present=record.present,
        expected=tuple(each.person for each in record.attendance if not each.present),
        goals=record.goals,
        questions=record.questions,
        decisions=record.decisions,
        keep=record.keep,
        problems=record.problems,
        tries=record.tries,
        notes=record.notes,
        further=_own_sections(taken),
    )


def check_taken(taken: Record, into: Record | None, known: Sequence[Question]) -> None:
    """Nothing in it contradicts what is there. Of who was present, a tick in either is right.

    into    the record of the session; None: there is none yet
    known   all questions of the group
    raises  CourseError "record-conflict", "question-conflict"
    """
    against = [] if into is None else contradictions(into, taken, attendance=False)
    if into is not None and against:
        raise broken(
            taken.path,
            0,
            f"it says otherwise than {into.path.name}: {'; '.join(against)}",
            "nothing was written; correct one of the two files, and take it in again",
            code="record-conflict",
        )
    texts = {question.id: question for question in known}
    for asked in taken.questions:
        other = texts.get(asked.id)
        if other is not None and asked.text and same(asked.text) != same(other.text):
            raise two_texts(asked.id, other.path or taken.path, 0, taken.path, asked.line)


def with_texts(asked: Sequence[Asked], known: Sequence[Question]) -> tuple[Asked, ...]:
    """Questions of which only the id stands there, with their words."""
    texts = {question.id: question.text for question in known}
    return tuple(
        Asked(
            id=each.id,
            text=each.text or texts.get(each.id, ""),
            answered=each.answered,
            notes=each.notes,
            line=each.line,
        )
        for each in asked
    )


def _own_sections(taken: Parsed) -> tuple[str, ...]:
    """Those that mean nothing to us, with their headings; the title is not among them."""
    texts = []
    for part in parts(taken.lines, taken.front.end + 1):
        lines = [bare(line) for line in taken.lines[part.at : part.end]]
        said = part.section is Section.OTHER and part.level >= 2
        if said and any(line.strip() for line in lines[1:]):
            texts.append("\n".join(lines).strip("\n"))
    return tuple(texts)
