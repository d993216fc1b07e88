"""What a student is shown of an exception that their code raised in a hidden test.

An exception carries whatever student code puts there: `raise ValueError(x.tolist())` hands a hidden
input to its author. So of a message only that is shown which was known before the test ran: text
that stands in the student's own notebook, the usual words of Python's and torch's errors, and a few
small whole numbers, because sizes are what such errors are about. Names of classes and functions,
and lines of code, are shown where the notebook has them. All else becomes "…".

What a determined student can still make of this is in docs/feedback.md.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass

from autograder import wire
from autograder.examiner.error_words import CLASSES, WORDS

LEFT_OUT = "…"
_LINE_CHARS = 300  # of a message that is looked at, and of a text of the student's own
_OWN_NAMES = 3  # of the notebook's names, in a message that is not the notebook's own
_KNOWN_WORDS = 40
_NUMBERS = 8
_DIGITS = 4  # of a whole number: a size, and hardly ever a value
_FRAMES = 4
_NAMELESS = ("<module>", "<lambda>", "<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>")
_TOKENS = re.compile(r"[^\W\d]\w*|\d[\w.]*|\s+|[^\w\s]")
_MANY_LEFT_OUT = re.compile(rf"(?:{LEFT_OUT}[^\w{LEFT_OUT}]*)+{LEFT_OUT}")
_PUNCTUATION = frozenset("().,:;'\"`[]<>=-+*/!?_")


@dataclass(frozen=True, slots=True)
class Written:
    """What stands in the student's notebook, as far as it is executed."""

    names: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()  # constants
    patterns: tuple[tuple[str, ...], ...] = ()  # of f-strings: what stands between the braces
    lines: frozenset[tuple[str, int, str]] = frozenset()  # (cell, number, a line of it)


def written_in(units: Iterable[wire.CodeUnit], sources: Iterable[tuple[str, str]]) -> Written:
    """
    units    the statements that are executed
    sources  (cell, its whole text)
    """
    names: set[str] = set()
    texts: set[str] = set()
    patterns: dict[tuple[str, ...], None] = {}
    for unit in units:
        try:
            tree = ast.parse(unit.source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        for node in ast.walk(tree):
            names.update(_names(node))
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                patterns[_pattern(node)] = None
    lines = {
        (cell, number, line.strip()[:_LINE_CHARS])
        for cell, text in sources
        for number, line in enumerate(text.splitlines(), start=1)
    }
    return Written(frozenset(names), frozenset(texts), tuple(patterns), frozenset(lines))


def harmless(raised: wire.Raised, written: Written) -> wire.Raised:
    """The same exception without what the test may have given it."""
    return wire.Raised(
        [name for name in raised.types if name in CLASSES or name in written.names],
        message_of(raised.message, written),
        [frame for frame in raised.frames if _is_written(frame, written)][-_FRAMES:],
    )


def message_of(text: str, written: Written) -> str:
    """A message as its student may read it; empty if next to nothing of it is left."""
    if text in written.texts and len(text) <= _LINE_CHARS:
        return text
    first = text.strip().partition("\n")[0][:_LINE_CHARS]
    for pattern in written.patterns:
        holes = _holes(first, pattern)
        if holes is not None:
            return _filled(pattern, holes)
    return _in_known_words(first, written)


def _names(node: ast.AST) -> Iterable[str]:
    match node:
        case ast.Name():
            yield node.id
        case ast.Attribute():
            yield node.attr
        case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
            yield node.name
        case ast.arg():
            yield node.arg
        case ast.keyword(arg=str() as name):
            yield name
        case ast.alias():
            yield from (node.asname or node.name).split(".")
        case _:
            return


def _pattern(node: ast.JoinedStr) -> tuple[str, ...]:
    """f"{a} of {b}" → ("", " of ", "")"""
    parts = [""]
    for value in node.values:
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            parts[-1] += value.value
        else:
            parts.append("")
    return tuple(parts)


def _holes(text: str, pattern: tuple[str, ...]) -> list[str] | None:
    """What stands in the braces; None if the text is not of this pattern.

    By looking for one part after the other: a regular expression made by a student could be one
    that takes for ever.
    """
    first, *rest = pattern
    if not any(part.strip() for part in pattern) or not text.startswith(first):
        return None
    at, holes = len(first), []
    for number, part in enumerate(rest, start=1):
        last = number == len(rest)
        found = len(text) - len(part) if last else text.find(part, at)
        if found < at or not text.startswith(part, found):
            return None
        holes.append(text[at:found])
        at = found + len(part)
    return holes if at == len(text) else None


def _filled(pattern: tuple[str, ...], holes: list[str]) -> str:
    numbers, parts = 0, [pattern[0]]
    for hole, part in zip(holes, pattern[1:], strict=True):
        small = hole.isdecimal() and len(hole) <= _DIGITS and numbers < _NUMBERS
        numbers += small
        parts += [hole if small else LEFT_OUT, part]
    return "".join(parts)


def _in_known_words(text: str, written: Written) -> str:
    shown: list[str] = []
    own: set[str] = set()
    numbers = words = kept = lost = 0
    for token in _TOKENS.findall(text):
        known = token.isspace() or token in _PUNCTUATION
        if token[0].isdigit():
            sizes = token.replace("x", "").rstrip(".")  # 2x3, and at the end of a sentence
            known = sizes.isdecimal() and len(token) <= 2 * _DIGITS and numbers < _NUMBERS
            known = known and all(len(size) <= _DIGITS for size in token.rstrip(".").split("x"))
            numbers += known
        elif (token.lower() in WORDS or token in CLASSES) and words < _KNOWN_WORDS:
            words += 1
            known = True
        elif token in written.names and (token in own or len(own) < _OWN_NAMES):
            own.add(token)
            words += 1
            known = True
        if token.isalnum() or not known:
            kept, lost = kept + known, lost + (not known)
        shown.append(token if known else LEFT_OUT)
    if lost > kept or numbers > words:
        return ""
    return _MANY_LEFT_OUT.sub(LEFT_OUT, "".join(shown))


def _is_written(frame: wire.Frame, written: Written) -> bool:
    name = frame.function
    known = name in written.names or name in _NAMELESS
    return known and (frame.cell, frame.line, frame.text.strip()) in written.lines
