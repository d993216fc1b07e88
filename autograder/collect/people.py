"""Who is meant: what a file's or folder's name says, matched with the roster.

Nothing is guessed. A name that two students have, or two signs that point to different students,
matches nobody: the candidates are listed, and a person says who it is.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from autograder.course import Student

_SEPARATORS = re.compile(r"[\s_,;()\[\]]+|\s-\s|(?<=\w)-(?=\w)")
_MOST_WORDS = 12  # of a name that are looked at
_SHORTEST_ID = 3  # within a longer name: "1" is in too many of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Clue:
    """What a source says about who handed something in.

    shown  for people, and the key of --as and of matches.csv
    names  full names as the platform writes them
    texts  anything: an id, an address, a name, or several of these
    ids    (column of the roster, value)
    """

    shown: str
    names: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    ids: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    student: str | None
    how: str  # by what; or why there is none: unmatched, ambiguous-name, contradictory
    candidates: tuple[str, ...] = ()  # ids; of an unmatched one those with a similar name


def text_key(text: str) -> str:
    """Equal for texts that people would read as the same: composed, caseless, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def name_key(text: str) -> str:
    """A full name's letters and digits alone, as platforms write them into file names."""
    return "".join(letter for letter in text_key(text) if letter.isalnum())


class People:
    """The roster, by all that students can be told by.

    said  name as shown → student id: what the instructor has decided
    """

    def __init__(self, students: Iterable[Student], said: Mapping[str, str]) -> None:
        self.students = {student.id: student for student in students}
        self._said = {text_key(shown): student for shown, student in said.items()}
        self._columns: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._names: dict[str, set[str]] = defaultdict(set)
        for student in self.students.values():
            columns = {"id": student.id, "email": student.email, **student.platform_ids}
            for column, value in columns.items():
                if value:
                    self._columns[column, text_key(value)].add(student.id)
            first, last = name_key(student.first_name), name_key(student.last_name)
            if first and last:  # one of them alone is a guess
                self._names[first + last].add(student.id)
                self._names[last + first].add(student.id)
        self._order = ("id", "email", *sorted({c for c, _ in self._columns} - {"id", "email"}))

    def match(self, clue: Clue) -> Match:
        said = next((self._said[key] for key in self._keys(clue) if key in self._said), None)
        if said is not None:
            return Match(student=said, how="as you said")
        signs = [*self._by_ids(clue), *self._by_names(clue), *self._by_texts(clue)]
        certain = {min(who) for _, who in signs if len(who) == 1}
        if len(certain) == 1:
            (student,) = certain
            if all(student in who for _, who in signs):
                return Match(student=student, how=next(how for how, who in signs if len(who) == 1))
        candidates = tuple(sorted(set().union(*(who for _, who in signs))))
        if candidates:
            how = "contradictory" if len(signs) > 1 and certain else "ambiguous-name"
            return Match(student=None, how=how, candidates=candidates)
        return Match(student=None, how="unmatched", candidates=self._similar(clue))

    def _keys(self, clue: Clue) -> list[str]:
        return [text_key(text) for text in (clue.shown, *clue.names, *clue.texts)]

    def _by_ids(self, clue: Clue) -> list[tuple[str, set[str]]]:
        keys = [(column, text_key(value)) for column, value in clue.ids]
        return [(f"by {key[0]}", who) for key in keys if (who := self._columns.get(key))]

    def _by_names(self, clue: Clue) -> list[tuple[str, set[str]]]:
        found = [("by name", self._names.get(name_key(name), set())) for name in clue.names]
        return [(how, who) for how, who in found if who]

    def _by_texts(self, clue: Clue) -> list[tuple[str, set[str]]]:
        """The outermost text that says anything: `kim/week 1/lee's idea.ipynb` is kim's."""
        for text in clue.texts:
            signs = self._by_text(text)
            if signs:
                return signs
        return []

    def _by_text(self, text: str) -> list[tuple[str, set[str]]]:
        whole = self._exactly(text)
        if whole:
            return whole
        found = [sign for piece in self._pieces(text) for sign in self._exactly(piece, names=False)]
        letters = " ".join(word for word in _SEPARATORS.split(text) if not word.isdigit())
        named = self._names.get(name_key(letters), set())
        return [*found, *([("by name", named)] if named else [])]

    def _pieces(self, text: str) -> list[str]:
        """Ids and addresses within a longer text; where one is part of another, the longer one."""
        starts = [0, *(gap.end() for gap in _SEPARATORS.finditer(text))][:_MOST_WORDS]
        ends = [*(gap.start() for gap in _SEPARATORS.finditer(text)), len(text)][:_MOST_WORDS]
        spans = [(a, b) for a in starts for b in ends if b - a >= _SHORTEST_ID]
        taken: list[tuple[int, int]] = []
        for a, b in sorted(spans, key=lambda span: span[0] - span[1]):
            if all(b <= c or a >= d for c, d in taken) and self._exactly(text[a:b], names=False):
                taken.append((a, b))
        return [text[a:b] for a, b in taken]

    def _exactly(self, text: str, *, names: bool = True) -> list[tuple[str, set[str]]]:
        key = text_key(text)
        for column in self._order:
            if who := self._columns.get((column, key)):
                return [(f"by {column}", who)]
        who = self._names.get(name_key(text), set()) if names else set()
        return [("by name", who)] if who else []

    def _similar(self, clue: Clue) -> tuple[str, ...]:
        """For a person to choose from, never chosen."""
        near: list[str] = []
        for text in (*clue.names, *clue.texts):
            near += difflib.get_close_matches(name_key(text), [*self._names], n=2, cutoff=0.75)
        return tuple(sorted({student for name in near for student in self._names[name]}))
