"""One self-contained page about what was verified: for reading, for printing, without scripts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from autograder import __version__
from autograder.feedback import points_text
from autograder.verify.findings import CHECKS
from autograder.verify.result import TrivialRow, Verified
from autograder.verify.trivial import WORDS


def page_of(results: Sequence[Verified], course: str) -> str:
    """HTML. Whatever is said in it is escaped: code, messages, names of files."""
    return _template().render(
        results=results,
        course=course,
        version=__version__,
        checks=CHECKS,
        kinds=WORDS,
        trivial=_by_cell,
    )


def _by_cell(rows: Sequence[TrivialRow]) -> dict[str, dict[str, TrivialRow]]:
    """Cell → kind → row."""
    table: dict[str, dict[str, TrivialRow]] = {}
    for row in rows:
        table.setdefault(row.cell, {})[row.kind] = row
    return table


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("autograder.verify"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["points"] = points_text
    environment.filters["percent"] = lambda share: f"{share:.1%}"
    return environment.get_template("page.html.j2")
