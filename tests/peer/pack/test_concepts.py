"""What a group reads of what went wrong, and what it never can."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path

import pytest

from autograder.course import FeedbackRules, load_course
from autograder.feedback import View, view_of
from autograder.peer.pack.concepts import Concepts, concepts_of
from autograder.report import Outcome, Report, Status, TestResult
from tests.peer.pack.groups import NAME, ROOT, make_class

SYMBOLS = ("softmax", "log_softmax", "cross_entropy")
NOW = datetime(2026, 10, 7, tzinfo=UTC)
ALL = view_of(FeedbackRules(), due=NOW - timedelta(days=1), now=NOW)


def failed(cell: str, name: str, **changes: object) -> TestResult:
    found = TestResult(
        name=name,
        cell=cell,
        outcome=Outcome.FAILED,
        points=0,
        max_points=1,
        description=f"{name} holds.",
        category="values",
    )
    return replace(found, **changes)  # type: ignore[arg-type]


def report(*tests: TestResult, student: str = "kim", **changes: object) -> Report:
    found = Report(
        student=student,
        assignment=NAME,
        status=Status.GRADED,
        score=0,
        max_score=1,
        duration_s=0.1,
        tests=tests,
    )
    return replace(found, **changes)  # type: ignore[arg-type]


def of(reports: Sequence[Report], view: View = ALL, language: str = "en") -> Concepts:
    course = load_course(ROOT)
    return concepts_of(
        [(each, view) for each in reports],
        course.assignment(NAME),
        SYMBOLS,
        language,  # type: ignore[arg-type]
    )


def told(found: Concepts) -> str:
    return "\n".join(
        " ".join((c.title, c.text, c.question, *(b.text for b in c.behaviours))) for c in found.all
    )


SHIFT = failed("softmax", "test_large", misconception="no_shift")
MEAN = failed("cross_entropy", "test_sum", misconception="mean_for_sum")
KEEP = failed("softmax", "test_rows", misconception="sum_without_keepdim")
OTHER = failed("log_softmax", "test_other")


def test_neither_who_nor_how_many_nor_in_which_order_can_be_told() -> None:
    some = [report(SHIFT), report(MEAN, OTHER, student="ada"), report(KEEP, student="ohm")]
    one = of(some)
    for order in permutations(some):
        assert of(order) == one
    again = [report(SHIFT, MEAN, KEEP, OTHER, student=s) for s in ("x", "y", "z")]
    assert of([*some, *again]).all == one.all
    assert [each.symbol for each in one.all] == [
        "softmax",
        "softmax",
        "log_softmax",
        "cross_entropy",
    ]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_mistake_comes_in_the_words_of_the_catalogue_without_its_name(language: str) -> None:
    (found,) = of([report(SHIFT)], language=language).all
    assert found.title
    assert found.text
    assert found.question
    assert "no_shift" not in found.id + found.title + found.text + found.question
    assert ("지수" in found.title) == (language == "ko")


def test_a_test_that_is_never_visible_is_named_in_no_way() -> None:
    secret = failed("softmax", "test_secret", visible="never")
    by_it = failed("softmax", "test_secret_too", visible="never", misconception="no_shift")
    assert of([report(secret, by_it)]).all == ()
    assert "test_other" in told(of([report(secret, OTHER)]))
    assert "secret" not in told(of([report(secret, OTHER)]))


def test_what_students_see_after_the_due_date_is_named_after_it_only() -> None:
    later = failed("softmax", "test_later", visible="after_due")
    assert "test_later" in told(of([report(later)]))
    before = view_of(FeedbackRules(), due=None, now=NOW)
    assert of([report(later)], before).all == ()
    never = view_of(FeedbackRules(tests="never"), due=NOW - timedelta(days=1), now=NOW)
    assert of([report(SHIFT, OTHER)], never).all == ()


def test_what_was_not_begun_is_no_concept() -> None:
    untouched = report(failed("softmax", "test_a"), OTHER, untouched=("softmax",))
    assert [each.symbol for each in of([untouched]).all] == ["log_softmax"]


def test_a_function_that_is_not_allowed_is_one_concept_and_no_list_of_behaviours() -> None:
    message = "`softmax` uses torch.softmax, which this assignment does not allow"
    tests = [failed("softmax", f"test_{n}", message=message) for n in range(3)]
    (found,) = of([report(*tests, flags=("forbidden-api:torch.softmax",))]).all
    assert found.behaviours == ()
    assert "not allow" in found.title
    (claimed,) = of([report(*tests)]).all  # a message alone, which student code may have written
    assert len(claimed.behaviours) == 3


def test_an_entry_that_is_gone_leaves_the_behaviour(tmp_path: Path) -> None:
    root = make_class(tmp_path).root
    (root / "solutions" / NAME / "misconceptions" / "no_shift.py").unlink()
    assignment = load_course(root).assignment(NAME)
    (found,) = concepts_of([(report(SHIFT), ALL)], assignment, SYMBOLS, "en").all
    assert [each.text for each in found.behaviours] == ["test_large holds."]
    shutil.rmtree(root / "solutions" / NAME / "misconceptions")
    (found,) = concepts_of([(report(SHIFT), ALL)], assignment, SYMBOLS, "en").all
    assert found.behaviours


def test_all_right_is_nothing_at_all() -> None:
    assert of([report(replace(SHIFT, outcome=Outcome.PASSED))]).all == ()
    assert of([]).all == ()
