"""The examiner's own sentences about carried errors, in the language of the reader.

What a suite's check says is the suite's, and stays as it is. These two sentences and the note are
the platform's (autograder/examiner/carry.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from autograder.feedback.words import Words

_NAMES = r"(?P<upstream>`\w+`(?:(?:, | and )`\w+`)*)"
_COUNTED = re.compile(rf"counted over the reference's {_NAMES}, because your own is wrong")
_ALONE = re.compile(
    rf"\(with the reference's {_NAMES} in place of your own: this is about (?P<cell>`\w+`) alone\)"
)
_TESTED = re.compile(rf"(?P<cell>`\w+`) was tested over the reference's {_NAMES}")


def in_words_of(text: str, words: Words) -> str:
    """The text with each line that is such a sentence in the words' language."""
    return "\n".join(_line(line, words) for line in text.split("\n"))


def said_of_all(messages: Iterable[str]) -> str:
    """The sentence that all these messages have about what they are over; empty if one lacks it."""
    said = [[line for line in text.split("\n") if _ALONE.fullmatch(line)] for text in messages]
    same = {tuple(lines) for lines in said}
    return said[0][0] if len(same) == 1 and said[0] else ""


def once_for_all(sentence: str, words: Words) -> str:
    """The same, to be read beside all of them."""
    found = _ALONE.fullmatch(sentence)
    return _in(words, words.all_alone, found) if found else ""


def is_carried(message: str) -> bool:
    """Whether a test was run over the reference's version of another symbol."""
    return any(_COUNTED.fullmatch(line) or _ALONE.fullmatch(line) for line in message.split("\n"))


def _line(line: str, words: Words) -> str:
    sentences = ((_COUNTED, words.counted_over), (_ALONE, words.alone), (_TESTED, words.tested))
    for pattern, sentence in sentences:
        if sentence and (found := pattern.fullmatch(line)):
            return _in(words, sentence, found)
    return line


def _in(words: Words, sentence: str, found: re.Match[str]) -> str:
    names = found["upstream"]
    if words.language != "en":  # a Korean "and" would have to follow the sound of the name before
        names = names.replace(" and ", ", ")
    return sentence.format(**found.groupdict() | {"upstream": names})
