"""What comes back, read with care: review.json as the page saves it, or review.ipynb filled in.

Bytes from a student become a Returned or a Refused, nothing is executed, and nothing that a file
says about its writer is believed: a token is looked up, and that is all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from autograder.feedback import clean_text
from autograder.peer.review.forms import FORM, FORM_VERSION
from autograder.peer.review.notebookform import CANNOT_TELL, COMMENT, MARK

MOST_JSON_BYTES, MOST_NOTEBOOK_BYTES = 1 << 20, 32 << 20
MOST_COMMENT_CHARS, MOST_COMMENT_LINES = 2_000, 40
_MOST_CELLS = 2_000
_TOKEN = re.compile(r"[0-9a-f]{32}")
_FORM_LINE = re.compile(rf"^\s*{MARK} ([0-9a-f]{{32}}) ([A-Z]{{1,3}})\s*$")
_VALUE_LINE = re.compile(r"^\s*([A-Z]{1,3})\.([\w.\-]{1,200})\s*=[ \t]*(.*)$")
_NUMBER = re.compile(r"[+-]?[0-9]{1,6}")


class Refused(Exception):
    """This file cannot be taken; str() says why, in words for an organiser."""


@dataclass(slots=True)
class Answered:
    """About one item."""

    scores: dict[str, int | None] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    token: str
    items: Mapping[str, Answered]  # label → what was said
    saved_at: datetime | None  # as the file says; None: it says nothing


class _Item(msgspec.Struct):
    scores: dict[str, int | None] = {}
    comments: dict[str, str] = {}


class _Saved(msgspec.Struct):
    form: str
    schema: int
    token: str
    saved: datetime
    items: dict[str, _Item]


def read_returned(content: bytes, *, notebook: bool) -> Returned:
    """raises  Refused"""
    most = MOST_NOTEBOOK_BYTES if notebook else MOST_JSON_BYTES
    if len(content) > most:
        raise Refused(f"it has {len(content) >> 20} MiB; a form has at most {most >> 20}")
    try:
        return _of_notebook(content) if notebook else _of_page(content)
    except UnicodeDecodeError:
        raise Refused("it is not UTF-8") from None
    except RecursionError:
        raise Refused("it is nested too deeply") from None


def cleaned(comment: str) -> str:
    """Without what acts on a terminal, and not longer than anybody reads."""
    return clean_text(comment, MOST_COMMENT_CHARS, lines=MOST_COMMENT_LINES).strip()


def _of_page(content: bytes) -> Returned:
    try:
        saved = msgspec.json.decode(content, type=_Saved)
    except msgspec.ValidationError as error:
        raise Refused(f"it is no saved review: {_plain(error)}") from None
    except msgspec.DecodeError:
        raise Refused("it is no JSON, or was cut off") from None
    if saved.form != FORM or saved.schema != FORM_VERSION:
        raise Refused("it is no saved review of this version")
    if not _TOKEN.fullmatch(saved.token):
        raise Refused("its token was changed")
    if saved.saved.tzinfo is None:
        raise Refused("it is no saved review: its time has no zone")
    items = {
        label: Answered(dict(item.scores), dict(item.comments))
        for label, item in saved.items.items()
    }
    return Returned(token=saved.token, items=items, saved_at=saved.saved)


def _of_notebook(content: bytes) -> Returned:
    """A form's own cells are known by the token in them: no answer's author knows it."""
    try:
        notebook = msgspec.json.decode(content)
    except msgspec.DecodeError:
        raise Refused("it is no notebook, or was cut off") from None
    items: dict[str, Answered] = {}
    tokens: set[str] = set()
    for source in _sources(notebook):
        lines = source.split("\n")
        marks = [found for line in lines if (found := _FORM_LINE.match(line))]
        for mark in marks:
            tokens.add(mark[1])
        if marks:
            _read_lines(lines, {mark[2] for mark in marks}, items)
    if not tokens:
        raise Refused("it is no review form: the line with its token is missing or was changed")
    if len(tokens) > 1:
        raise Refused("it is put together from two people's forms")
    return Returned(token=tokens.pop(), items=items, saved_at=None)


def _sources(notebook: Any) -> Iterator[str]:
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list) or len(cells) > _MOST_CELLS:
        raise Refused("it is no notebook of nbformat 4")
    for cell in cells:
        source = cell.get("source") if isinstance(cell, dict) else None
        if isinstance(source, list) and all(isinstance(line, str) for line in source):
            source = "".join(source)
        if isinstance(source, str):
            yield source.replace("\r\n", "\n")


def _read_lines(lines: list[str], labels: set[str], items: dict[str, Answered]) -> None:
    """`A.softmax.correct = 2`, and comments that go on until the next such line."""
    comment: tuple[str, str] | None = None
    for line in lines:
        found = _VALUE_LINE.match(line)
        if found and found[1] in labels:
            label, name, value = found[1], found[2], found[3].strip()
            answered = items.setdefault(label, Answered())
            criterion, dot, last = name.rpartition(".")
            comment = None
            if dot and last == COMMENT:
                comment = (label, criterion)
                answered.comments[criterion] = value
            elif value.partition("#")[0].strip():
                answered.scores[name] = _number(value, f"{label}.{name}")
        elif line.startswith("```") or (line.startswith("#") and _is_ours(line)):
            comment = None
        elif comment is not None:
            label, criterion = comment
            items[label].comments[criterion] += f"\n{line}"


def _is_ours(line: str) -> bool:
    """A line of the form that explains a question or a level; people's own may begin with # too."""
    return bool(re.match(r"#   (?:\d+|\?)  \S", line) or re.match(r"# [^:]+: ", line))


def _number(value: str, where: str) -> int | None:
    short = value.partition("#")[0].strip()
    if short == CANNOT_TELL:
        return None
    if not _NUMBER.fullmatch(short):
        raise Refused(f'{where}: "{short[:40]}" is no number of a level')
    return int(short)


def _plain(error: msgspec.ValidationError) -> str:
    return clean_text(str(error), 200, lines=1)
