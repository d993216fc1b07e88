"""A summary as one page that needs nothing from elsewhere."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import date as Date
from functools import cache
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from autograder import __version__
from autograder.feedback.text import one_line
from autograder.peer.record.summary import GroupSummary
from autograder.peer.record.summary_words import WORDS

PAGE = "summary.html"


def page_of(summary: GroupSummary, name: str, language: str) -> str:
    """HTML of one group. Whatever people wrote is escaped.

    name  of the group, as a heading has it
    """
    words = WORDS[language]
    return _template("group.html.j2").render(
        s=summary, name=name, w=words, days=_days, version=__version__
    )


def term_page_of(
    summaries: Sequence[GroupSummary],
    folder: Path,
    pages: Mapping[str, Path],
    name: str,
    language: str,
) -> str:
    """HTML of all groups, a row each.

    folder  that the page will lie in
    pages   group → its own page
    """
    links = {
        group: quote(Path(os.path.relpath(path, folder)).as_posix())
        for group, path in pages.items()
    }
    return _template("term.html.j2").render(
        summaries=summaries, links=links, name=name, w=WORDS[language], version=__version__
    )


def _days(dates: Iterable[Date]) -> str:
    return ", ".join(each.isoformat() for each in dates)


@cache
def _template(name: str) -> Template:
    environment = Environment(
        loader=PackageLoader("autograder.peer.record"),
        autoescape=lambda file: file is not None and file.endswith(".j2"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["shown"] = lambda text: one_line(text, 2000)
    return environment.get_template(name)
