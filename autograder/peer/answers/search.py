"""Does a text say who wrote something? The net below the anonymising, and a test of it.

What is searched for is a set of words: ids, names and addresses of people, and what somebody's
notebook says in words that are nobody else's. What counts as found:

- letters of either case; as a whole word, so "kim" is not in "kimono". A word of letters may have
  digits, underscores and signs beside it ("kim_2"), and a number may have letters.
- a Korean word may have a particle behind it ("민수가"); a full name stands anywhere.
- not searched for: a single word that is ordinary — Python's, torch's, of the assignment, of our
  own pages, an index — or too short to mean anybody: less than three letters, a number of less
  than four digits. An id "a" or a first name "Max" is in every text; together with its other
  half, as an address, or as an id with something of its own in it ("max-3"), it is searched for.
  Nothing depends on that: what is shown of an answer has no word of its author's in it at all.
"""

from __future__ import annotations

import base64
import binascii
import html
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from autograder.course import Assignment, Student
from autograder.notebook import Reference
from autograder.peer.answers.authored import authored_words
from autograder.peer.answers.ordinary import is_ordinary, ordinary_words

MIN_LETTERS, MIN_DIGITS, MIN_OWN_LETTERS = 3, 4, 4
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{8,}={0,2}")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|U([0-9a-fA-F]{8}))")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_RUN = re.compile(r"[^\W\d_가-힣]+|\d+")
_HANGUL = re.compile("[가-힣]+")
_PARTICLES = (
    "은|는|이|가|을|를|의|에|와|과|도|로|만|께|야|아|님|씨|군|양|랑|이랑|에게|한테|께서|에서|으로|까지|"
    "부터|처럼|보다|이가|이는|이의|이를|이와|이도|학생"
)
_MOST_DEPTH = 2


def names_of(people: Iterable[Student]) -> frozenset[str]:
    """Ids, names in both orders, addresses, user names and numbers on other platforms."""
    return frozenset(
        word for person in people for word in _words_of(person) if _can_be_searched(word)
    )


def forbidden_words(
    people: Iterable[Student],
    submissions: Iterable[bytes] = (),
    *,
    assignment: Assignment,
    reference: Reference,
    texts: Iterable[str] = (),
) -> frozenset[str]:
    """names_of(people), and the words of the submissions that are their authors' own.

    submissions  notebooks that were handed in for the assignment: any bytes
    texts        what a page says anyway (topics, questions): their words are nobody's own
    """
    ordinary = ordinary_words(assignment, reference)
    for text in texts:
        ordinary |= frozenset(plain_words(text))
    own: set[str] = set()
    for data in submissions:
        own |= authored_words(data)
    return names_of(people) | frozenset(word for word in own if _is_own(word, ordinary))


def traces(text: str, words: Iterable[str]) -> tuple[str, ...]:
    """The words that are found in a text (plain, code, HTML, a notebook's JSON), sorted."""
    searched = _prepared(frozenset(words))
    found: set[str] = set()
    for view in set(_views(text, 0)) if searched.words else ():
        found |= _found_in(" ".join(folded_text(view).split()), searched)
    return tuple(sorted(found))


def plain_words(text: str) -> Iterator[str]:
    """Words of a text, and identifiers as a whole and in their parts, folded."""
    for token in re.findall(r"\w+", folded_text(text)):
        yield token
        yield from re.findall(r"[^\W\d_]+", token)


def folded_text(text: str) -> str:
    """As Python folds identifiers, and without letter case and what is not seen."""
    return unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).casefold()


# ---- what is searched for ---------------------------------------------------------------------


def _words_of(person: Student) -> Iterator[str]:
    yield person.id
    first, last = person.first_name.strip(), person.last_name.strip()
    yield from (first, last)
    yield from re.split(r"[\s-]+", f"{first} {last}")
    if first and last:
        for one, other in ((first, last), (last, first)):
            for separator in (" ", "", ".", "_", "-", ", ", ","):
                yield f"{one}{separator}{other}"
    if person.email:
        yield from (person.email, person.email.partition("@")[0])
    if person.git:
        yield person.git
        yield from _user_of(person.git)
    yield from person.platform_ids.values()


def _user_of(address: str) -> Iterator[str]:
    """`kim-minsu` in https://host/kim-minsu/repository.git and git@host:kim-minsu/repository"""
    parts = re.split(r"[/:]", re.sub(r"^\w+://", "", address).partition("@")[2] or address)
    parts = [part for part in parts if part and part not in ("https", "http", "ssh", "git")]
    yield from (part.removesuffix(".git") for part in parts[1:] if part)


def _can_be_searched(word: str) -> bool:
    plain = folded_text(word).strip()
    if not plain or _HANGUL.fullmatch(plain):
        return len(plain) > 1
    if plain.isdigit():
        return len(plain) >= MIN_DIGITS
    letters = sum(character.isalpha() for character in plain)
    if letters < MIN_LETTERS and plain.isascii():
        return letters + sum(c.isdigit() for c in plain) >= MIN_DIGITS
    return not is_ordinary(plain)


def _is_own(word: str, ordinary: frozenset[str]) -> bool:
    plain = folded_text(word)
    if plain in ordinary or is_ordinary(plain):
        return False
    if plain.isdigit():
        return False  # numbers in comments: steps, sizes, years
    if _HANGUL.fullmatch(plain):
        return len(plain) > 1
    return len(plain) >= (MIN_OWN_LETTERS if plain.isascii() else 2)


# ---- where it is searched ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Searched:
    words: Mapping[str, tuple[str, ...]]  # folded → as they were given
    runs: frozenset[str]  # those that are letters only, or digits only
    others: tuple[str, ...]


@lru_cache(maxsize=64)
def _prepared(words: frozenset[str]) -> _Searched:
    folded: dict[str, tuple[str, ...]] = {}
    for word in sorted(words):
        key = " ".join(folded_text(word).split())
        if key:
            folded[key] = (*folded.get(key, ()), word)
    runs = frozenset(key for key in folded if _RUN.fullmatch(key))
    return _Searched(folded, runs, tuple(key for key in folded if key not in runs))


def _found_in(plain: str, searched: _Searched) -> set[str]:
    """Most words are runs of letters, which sets compare; looking for each would take long."""
    keys = searched.runs.intersection(_RUN.findall(plain))
    keys |= {key for key in searched.others if key in plain and re.search(_one(key), plain)}
    return {word for key in keys for word in searched.words[key]}


def _one(word: str) -> str:
    escaped = re.escape(word)
    if _HANGUL.fullmatch(word):
        behind = rf"(?=(?:{_PARTICLES})?(?![가-힣]))"
        return escaped if len(word) > 2 else rf"(?<![가-힣]){escaped}{behind}"
    return _edge(word[0], "(?<!{})") + escaped + _edge(word[-1], "(?!{})")


def _edge(character: str, form: str) -> str:
    if character.isdigit():
        return form.format(r"\d")
    return form.format(r"[^\W\d_가-힣]") if character.isalpha() else ""


def _views(text: str, depth: int) -> Iterator[str]:
    """The text, and what it reads after HTML's, JSON's, addresses' and base64's ways to write."""
    yield text
    if "&" in text:
        yield html.unescape(text)
    if "<" in text:
        yield html.unescape(re.sub(r"<[^<>]*>", "", text))  # `K<b>im</b>` reads Kim
    if "%" in text:
        yield unquote(text)
    if "\\" in text:
        yield _ESCAPE.sub(_character, text)
    if depth >= _MOST_DEPTH:
        return
    for string in _json_strings(text):
        yield string
        if len(string) > 8:
            yield from _decoded(string, depth)
    yield from _decoded(text, depth)


def _character(match: re.Match[str]) -> str:
    number = int(match[1] or match[2] or match[3], 16)
    return chr(number) if number < 0x110000 else ""


def _json_strings(text: str) -> Iterator[str]:
    if text.lstrip()[:1] not in ("{", "["):
        return
    try:
        stack: list[Any] = [json.loads(text)]
    except (ValueError, RecursionError):
        return
    while stack:
        value = stack.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            stack += [*value.keys(), *value.values()]
        elif isinstance(value, list):
            if value and all(isinstance(item, str) for item in value):
                yield "".join(value)
            stack += value


def _decoded(text: str, depth: int) -> Iterator[str]:
    for match in _BASE64.finditer(text):
        plain = match[0].replace("-", "+").replace("_", "/").rstrip("=")
        try:
            data = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
            inner = data.decode()
        except (binascii.Error, ValueError):
            continue
        yield from _views(inner, depth + 1)
