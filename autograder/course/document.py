"""YAML text → plain values and the line of each, by events of PyYAML's parser.

A course file needs mappings, lists and scalars. Everything else that YAML has is refused by
name: aliases (they can make a file of a kilobyte unfold into gigabytes), tags (they ask the
reader to build objects) and second documents. Scalars stay text here and the schema says
what a key holds, so `id: 007`, `title: no` and `language: ko` mean what they look like.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

import yaml

from autograder.course.problems import Problem

Value: TypeAlias = "str | list[Value] | dict[str, Value] | None"
KeyPath: TypeAlias = tuple[str | int, ...]

MAX_DEPTH = 12  # a course file needs 4; keeps hostile nesting from exhausting the stack
EMPTY_WORDS = ("", "~", "null")


class Unreadable(Exception):
    """The text is not a document; nothing after this point can be understood."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.what)
        self.problem = problem


@dataclass(slots=True)
class Document:
    value: dict[str, Value]
    lines: dict[KeyPath, int] = field(default_factory=dict)  # from 1, of keys and list items
    problems: list[Problem] = field(default_factory=list)  # the document could be read all the same

    def line(self, path: KeyPath) -> int:
        """The line of the key, or of the nearest key around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def parse(text: str) -> Document:
    """The document in the text.

    raises  Unreadable, where the text is not YAML or not a mapping
    """
    document = Document(value={})
    try:
        events = _plain_events(text)
        first = next(events, None)
        if first is None or _is_empty(first):
            raise Unreadable(Problem(code="course-empty", what="the file is empty", line=0))
        if not isinstance(first, yaml.MappingStartEvent):
            raise _unexpected(first, "expected keys and values, such as `title: Deep Learning`")
        document.value = _mapping(events, (), document)
        for event in events:  # none; but the parser looks at the rest of the file only now
            raise _unexpected(event, "expected the end of the file")
    except yaml.MarkedYAMLError as error:
        raise Unreadable(_syntax_problem(error, text)) from None
    except yaml.reader.ReaderError as error:
        raise Unreadable(_character_problem(error, text)) from None
    return document


def dotted(path: KeyPath) -> str:
    """A path in the form that people read: assignments.lstm_cell.forbidden[2]."""
    words = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path)
    return words.removeprefix(".")


def _plain_events(text: str) -> Iterator[yaml.Event]:
    """The events between start and end of the only document, refused ones refused."""
    documents = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise _unexpected(event, "expected one document, and a second begins here (---)")
        elif isinstance(event, yaml.AliasEvent):
            raise _unexpected(event, f"aliases (*{event.anchor}) are not allowed: repeat the value")
        elif isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent):
            if event.tag is not None:
                raise _unexpected(event, f"tags ({event.tag}) are not allowed: remove it")
            yield event
        elif isinstance(event, yaml.CollectionEndEvent):
            yield event


def _mapping(events: Iterator[yaml.Event], path: KeyPath, document: Document) -> dict[str, Value]:
    mapping: dict[str, Value] = {}
    for key_event in events:
        if isinstance(key_event, yaml.MappingEndEvent):
            break
        if not isinstance(key_event, yaml.ScalarEvent):
            raise _unexpected(key_event, "expected a word as the key, got a list or mapping")
        key, line = str(key_event.value), _line(key_event)
        here = (*path, key)
        if key in mapping:
            document.problems.append(_duplicate(here, line, document.lines[here]))
        else:
            document.lines[here] = line
        mapping[key] = _value(next(events), here, document, events)
    return mapping


def _sequence(events: Iterator[yaml.Event], path: KeyPath, document: Document) -> list[Value]:
    items: list[Value] = []
    for event in events:
        if isinstance(event, yaml.SequenceEndEvent):
            break
        here = (*path, len(items))
        document.lines[here] = _line(event)
        items.append(_value(event, here, document, events))
    return items


def _value(
    event: yaml.Event, path: KeyPath, document: Document, events: Iterator[yaml.Event]
) -> Value:
    if len(path) > MAX_DEPTH:
        raise _unexpected(event, f"nested more than {MAX_DEPTH} levels deep")
    if isinstance(event, yaml.MappingStartEvent):
        return _mapping(events, path, document)
    if isinstance(event, yaml.SequenceStartEvent):
        return _sequence(events, path, document)
    if isinstance(event, yaml.ScalarEvent) and not _is_empty(event):
        return str(event.value)
    return None


def _is_empty(event: yaml.Event) -> bool:
    """Nothing, or a word for nothing, unless it is quoted."""
    return (
        isinstance(event, yaml.ScalarEvent) and event.style is None and event.value in EMPTY_WORDS
    )


def _unexpected(event: yaml.Event, what: str) -> Unreadable:
    return Unreadable(Problem(code="course-syntax", what=what, line=_line(event)))


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 0


def _duplicate(path: KeyPath, line: int, first_line: int) -> Problem:
    return Problem(
        code="duplicate-key",
        what=f'the key "{path[-1]}" is here a second time, first on line {first_line}',
        line=line,
        key=dotted(path),
        next="keep one of them",
    )


def _syntax_problem(error: yaml.MarkedYAMLError, text: str) -> Problem:
    """PyYAML's words for a person who has never heard of tokens and block mappings."""
    mark = error.problem_mark or error.context_mark
    line = mark.line if mark else 0
    row = (text.splitlines() or [""])[min(line, max(len(text.splitlines()) - 1, 0))]
    problem = error.problem or "not YAML"
    if "\t" in row[: len(row) - len(row.lstrip())] or "'\\t'" in problem:
        what, advice = "a tab stands where YAML wants spaces", "indent with spaces"
    elif "mapping values are not allowed" in problem:
        what = "the indentation does not fit the lines above, or a text holds an unquoted colon"
        advice = "line the key up with its neighbours; put a text with a colon in quotes"
    elif "block mapping" in (error.context or ""):
        what = "expected a key and a colon at this indentation"
        advice = "line the key up with its neighbours above"
    else:
        what, advice = f"this is not YAML: {problem}", "see the line, and the one above it"
    return Problem(code="course-syntax", what=what, line=line + 1, next=advice)


def _character_problem(error: yaml.reader.ReaderError, text: str) -> Problem:
    position = int(error.position)
    return Problem(
        code="course-syntax",
        what=f"the character U+{ord(text[position]):04X} is not allowed in YAML",
        line=text.count("\n", 0, position) + 1,
        next="remove it; it is invisible in most editors",
    )
