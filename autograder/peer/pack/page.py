"""A Pack as one page that needs nothing from elsewhere."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from autograder import __version__
from autograder.feedback.text import clean_text
from autograder.peer.pack.agenda import agenda_of
from autograder.peer.pack.model import Pack
from autograder.peer.pack.words import WORDS

_CODE = re.compile(r"`([^`\n]+)`")


def page_of(pack: Pack) -> str:
    """HTML. Whatever members wrote or are called is escaped."""
    script = _file("page.js")
    return _template("page.html.j2").render(
        p=pack,
        w=WORDS[pack.language],
        agenda=agenda_of(pack),
        alone=pack.alone,
        two=len(pack.members) == 2,
        names={member.id: member.name for member in pack.members},
        key=f"autograder {pack.course_id} {pack.group} {pack.assignment}",
        version=__version__,
        style=Markup(_file("page.css")),
        script=Markup(script),
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    )


def prose(text: str) -> Markup:
    """Words of the course or the group, with `code` set as code."""
    parts = _CODE.split(clean_text(text, 10_000, lines=100))
    return Markup("").join(
        Markup('<code translate="no">{}</code>').format(part)
        if at % 2
        else Markup("{}").format(part)
        for at, part in enumerate(parts)
    )


def _file(name: str) -> str:
    return resources.files(__package__).joinpath("templates", name).read_text(encoding="utf-8")


@cache
def _template(name: str) -> Template:
    environment = Environment(
        loader=PackageLoader("autograder.peer.pack"),
        autoescape=lambda file: file is not None and file.endswith(".j2"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["prose"] = prose
    return environment.get_template(name)
