"""The table that a student reads below each graded cell."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup

from autograder.errors import CourseError
from autograder.feedback import cell_output, report_text
from autograder.report import Outcome, Report, Status, TestResult


def result(name: str, outcome: Outcome, **changes: Any) -> TestResult:
    passed = outcome is Outcome.PASSED
    values: dict[str, Any] = {
        "name": name,
        "cell": "softmax",
        "outcome": outcome,
        "points": 1.0 if passed else 0.0,
        "max_points": 1.0,
        "message": "" if passed else "what happened",
        "description": "",
    }
    return TestResult(**(values | changes))


def of(*tests: TestResult, **changes: Any) -> Report:
    values: dict[str, Any] = {
        "student": "ann",
        "assignment": "cross_entropy",
        "status": Status.GRADED,
        "score": sum(test.points for test in tests),
        "max_score": sum(test.max_points for test in tests),
        "duration_s": 0.1,
        "tests": tests,
    }
    return Report(**(values | changes))


def rows(report: Report, cell: str = "softmax", language: str = "en") -> list[list[str]]:
    soup = BeautifulSoup(cell_output(report, cell, language=language).html, "html.parser")
    return [
        [" ".join(column.text.split()) for column in row.find_all(["th", "td"])]
        for row in soup.select("tbody tr")
    ]


def test_each_behaviour_has_a_row_with_symbol_word_points_and_message() -> None:
    tests = [
        result("test_a", Outcome.PASSED, description="rows sum to one"),
        result("test_b", Outcome.FAILED, description="is finite", points=0.5, max_points=2.0),
        result("test_c", Outcome.ERROR, description="has the right sign", category="gradients"),
        result("test_d", Outcome.TIMEOUT, description="is quick"),
        result("test_e", Outcome.CRASHED),
    ]
    assert rows(of(*tests)) == [
        ["✓ passed", "rows sum to one", "1 / 1", ""],
        ["✗ failed", "is finite", "0.5 / 2", "what happened"],
        ["! error", "gradients has the right sign", "0 / 1", "what happened"],
        ["⏱ too slow", "is quick", "0 / 1", "what happened"],
        ["‼ crashed", "a behaviour that has no description", "0 / 1", "what happened"],
    ]


def test_the_header_says_the_score_of_the_cell() -> None:
    report = of(
        result("test_a", Outcome.PASSED),
        result("test_b", Outcome.FAILED, max_points=2.5),
        result("test_c", Outcome.PASSED, cell="log_softmax"),
    )
    shown = cell_output(report, "softmax")
    assert (shown.points, shown.max_points) == (1.0, 3.5)
    assert "softmax: 1 of 3.5 points" in shown.html
    assert "1 of 2 behaviours hold" in shown.html
    assert shown.text.startswith("softmax: 1 of 3.5 points\n")


def test_parameter_sets_of_one_test_share_a_row() -> None:
    cases = [
        result(f"test_a[{n}]", outcome, message=message, description="is right")
        for n, (outcome, message) in enumerate(
            [(Outcome.PASSED, ""), (Outcome.FAILED, "same"), (Outcome.FAILED, "same"),
             (Outcome.CRASHED, "other")]
        )
    ]  # fmt: skip
    assert rows(of(*cases)) == [["‼ crashed", "is right (1 of 4 cases)", "1 / 4", "sameother"]]


def test_many_different_messages_of_one_test_are_counted() -> None:
    cases = [result(f"test_a[{n}]", Outcome.FAILED, message=f"m{n}") for n in range(5)]
    assert rows(of(*cases))[0][3] == "m0m1m2… and 2 more"


def test_tests_of_the_same_name_in_two_files_are_two_behaviours() -> None:
    tests = [result("a.py::test_x", Outcome.PASSED), result("b.py::test_x", Outcome.PASSED)]
    assert len(rows(of(*tests))) == 2


def test_what_a_student_wrote_is_text() -> None:
    attack = "<script>alert(1)</script>\x1b[31m\u202e & 'quotes' \"\0"
    report = of(
        result("test_a", Outcome.FAILED, message=attack, description=attack),
        notes=(attack,),
    )
    html = cell_output(report, "softmax").html
    soup = BeautifulSoup(html, "html.parser")
    assert soup.find("script") is None
    assert not any(character in html for character in "\x1b\u202e\0")
    assert rows(report)[0][3] == "<script>alert(1)</script> & 'quotes' \"\ufffd"


def test_a_long_message_is_cut() -> None:
    report = of(result("test_a", Outcome.FAILED, message="word " * 2000))
    message = rows(report)[0][3]
    assert message.endswith("… cut")
    assert len(message) < 2100


def test_repairs_are_told_once_and_flags_never() -> None:
    report = of(
        result("test_a", Outcome.PASSED),
        result("test_b", Outcome.PASSED, cell="log_softmax"),
        notes=('the cell "imports" was put back',),
        flags=("tampered-cell:imports",),
    )
    assert "was put back" in cell_output(report, "softmax").html
    assert "was put back" not in cell_output(report, "log_softmax").html
    assert "tampered" not in cell_output(report, "softmax").html + report_text(report)


def test_the_page_speaks_the_courses_language() -> None:
    report = of(result("test_a", Outcome.FAILED, max_points=2.0))
    shown = cell_output(report, "softmax", language="ko")
    assert "softmax: 2점 중 0점" in shown.html
    assert 'lang="ko"' in shown.html
    assert rows(report, language="ko")[0][0] == "✗ 실패"


def test_an_unknown_language_is_a_course_error() -> None:
    with pytest.raises(CourseError, match="'fr'"):
        cell_output(of(), "softmax", language="fr")


def test_the_table_is_accessible_and_self_contained() -> None:
    html = cell_output(of(result("test_a", Outcome.FAILED)), "softmax").html
    soup = BeautifulSoup(html, "html.parser")
    assert soup.select_one("table > caption") is not None
    assert [th["scope"] for th in soup.select("thead th")] == ["col"] * 4
    assert soup.select_one("tbody th")["scope"] == "row"  # type: ignore[index]
    assert not soup.select("script, style, link, img, iframe")
    assert not [e for e in soup.find_all(True) for name in e.attrs if name.startswith("on")]


def test_the_plain_text_has_the_same_rows() -> None:
    report = of(
        result("test_a", Outcome.PASSED, description="rows sum to one"),
        result("test_b", Outcome.FAILED, message="two\nlines", description="is finite"),
        result(
            "test_c",
            Outcome.PASSED,
            cell="log_softmax",
            description="is differentiable",
            category="gradients",
        ),
        notes=("a note",),
    )
    assert report_text(report) == (
        "softmax: 1 of 2 points\n"
        "  ✓     1/1  rows sum to one\n"
        "  ✗     0/1  is finite\n"
        "             two\n"
        "             lines\n"
        "  About your notebook:\n"
        "    - a note\n"
        "\n"
        "log_softmax: 1 of 1 points\n"
        "  ✓     1/1  gradients · is differentiable"
    )
