"""Applying writes what the preview showed, once, and only while all of it holds."""

from __future__ import annotations

import os
import signal
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.errors import GradebookError, UsageError
from autograder.gradebook import Gradebook
from autograder.regrade import Options
from autograder.store import only_batch
from tests.store.batches import NAME, copy_of

from .classes import DIM, PAIRS, SHAPE, Class, copied


@pytest.fixture
def previewed(graded: Class) -> Class:
    """kim will lose 5, lee will gain 4, min stays."""
    graded.correct(kim={SHAPE, DIM}, lee={SHAPE, DIM})
    graded.preview()
    graded.box.seeds.clear()
    return graded


AFTER = {"kim": 6.0, "lee": 6.0, "min": 7.0}


def code_of(refused: pytest.ExceptionInfo[UsageError]) -> str:
    return refused.value.code


def test_what_was_previewed_is_written_without_grading_again(previewed: Class) -> None:
    done = previewed.apply()
    assert previewed.box.seeds == {}
    assert previewed.scores() == AFTER
    assert done.remarks == (), "the gradebook shows what the preview said"
    assert "standardize: 6 of 6 points" in previewed.page("lee")
    with previewed.store() as store:
        kept = store.kept((student, NAME) for student in AFTER)
    assert {pair[0]: each.report.score for pair, each in kept.items()} == AFTER


def test_afterwards_nothing_is_left_to_grade_or_to_regrade(previewed: Class) -> None:
    previewed.apply()
    previewed.grade()
    assert previewed.box.seeds == {}, "the next `autograder grade` keeps what was applied"
    assert previewed.scores() == AFTER
    found = previewed.preview()
    assert found.summary.fates == {"unchanged": 3}


def test_the_gradebook_is_as_if_the_corrected_suite_had_graded_from_the_start(
    previewed: Class,
) -> None:
    twin = copied(previewed, copy_of(previewed.root, previewed.root.parent / "twin"))
    twin.grade(again=True)
    previewed.apply()
    assert previewed.rows() == twin.rows()
    assert {s: previewed.page(s) for s in AFTER} == {s: twin.page(s) for s in AFTER}


def test_both_are_recorded_with_who_and_when_and_what(previewed: Class) -> None:
    before, applied = previewed.history()[0], previewed.apply()
    (logged,) = previewed.history()
    assert (before.state, logged.state) == ("preview", "applied")
    assert (logged.made_by, logged.applied_by) == ("ann@here", "ben@there")
    assert logged.made_at <= logged.applied_at
    assert applied.regrade.digests_before[0].suite != applied.regrade.digests.suite
    assert {(c.student, c.gain, c.seed) for c in applied.regrade.changes} == {
        ("kim", -5.0, 7),
        ("lee", 4.0, 7),
        ("min", 0.0, 7),
    }


@pytest.mark.thorough
def test_applying_a_second_time_changes_nothing(previewed: Class) -> None:
    previewed.apply()
    before = previewed.rows(), previewed.history()
    assert previewed.apply(by="carl@here").outcome is None
    assert (previewed.rows(), previewed.history()) == before


def test_without_a_preview_nothing_is_applied(graded: Class) -> None:
    graded.correct(kim=set())
    with pytest.raises(UsageError) as caught:
        graded.apply()
    assert code_of(caught) == "no-preview"
    assert graded.scores()["kim"] == 11.0


def hand_in_anew(course: Class) -> None:
    course.hand_in("lee", "and more")


def correct_again(course: Class) -> None:
    course.correct()


def grade_in_between(course: Class) -> None:
    course.grade(seed=8)


def give_points_by_hand(course: Class) -> None:
    course.by_hand("lee", lambda grades: setattr(grades["test_standardize"], "manual_score", 6.0))


def change_the_settings(course: Class) -> None:
    path = course.root / "course.yml"
    path.write_text(path.read_text().replace("call: 5 s", "call: 9 s"))


def take_away(course: Class) -> None:
    course.submission("lee").unlink()


@pytest.mark.parametrize(
    ("meanwhile", "words"),
    [
        (hand_in_anew, "lee: the submission is another one now"),
        (correct_again, "the hidden suite changed again"),
        pytest.param(grade_in_between, "graded it in between", marks=pytest.mark.thorough),
        (give_points_by_hand, "lee: the gradebook has other points now"),
        pytest.param(change_the_settings, "or the settings are", marks=pytest.mark.thorough),
        pytest.param(take_away, "lee: the submission is", marks=pytest.mark.thorough),
    ],
)
def test_if_anything_changed_in_between_nothing_is_written(
    previewed: Class, meanwhile: Callable[[Class], None], words: str
) -> None:
    meanwhile(previewed)
    before = previewed.rows()
    with pytest.raises(UsageError) as caught:
        previewed.apply()
    assert code_of(caught) == "preview-outdated"
    assert words in str(caught.value)
    assert previewed.rows() == before


@pytest.mark.thorough
def test_previewed_anew_it_goes_through(previewed: Class) -> None:
    correct_again(previewed)
    with pytest.raises(UsageError):
        previewed.apply()
    previewed.preview()
    previewed.apply()
    assert previewed.scores() == AFTER


def test_other_options_than_the_previews_are_refused(previewed: Class) -> None:
    with pytest.raises(UsageError) as caught:
        previewed.apply(Options(never_lower=True))
    assert code_of(caught) == "preview-differs"
    assert previewed.scores()["kim"] == 11.0


@pytest.mark.thorough
def test_who_was_not_previewed_is_not_written(graded: Class) -> None:
    graded.correct(kim={SHAPE, DIM}, lee={SHAPE, DIM})
    graded.preview("lee")
    graded.apply()
    assert graded.scores() == {"kim": 11.0, "lee": 6.0, "min": 7.0}


@pytest.mark.thorough
def test_who_failed_on_our_side_keeps_the_grade_and_the_others_are_written(graded: Class) -> None:
    graded.box.broken = {"kim"}
    graded.correct(kim=set(), lee={SHAPE, DIM})
    graded.preview()
    graded.apply()
    assert graded.scores() == {"kim": 11.0, "lee": 6.0, "min": 7.0}


@pytest.mark.thorough
def test_a_submission_that_was_never_graded_is_written_if_that_was_asked(graded: Class) -> None:
    graded.hand_in("new")
    graded.box.right["new"] = {PAIRS}
    graded.correct()
    graded.preview(new=True)
    graded.apply()
    assert graded.scores()["new"] == 5.0


def test_of_a_second_batch_or_regrade_each_is_refused(previewed: Class) -> None:
    with only_batch(previewed.root):
        for refused in (previewed.apply, previewed.preview):
            with pytest.raises(UsageError) as caught:
                refused()
            assert code_of(caught) == "batch-running"


def test_killed_at_any_step_it_goes_on_and_comes_to_the_same(previewed: Class) -> None:
    twin = copied(previewed, copy_of(previewed.root, previewed.root.parent / "twin"))
    twin.apply()
    for step in STEPS:
        killed_before(previewed, step)
    assert previewed.history()[0].state == "applying"
    done = previewed.apply()
    assert done.outcome is not None
    assert previewed.box.seeds == {}
    assert previewed.history()[0].state == "applied"
    assert previewed.rows() == twin.rows()
    assert {s: previewed.page(s) for s in AFTER} == {s: twin.page(s) for s in AFTER}


# (class or module, function, which of its calls is the last): a power cut comes before it.
STEPS = (
    ("autograder.store.results.Store", "keep", 2),
    ("autograder.gradebook.writer.Gradebook", "commit", 1),
    ("autograder.store.results.Store", "mark_recorded", 1),
    ("autograder.batch", "render_feedback", 1),
    ("autograder.store.results.Store", "mark_shown", 1),
)


def killed_before(course: Class, step: tuple[str, str, int]) -> None:
    """Apply in a process of its own that ends without a word before that call."""
    place, name, number = step
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # no thread of ours runs here
        child = os.fork()
    if child == 0:
        try:
            with pytest.MonkeyPatch.context() as patched:
                calls: list[Any] = []
                original = _found(place, name)

                def cut(*args: Any, **kwargs: Any) -> Any:
                    calls.append(name)
                    if len(calls) == number:
                        os.kill(os.getpid(), signal.SIGKILL)
                    return original(*args, **kwargs)

                patched.setattr(f"{place}.{name}", cut)
                course.apply()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), f"{name} was called {number} times"


def _found(place: str, name: str) -> Callable[..., Any]:
    import pkgutil

    found: Callable[..., Any] = pkgutil.resolve_name(f"{place}.{name}")
    return found


@pytest.mark.thorough
def test_a_gradebook_that_refuses_loses_nothing_and_the_same_command_goes_on(
    previewed: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = previewed.rows()

    def refuse(gradebook: Gradebook) -> None:
        raise GradebookError("gradebook-locked", "another program is writing")

    with monkeypatch.context() as patched:
        patched.setattr(Gradebook, "_write_rows", lambda self, pending: refuse(self))
        with pytest.raises(GradebookError):
            previewed.apply()
    assert previewed.rows() == before
    previewed.apply()
    assert previewed.scores() == AFTER


@pytest.mark.thorough
def test_a_copy_of_the_course_regrades_its_own_gradebook(previewed: Class, tmp_path: Path) -> None:
    """One database for two copies: what one previewed is not what the other applies."""
    twin = copied(previewed, copy_of(previewed.root, tmp_path / "twin"))
    shared = f"sqlite:///{tmp_path}/shared.db"
    here, there = Class(previewed.root, previewed.box, shared), Class(twin.root, twin.box, shared)
    here.grade()
    here.correct(kim=set())
    here.preview()
    with pytest.raises(UsageError) as caught:
        there.apply()
    assert code_of(caught) == "no-preview"
