"""clean_text: text from a student's side does nothing but be read."""

from __future__ import annotations

import unicodedata

import pytest

from autograder.feedback import clean_text, points_text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text, 한국어, λ → ∞ ✓ 😀", "plain text, 한국어, λ → ∞ ✓ 😀"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07after", "after"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1bP+q544e\x1b\\after", "after"),
        ("\x9b31mred", "red"),
        ("\x1b[2J\x1b[Hcleared", "cleared"),
        ("\x1bcreset", "reset"),
        ("over\rwritten", "over\nwritten"),
        ("windows\r\nline", "windows\nline"),
        ("a\tb", "a   b"),
        ("nul\0bell\x07", "nul\ufffdbell\ufffd"),
        ("\u202eevil\u202c\u2066x\u2069\u200b\ufeff", "evilx"),
        ("lone \ud800 surrogate", "lone \ufffd surrogate"),
        ("a\u2028b\u0085c", "a\nb\nc"),
        ("non\xa0breaking", "non breaking"),
        ("trailing \n\n", "trailing"),
        ("<b>markup is the template's</b>", "<b>markup is the template's</b>"),
    ],
)
def test_what_acts_is_taken_away_and_what_is_read_stays(text: str, shown: str) -> None:
    assert clean_text(text) == shown


def test_stacked_accents_do_not_climb_over_other_lines() -> None:
    assert clean_text("z" + "\u0301" * 500 + "!") == "z" + "\u0301" * 4 + "!"


def test_korean_letters_given_in_parts_are_left_alone() -> None:
    parts = unicodedata.normalize("NFD", "값이 다릅니다")
    assert clean_text(parts) == parts


def test_a_long_text_is_cut_at_characters() -> None:
    assert clean_text("a" * 3000, 100) == "a" * 100 + "\n… cut"


def test_a_long_text_is_cut_at_lines() -> None:
    assert clean_text("x\n" * 100, lines=3) == "x\nx\nx\n… cut"


def test_a_text_at_the_limit_is_whole() -> None:
    assert clean_text("a" * 100, 100) == "a" * 100


def test_a_hundred_megabytes_of_escapes_are_done_at_once() -> None:
    assert clean_text("\x1b[31m" * 20_000_000, 100).endswith("… cut")


@pytest.mark.parametrize(
    "code", [*range(0x20), *range(0x7F, 0xA0), 0xD800, 0xDFFF, 0xFFFE, 0x10FFFF]
)
def test_every_control_character_is_harmless(code: int) -> None:
    shown = clean_text(f"a{chr(code)}b")
    assert all(c == "\n" or unicodedata.category(c) not in ("Cc", "Cf", "Cs") for c in shown)


@pytest.mark.parametrize(
    ("points", "shown"), [(12.0, "12"), (0.5, "0.5"), (0, "0"), (1 / 3, repr(1 / 3))]
)
def test_points_are_exact_and_short(points: float, shown: str) -> None:
    assert points_text(points) == shown
