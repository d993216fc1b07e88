"""What reviewers wrote, for each author: peer/reviews/NAME/STUDENT/received.html.

Comments only: scores are told by who decides about them. A comment that says who wrote it, or names
anybody else, is left out and the organiser is told. Readers have numbers by chance, and calibration
items have no author to be told.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from autograder.course import Assignment, Course, languages_of
from autograder.peer.answers import traces
from autograder.peer.review.files import write_bytes
from autograder.peer.review.forms import source_of, template
from autograder.peer.review.handout import folder_of
from autograder.peer.review.model import Item, Review, Round
from autograder.peer.review.words import WORDS

PAGE = "received.html"


@dataclass(frozen=True, slots=True)
class Said:
    reader: int
    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    question: str
    comments: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Part:
    symbol: str
    asked: tuple[Asked, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A comment that nobody gets to read, because it says who somebody is."""

    reviewer: str
    author: str
    criterion: str
    words: tuple[str, ...]  # found in it


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    written: tuple[Path, ...]
    left_out: tuple[LeftOut, ...]


def write_received(
    course: Course,
    assignment: Assignment,
    made: Round,
    reviews: Sequence[Review],
    names: frozenset[str],
    *,
    language: str | None,
) -> Pages:
    """One page for each author whose answer is still shown.

    names   ids, names and addresses of everybody: in no comment that is passed on
    raises  UsageError "reviews-not-written"
    """
    languages = languages_of(course)
    written: list[Path] = []
    left_out: list[LeftOut] = []
    for item in made.items:
        if item.kind != "peer" or item.author is None or item.withdrawn_at is not None:
            continue
        own = language or languages.get(item.author, course.language)
        mine = [review for review in reviews if review.item == item.id]
        kept, signed = _without_names(mine, item.author, names)
        left_out += signed
        page = _page(assignment, made, item, kept, own)
        path = folder_of(course, assignment.name, item.author) / PAGE
        if not path.is_file() or path.read_bytes() != page.encode():
            write_bytes(path, page.encode())
            written.append(path)
    return Pages(written=tuple(written), left_out=tuple(left_out))


def _without_names(
    reviews: Iterable[Review], author: str, names: frozenset[str]
) -> tuple[dict[str, Mapping[str, str]], list[LeftOut]]:
    """Reviewer → criterion → comment; and what is in none of them."""
    kept: dict[str, Mapping[str, str]] = {}
    left_out: list[LeftOut] = []
    for review in reviews:
        own: dict[str, str] = {}
        for criterion, text in review.comments.items():
            hits = traces(text, names)
            if hits:
                left_out.append(
                    LeftOut(
                        reviewer=review.reviewer, author=author, criterion=criterion, words=hits
                    )
                )
            else:
                own[criterion] = text
        if own:
            kept[review.reviewer] = own
    return kept, left_out


def _page(
    assignment: Assignment,
    made: Round,
    item: Item,
    kept: Mapping[str, Mapping[str, str]],
    language: str,
) -> str:
    readers = sorted(kept)
    random.Random(f"{made.seed} readers {item.id}").shuffle(readers)
    parts = []
    for symbol in (*item.code, ""):
        asked = tuple(_asked(made, item, symbol, readers, kept, language))
        if asked:
            parts.append(Part(symbol, asked))
    return template("received.html.j2").render(
        words=WORDS[language],
        title=assignment.title,
        parts=parts,
        style=Markup(source_of("style.css")),
    )


def _asked(
    made: Round,
    item: Item,
    symbol: str,
    readers: Sequence[str],
    kept: Mapping[str, Mapping[str, str]],
    language: str,
) -> Iterator[Asked]:
    for criterion in made.criteria_of(item):
        if criterion.symbol == symbol:
            comments = tuple(
                Said(number, kept[reader][criterion.id])
                for number, reader in enumerate(readers, start=1)
                if criterion.id in kept[reader]
            )
            if comments:
                yield Asked(criterion.text.of(language), comments)
