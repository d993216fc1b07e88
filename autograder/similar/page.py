"""One self-contained page for a person to read: pairs side by side, without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from autograder import __version__
from autograder.feedback.text import clean_text, one_line
from autograder.similar.handed_in import Handed
from autograder.similar.look import Look
from autograder.similar.passages import Passage, numbers_by_line, passages
from autograder.similar.ranking import Pair

MOST_LINES = 600  # of one submission on the page
_LINE_CHARS = 300


@dataclass(frozen=True, slots=True)
class Line:
    number: int
    text: str
    passage: int  # 0: none
    rare: bool
    heading: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    student: str
    name: str
    share: float
    lines: tuple[Line, ...]
    cut: int  # lines that are not shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A pair, ready for the page."""

    number: int
    sides: tuple[Side, Side]
    share: float
    passages: int
    rare: int  # of the passages
    groups: tuple[str, ...]
    same_file: bool


def page_of(look: Look) -> str:
    """HTML. Whatever students wrote is escaped, and without characters that hide or reorder."""
    return _template().render(
        look=look,
        ranking=look.ranking,
        title=one_line(look.assignment.title),
        pairs=[_shown(number, look) for number in range(1, len(look.ranking.pairs) + 1)],
        left_out=[(one_line(_named(look, one.student)), one) for one in look.left_out],
        most=max(look.ranking.shares, default=0),
        version=__version__,
    )


def passages_of(look: Look, pair: Pair) -> tuple[Passage, ...]:
    return passages(look.places[pair.first], look.places[pair.second], look.ranking.weights)


def _shown(number: int, look: Look) -> Shown:
    pair = look.ranking.pairs[number - 1]
    found = passages_of(look, pair)
    return Shown(
        number=number,
        sides=(
            _side(look, pair.first, pair.of_first, found, second=False),
            _side(look, pair.second, pair.of_second, found, second=True),
        ),
        share=pair.share,
        passages=len(found),
        rare=sum(passage.rare for passage in found),
        groups=look.common_groups(pair),
        same_file=look.same_file(pair),
    )


def _side(
    look: Look, place: int, share: float, found: tuple[Passage, ...], *, second: bool
) -> Side:
    handed = look.handed[place]
    lines = tuple(_lines(handed, found, second=second))
    return Side(
        student=one_line(handed.student),
        name=one_line(_named(look, handed.student)),
        share=share,
        lines=lines[:MOST_LINES],
        cut=max(len(lines) - MOST_LINES, 0),
    )


def _lines(handed: Handed, found: tuple[Passage, ...], *, second: bool) -> Iterator[Line]:
    numbers = numbers_by_line(found, handed.tokens, second=second)
    for number, text in enumerate(handed.source.split("\n"), start=1):
        passage = numbers.get(number, 0)
        yield Line(
            number=number,
            text=clean_text(text, _LINE_CHARS, lines=1, cut=""),
            passage=passage,
            rare=bool(passage) and found[passage - 1].rare,
            heading=number in handed.headings,
        )


def _named(look: Look, student: str) -> str:
    """Kim Minsu (kim); the id alone where the roster has no name."""
    name = look.names.get(student, student)
    return name if name == student else f"{name} ({student})"


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("autograder.similar"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["percent"] = lambda share: f"{share:.0%}"
    return environment.get_template("page.html.j2")
