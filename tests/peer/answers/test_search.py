"""What counts as a trace of somebody, in whatever a text is written, and what does not."""

from __future__ import annotations

import base64
import html
import json

import pytest

from autograder.course import Student
from autograder.peer.answers import forbidden_words, names_of, traces
from tests.peer.answers.sweeps import COURSE, NAMES, all_of, alternatives, misconceptions
from tests.suites.answers import answers, with_cells

KIM = Student(
    id="kim27",
    first_name="Minsu",
    last_name="Kim",
    email="ms.kim@example.org",
    git="https://git.example.org/kimchi-coder/homework.git",
    platform_ids={"canvas_id": "889911", "username": "m1nsu"},
)
KOREAN = Student(id="20240117", first_name="민수", last_name="김")
WORDS = names_of([KIM, KOREAN])


@pytest.mark.parametrize(
    "text",
    [
        "by kim27",
        "KIM27_softmax",
        "written by Minsu.",
        "Kim, Minsu",
        "minsu kim",
        "KimMinsu",
        "ask ms.kim@example.org",
        "see kimchi-coder/homework",
        "number 889911",
        "m1nsu",
        "x_minsu_2",
        "20240117",
        "s20240117.ipynb",
        "김민수의 풀이",
        "민수가 쓴 코드",
        "Min\u200bsu",
        "Ｍｉｎｓｕ",
        "M&#105;nsu",
        "<b>Min</b>su",
        '<p data-by="minsu">',
        "<script>let by = 'Minsu'</script>",
        "Min%73u",
        json.dumps({"cells": [{"source": ["a = 1\n", "# 민수\n"]}]}),
        json.dumps({"cells": [{"outputs": [{"text": ["Min", "su"]}]}]}),
        json.dumps({"metadata": {"author": {"name": "Minsu Kim"}}}),
        json.dumps({"attachments": {"minsu.png": {}}}),
        "data:text/plain;base64," + base64.b64encode(b"this is by Minsu Kim, really").decode(),
    ],
)
def test_is_found_in(text: str) -> None:
    assert traces(text, WORDS)


@pytest.mark.parametrize(
    "text",
    [
        "a kimono for the minsurance",
        "the number 120240117 5",
        "구민수영장",
        "softmax(logits, dim=-1)",
        "<li>maximum</li>",
        "",
    ],
)
def test_is_not_found_in(text: str) -> None:
    assert traces(text, WORDS) == ()


def test_what_was_found_is_said() -> None:
    found = traces("Minsu Kim and kim27", WORDS)
    assert {"Minsu Kim", "Minsu", "Kim", "kim27"} <= set(found)
    assert traces("Minsu Kim", frozenset()) == ()


@pytest.mark.parametrize("word", ["a", "In", "Max", "Mean", "12", "Li", "이", "softmax"])
def test_a_word_of_every_text_is_not_searched_for_alone(word: str) -> None:
    assert names_of([Student(id=word)]) == frozenset()


def test_it_is_with_its_other_half() -> None:
    words = names_of([Student(id="a", first_name="Max", last_name="Li", email="max@example.org")])
    assert traces("Max Li", words)
    assert traces("li, max", words)
    assert traces("max@example.org", words)
    assert traces("a = max(Li, 1)", words) == ()


def words_of(name: str, *books: bytes, texts: tuple[str, ...] = ()) -> frozenset[str]:
    reference = answers(name).reference
    assignment = COURSE.assignment(name)
    return forbidden_words([], books, assignment=assignment, reference=reference, texts=texts)


OWN = '''
def softmax(logits, dim=-1):
    """Grandmother showed me."""
    # die Schildkröte: subtract the largest, then
    erdbeere = logits.exp()
    torte_8 = {"zimtschnecke": erdbeere}
    return torte_8["zimtschnecke"] / erdbeere.sum(dim, keepdim=True)
'''


def test_an_authors_own_words_are_those_of_nobody_else() -> None:
    words = words_of("cross_entropy", with_cells("cross_entropy", {"softmax": OWN}))
    assert {"Grandmother", "Schildkröte", "erdbeere", "torte_8", "zimtschnecke"} <= words
    assert not {"logits", "softmax", "exp", "subtract", "then", "sum", "def"} & words
    shown = words_of(
        "cross_entropy",
        with_cells("cross_entropy", {"softmax": OWN}),
        texts=("A strawberry is eine Erdbeere",),
    )
    assert words - shown == {"erdbeere"}


def test_a_notebook_that_cannot_be_read_has_no_words() -> None:
    assert words_of("cross_entropy", b"", b"\xff\x00", b"[]", b"{") == frozenset()


@pytest.mark.parametrize("name", NAMES)
def test_a_reference_has_no_words_of_its_own_and_answers_are_shown_without_theirs(
    name: str,
) -> None:
    assert words_of(name, answers(name).right()) == frozenset()
    for data in alternatives(name).values():
        words = words_of(name, data)
        for code in all_of(name, data).values():
            assert traces(code, words) == ()
            assert traces(html.escape(code), words) == ()
    some = list(misconceptions(name).values())[:5]
    words = words_of(name, *some)
    assert all(traces(code, words) == () for data in some for code in all_of(name, data).values())
