"""A reviewer's form as one page: answers, questions, a place for comments, and a file to save.

It holds a token, letters, anonymised code and the questions; nothing else comes from the round.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from autograder.course import Assignment, Course
from autograder.errors import CourseError
from autograder.peer.pack.opening import in_words
from autograder.peer.review.model import Criterion, Item, Round
from autograder.peer.review.words import WORDS, Words

FORM, FORM_VERSION = "autograder-review", 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One symbol of an answer, or the answer as a whole."""

    symbol: str  # "": the whole
    code: str
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToRead:
    label: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """All that a reviewer gets to see."""

    assignment: str
    title: str
    language: str
    token: str
    due: datetime | None  # in the course's zone
    answers: tuple[ToRead, ...]

    @property
    def words(self) -> Words:
        return WORDS[self.language]

    @property
    def due_words(self) -> str:
        words = self.words
        return words.no_due if self.due is None else words.due.format(when=in_words(self.due))

    @property
    def questions(self) -> int:
        return sum(len(part.criteria) for answer in self.answers for part in answer.parts)


def form_of(
    course: Course, assignment: Assignment, made: Round, reviewer: str, language: str
) -> Form:
    """raises  CourseError "reviews-broken" of a round that somebody has edited"""
    if reviewer not in made.tokens:
        raise CourseError(
            "reviews-broken",
            f"the round has no token for {reviewer}, so their form could not be told from others",
            where=f"peer/private/reviews/{made.assignment}/round.json",
            next="put the file back from a backup; it was left as it is",
        )
    tasks = made.tasks_of(reviewer)
    dues = [task.due for task in tasks if task.due is not None]
    return Form(
        assignment=assignment.name,
        title=assignment.title,
        language=language,
        token=made.tokens[reviewer],
        due=max(dues).astimezone(ZoneInfo(course.timezone)) if dues else None,
        answers=tuple(
            ToRead(label=task.label, parts=tuple(_parts(made, made.item(task.item))))
            for task in tasks
        ),
    )


def _parts(made: Round, item: Item) -> Iterator[Part]:
    criteria = made.criteria_of(item)
    for symbol, code in item.code.items():
        own = tuple(each for each in criteria if each.symbol == symbol)
        yield Part(symbol=symbol, code=code, criteria=own)
    whole = tuple(each for each in criteria if not each.symbol)
    if whole:
        yield Part(symbol="", code="", criteria=whole)


def page_of(form: Form) -> str:
    """HTML that loads nothing. What students wrote is escaped."""
    script = source_of("form.js")
    return template("review.html.j2").render(
        form=form,
        words=form.words,
        style=Markup(source_of("style.css")),
        script=Markup(script),
        script_hash=digest_for_policy(script),
        name=FORM,
        version=FORM_VERSION,
    )


def digest_for_policy(script: str) -> str:
    """What a Content-Security-Policy calls this script: no other one on the page is run."""
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("autograder.peer.review"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def template(name: str) -> Template:
    return _environment().get_template(name)


@cache
def source_of(name: str) -> str:
    loader = _environment().loader
    assert loader is not None
    return loader.get_source(_environment(), name)[0]
