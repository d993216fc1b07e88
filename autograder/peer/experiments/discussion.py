"""solutions/NAME/session/discussion.yml → Discussion.

    softmax:
      variations:
        - en: …
          ko: …
      interview:
        - en: …
          ko: …
          listen_for: {en: …, ko: …}
      compare:
        - en: …
          ko: …

A file that is not there is an empty Discussion. Every part may be left out, a language may not.
"""

from __future__ import annotations

from pathlib import Path

from autograder.catalogue import LANGUAGES
from autograder.course import Assignment
from autograder.course.document import Document, KeyPath, Unreadable, Value, dotted, parse
from autograder.errors import CourseError
from autograder.notebook import read_reference
from autograder.peer.experiments.model import (
    NEXT,
    Discussion,
    Interview,
    Text,
    Topics,
    session_folder,
)

FILE = "discussion.yml"
_PARTS = ("variations", "interview", "compare")


def read_discussion(assignment: Assignment) -> Discussion:
    """raises  CourseError "session-broken" with file and line; that of a broken reference"""
    path = session_folder(assignment) / FILE
    if not path.exists():
        return Discussion()
    return parse_discussion(path, read_reference(assignment.reference).symbols)


def parse_discussion(path: Path, symbols: tuple[str, ...]) -> Discussion:
    """raises  CourseError "session-broken" """
    try:
        document = parse(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise broken(path, 1, f"it cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise broken(path, 1, "it is not UTF-8") from None
    except Unreadable as error:
        raise broken(path, error.problem.line, error.problem.what) from None
    if document.problems:
        raise broken(path, document.problems[0].line, document.problems[0].what)
    reader = _Reader(path, document)
    for name in document.value:
        if name not in symbols:
            known = f"the graded symbols are {', '.join(symbols)}"
            raise reader.wrong((name,), f'there is no graded symbol "{name}": {known}')
    found = {name: reader.topics((name,), document.value[name]) for name in document.value}
    return Discussion({name: found[name] for name in symbols if name in found})


class _Reader:
    """The values of one document, each with its line where it is wrong."""

    def __init__(self, path: Path, document: Document) -> None:
        self._path = path
        self._document = document

    def wrong(self, at: KeyPath, what: str) -> CourseError:
        return broken(self._path, self._document.line(at), what)

    def topics(self, at: KeyPath, value: Value) -> Topics:
        parts = self._mapping(at, value, known=_PARTS)
        items = {
            name: [((*at, name, i), item) for i, item in enumerate(self._list((*at, name), part))]
            for name, part in parts.items()
        }
        return Topics(
            variations=tuple(self._text(*item) for item in items.get("variations", ())),
            interview=tuple(self._interview(*item) for item in items.get("interview", ())),
            compare=tuple(self._text(*item) for item in items.get("compare", ())),
        )

    def _interview(self, at: KeyPath, value: Value) -> Interview:
        fields = self._mapping(at, value, known=(*LANGUAGES, "listen_for"))
        if "listen_for" not in fields:
            raise self.wrong(at, "this interview question has no listen_for")
        question: dict[str, Value] = {key: fields[key] for key in fields if key != "listen_for"}
        return Interview(
            question=self._text(at, question),
            listen_for=self._text((*at, "listen_for"), fields["listen_for"]),
        )

    def _text(self, at: KeyPath, value: Value) -> Text:
        fields = self._mapping(at, value, known=LANGUAGES)
        texts: dict[str, str] = {}
        for language in LANGUAGES:
            text = fields.get(language)
            if not isinstance(text, str) or not text.strip():
                raise self.wrong((*at, language), f"it has no text in the language {language}")
            texts[language] = " ".join(text.split())
        return texts

    def _mapping(self, at: KeyPath, value: Value, *, known: tuple[str, ...]) -> dict[str, Value]:
        if not isinstance(value, dict):
            raise self.wrong(at, f"{dotted(at)} should hold {', '.join(known)}")
        for key in value:
            if key not in known:
                what = f'there is no "{key}" here; it may be {", ".join(known)}'
                raise self.wrong((*at, key), what)
        return value

    def _list(self, at: KeyPath, value: Value) -> list[Value]:
        if not isinstance(value, list):
            raise self.wrong(at, f"{dotted(at)} should be a list, each item after a dash")
        return value


def broken(path: Path, line: int, what: str) -> CourseError:
    return CourseError(
        "session-broken",
        f"this file for study sessions cannot be used: {what}",
        where=f"{path}, line {max(line, 1)}",
        next=NEXT,
    )
