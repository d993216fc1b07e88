"""A course.yml that is wrong is answered with file, line, key, what was expected, and no more."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.course import load_course
from autograder.errors import CourseError

Errors = Callable[[str | bytes], list[CourseError]]
HEAD = "id: dl\ntitle: Deep Learning\n"


@pytest.fixture
def errors(tmp_path: Path) -> Errors:
    """All errors of a course.yml, in their order, beside one reference "rnn"."""
    notebook = tmp_path / "solutions" / "rnn" / "rnn.ipynb"
    notebook.parent.mkdir(parents=True)
    notebook.write_text("{}")

    def errors_of(text: str | bytes) -> list[CourseError]:
        raw = text.encode() if isinstance(text, str) else text
        (tmp_path / "course.yml").write_bytes(raw)
        with pytest.raises(CourseError) as caught:
            load_course(tmp_path)
        return [caught.value, *getattr(caught.value, "others", ())]

    return errors_of


def test_an_unknown_key_names_the_nearest_one(errors: Errors) -> None:
    (error,) = errors(HEAD + "langauge: en\n")
    assert (error.code, error.where) == ("unknown-key", 'course.yml, line 3, key "langauge"')
    assert error.next == 'did you mean "language"?'


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("defaults: {limits: {cal: 5 s}}", "call"),
        ("defaults: {devise: cpu}", "device"),
        ("assignments: {rnn: {tittle: x}}", "title"),
        ("assignments: {rnn: {limits: {memmory: 1 GiB}}}", "memory"),
        ("sandbox: {knd: local}", "kind"),
        ("defaults: {late: {penalty_per_day: 10%, cut_off: 1 d}}", "cutoff"),
    ],
)
def test_the_nearest_key_is_one_of_that_section(errors: Errors, text: str, advice: str) -> None:
    (error,) = errors(HEAD + text)
    assert error.code == "unknown-key"
    assert error.next == f'did you mean "{advice}"?'


def test_a_key_that_is_near_to_nothing_lists_the_known_ones(errors: Errors) -> None:
    (error,) = errors(HEAD + "sandbox: {zzz: 1}")
    assert error.next.startswith("known here: ")
    assert "jobs, kind" in error.next


def test_all_problems_are_told_at_once_in_the_order_of_the_file(errors: Errors) -> None:
    text = """\
title: Deep Learning
language: de
sandbox: {jobs: none}
defaults:
  limits:
    call: 5
    memory: -2 GiB
    memory: 1 GiB
assignments:
  rnn:
    forbidden: [torch.nn.RNN, softmax]
  ../up:
"""
    found = errors(text)
    assert [error.where for error in found] == [
        'course.yml, line 1, key "id"',
        'course.yml, line 2, key "language"',
        'course.yml, line 3, key "sandbox.jobs"',
        'course.yml, line 6, key "defaults.limits.call"',
        'course.yml, line 8, key "defaults.limits.memory"',
        'course.yml, line 11, key "assignments.rnn.forbidden[2]"',
        'course.yml, line 12, key "assignments.../up"',
    ]
    assert all(str(error) in str(found[0]) for error in found[1:])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("language: de", 'expected "en" or "ko", got "de"'),
        ("language: [en]", "expected one value, got a list"),
        ("sandbox: {kind: podman}", 'expected "auto" or "local" or "docker", got "podman"'),
        ("sandbox: {jobs: 0}", 'expected a whole number from 1 to 1024, got "0"'),
        ("sandbox: {jobs: 2.5}", 'expected a whole number from 1 to 1024, got "2.5"'),
        ("sandbox: {jobs: [2]}", "expected one value, got a list"),
        ("sandbox: local", 'expected keys and values, got "local"'),
        ("defaults: [cpu]", "expected keys and values, got a list"),
        ("defaults: {forbidden: torch.lstm}", 'expected a list, got "torch.lstm"'),
        ("defaults: {forbidden: [torch.]}", 'expected a dotted name such as "torch.nn.LSTM"'),
        ("defaults: {forbidden: [lstm]}", 'expected a dotted name such as "torch.nn.LSTM"'),
        ("defaults: {forbidden: ['torch.nn. LSTM']}", "expected a dotted name"),
        ("defaults: {forbidden: [~]}", "expected a dotted name"),
        ("defaults: {limits: {call: 5}}", 'got "5" without a unit'),
        ("defaults: {limits: {call: five s}}", 'expected a time such as "5 s" or "1 min"'),
        ("defaults: {limits: {call: 5 parsecs}}", 'got the unit "parsecs"'),
        ("defaults: {limits: {call: -5 s}}", "more than nothing"),
        ("defaults: {limits: {call: 0 s}}", "more than nothing"),
        ("defaults: {limits: {memory: 2 s}}", 'expected a size such as "64 MiB" or "2 GiB"'),
        ("defaults: {limits: {memory: 9999999 TiB}}", "within reason"),
        ("defaults: {limits: {memory: .inf}}", "expected a size"),
        ("defaults: {limits: {memory: {a: 1}}}", "expected one value, got keys and values"),
        ("defaults: {due: tomorrow}", 'expected a date such as "2026-03-31 18:00"'),
        ("defaults: {due: 2026-02-30}", "expected a date"),
        ("assignments: {rnn: {due: 2026-03-31 25:00}}", "expected a date"),
        ("defaults: {late: {penalty_per_day: 200 %}}", "expected a share"),
        ("defaults: {late: {cutoff: 1 d}}", 'the key "penalty_per_day" is required'),
        ("defaults: {late: half}", 'expected keys and values, got "half"'),
        ("timezone: Asia/Soul", 'did you mean "Asia/Seoul"?'),
        ("timezone: ../../etc/passwd", "expected the name of a time zone"),
        ("timezone: Asia", "expected the name of a time zone"),
        ("roster: students.csv", 'there is no file "students.csv"'),
        ('roster: "a\\0b"', "there is no file"),
        ("database: results.db", "expected a URL"),
        ("groups: [ada, bo]", "expected keys and values, got a list"),
        ("groups: {tuesday: ada}", 'expected a list, got "ada"'),
        ("groups: {tuesday: [../ada]}", "expected a student id"),
        ("assignments: [rnn]", "expected keys and values, got a list"),
        ("assignments: {rnn: 5}", 'expected keys and values, got "5"'),
        ("assignments: {a/b: }", 'expected letters, digits, "_", "-" and "."'),
        ("assignments: {..: }", 'expected letters, digits, "_", "-" and "."'),
        ("assignments: {'a\\b': }", 'expected letters, digits, "_", "-" and "."'),
        ("assignments: {'': }", "expected letters"),
    ],
)
def test_a_wrong_value_is_told_with_what_was_expected(
    errors: Errors, text: str, expected: str
) -> None:
    (error,) = errors(HEAD + text)
    assert expected in error.what
    assert error.where.startswith("course.yml, line 3, key ")


def test_a_duplicate_key_names_both_lines(errors: Errors) -> None:
    (error,) = errors(HEAD + "language: en\nlanguage: ko\n")
    assert error.code == "duplicate-key"
    assert "first on line 3" in error.what
    assert "line 4" in error.where


def test_an_assignment_without_folder_or_reference_is_named(errors: Errors, tmp_path: Path) -> None:
    (tmp_path / "solutions" / "gan").mkdir(parents=True)
    gan, vae = errors(HEAD + "assignments:\n  gan:\n  rnn:\n  vae:\n")
    assert (gan.code, vae.code) == ("missing-reference", "missing-reference")
    assert "has no solutions/gan/gan.ipynb" in gan.what
    assert "has no solutions/vae/" in vae.what
    assert vae.where == 'course.yml, line 6, key "assignments.vae"'


@pytest.mark.parametrize(
    ("text", "where", "expected"),
    [
        ("", "course.yml", "the file is empty"),
        ("# nothing\n---\n", "course.yml", "the file is empty"),
        ("- a\n", "line 1", "expected keys and values"),
        ("just words", "line 1", "expected keys and values"),
        ("id: dl\n\ttitle: x\n", "line 2", "a tab stands where YAML wants spaces"),
        ("defaults:\n\tdevice: cpu\n", "line 2", "a tab stands where YAML wants spaces"),
        ("id: dl\n  title: x\n", "line 2", "the indentation does not fit"),
        ("id: dl\ntitle: Part 1: tensors\n", "line 2", "unquoted colon"),
        ("sandbox:\n    kind: local\n  jobs: 2\n", "line 3", "expected a key and a colon"),
        ("id: dl\ntitle\n", "line 3", "YAML"),
        ("id: [a\n", "line 2", "YAML"),
        ("id: 'a\n", "line 2", "YAML"),
        ("id: &a dl\ntitle: *a\n", "line 2", "aliases (*a) are not allowed"),
        ("id: &a [*a]\n", "line 1", "aliases (*a) are not allowed"),
        ("id: !!python/name:os.system x\n", "line 1", "tags"),
        ("? [a, b]\n: c\n", "line 1", "expected a word as the key"),
        ("id: dl\n---\nid: dl\n", "line 2", "a second begins here"),
        ("id: dl\ntitle: a\x07b\n", "line 2", "U+0007"),
        ("id: " + "[" * 50_000, "line 1", "levels deep"),
        ("id: " + "{a: " * 50_000, "line 1", "levels deep"),
        ("# " + "x" * (1 << 20), "course.yml", "larger than 1 MiB"),
        (b"id: dl\ntitle: caf\xe9\n", "line 2", "the byte 0xE9 is not UTF-8"),
        ("id: dl\n".encode("utf-16"), "line 1", "is not UTF-8"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_what_is_no_document_is_told_with_its_line(
    errors: Errors, text: str | bytes, where: str, expected: str
) -> None:
    (error,) = errors(text)
    assert where in error.where
    assert expected in error.what


def test_a_missing_file_says_how_to_get_one(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "course.yml", tmp_path / "nowhere"):
        with pytest.raises(CourseError, match="there is no") as caught:
            load_course(place)
        assert caught.value.code == "course-missing"
        assert "autograder init" in caught.value.next


def test_a_folder_in_place_of_the_file_is_an_error_too(tmp_path: Path) -> None:
    (tmp_path / "course.yml").mkdir()
    with pytest.raises(CourseError) as caught:
        load_course(tmp_path)
    assert caught.value.code == "course-unreadable"
