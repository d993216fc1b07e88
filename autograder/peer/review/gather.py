"""What was handed in, as it may be shown to reviewers: each answer without a hint at its author.

Whatever cannot be made anonymous for sure is left out, and the organiser is told whose it was. Its
author reviews all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from autograder.course import Assignment, Course, Student, students_of
from autograder.errors import SubmissionError, UsageError
from autograder.notebook import Reference, read_reference, read_submission
from autograder.peer.answers import anonymised_answer, forbidden_words, names_of, traces
from autograder.peer.consent import Consent, read_consent
from autograder.submissions import Found, find_adopted, find_submissions, read_bytes

MOST_CODE_CHARS = 40_000  # of one student's answers together: nobody reads more


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """Somebody whose answers, or some of them, nobody reads; for the organiser."""

    student: str
    symbols: tuple[str, ...]  # empty: all of it
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What there is to read, and by whom it was written."""

    reference: Reference
    people: tuple[Student, ...]  # of the roster, and who handed in without being there
    submitters: tuple[str, ...]  # sorted
    answers: Mapping[str, Mapping[str, str]]  # author → symbol → anonymised code
    withheld: tuple[Withheld, ...]
    names: frozenset[str]  # of all people: in no form
    words: Mapping[str, frozenset[str]]  # author → what would tell that they wrote something


def gather(course: Course, assignment: Assignment, *, tick: Callable[[], None]) -> Gathered:
    """Reads everything that was handed in to the assignment; executes nothing of it.

    raises  UsageError "nothing-submitted"; CourseError of reference, roster or consent
    """
    reference = read_reference(assignment.reference)
    found = handed_in(course, assignment)
    people = people_of(course, found)
    names = names_of(people)
    consent = read_consent(course)
    answers: dict[str, Mapping[str, str]] = {}
    withheld: list[Withheld] = []
    words: dict[str, frozenset[str]] = {}
    for one in found:
        reader = _Reader(assignment, reference, names)
        answers[one.student] = reader.answers_of(one, consent)
        words[one.student] = reader.words
        withheld += reader.withheld
        tick()
    return Gathered(
        reference=reference,
        people=people,
        submitters=tuple(sorted(answers)),
        answers={student: code for student, code in sorted(answers.items()) if code},
        withheld=tuple(withheld),
        names=names,
        words=words,
    )


def handed_in(course: Course, assignment: Assignment) -> list[Found]:
    """One for each student. raises  UsageError "nothing-submitted" """
    symbols = {a.name: read_reference(a.reference).symbols for a in course.assignments}
    find = find_adopted if course.folders.adopted else None
    found: list[Found] = []
    if course.submitted.is_dir() and any(course.submitted.iterdir()):
        if find is not None:
            found = find([course.submitted], course, symbols, assignment.name)
        else:
            found = find_submissions([course.submitted], symbols, assignment.name)
    own = {each.student: each for each in found if each.assignment == assignment.name}
    if not own:
        raise UsageError(
            "nothing-submitted",
            f"nobody has handed in {assignment.name}, so there is nothing to review",
            where=str(course.submitted),
            next="put notebooks there as STUDENT/ASSIGNMENT/*.ipynb",
        )
    return [own[student] for student in sorted(own)]


def people_of(course: Course, found: list[Found]) -> tuple[Student, ...]:
    """The roster, and who is in a group or has handed in without being there."""
    listed = {} if course.roster is None else {each.id: each for each in students_of(course)}
    members = [member for group in course.groups for member in group.members]
    unlisted = dict.fromkeys([*(one.student for one in found), *members])
    return (*listed.values(), *(Student(id=s) for s in unlisted if s not in listed))


class _Reader:
    """One submission."""

    def __init__(self, assignment: Assignment, reference: Reference, names: frozenset[str]) -> None:
        self.assignment = assignment
        self.reference = reference
        self.names = names
        self.words: frozenset[str] = frozenset()
        self.withheld: list[Withheld] = []

    def answers_of(self, one: Found, consent: Consent) -> Mapping[str, str]:
        """Symbol → code; empty where there is nothing to show."""
        if not consent.shows(one.student):
            return self._left_out(one, "does not want to be shown")
        try:
            if one.problem is not None:
                raise one.problem
            data = read_bytes(one.path)
            read = read_submission(data, self.reference)
        except SubmissionError as error:
            return self._left_out(one, error.what)
        self.words = forbidden_words(
            (), (data,), assignment=self.assignment, reference=self.reference
        )
        there = [
            symbol
            for symbol in self.reference.symbols
            if symbol not in read.missing and symbol not in read.untouched
        ]
        if not there:
            return self._left_out(one, "has left all of it as it was")
        code = {symbol: self._code(data, symbol) for symbol in there}
        kept = {symbol: text for symbol, text in code.items() if text is not None}
        lost = tuple(symbol for symbol in there if symbol not in kept)
        if lost:
            why = "cannot be made anonymous for sure"
            self.withheld.append(Withheld(student=one.student, symbols=lost, why=why))
        return kept

    def _code(self, data: bytes, symbol: str) -> str | None:
        words = self.names | self.words
        answer = anonymised_answer(
            data, self.assignment, self.reference, symbol, forbidden_words=words
        )
        if answer is None or len(answer.code) > MOST_CODE_CHARS or traces(answer.code, words):
            return None
        return answer.code

    def _left_out(self, one: Found, why: str) -> Mapping[str, str]:
        self.withheld.append(Withheld(student=one.student, symbols=(), why=why))
        return {}
