"""A record as lines that keep their ends, and where in them its sections and items are.

The lines joined are the file, to the last byte. Whoever changes a record changes single lines.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from autograder.peer.record.words import Section, section_named

BOM = "\ufeff"
_ENDS = re.compile(r"(?<=\n)")
_HEADING = re.compile(r"#{1,6}(?=[ \t]|$)")
_FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})")
_ITEM = re.compile(r"([ \t]*)([-*+]|\d{1,4}[.)])(?:[ \t]+|$)")
_COMMENT_BEGINS, _COMMENT_ENDS = "<!--", "-->"
_TAB = 4  # columns
_MOST_NESTED = 8  # levels of items that are looked into; hostile text has a thousand


class Endless(Exception):
    """A fence of code or a comment that takes the rest of the file with it."""

    def __init__(self, at: int, what: str) -> None:
        super().__init__(what)
        self.at = at  # index of the line in which it begins
        self.what = what


@dataclass(frozen=True, slots=True)
class Item:
    """One bullet with everything that belongs to it."""

    at: int  # index of its first line
    end: int  # index behind its last line, nested ones included
    text: str  # without the bullet; lines that continue it are joined to it
    nested: tuple[Item, ...] = ()
    head: str = ""  # of the text: its first line


@dataclass(frozen=True, slots=True)
class Part:
    """A section: its heading's line and what is below it, up to the next section."""

    section: Section
    at: int  # index of the heading; of what stands before any heading: of the first line
    end: int
    level: int  # of the heading; 0: there is none


class _Row(NamedTuple):
    at: int
    line: str  # without its end
    is_text: bool  # neither in a fence of code, nor a comment, nor a heading

    @property
    def indent(self) -> int:
        return _width(self.line[: len(self.line) - len(self.line.lstrip(" \t"))])

    @property
    def bullet(self) -> re.Match[str] | None:
        return _ITEM.match(self.line) if self.is_text else None


def split(text: str) -> list[str]:
    """Lines with their ends; only "\\n" and "\\r\\n" end one, as in git."""
    return [line for line in _ENDS.split(text) if line]


def bare(line: str) -> str:
    """A line without its end, and without the mark that some editors put before a file."""
    return line.removeprefix(BOM).rstrip("\r\n")


def ending(lines: Sequence[str]) -> str:
    """How this file ends its lines."""
    return "\r\n" if lines and lines[0].endswith("\r\n") else "\n"


def bullet_end(line: str) -> int:
    """Where the text of an item begins in its line."""
    found = _ITEM.match(line)
    return found.end() if found else 0


def parts(lines: Sequence[str], begin: int) -> tuple[Part, ...]:
    """The sections of lines[begin:]. A deeper heading of the group's own stays inside its section.

    raises  Endless
    """
    found = [Part(Section.OTHER, begin, len(lines), 0)]
    for row in _rows(lines, begin, len(lines)):
        hashes = _HEADING.match(row.line) if row.is_text else None
        if hashes is None:
            continue
        level, section = len(hashes[0]), section_named(row.line)
        around = found[-1]
        deeper = 0 < around.level < level
        if deeper and (section is Section.OTHER or around.section is Section.NOTES):
            continue
        found[-1] = replace(around, end=row.at)
        found.append(Part(section, row.at, len(lines), level))
    return tuple(found)


def items(lines: Sequence[str], part: Part) -> tuple[Item, ...]:
    """The bullets of a section; text around them is nobody's business here."""
    rows = _rows(lines, part.at, part.end)
    return _items([r._replace(is_text=r.is_text and not _HEADING.match(r.line)) for r in rows])


def _items(rows: Sequence[_Row], level: int = 0) -> tuple[Item, ...]:
    found: list[Item] = []
    if level == _MOST_NESTED:
        return ()
    i = 0
    while i < len(rows):
        if rows[i].bullet is None:
            i += 1
            continue
        size = _size(rows, i)
        found.append(_item(rows[i : i + size], level))
        i += size
    return tuple(found)


def _size(rows: Sequence[_Row], first: int) -> int:
    """How many rows belong to the item that begins at the first one.

    All that is indented more, and what follows without an empty line and is no bullet.
    """
    indent, last = rows[first].indent, first
    for i in range(first + 1, len(rows)):
        row = rows[i]
        if not row.line.strip():
            continue
        continues = last == i - 1 and row.is_text and row.bullet is None
        if row.indent <= indent and not continues:
            break
        last = i
    return last - first + 1


def _item(rows: Sequence[_Row], level: int) -> Item:
    head = rows[0].line[bullet_end(rows[0].line) :].strip()
    below = next((i for i, row in enumerate(rows) if i and row.bullet is not None), len(rows))
    own = " ".join([head, *(row.line.strip() for row in rows[1:below] if row.is_text)])
    return Item(rows[0].at, rows[-1].at + 1, own.strip(), _items(rows[below:], level + 1), head)


def _width(indent: str) -> int:
    return len(indent.expandtabs(_TAB))


def _rows(lines: Sequence[str], begin: int, end: int) -> list[_Row]:
    """raises  Endless"""
    found: list[_Row] = []
    fence, comment, since = "", False, begin
    for at in range(begin, end):
        line = bare(lines[at])
        mark = _FENCE.match(line)
        if comment:
            comment = _COMMENT_ENDS not in line
        elif fence:
            closes = mark is not None and mark[1].startswith(fence) and not line.strip(" \t`~")
            fence = "" if closes else fence
        elif mark is not None:
            fence, since = mark[1], at
        elif line.lstrip().startswith(_COMMENT_BEGINS):
            comment, since = _COMMENT_ENDS not in line, at
        else:
            found.append(_Row(at, line, True))
            continue
        found.append(_Row(at, line, False))
    if fence or comment:
        raise Endless(since, f"a block of code ({fence})" if fence else "a comment (<!--)")
    return found
