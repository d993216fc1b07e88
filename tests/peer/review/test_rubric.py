"""What is asked about an answer: by default, and by an assignment's own rubric."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.course import Assignment, load_course
from autograder.errors import CourseError
from autograder.init import init
from autograder.peer.review.rubric import read_rubric, rubric_file

NAME, SYMBOLS = "hello_tensors", ("standardize", "squared_distances")
ONE = """\
criteria:
  - id: correct
    symbol: standardize
    weight: 2.5
    text:
      en: Is it right?
      ko: 맞습니까?
    levels:
      - {en: "no", ko: 아니요}
      - {en: "yes", ko: 예}
  - id: whole
    symbol: whole
    text: {en: All in all, ko: 전체적으로}
    levels: [{en: bad, ko: 나쁨}, {en: fine, ko: 좋음}, {en: good, ko: 훌륭함}]
"""


@pytest.fixture
def assignment(tmp_path: Path) -> Assignment:
    init(tmp_path / "course", title="A course")
    return load_course(tmp_path / "course").assignment(NAME)


def write(assignment: Assignment, text: str) -> Path:
    path = rubric_file(assignment)
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_the_default_asks_four_things_about_each_symbol_in_both_languages(
    assignment: Assignment,
) -> None:
    rubric = read_rubric(assignment, SYMBOLS)
    names = ("correct", "extremes", "readable", "idiomatic")
    assert [each.id for each in rubric] == [f"{s}.{name}" for s in SYMBOLS for name in names]
    for each in rubric:
        assert each.values == (0, 1, 2, 3)
        for words in (each.text, *(level.text for level in each.levels)):
            assert words.en
            assert any("가" <= letter <= "힣" for letter in words.ko)


def test_an_assignments_own_questions_replace_it(assignment: Assignment) -> None:
    write(assignment, ONE)
    rubric = read_rubric(assignment, SYMBOLS)
    assert [(each.id, each.symbol, each.weight) for each in rubric] == [
        ("standardize.correct", "standardize", 2.5),
        ("whole.whole", "", 1.0),
    ]
    assert rubric[0].levels[1].text.of("ko") == "예"


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("symbol: standardize", "symbol: standardise", 3, "no symbol"),
        ("weight: 2.5", "weight: 0", 4, "above 0"),
        ("weight: 2.5", "weight: nan", 4, "above 0"),
        ("weight: 2.5", "wieght: 2", 4, 'no key "wieght"'),
        ("ko: 맞습니까?", "kr: 맞습니까?", 7, "no key"),
        ("id: correct", "id: a b", 2, "short word"),
        (
            "[{en: bad, ko: 나쁨}, {en: fine, ko: 좋음}, {en: good, ko: 훌륭함}]",
            "[]",
            14,
            "2 to 10",
        ),
        ("criteria:", "questions:", 1, "no key"),
        ("criteria:\n", "criteria: &a\n  - *a\n", 2, "aliases"),
        ("criteria:\n", "criteria:\n\t- x\n", 2, "tab"),
        ("id: whole\n    symbol: whole", "id: correct\n    symbol: standardize", 11, "second time"),
    ],
)
def test_what_is_wrong_with_a_rubric_is_told_with_its_line(
    assignment: Assignment, old: str, new: str, line: int, said: str
) -> None:
    assert old in ONE
    path = write(assignment, ONE.replace(old, new, 1))
    with pytest.raises(CourseError) as caught:
        read_rubric(assignment, SYMBOLS)
    assert f"{path}, line {line}" in str(caught.value)
    assert said in str(caught.value)


def test_a_rubric_that_names_a_hidden_test_is_refused(assignment: Assignment) -> None:
    suite = next(assignment.suite.glob("test_*.py")).read_text()
    name = suite[suite.index("def test_") + 4 :].partition("(")[0]
    write(assignment, ONE.replace("Is it right?", f"Does {name} pass?"))
    with pytest.raises(CourseError) as caught:
        read_rubric(assignment, SYMBOLS)
    assert caught.value.code == "rubric-reveals"
    assert caught.value.where.endswith("line 6")


def test_a_rubric_in_another_encoding_or_much_too_large_is_refused(assignment: Assignment) -> None:
    path = write(assignment, ONE)
    for content in (ONE.encode("utf-16"), ONE.encode() + b"#" * 100_000):
        path.write_bytes(content)
        with pytest.raises(CourseError) as caught:
            read_rubric(assignment, SYMBOLS)
        assert caught.value.code == "rubric-broken"
