"""What people gave by hand stays: points, extra credit, comments; penalties go by the new score."""

from __future__ import annotations

from typing import Any

import nbgrader.api as nb
import pytest

from autograder.errors import UsageError
from autograder.regrade import Fate
from tests.store.batches import NAME

from .classes import DIM, PAIRS, SHAPE, Class, of


def grades(course: Class, student: str) -> dict[str, tuple[Any, ...]]:
    """By grade_id: automatic, by hand, extra credit, needs a look."""
    return {row[1]: row[2:6] for row in course.rows()["grades"] if row[0] == student}


def reviewed(manual: float | None = None, extra: float | None = None) -> Any:
    def change(rows: dict[str, nb.Grade]) -> None:
        grade = rows["test_standardize"]
        grade.manual_score, grade.extra_credit = manual, extra
        grade.needs_manual_grade = False

    return change


def test_a_score_given_by_hand_stays_and_that_is_said(graded: Class) -> None:
    graded.by_hand("lee", reviewed(manual=3.0))
    graded.correct(lee={SHAPE, DIM, PAIRS})
    lee = of(graded.preview(), "lee")
    assert (lee.before, lee.after, lee.suite_before, lee.suite_after) == (3.0, 8.0, 2.0, 11.0)
    (hand,) = lee.by_hand
    assert (hand.cell, hand.score, hand.auto_before, hand.auto_after) == (
        "standardize",
        3.0,
        2.0,
        6.0,
    )
    graded.apply()
    assert graded.scores()["lee"] == 8.0
    assert grades(graded, "lee")["test_standardize"] == (6.0, 3.0, None, True)


@pytest.mark.thorough
def test_who_loses_only_where_a_person_has_decided_loses_nothing(graded: Class) -> None:
    graded.by_hand("kim", reviewed(manual=6.0))
    graded.correct(kim={PAIRS})
    kim = of(graded.preview(), "kim")
    assert (kim.fate, kim.gain) == (Fate.SAME, 0.0)
    graded.apply()
    assert graded.scores()["kim"] == 11.0


def test_extra_credit_and_comments_stay(graded: Class) -> None:
    def comment(rows: dict[str, nb.Grade]) -> None:
        reviewed(extra=0.5)(rows)
        rows["test_standardize"].notebook.comments[0].manual_comment = "look at dim again"

    graded.by_hand("min", comment)
    graded.correct(min={SHAPE, DIM})
    change = of(graded.preview(), "min")
    assert (change.before, change.after) == (7.5, 6.5)
    graded.apply()
    assert graded.scores()["min"] == 6.5
    said = {row[3] for row in graded.rows()["comments"] if row[0] == "min"}
    assert "look at dim again" in said
    assert "look at dim again" in graded.page("min")


def test_what_a_person_has_looked_at_needs_no_second_look_where_nothing_changed(
    graded: Class,
) -> None:
    graded.by_hand("min", reviewed(manual=6.0))
    graded.correct(min={SHAPE})
    graded.preview()
    graded.apply()
    assert graded.scores()["min"] == 6.0
    assert grades(graded, "min")["test_standardize"] == (2.0, 6.0, None, False)


def test_a_late_penalty_goes_by_the_new_score_as_previewed(graded: Class) -> None:
    course = graded.root / "course.yml"
    late = "late: {penalty_per_day: 10 %}"
    text = course.read_text().replace("late: none", late)
    course.write_text(text.replace("# due: 2026-09-30 18:00", "due: 2026-03-01 18:00"))
    graded.submission("kim").with_name("timestamp.txt").write_text("2026-03-02 12:00:00 UTC")
    graded.grade(again=True)
    assert penalty(graded, "kim") == pytest.approx(1.1)
    graded.correct(kim={SHAPE, DIM})
    kim = of(graded.preview(), "kim")
    assert (kim.after, kim.penalty_before, kim.penalty_after) == (
        6.0,
        pytest.approx(1.1),
        pytest.approx(0.6),
    )
    assert graded.apply().remarks == ()
    assert penalty(graded, "kim") == pytest.approx(0.6)


def penalty(course: Class, student: str) -> float:
    return next(float(row[4]) for row in course.rows()["notebooks"] if row[0] == student)


def test_never_lower_keeps_the_higher_score_of_the_whole_submission(graded: Class) -> None:
    graded.correct(kim={SHAPE, DIM}, min={DIM, PAIRS}, lee={PAIRS})
    found = graded.preview(never_lower=True)
    assert {c.student: (c.fate, c.gain) for c in found.changes} == {
        "kim": (Fate.KEPT, -5.0),
        "min": (Fate.CHANGED, 2.0),
        "lee": (Fate.CHANGED, 3.0),
    }
    assert (found.summary.lose, found.summary.gain, found.summary.same) == (0, 2, 1)
    graded.apply()
    assert graded.scores() == {"kim": 11.0, "min": 9.0, "lee": 5.0}

    graded.box.seeds.clear()
    graded.grade()
    assert graded.box.seeds == {}, "and the next grading does not lower it"
    assert graded.scores()["kim"] == 11.0
    assert of(graded.preview(), "kim").fate is Fate.UNCHANGED


@pytest.mark.thorough
def test_grading_in_between_is_noticed_also_of_who_would_keep_their_score(graded: Class) -> None:
    graded.correct(kim={SHAPE})
    graded.preview(never_lower=True)
    graded.grade(seed=8)
    with pytest.raises(UsageError) as caught:
        graded.apply()
    assert caught.value.code == "preview-outdated"
    assert graded.scores()["kim"] == 2.0


def test_scores_out_of_other_points_are_not_compared(graded: Class) -> None:
    graded.box.suite[PAIRS] = ("squared_distances", 1.0, "All pairs are compared.")
    graded.correct()
    with pytest.raises(UsageError) as caught:
        graded.preview(never_lower=True)
    assert caught.value.code == "points-changed"
    assert graded.scores() == {"kim": 11.0, "lee": 2.0, "min": 7.0}


def test_a_regrade_knows_only_its_assignment(graded: Class) -> None:
    graded.correct(kim=set())
    assert {change.student for change in graded.preview().changes} == {"kim", "lee", "min"}
    assert graded.history()[0].assignment == NAME
