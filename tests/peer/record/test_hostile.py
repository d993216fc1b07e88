"""Files from elsewhere: whatever is in them, they are read or refused, and quickly."""

from __future__ import annotations

import random
import string
from pathlib import Path

import pytest

from autograder.errors import AutograderError
from autograder.peer.record import People, Record
from autograder.peer.record.reading import MAX_BYTES, MAX_LINES, parse_record
from tests.peer.record.written import PEOPLE, TEXT, record_with

PATH = Path("from.md")
PIECES = (
    *("---\n", "- ", "[x]", "[ ]", "\n", "# ", "## Questions\n", "q-1:", "  ", "\t", ":", "```\n"),
    *("<!--", "-->", "\r\n", "kim", "&a *a", "!!python/object", "{", "[", "\u202e", "\x00", "é"),
)


def outcome(text: str, people: People = PEOPLE) -> Record | str:
    """The record, or the code of the error: one of ours, that says what to do."""
    try:
        return parse_record(text, PATH, people).record
    except AutograderError as error:
        found = error
    assert found.code.startswith(("record-", "question-", "unknown-member")), found
    assert found.next, found
    return found.code


@pytest.mark.parametrize("seed", range(4))
def test_a_record_with_anything_in_any_place_is_read_or_refused(seed: int) -> None:
    made = random.Random(seed)
    found = []
    for _ in range(50):
        text = TEXT
        for _ in range(made.randrange(1, 6)):
            at = made.randrange(len(text))
            cut = at + made.choice((0, 0, 1, 20))
            text = text[:at] + made.choice(PIECES) + text[cut:]
        found.append(outcome(text))
    assert any(isinstance(each, Record) for each in found)
    assert any(isinstance(each, str) for each in found)


def test_random_text_is_refused() -> None:
    made = random.Random(1)
    for _ in range(50):
        text = "".join(made.choices(string.printable, k=200))
        assert isinstance(outcome(text), str)


@pytest.mark.parametrize(
    "body",
    [
        "- x\n" * (MAX_BYTES // 5),
        "- x\n" * (MAX_LINES - 10),
        "".join(f"{' ' * n}- x\n" for n in range(1000)),
        "#" * (MAX_BYTES // 2),
        "- [ ] " + "a: " * (MAX_BYTES // 4),
        "-" + " " * (MAX_BYTES // 2),
        "\n" * (MAX_BYTES // 2),
        "- [ ] x\n" + "y\n" * (MAX_BYTES // 3),
    ],
    ids=["too many items", "items", "nested", "hashes", "colons", "spaces", "lines", "continued"],
)
@pytest.mark.parametrize("section", ["Goals", "Questions"])
def test_a_megabyte_of_anything_ends(body: str, section: str) -> None:
    outcome(record_with(f"## {section}\n{body}"))
