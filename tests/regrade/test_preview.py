"""What a preview shows, and that it writes nothing."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from autograder.errors import CourseError, UsageError
from autograder.regrade.change import Fate
from autograder.store import Regrades
from tests.store.batches import NAME

from .classes import DIM, PAIRS, SHAPE, SUITE, Class, of, silent


def test_who_gains_and_who_loses_by_how_much_and_through_which_test(graded: Class) -> None:
    graded.correct(kim={SHAPE, DIM}, lee={SHAPE, DIM})
    found = graded.preview()
    assert [(c.student, c.before, c.after, c.gain) for c in found.changes] == [
        ("kim", 11.0, 6.0, -5.0),  # who loses needs an explanation: first
        ("lee", 2.0, 6.0, 4.0),
        ("min", 7.0, 7.0, 0.0),
    ]
    (lost,) = of(found, "kim").tests
    assert (lost.cell, lost.name, lost.description) == (
        "squared_distances",
        PAIRS,
        "All pairs are compared.",
    )
    assert lost.before is not None
    assert lost.after is not None
    assert (lost.before.outcome, lost.after.outcome, lost.gain) == ("passed", "failed", -5.0)
    assert [test.name for test in of(found, "lee").tests] == [DIM]
    assert of(found, "min").fate is Fate.SAME
    summary = found.summary
    assert (summary.lose, summary.gain, summary.same) == (1, 1, 1)
    assert (summary.largest_loss, summary.largest_gain) == (-5.0, 4.0)
    assert summary.mean_before == pytest.approx(20 / 3)
    assert summary.mean_after == pytest.approx(19 / 3)
    assert [reason.split(" (")[0] for reason in found.reasons] == ["the hidden suite"]


def test_nothing_is_written_but_the_record(graded: Class) -> None:
    before = graded.everything()
    with graded.store() as store:
        results = store.kept((s, NAME) for s in ("kim", "lee", "min"))
    graded.correct(kim=set())
    files = graded.everything()
    assert {name for name in files if files[name] != before.get(name)} == {
        f"tests/hidden/{NAME}/test_{NAME}.py"
    }
    found = graded.preview()
    assert found.summary.lose == 1
    assert graded.everything() == files
    with graded.store() as store:
        assert store.kept((s, NAME) for s in ("kim", "lee", "min")) == results
    (logged,) = graded.history()
    assert (logged.state, logged.made_by, logged.applied_by) == ("preview", "ann@here", "")


def test_everybody_keeps_the_seed_of_their_own_grading(graded: Class) -> None:
    graded.hand_in("min", "once more")
    graded.grade(seed=1234)  # min alone was graded anew
    graded.correct()
    graded.preview()
    assert graded.box.seeds == {"kim": [7], "lee": [7], "min": [1234]}


def test_what_has_not_changed_is_not_graded(graded: Class) -> None:
    graded.box.seeds.clear()
    opened = graded.box.opened
    found = graded.preview()
    assert {change.fate for change in found.changes} == {Fate.UNCHANGED}
    assert (graded.box.seeds, graded.box.opened) == ({}, opened)
    assert found.summary.mean_after == found.summary.mean_before


def test_a_second_preview_grades_nothing_again(graded: Class) -> None:
    graded.correct(kim=set())
    first = graded.preview()
    graded.box.seeds.clear()
    assert graded.preview() == first
    assert graded.box.seeds == {}


def test_a_preview_that_is_interrupted_goes_on(graded: Class) -> None:
    graded.correct(kim=set())

    @contextmanager
    def until_the_second(total: int) -> Iterator[Callable[[], None]]:
        ticks: list[int] = []

        def tick() -> None:
            ticks.append(total)
            if len(ticks) == 2:
                raise KeyboardInterrupt

        yield tick

    before = graded.everything()
    graded.progress = until_the_second
    with pytest.raises(KeyboardInterrupt):
        graded.preview()
    assert (graded.everything(), graded.history()) == (before, [])
    with graded.store() as store:
        assert len(Regrades(store).trials(NAME, ["kim", "lee", "min"])) >= 2
    graded.progress, graded.box.seeds = silent, {}
    assert of(graded.preview(), "kim").gain == -11.0
    assert sum(len(seeds) for seeds in graded.box.seeds.values()) <= 2  # kim's may be the second


def test_a_test_that_has_another_name_now_is_still_the_same_test(graded: Class) -> None:
    graded.box.suite = {
        ("test_pairs_of_rows" if name == PAIRS else name): what for name, what in SUITE.items()
    }
    graded.correct(kim={SHAPE, DIM, "test_pairs_of_rows"}, min={SHAPE, "test_pairs_of_rows"})
    found = graded.preview()
    (change,) = found.suite
    assert (change.name, change.was) == ("test_pairs_of_rows", PAIRS)
    assert (change.points_before, change.points_after) == (5.0, 5.0)
    assert found.summary.same == 3


def test_new_tests_tests_that_are_gone_and_other_points_are_told(graded: Class) -> None:
    graded.box.suite = {
        SHAPE: ("standardize", 1.0, "The shape stays."),
        "test_eps": ("standardize", 5.0, "`eps` is added."),
        PAIRS: SUITE[PAIRS],
    }
    graded.correct(kim={SHAPE, "test_eps", PAIRS}, lee={SHAPE}, min={SHAPE, PAIRS})
    found = graded.preview()
    assert {(c.name, c.points_before, c.points_after) for c in found.suite} == {
        (SHAPE, 2.0, 1.0),
        ("test_eps", None, 5.0),
        (DIM, 4.0, None),
    }
    assert [(c.student, c.gain) for c in found.changes] == [("lee", -1), ("min", -1), ("kim", 0)]
    assert {(test.name, test.gain) for test in of(found, "kim").tests} == {
        (SHAPE, -1.0),
        ("test_eps", 5.0),
        (DIM, -4.0),
    }


def test_what_a_failure_is_recognised_as_and_flags_are_compared_too(graded: Class) -> None:
    graded.box.misconceptions = {DIM: "dim_forgotten"}
    graded.box.flags = ["forbidden-api:torch.cdist"]
    graded.correct()
    change = of(graded.preview(), "min")
    (test,) = change.tests
    assert test.before is not None
    assert test.after is not None
    assert (test.before.misconception, test.after.misconception) == (None, "dim_forgotten")
    assert (change.flags_gained, change.flags_lost) == (("forbidden-api:torch.cdist",), ())
    assert change.fate is Fate.SAME


def test_what_is_not_the_same_twice_is_named_and_the_better_counts(graded: Class) -> None:
    graded.box.by_turns = {"lee"}
    graded.correct(lee={SHAPE, DIM}, kim={SHAPE})
    found = graded.preview()
    assert graded.box.seeds == {"kim": [7, 7], "lee": [7, 7], "min": [7]}
    assert of(found, "kim").unsteady == ()
    shaky = of(found, "lee")
    assert (shaky.after, set(shaky.unsteady)) == (
        6.0,
        {f"standardize/{SHAPE}", f"standardize/{DIM}"},
    )


def test_a_difference_under_an_unchanged_key_is_told_and_changes_nothing(graded: Class) -> None:
    graded.box.right["kim"] = set()
    found = graded.preview(again=True)
    kim = of(found, "kim")
    assert (kim.fate, kim.after, kim.written) == (Fate.UNCHANGED, 11.0, False)
    assert len(kim.unsteady) == 3
    assert of(found, "min").unsteady == ()


def test_a_failure_of_the_platform_leaves_the_earlier_grade(graded: Class) -> None:
    graded.box.broken = {"kim"}
    graded.correct(kim=set(), lee=set())
    found = graded.preview()
    kim = of(found, "kim")
    assert (kim.fate, kim.before, kim.after, kim.written) == (Fate.ERROR, 11.0, None, False)
    assert "the worker died" in kim.message
    assert of(found, "lee").gain == -2.0


def test_who_was_never_graded_is_listed_and_graded_only_if_asked(graded: Class) -> None:
    graded.hand_in("new")
    graded.box.right["new"] = {SHAPE}
    graded.correct()
    new = of(graded.preview(), "new")
    assert (new.fate, new.after, new.written) == (Fate.NEW, None, False)
    assert "new" not in graded.box.seeds
    new = of(graded.preview(new=True), "new")
    assert (new.fate, new.before, new.after, new.written) == (Fate.NEW, None, 2.0, True)


def test_what_was_handed_in_anew_is_left_to_grade(graded: Class) -> None:
    graded.hand_in("min", "better now")
    graded.correct(min=set())
    change = of(graded.preview(), "min")
    assert (change.fate, change.before, change.written) == (Fate.RESUBMITTED, 7.0, False)
    assert "min" not in graded.box.seeds


def test_a_submission_that_is_gone_keeps_its_grade(graded: Class) -> None:
    shutil.rmtree(graded.submission("min").parent)
    graded.correct()
    change = of(graded.preview(), "min")
    assert (change.fate, change.before, change.written) == (Fate.MISSING, 7.0, False)


def test_a_notebook_that_is_broken_now_is_an_error_of_that_student(graded: Class) -> None:
    graded.submission("min").unlink()
    graded.correct(kim=set())
    found = graded.preview()
    assert (of(found, "min").fate, of(found, "min").before) == (Fate.ERROR, 7.0)
    assert of(found, "kim").gain == -11.0


def test_without_results_the_gradebook_is_compared_with_symbol_by_symbol(graded: Class) -> None:
    """As after `nbgrader autograde`, or where .autograder/ was removed."""
    (graded.root / ".autograder" / "results.db").unlink()
    graded.correct(lee={SHAPE, PAIRS})
    found = graded.preview()
    lee = of(found, "lee")
    assert (lee.before, lee.after, lee.before_from, lee.tests) == (2.0, 7.0, "gradebook", ())
    assert [(s.cell, s.before, s.after) for s in lee.symbols] == [("squared_distances", 0.0, 5.0)]
    assert of(found, "kim").fate is Fate.SAME
    assert any("only the gradebook's points" in reason for reason in found.reasons)


def test_points_that_another_program_wrote_are_what_stands(graded: Class) -> None:
    def overwrite(grades: dict[str, Any]) -> None:
        grades["test_standardize"].auto_score = 1.0

    graded.by_hand("kim", overwrite)
    found = graded.preview()
    kim = of(found, "kim")
    assert (kim.before, kim.after, kim.before_from) == (6.0, 11.0, "gradebook")
    assert of(found, "min").fate is Fate.UNCHANGED
    graded.apply()
    assert graded.scores()["kim"] == 11.0


def test_only_the_named_students_are_looked_at(graded: Class) -> None:
    graded.correct(kim=set(), lee=set())
    found = graded.preview("lee")
    assert [change.student for change in found.changes] == ["lee"]
    assert graded.box.seeds == {"lee": [7, 7]}
    with pytest.raises(UsageError) as caught:
        graded.preview("leee")
    assert caught.value.code == "student-unknown"


def test_points_that_the_gradebook_does_not_have_yet_are_told_before_applying(
    graded: Class,
) -> None:
    graded.box.suite[PAIRS] = ("squared_distances", 6.0, "All pairs are compared.")
    graded.correct()
    found = graded.preview()
    assert of(found, "kim").gain == 1.0
    (remark,) = found.remarks
    assert f"autograder release {NAME}" in remark
    before = graded.rows()
    with pytest.raises(CourseError) as caught:
        graded.apply()
    assert caught.value.code == "points-differ"
    assert graded.rows() == before


def test_where_nobody_submitted_there_is_nothing_to_regrade(graded: Class) -> None:
    path = graded.root / "course.yml"
    path.write_text(path.read_text() + "  empty:\n    title: Nobody did this\n")
    for folder in ("solutions", "tests/hidden"):
        (graded.root / folder / "empty").mkdir()
    like = graded.root / "solutions" / NAME / f"{NAME}.ipynb"
    notebook = json.loads(like.read_text())
    (graded.root / "solutions" / "empty" / "empty.ipynb").write_text(json.dumps(notebook))
    from autograder.course import load_course
    from autograder.gradebook import GradesReader
    from autograder.regrade.scope import Scope

    course = load_course(graded.root)
    with (
        graded.store() as store,
        GradesReader(graded.root) as reader,
        pytest.raises(UsageError) as caught,
    ):
        Scope.of(course, "empty", store, reader)
    assert caught.value.code == "nothing-to-regrade"


def test_a_notebook_that_is_replaced_while_it_is_graded_is_left_to_grade(
    graded: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    graded.correct(min=set(), kim=set())
    monkeypatch.setattr(
        "autograder.grading.read_bytes",
        lambda path: path.read_bytes().replace(b"by min ", b"by min anew "),
    )
    found = graded.preview()
    assert of(found, "min").fate is Fate.RESUBMITTED
    assert of(found, "kim").gain == -11.0
