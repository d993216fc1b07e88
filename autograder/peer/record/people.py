"""Which word of a record means which person: an id, in whatever case, or a name."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from autograder.course import Student

LONGEST_NAME = 200  # characters; what is longer is no name
_BEHIND_A_NAME = ":,;(–—"  # what may separate a name from a remark


class UnknownPerson(Exception):
    """Nobody is called that."""

    def __init__(self, word: str, near: tuple[str, ...]) -> None:
        super().__init__(word)
        self.word = word
        self.near = near  # who may be meant; else all that there are


@dataclass(frozen=True, slots=True)
class People:
    """Those whom a record may name. Without any, everybody is known: a folder has no roster."""

    ids: Mapping[str, str] = field(default_factory=dict)  # lower case → id
    names: Mapping[str, str] = field(default_factory=dict)  # lower case → id

    @classmethod
    def of(cls, students: Iterable[Student]) -> People:
        """Full names, and first names that only one of them has."""
        some = list(students)
        firsts = [student.first_name.lower() for student in some]
        names = {student.name.lower(): student.id for student in some}
        for student, first in zip(some, firsts, strict=True):
            if first and firsts.count(first) == 1:
                names.setdefault(first, student.id)
        return cls({student.id.lower(): student.id for student in some}, names)

    def and_guests(self, guests: Iterable[str]) -> People:
        """Those too whom a record itself introduces."""
        if not self.ids:
            return self
        return People({**{each.lower(): each for each in guests}, **self.ids}, self.names)

    def person(self, word: str) -> str:
        """The id. raises  UnknownPerson"""
        plain = word.strip().removeprefix("@").strip("*_` ")
        found = self._find(plain)
        plain = plain if len(plain) <= LONGEST_NAME else f"{plain[:LONGEST_NAME]}…"
        if found is None:
            raise UnknownPerson(plain, self._near(plain))
        return found

    def leading(self, text: str) -> tuple[str, str]:
        """(id, the rest) of a text that begins with somebody's name: "lee (ill)", "lee: ill".

        raises  UnknownPerson
        """
        plain = text.strip()
        begin = plain[:LONGEST_NAME]
        cuts = [i for i, letter in enumerate(begin) if letter in _BEHIND_A_NAME]
        for cut in (len(plain), *reversed(cuts)):  # an id may have such a letter itself
            if known := self.known(plain[:cut]):
                return known, _remark(plain[cut:])
        first = cuts[0] if cuts else len(plain)
        return self.person(plain[:first]), _remark(plain[first:])

    def known(self, word: str) -> str:
        """The id of one of ours; empty where nobody of ours is called that."""
        plain = word.strip().removeprefix("@").strip("*_` ").lower()
        return self.ids.get(plain) or self.names.get(plain) or ""

    def _find(self, word: str) -> str | None:
        if not self.ids:
            return word or None
        return self.known(word) or None

    def _near(self, word: str) -> tuple[str, ...]:
        known = {**{name: self.names[name] for name in self.names}, **self.ids}
        near = difflib.get_close_matches(word[:LONGEST_NAME].lower(), list(known), n=3, cutoff=0.5)
        return tuple(dict.fromkeys(known[each] for each in near))


def _remark(rest: str) -> str:
    plain = rest.lstrip(_BEHIND_A_NAME + " ").rstrip()
    return plain.removesuffix(")") if rest.lstrip().startswith("(") else plain
