"""Further versions of a misconception: how a file has them, and what becomes of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from autograder.catalogue import Variant, read_catalogue, read_misconception
from autograder.course import load_course
from autograder.errors import CourseError
from autograder.sandbox.warm import Staged, order_of
from tests.verify.workshop import Workshop, workshop

FIRST = "def twice(x):\n    return x\n"
SECOND = "import math\n\n\ndef twice(x):\n    # variant: not at the margin\n    return -x\n"
THIRD = "def twice(x):\n    return None\n"
THREE = f"{FIRST}\n\n# variant: the sign\n\n{SECOND}\n# Variant:nothing\n{THIRD}"


@pytest.fixture
def made(tmp_path: Path) -> Workshop:
    return workshop(tmp_path)


def test_a_file_without_variants_has_one_version(made: Workshop) -> None:
    entry = read_misconception(made.misconception("plain", "twice", FIRST))
    assert entry.variants == ()
    assert entry.versions == (Variant(FIRST, entry.first_line, ""),)


def test_variants_are_told_apart_by_a_comment_at_the_margin(made: Workshop) -> None:
    path = made.misconception("three", "twice", THREE)
    entry = read_misconception(path)
    assert entry.code == FIRST
    assert [(each.why, each.code) for each in entry.variants] == [
        ("the sign", SECOND),
        ("nothing", THIRD),
    ]
    lines = path.read_text().splitlines()
    firsts = [lines[each.first_line - 1] for each in entry.versions]
    assert firsts == ["def twice(x):", "import math", "def twice(x):"]
    assert len({each.first_line for each in entry.versions}) == 3


@pytest.mark.parametrize(
    ("code", "what", "line"),
    [
        (f"{FIRST}\n# variant: empty\n", "this variant has no code", 16),
        (f"{FIRST}\n# variant: a\n# variant: b\n{THIRD}", "this variant has no code", 16),
        (f"{FIRST}\n# variant:\n{THIRD}", "this variant does not say why it differs", 16),
        (f"# variant: first\n{FIRST}", "there is no code above the variant", 13),
        (f"{FIRST}\n# variant: broken\ndef twice(:\n", "it is not Python: invalid syntax", 17),
        (f"{FIRST}X = (\n# variant: inside\n1)", "it is not Python: '(' was never closed", 15),
        (f"{FIRST}\n# variants: two\n{THIRD}", "`twice` is defined twice; a line", 17),
    ],
)
def test_what_is_wrong_with_a_variant_is_said_with_its_line(
    made: Workshop, code: str, what: str, line: int
) -> None:
    path = made.misconception("wrong", "twice", code)
    with pytest.raises(CourseError) as raised:
        read_misconception(path)
    assert raised.value.code == "catalogue-broken"
    assert f"cannot be used: {what}" in raised.value.what
    assert raised.value.where == f"{path}, line {line}"
    assert "docs/verify.md" in raised.value.next


def test_the_examiner_is_given_every_version_under_the_id_of_its_entry(made: Workshop) -> None:
    """What is known is known of an entry's own version: a variant may fail other tests."""
    made.misconception("three", "twice", THREE)
    proof = made.solutions / "proof.json"
    proof.write_text('{"stops": {"twice/test_values": {"check": ["three", "once"]}}}')
    staged = Staged(str(made.assignment.suite), str(made.assignment.reference))
    order = order_of(replace(made.assignment, proof=proof), staged, "socket", True)
    sent = [(each.id, each.code, each.fails) for each in order.misconceptions]
    known = ["twice/test_values"]
    assert sorted(entry for entry in sent if entry[0] == "three") == sorted(
        [("three", FIRST, known), ("three", SECOND, []), ("three", THIRD, [])]
    )
    assert [fails for name, _, fails in sent if name == "once"] == [known]


def test_no_shipped_entry_has_more_than_four_variants_or_two_for_one_reason() -> None:
    course = load_course(Path(__file__).parents[1])
    entries = [
        entry for each in course.assignments for entry in read_catalogue(each.misconceptions)
    ]
    assert sum(bool(entry.variants) for entry in entries) > 30
    assert sum(len(entry.variants) for entry in entries) < 60
    for entry in entries:
        assert len(entry.variants) <= 4
        assert len({each.code for each in entry.versions}) == len(entry.versions)
        assert len({each.why for each in entry.variants}) == len(entry.variants)
