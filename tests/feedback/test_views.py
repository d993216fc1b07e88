"""Who sees how a hidden test came out, and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from autograder.course import FeedbackRules
from autograder.feedback import (
    EVERYTHING,
    Attempt,
    View,
    as_kept,
    cell_output,
    report_text,
    shown_again,
    view_of,
)
from autograder.report import Outcome, Report, Status, TestResult

DUE = datetime(2026, 9, 30, 9, 0, tzinfo=UTC)  # 18:00 in Seoul
LATER = DUE + timedelta(seconds=1)
SEOUL = "Asia/Seoul"


def result(number: int, category: str, visible: str = "", **changes: Any) -> TestResult:
    values: dict[str, Any] = {
        "name": f"test_{number}",
        "cell": "softmax",
        "outcome": Outcome.FAILED,
        "points": 0.0,
        "max_points": 1.0,
        "message": f"what went wrong in {number}",
        "description": f"behaviour {number}",
        "category": category,
        "visible": visible,
    }
    return TestResult(**(values | changes))


REPORT = Report(
    student="kim",
    assignment="cross_entropy",
    status=Status.GRADED,
    score=1.0,
    max_score=4.5,
    duration_s=0.1,
    tests=(
        result(1, "values", outcome=Outcome.PASSED, points=1.0, message=""),
        result(2, "gradients", "after_due"),
        result(3, "gradients", "after_due"),
        result(4, "extremes", "never", max_points=1.5),
    ),
    notes=("a note",),
)


def seen(rules: FeedbackRules | None = None, **moment: Any) -> View:
    moment = {"due": DUE, "now": DUE, "timezone": SEOUL} | moment
    return view_of(rules or FeedbackRules(), **moment)


def text(view: View, language: str = "en") -> str:
    return report_text(REPORT, language=language, view=view)


def test_before_the_due_date_only_the_category_and_the_points_are_there() -> None:
    shown = text(seen())
    assert "softmax: 1 of 4.5 points" in shown
    assert "values · behaviour 1" in shown
    assert "gradients · behaviours tested: 2" in shown
    assert "?/2" in shown
    assert "after 2026-09-30 18:00 (Asia/Seoul)" in shown
    assert "not shown: 1.5" in shown
    assert "a note" in shown
    for hidden in ("behaviour 2", "behaviour 3", "behaviour 4", "went wrong in", "extremes"):
        assert hidden not in shown


def test_after_the_due_date_all_is_there_but_what_never_is() -> None:
    shown = text(seen(now=LATER))
    assert "behaviour 2" in shown
    assert "what went wrong in 3" in shown
    assert "behaviour 4" not in shown
    assert "what went wrong in 4" not in shown


def test_the_html_hides_what_the_text_hides() -> None:
    shown = cell_output(REPORT, "softmax", view=seen()).html
    assert "behaviours tested: 2" in shown
    assert "went wrong in" not in shown
    assert "behaviour 4" not in shown


def test_without_a_due_date_there_is_no_time_after_it() -> None:
    shown = text(seen(due=None, now=LATER))
    assert "after the due date, which is not set yet" in shown
    assert "behaviour 2" not in shown


def test_without_a_category_there_is_the_number_alone() -> None:
    tests = tuple(replace(test, category="") for test in REPORT.tests)
    shown = report_text(replace(REPORT, tests=tests), view=seen())
    assert "?/2  behaviours tested: 2" in shown


def test_an_instructor_sees_all_and_what_students_do_not() -> None:
    shown = text(EVERYTHING)
    assert "behaviour 2 [students: after the due date]" in shown
    assert "behaviour 4 [students: never]" in shown
    assert "what went wrong in 4" in shown


def test_the_courses_word_counts_where_a_test_says_nothing() -> None:
    assert "behaviour 1" not in text(seen(FeedbackRules(tests="never")))
    assert "behaviour 1" not in text(seen(FeedbackRules(tests="after_due")))
    assert "behaviour 1" in text(seen(FeedbackRules(tests="after_due"), now=LATER))
    always = result(5, "values", "always")
    assert seen(FeedbackRules(tests="never")).of(always) == "now"


def test_one_attempt_too_many_gets_the_points_and_when_there_is_more() -> None:
    rules = FeedbackRules(informative_attempts_per_day=3)
    handed_in = DUE - timedelta(hours=5)  # 13:00 in Seoul
    third = text(seen(rules, attempt=Attempt(number=3, at=handed_in)))
    fourth = text(seen(rules, attempt=Attempt(number=4, at=handed_in)))
    assert "behaviour 1" in third
    assert "behaviour 1" not in fourth
    assert "softmax: 1 of 4.5 points" in fourth
    assert "from 2026-10-01 00:00 (Asia/Seoul) on" in fourth


@pytest.mark.parametrize(
    ("handed_in", "informs"), [(DUE, True), (DUE + timedelta(seconds=1), False)]
)
def test_after_the_due_date_the_limit_is_lifted_for_what_was_in_time(
    handed_in: datetime, informs: bool
) -> None:
    rules = FeedbackRules(informative_attempts_per_day=3)
    view = seen(rules, now=DUE + timedelta(days=9), attempt=Attempt(number=4, at=handed_in))
    assert ("behaviour 1" in text(view)) == informs


def test_the_next_answer_is_of_the_next_day_of_the_course() -> None:
    rules = FeedbackRules(informative_attempts_per_day=1)
    at = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)  # Berlin: the day on which clocks go forward
    view = seen(rules, attempt=Attempt(number=2, at=at), timezone="Europe/Berlin")
    assert view.next_answer is not None
    assert view.next_answer.isoformat() == "2026-03-30T00:00:00+02:00"


def test_a_view_is_told_from_another_by_its_name() -> None:
    rules = FeedbackRules(informative_attempts_per_day=1)
    views = [
        seen(),
        seen(now=LATER),
        seen(due=DUE + timedelta(days=1)),
        seen(due=None),
        seen(rules, attempt=Attempt(number=2, at=DUE)),
    ]
    names = [view.name_for(REPORT.tests) for view in views]
    assert len(set(names)) == len(names)
    assert all(names)
    assert EVERYTHING.name_for(REPORT.tests) == ""
    assert seen().name_for(REPORT.tests[:1]) == ""


def test_it_is_said_in_korean_too() -> None:
    rules = FeedbackRules(informative_attempts_per_day=1)
    assert "그래디언트 · 확인하는 동작: 2개" in text(seen(), "ko")
    assert "2026-09-30 18:00 (Asia/Seoul) 이후에" in text(seen(), "ko")
    assert "하루 1회" in text(seen(rules, attempt=Attempt(number=2, at=DUE)), "ko")


def test_a_table_can_be_made_again_of_what_is_kept_beside_it() -> None:
    kept = as_kept(REPORT, "softmax", language="ko", attempt=Attempt(number=2, at=DUE))
    asked: list[Attempt | None] = []

    def view_for(attempt: Attempt | None) -> View:
        asked.append(attempt)
        return seen(now=LATER)

    again, data, _ = shown_again(kept, view_for)
    assert asked == [Attempt(number=2, at=DUE)]
    assert again.text == text(seen(now=LATER), "ko")
    assert "test_" not in str(kept), "names of tests are not for a page"
    assert [test.visible for test in data.tests] == ["", "after_due", "after_due", "never"]


@pytest.mark.parametrize(
    "data", [None, [], "", {}, {"version": 99, "cell": "softmax"}, {"tests": 1}]
)
def test_other_data_are_refused(data: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        shown_again(data, lambda attempt: EVERYTHING)
