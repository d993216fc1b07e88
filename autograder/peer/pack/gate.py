"""The last look at a pack, before anything is written: no trace of anybody, nothing hidden.

What a pack says on purpose (words of the catalogue that are for students, behaviours that they may
see, probes) is taken from the Pack's own fields; whatever else page and notebook hold must hold
nothing of a suite, a solution, the catalogue, the roster, or what members wrote about themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace

from autograder.course import Assignment, Course
from autograder.errors import CourseError
from autograder.feedback import View
from autograder.peer.answers import traces
from autograder.peer.pack.model import Concept, Meeting, Needed, Pack, without_people
from autograder.peer.pack.notebook import notebook_of
from autograder.peer.pack.page import page_of
from autograder.peer.pack.words import WORDS
from autograder.publish.search import leaks_in_content
from autograder.publish.secrets import Secret, Secrets, secrets_of, squeezed
from autograder.report import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """What must not be in a pack of one assignment, names of people apart."""

    secrets: tuple[Secret, ...]
    files: Mapping[str, str]
    suite: str  # how the secrets of the suite begin to say where they stand
    words: frozenset[str]  # names of tests, places on this machine, descriptions nobody may see


# What is on every page: its words, its style, its script.
_EMPTY = Pack(
    course="",
    course_id="",
    assignment="",
    title="",
    group="",
    language="en",
    members=(),
    meeting=Meeting(),
    imports="",
)


def hidden_of(
    course: Course, assignment: Assignment, reports: Iterable[tuple[Report, View]]
) -> Hidden:
    """raises  CourseError for a file of the course that cannot be read"""
    found = secrets_of(course)
    shown, never, names = set[str](), set[str](), {str(course.root)}
    for report, view in reports:
        for test in report.tests:
            names.add(test.name.partition("[")[0])
            (shown if view.of(test) == "now" else never).add(test.description)
    inside = assignment.suite.is_relative_to(course.root)
    suite = assignment.suite.relative_to(course.root) if inside else assignment.suite
    return Hidden(
        secrets=tuple(found),
        files=found.files,
        suite=suite.as_posix(),
        words=frozenset(names | {each for each in never - shown if each}),
    )


def hits_in_code(code: str, hidden: Hidden) -> tuple[str, ...]:
    """Lines of the suite and hidden words in a member's answer.

    Lines of a solution are none: whoever is right writes some of them.
    """
    of_suite = [each for each in hidden.secrets if each.where.startswith(hidden.suite)]
    found = [hit.secret.where for hit in Secrets(of_suite, {}).find_in(code)]
    return (*found, *_words_in(code, hidden))


def check(pack: Pack, words: Iterable[str], hidden: Hidden) -> None:
    """Search page and notebook, as they would be written but for the people's section.

    words   of which none may be found: ids, names, addresses, comments, identifiers
    raises  CourseError "pack-leaks": nothing is written then
    """
    bare = without_people(pack)
    texts = {"the page": page_of(bare), "the notebook": notebook_of(bare)}
    secrets = _without_what_is_said(hidden, bare)
    for name, text in texts.items():
        found = [f"a trace of somebody: {each}" for each in traces(text, words)]
        found += [leak.what for leak in leaks_in_content(name, text.encode(), secrets)]
        found += [f"a hidden word: {each}" for each in _words_in(text, hidden)]
        if found:
            raise CourseError(
                "pack-leaks",
                f"{name} would show what it must not, so there is none: {found[0]}",
                where=f"{pack.group}, {pack.assignment}",
                next="report this; with --no-answers the pack is made without members' answers",
            )


def without_answers(pack: Pack) -> Pack:
    """What the course alone says: a word that stands there is no trace of a member."""
    contrasts = tuple(replace(each, answers=(), differences=()) for each in pack.contrasts)
    return replace(without_people(pack), contrasts=contrasts)


def said_by_the_course(pack: Pack) -> tuple[str, ...]:
    bare = without_answers(pack)
    return page_of(bare), notebook_of(bare), *_said(bare)


def _without_what_is_said(hidden: Hidden, pack: Pack) -> Secrets:
    said = "\0".join(squeezed(text) for text in _said(pack))
    answers = "\0".join(squeezed(code) for code in _answers(pack))
    left = (
        each
        for each in hidden.secrets
        if each.squeezed not in said
        and (each.where.startswith(hidden.suite) or each.squeezed not in answers)
    )
    return Secrets(left, hidden.files)


def _said(pack: Pack) -> Iterator[str]:
    """The texts that a pack has from the course, and those that every pack has."""
    yield from asdict(WORDS[pack.language]).values()
    yield page_of(_EMPTY)
    yield pack.imports
    yield pack.title
    for concept in (*pack.concepts, *pack.later_concepts):
        yield from _of_concept(concept)
    for contrast in pack.contrasts:
        yield from contrast.questions
        for probe in contrast.probes:
            yield from (probe.code, probe.ask)
    if pack.wrong is not None:
        yield from (pack.wrong.title, pack.wrong.code)
    for part in pack.further:
        yield from part.variations
        for one in part.interviews:
            yield from (one.question, one.listen_for)


def _of_concept(concept: Concept) -> Iterator[str]:
    yield from (concept.title, concept.text, concept.question)
    yield from (each.text for each in concept.behaviours)
    if concept.trial is not None:
        yield from (concept.trial.title, concept.trial.ask, concept.trial.look)
        yield from (piece.source for piece in concept.trial.pieces)
        yield from concept.trial.shown
        yield concept.trial.printed


def _answers(pack: Pack) -> Iterator[str]:
    for contrast in pack.contrasts:
        for answer in contrast.answers:
            yield answer.code
            yield from _codes(answer.needs)


def _codes(needs: Iterable[Needed]) -> Iterator[str]:
    for each in needs:
        yield each.code
        yield from _codes(each.needs)


def _words_in(text: str, hidden: Hidden) -> list[str]:
    return [
        word
        for word in sorted(hidden.words)
        if word in text and re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text)
    ]
