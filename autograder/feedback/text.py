"""Text that came from a student's side, made harmless and short enough to show."""

from __future__ import annotations

import re
import unicodedata

MESSAGE_CHARS = 2_000
MESSAGE_LINES = 40
CUT = "… cut"

# ECMA-48: CSI sequences, then OSC/DCS/SOS/PM/APC strings, then two-character escapes.
_ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"
    r"|\x1b[ -/]*[0-~]?"
)
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_TOO_MANY_MARKS = re.compile(
    r"([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]{4})"
    r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]+"
)


def clean_text(
    text: str, limit: int = MESSAGE_CHARS, *, lines: int = MESSAGE_LINES, cut: str = CUT
) -> str:
    """The text without anything that acts on a terminal or a page, cut at a sensible length.

    Escape sequences go; control characters and lone surrogates become U+FFFD; characters that
    reorder or hide text (bidirectional controls, zero width) go; line ends become "\\n".
    HTML is left to the template, which escapes everything.

    limit  characters at most, `cut` not counted
    lines  lines at most, likewise
    """
    short = text[: 8 * limit]  # bounds the work: escapes may make up most of a text, not all
    plain = _ESCAPES.sub("", short) if not short.isprintable() else short
    plain = _LINE_ENDS.sub("\n", plain).expandtabs(4)
    plain = "".join(map(_harmless, plain)) if not plain.isprintable() else plain
    plain = _TOO_MANY_MARKS.sub(r"\1", plain).rstrip()
    kept = "\n".join(plain[:limit].split("\n")[:lines])
    return kept if kept == plain and len(text) == len(short) else f"{kept.rstrip()}\n{cut}"


def one_line(text: str, limit: int = 200) -> str:
    """As clean_text, on one line."""
    return " ".join(clean_text(text, limit, lines=limit, cut="…").split())


def points_text(points: float) -> str:
    """12.0 → "12", 0.5 → "0.5": exact, and no longer than needed."""
    return str(int(points)) if points == int(points) else repr(points)


def _harmless(character: str) -> str:
    if character == "\n" or character.isprintable():
        return character
    category = unicodedata.category(character)
    if category == "Zs":
        return " "
    return "" if category == "Cf" else "\ufffd"
