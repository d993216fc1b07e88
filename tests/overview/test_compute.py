"""From results to what is said about a class."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from autograder.gradebook.marks import Marks, Submitted
from autograder.overview import Overview, attention
from autograder.report import Outcome, Report
from tests.overview import classes
from tests.overview.classes import MISTAKE, NAME, TESTS, report, result

See = Callable[..., Overview]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return classes.make_course(tmp_path_factory.mktemp("compute") / "course")


@pytest.fixture
def see(root: Path) -> See:
    return lambda some, **changes: classes.overview(root, some, **changes)


def passing(student: str, *names: str, **changes: object) -> Report:
    tests = [
        result(*test[:3], Outcome.PASSED if test[1] in names else Outcome.FAILED) for test in TESTS
    ]
    return report(student, tests, **changes)  # type: ignore[arg-type]


def test_every_figure_of_a_test_is_that_of_an_independent_computation(see: See) -> None:
    reports = classes.reports(80)
    overview = see(reports)
    points = np.array([[test.points for test in each.tests] for each in reports])
    passed = np.array([[t.outcome is Outcome.PASSED for t in each.tests] for each in reports])
    assert len(overview.tests) == len(TESTS)
    compared = 0
    for at, row in enumerate(overview.tests):
        assert (row.number, row.cell, row.name) == (at + 1, TESTS[at][0], TESTS[at][1])
        assert row.difficulty == pytest.approx(passed[:, at].mean())
        assert row.outcomes["passed"] == passed[:, at].sum()
        if row.discrimination.value is not None:
            rest = points.sum(1) - points[:, at]
            expected = np.corrcoef(passed[:, at], rest)[0, 1]
            assert row.discrimination.value == pytest.approx(expected)
            compared += 1
    assert compared >= 6
    assert overview.scores.median == pytest.approx(np.median(points.sum(1)))
    assert sum(overview.bins) == 80


def test_what_nobody_and_everybody_passes_is_said(see: See) -> None:
    overview = see([passing("a", "test_easy"), passing("b", "test_easy", "test_hard")])
    remarks = {row.name: row.remark for row in overview.tests}
    assert remarks["test_easy"] == "everybody passes"
    assert remarks["test_nobody"] == "nobody passes"
    assert remarks["test_hard"] == ""
    said = " ".join(look.what for look in attention(overview))
    assert "that nobody passes" in said
    assert "that everybody passes" in said


def test_a_test_that_the_better_ones_fail_is_said(see: See) -> None:
    names = [test[1] for test in TESTS]
    able = [passing(f"able{i}", *names[1:]) for i in range(8)]
    others = [passing(f"other{i}", names[0]) for i in range(8)]
    overview = see([*able, *others])
    (wrong,) = [row for row in overview.tests if row.remark == "negative"]
    assert wrong.name == "test_everybody"
    assert any(look.who == ("standardize/test_everybody",) for look in attention(overview))


def test_scores_lie_in_tenths_and_the_maximum_in_the_last(see: See) -> None:
    every = [test[1] for test in TESTS]
    overview = see([passing("best", *every), passing("none")])
    assert overview.bins == (1, 0, 0, 0, 0, 0, 0, 0, 0, 1)
    assert (overview.full_marks, overview.no_points) == (1, 1)
    assert overview.max_score == classes.POINTS


def test_misconceptions_are_counted_by_students_and_not_by_tests(see: See) -> None:
    twice = [
        result("standardize", name, 1.0, Outcome.FAILED, misconception=MISTAKE)
        for name in ("test_a", "test_b")
    ]
    fine = [result("standardize", name, 1.0, Outcome.PASSED) for name in ("test_a", "test_b")]
    overview = see(
        [report("kim", twice), report("lee", twice), report("ada", fine)],
        entries={MISTAKE: ("standardize", "표준편차 대신 분산으로 나눕니다")},
    )
    (row,) = overview.misconceptions
    assert row.students == ("kim", "lee")
    assert row.share == pytest.approx(2 / 3)
    assert row.points == 4.0
    assert row.title.startswith("표준편차")


def test_a_misconception_whose_entry_is_gone_has_its_id(see: See) -> None:
    lost = [result("standardize", "test_a", 1.0, Outcome.FAILED, misconception="long_gone")]
    (row,) = see([report("kim", lost)]).misconceptions
    assert (row.id, row.cell, row.title) == ("long_gone", "", "long_gone")


def test_untouched_cells_and_what_is_not_known_about_them(see: See) -> None:
    overview = see(
        [
            passing("kim", untouched=("standardize",)),
            passing("lee"),
            passing("old", untouched=None, memory_bytes=None),
        ]
    )
    cells = {row.symbol: row.untouched for row in overview.cells}
    assert cells == {"standardize": ("kim",), "squared_distances": ()}
    assert overview.unrecorded == 1
    assert overview.memory is not None
    assert overview.memory.n == 2


def test_one_who_took_far_more_of_everything_is_found(see: See) -> None:
    overview = see(classes.reports(40))
    assert {(far.student, far.what) for far in overview.outliers} == {
        ("s0001", "time"),
        ("s0001", "memory"),
    }


def test_of_one_student_there_are_no_statistics(see: See) -> None:
    overview = see([passing("only", "test_easy")])
    assert overview.scores.sd is None
    assert {row.discrimination.value for row in overview.tests} == {None}
    assert overview.alpha.value is None
    assert overview.outliers == ()
    assert "everybody passes" not in {row.remark for row in overview.tests}


def test_results_of_different_suites_are_put_side_by_side(see: See) -> None:
    """As after a test was added: those who were graded before do not have it."""
    old = report("old", [result("standardize", "test_a", 1.0, Outcome.PASSED)])
    new = report(
        "new",
        [
            result("standardize", "test_a", 1.0, Outcome.FAILED),
            result("standardize", "test_b", 1.0, Outcome.PASSED),
        ],
    )
    overview = see([old, new])
    assert [(row.name, row.n) for row in overview.tests] == [("test_a", 2), ("test_b", 1)]
    assert [row.outcomes for row in overview.students] == [("passed", ""), ("failed", "passed")]
    assert overview.alpha.value is None


def test_gradings_that_took_several_attempts_are_named(see: See) -> None:
    overview = see([passing("kim", attempts=3), passing("lee")])
    assert overview.retried == ("kim",)
    assert overview.assignment == NAME


def test_final_scores_are_the_gradebooks_with_its_penalties(see: See) -> None:
    def mark(raw: float, penalty: float, waiting: int) -> Submitted:
        return Submitted(timestamp=None, raw_score=raw, penalty=penalty, ungraded_cells=waiting)

    marks = Marks(
        assignment=NAME,
        due=None,
        max_score=12.0,
        by_student={"kim": mark(9.0, 2.0, 0), "lee": mark(5.0, 0.0, 1)},
    )
    overview = see([passing("kim"), passing("lee"), passing("new")], marks=marks)
    rows = {row.student: (row.final, row.penalty, row.waiting) for row in overview.students}
    assert rows == {"kim": (7.0, 2.0, 0), "lee": (5.0, 0.0, 1), "new": (None, None, 0)}
    assert overview.final_max == 12.0
    assert overview.final is not None
    assert (overview.final.n, overview.final.mean) == (2, 6.0)
    assert any(look.who == ("lee",) and "by hand" in look.what for look in attention(overview))
