"""The examiner's own sentences about carried errors, in the language of the reader.

What a suite's check says is the suite's, and stays as it is. These two sentences and the note are
the platform's (autograder/examiner/carry.py).
"""

from __future__ import annotations

import re

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


def is_carried(message: str) -> bool:
    """Whether a test was run over the reference's version of another symbol."""
    return any(_COUNTED.fullmatch(line) or _ALONE.fullmatch(line) for line in message.split("\n"))


def _line(line: str, words: Words) -> str:
    sentences = ((_COUNTED, words.counted_over), (_ALONE, words.alone), (_TESTED, words.tested))
    for pattern, sentence in sentences:
        if sentence and (found := pattern.fullmatch(line)):
            names = found["upstream"].replace(" and ", ", ")
            return sentence.format(**found.groupdict() | {"upstream": names})
    return line
