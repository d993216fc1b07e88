"""The front matter of a record: keys and values between two lines of dashes, with their lines."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date as Date
from pathlib import Path

from autograder.course.document import Document, Unreadable, Value, parse
from autograder.errors import CourseError
from autograder.peer.record.lines import bare
from autograder.peer.record.trouble import broken

KEYS = (
    *("date", "session", "group", "assignment", "topic", "moderator", "presenters"),
    *("guests", "language"),
)
FENCE = "---"
_ENDS = (FENCE, "...")
_DATE = re.compile(r"(\d{4})[-./ ]{1,2}(\d{1,2})[-./ ]{1,2}(\d{1,2})\.?(?:[T ].*)?")
# What YAML reads as it stands; everything else is put into quotes.
_PLAIN = re.compile(r"[^\W\d_][\w./()+ -]*|\d{4}-\d\d-\d\d|\d+")
_SAY_NOTHING = ("y", "n", "yes", "no", "on", "off", "true", "false", "null")  # to other programs
_FORM = (
    "a record begins with ---, lines such as `date: 2026-10-07` and `session: NAME`, and --- again"
)


@dataclass(frozen=True, slots=True)
class Front:
    path: Path
    begin: int  # index of the line of dashes that opens it
    end: int  # index of the one that closes it
    document: Document

    def line(self, key: str) -> int:
        """From 1, in the file."""
        return self.begin + 1 + self.document.lines.get((key,), 0)

    def text(self, key: str) -> str:
        """One line; empty where there is nothing. raises  CourseError "record-broken" """
        value = self.document.value.get(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            what = f'"{key}" holds more than a word or a line'
            raise self.broken(key, what, f"write `{key}: …` on one line")
        return " ".join(value.split())

    def names(self, key: str) -> tuple[str, ...]:
        """A list, a name, or names with commas between them. raises  as text"""
        value = self.document.value.get(key)
        found: list[Value] = value if isinstance(value, list) else [value]
        if any(isinstance(each, list | dict) for each in found):
            raise self.broken(key, f'"{key}" holds more than names', "one name a line: `  - kim`")
        words = [str(each) for each in found if each is not None]
        return tuple(w.strip() for each in words for w in each.split(",") if w.strip())

    def date(self) -> Date:
        """raises  CourseError "record-date" """
        text = self.text("date")
        found = _DATE.fullmatch(text)
        advice = "write it as `date: 2026-10-07`"
        if found is None:
            what = f'the date "{text}" is none' if text else "there is no date"
            raise broken(self.path, self.line("date"), what, advice, code="record-date")
        try:
            return Date(*(int(number) for number in found.groups()))
        except ValueError:
            what = f'there is no day "{text}"'
            raise broken(self.path, self.line("date"), what, advice, code="record-date") from None

    def broken(self, key: str, what: str, advice: str) -> CourseError:
        return broken(self.path, self.line(key), what, advice)

    def block(self, key: str, lines: Sequence[str]) -> tuple[int, int] | None:
        """Indices of the lines that hold a key and its value; None where it is missing."""
        if (key,) not in self.document.lines:
            return None
        first = self.line(key) - 1
        later = [self.begin + line for path, line in self.document.lines.items() if len(path) == 1]
        end = min((at for at in later if at > first), default=self.end)
        while end - 1 > first and _says_nothing(bare(lines[end - 1])):
            end -= 1
        return first, end


def read_front(lines: Sequence[str], path: Path) -> Front:
    """raises  CourseError "record-broken" with file and line"""
    begin = next((at for at, line in enumerate(lines) if bare(line).strip()), 0)
    if not lines or bare(lines[begin]).rstrip() != FENCE:
        what = "there is no front matter at its beginning" if lines else "the file is empty"
        raise broken(path, begin + 1, what, _FORM)
    ends = (at for at in range(begin + 1, len(lines)) if bare(lines[at]).rstrip() in _ENDS)
    end = next(ends, None)
    if end is None:
        raise broken(path, begin + 1, "the front matter that begins here does not end", _FORM)
    text = "".join(f"{bare(line)}\n" for line in lines[begin + 1 : end])
    return Front(path, begin, end, _parsed(text, path, begin))


def scalar(text: str) -> str:
    """A text as YAML reads it, on one line."""
    if text.lower() not in _SAY_NOTHING and _PLAIN.fullmatch(text) and text == text.strip():
        return text
    return json.dumps(text, ensure_ascii=False)


def _parsed(text: str, path: Path, begin: int) -> Document:
    try:
        document = parse(text)
    except Unreadable as unreadable:
        problem = unreadable.problem
        empty = problem.code == "course-empty"
        what = "there is nothing in the front matter" if empty else problem.what
        line = begin + 1 + problem.line
        raise broken(path, line, f"the front matter: {what}", problem.next or _FORM) from None
    for problem in document.problems:
        line = begin + 1 + problem.line
        advice = problem.next + "; after a merge, keep the line that is right"
        raise broken(path, line, problem.what, advice)
    return document


def _says_nothing(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")
