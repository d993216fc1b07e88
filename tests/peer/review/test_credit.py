"""Extra credit for reviewing in a real gradebook: shown first, given once, never a person's."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbgrader.api as nb
import pytest
from typer.testing import CliRunner

from autograder import gradebook
from autograder.cli import app
from autograder.course import Course, load_course
from autograder.errors import CourseError, GradebookError, UsageError
from autograder.export import Extras, classbook, sheet
from autograder.peer.review import credit as credits_
from autograder.peer.review.credit import Asked, Credit, apply, planned, points_of
from autograder.peer.review.files import round_folder
from autograder.peer.review.gifts import FILE, read_gifts
from autograder.peer.review.judged_round import JudgedRound, judged_round
from autograder.peer.review.model import Review
from autograder.peer.review.reliability import Thresholds
from autograder.store import only_batch
from tests.regrade.classes import DIM, PAIRS, SHAPE, Class, copied, make_class
from tests.store.batches import NAME, copy_of

from .made_rounds import NOW, all_three, keep, known_item, peer_item, review, round_with, task

CELL = "test_standardize"  # of the first graded symbol
BOTH = Asked(points=2.0, what_for="both")
REVIEWING = Asked(points=2.0, what_for="reviewing")


@pytest.fixture(scope="module")
def graded_once(tmp_path_factory: pytest.TempPathFactory) -> Class:
    """Four who handed in; of them kim, lee and min are asked to review two others each."""
    root = tmp_path_factory.mktemp("credit") / "course"
    everything = {SHAPE, DIM, PAIRS}
    made = make_class(root, kim=everything, lee={SHAPE}, min={SHAPE, PAIRS}, ada=set())
    made.grade(feedback=False)
    assert made.scores() == {"kim": 11.0, "lee": 2.0, "min": 7.0, "ada": 0.0}
    return made


@pytest.fixture
def graded(graded_once: Class, tmp_path: Path) -> Class:
    there = copied(graded_once, copy_of(graded_once.root, tmp_path / "course"))
    asked_of(there, [all_three("kim", "R-lee", 2), all_three("kim", "R-min", 2),
                     all_three("lee", "R-kim", 2)])  # fmt: skip
    return there


def asked_of(there: Class, reviews: Sequence[Review]) -> None:
    """kim has done all of it, lee a half, min nothing; ada was not asked."""
    items = {item.id: item for item in map(peer_item, ("kim", "lee", "min", "ada"))}
    items |= {"K1": known_item("K1", 0, 0), "K2": known_item("K2", 3, 3)}
    pairs = [("kim", "R-lee"), ("kim", "R-min"), ("lee", "R-kim"), ("lee", "R-min")]
    pairs += [("min", "R-kim"), ("min", "R-lee")]
    tasks = [task(reviewer, items[item]) for reviewer, item in pairs]
    extra = [task(r.reviewer, items[r.item]) for r in reviews if r.item.startswith("K")]
    keep(course(there), round_with([*tasks, *extra], list(items.values()), NAME), reviews)


def course(there: Class) -> Course:
    return load_course(there.root)


def standing(there: Class) -> JudgedRound:
    return judged_round(course(there), NAME, Thresholds())


def preview(there: Class, asked: Asked = REVIEWING) -> dict[str, Credit]:
    return {each.student: each for each in planned(course(there), standing(there), asked)}


def give(there: Class, asked: Asked = REVIEWING) -> dict[str, Credit]:
    done = apply(course(there), standing(there), asked, by="ann@here", now=NOW)
    return {each.student: each for each in done}


def extra(there: Class, cell: str = CELL) -> dict[str, float | None]:
    return {row[0]: row[4] for row in there.rows()["grades"] if row[1] == cell}


def by_hand(points: float | None) -> Callable[[dict[str, nb.Grade]], None]:
    def change(rows: dict[str, nb.Grade]) -> None:
        rows[CELL].extra_credit = points

    return change


def test_a_preview_shows_all_and_writes_nothing(graded: Class) -> None:
    before = graded.everything()
    found = preview(graded)
    assert {who: each.points for who, each in found.items()} == {
        "kim": 2.0,
        "lee": 1.0,
        "min": 0.0,
        "ada": 1.0,
    }
    assert (found["kim"].extra_before, found["kim"].extra_after) == (None, 2.0)
    assert graded.everything() == before


def test_it_is_on_top_of_the_score_and_exported(graded: Class) -> None:
    give(graded)
    assert extra(graded) == {"kim": 2.0, "lee": 1.0, "min": None, "ada": 1.0}
    assert graded.scores() == {"kim": 13.0, "lee": 3.0, "min": 7.0, "ada": 1.0}
    here = course(graded)
    table = sheet(classbook(here, [here.assignment(NAME)]), "nbgrader", Extras())
    scores = {row[table.head.index("student_id")]: row[table.head.index("score")]
              for row in table.rows}  # fmt: skip
    assert float(scores["kim"]) == 13.0


def test_given_twice_is_given_once(graded: Class) -> None:
    give(graded)
    before = graded.rows()
    again = give(graded)
    assert {each.fate for each in again.values()} == {"same"}
    assert graded.rows() == before
    assert len(read_gifts(course(graded), NAME).history) == 1


def test_other_points_replace_ours_and_not_what_a_person_gave(graded: Class) -> None:
    graded.by_hand("kim", by_hand(0.5))
    give(graded)
    assert extra(graded)["kim"] == 2.5
    give(graded, Asked(points=3.0, what_for="reviewing"))
    assert extra(graded)["kim"] == 3.5
    graded.by_hand("kim", by_hand(4.0))
    give(graded, Asked(points=1.0, what_for="reviewing"))
    assert extra(graded)["kim"] == 2.0, "1 of ours on the 1 that a person has given by now"
    give(graded, Asked(points=0.0, what_for="reviewing"))
    assert extra(graded) == {"kim": 1.0, "lee": None, "min": None, "ada": None}


def test_what_somebody_took_away_stays_away_and_is_told(graded: Class) -> None:
    give(graded)
    graded.by_hand("kim", by_hand(None))
    found = give(graded)["kim"]
    assert (found.fate, found.extra_after) == ("taken-away", None)
    assert give(graded, Asked(points=3.0, what_for="reviewing"))["kim"].fate == "taken-away"
    assert extra(graded)["kim"] is None
    give(graded, replace(REVIEWING, again=True))
    assert extra(graded)["kim"] == 2.0
    assert give(graded)["kim"].fate == "same"


def test_a_later_grading_and_a_regrade_leave_it(graded: Class) -> None:
    give(graded)
    graded.grade(again=True, feedback=False)
    assert extra(graded)["lee"] == 1.0
    graded.correct(lee={SHAPE, DIM})
    graded.preview()
    graded.apply()
    assert graded.scores()["lee"] == 7.0
    assert give(graded)["lee"].fate == "same"


@pytest.mark.thorough
def test_nbgraders_own_autograde_leaves_it(graded: Class) -> None:
    give(graded)
    command = [sys.executable, "-m", "nbgrader", "autograde", NAME, "--student", "lee", "--force"]
    told = subprocess.run(command, cwd=graded.root, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    assert extra(graded)["lee"] == 1.0
    assert give(graded)["lee"].fate == "same"


def test_a_late_penalty_goes_by_the_score_with_the_credit_and_stays_so(graded: Class) -> None:
    file = graded.root / "course.yml"
    text = file.read_text().replace("late: none", "late: {penalty_per_day: 10 %}")
    file.write_text(text.replace("# due: 2026-09-30 18:00", "due: 2026-03-01 18:00"))
    graded.submission("kim").with_name("timestamp.txt").write_text("2026-03-02 12:00:00 UTC")
    graded.grade(again=True, feedback=False)
    assert penalty(graded) == pytest.approx(1.1)
    give(graded)
    assert penalty(graded) == pytest.approx(1.3)
    graded.grade(again=True, feedback=False)
    assert penalty(graded) == pytest.approx(1.3)


def penalty(there: Class) -> float:
    return next(float(row[4]) for row in there.rows()["notebooks"] if row[0] == "kim")


def test_pages_count_as_not_written_so_that_the_next_grading_makes_them_anew(
    graded: Class,
) -> None:
    graded.grade()
    assert "13" not in scores_on_page(graded)
    give(graded)
    graded.grade()
    assert "13" in scores_on_page(graded)


def scores_on_page(there: Class) -> str:
    return there.page("kim").partition("Score: ")[2][:20]


def test_quality_counts_as_it_was_seen_and_of_whom_nothing_was_seen_as_the_others(
    graded: Class,
) -> None:
    calibrated = [
        *(review("kim", item, score, score, 1) for item, score in (("K1", 0), ("K2", 3))),
        *(all_three("lee", item, 3) for item in ("K1", "K2")),
    ]
    done = [all_three(who, f"R-{other}", 1) for who in ("kim", "lee", "min")
            for other in ("kim", "lee", "min") if who != other]  # fmt: skip
    asked_of(graded, [*done, *calibrated])
    found = preview(graded, Asked(points=2.0, what_for="quality"))
    assert {who: each.points for who, each in found.items()} == {
        "kim": 2.0,
        "lee": 0.0,
        "min": 1.0,
        "ada": 1.0,
    }
    assert preview(graded, BOTH)["lee"].points == 1.0
    assert preview(graded, REVIEWING)["min"].points == 2.0


def test_who_was_asked_for_nothing_is_at_no_disadvantage(graded: Class) -> None:
    found = preview(graded)
    asked = [each.points for each in found.values() if each.asked]
    assert found["ada"].points == sum(asked) / len(asked)
    assert found["ada"].quality is None


def test_a_round_that_asks_nobody_gives_nobody_anything(graded: Class) -> None:
    keep(course(graded), round_with([], [peer_item("kim")], NAME), [])
    assert points_of(standing(graded), {"kim", "lee"}, REVIEWING) == {"kim": 0.0, "lee": 0.0}


def test_half_a_review_is_half_done(graded: Class) -> None:
    asked_of(graded, [review("kim", "R-lee", 1, 2, None), all_three("kim", "R-min", 2)])
    assert preview(graded)["kim"].done == pytest.approx(5 / 3)


def test_a_reviewer_without_a_submission_is_told_and_the_others_get_theirs(graded: Class) -> None:
    with nb.Gradebook(f"sqlite:///{graded.root}/gradebook.db") as rows:
        rows.remove_submission(NAME, "kim")
    found = give(graded)
    assert found["kim"].fate == "no-submission"
    assert extra(graded)["lee"] == 1.0
    told = command(graded, "--apply")
    assert told.exit_code == 1
    assert "the gradebook" in told.stdout


def test_a_cell_without_any_score_would_swallow_it_so_another_is_taken(graded: Class) -> None:
    def ungraded(rows: dict[str, nb.Grade]) -> None:
        rows[CELL].auto_score = rows[CELL].manual_score = None

    graded.by_hand("kim", ungraded)
    assert give(graded)["kim"].cell == "test_squared_distances"
    assert graded.scores()["kim"] == 7.0


@pytest.mark.parametrize("committed", [True, False])
def test_killed_between_the_two_files_the_next_run_knows_which_was_written(
    graded: Class, monkeypatch: pytest.MonkeyPatch, committed: bool
) -> None:
    give(graded)
    real = gradebook.put_extra_credit

    def killed(*args: Any, **kwargs: Any) -> None:
        if committed:
            real(*args, **kwargs)
        raise KeyboardInterrupt

    monkeypatch.setattr(credits_, "put_extra_credit", killed)
    more = Asked(points=3.0, what_for="reviewing")
    with pytest.raises(KeyboardInterrupt):
        give(graded, more)
    monkeypatch.undo()
    assert extra(graded)["kim"] == (3.0 if committed else 2.0)
    give(graded, more)
    assert extra(graded) == {"kim": 3.0, "lee": 1.5, "min": None, "ada": 1.5}


def test_what_somebody_enters_in_formgrader_meanwhile_is_never_overwritten(
    graded: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = gradebook.put_extra_credit

    def in_between(*args: Any, **kwargs: Any) -> None:
        graded.by_hand("lee", by_hand(0.25))
        real(*args, **kwargs)

    monkeypatch.setattr(credits_, "put_extra_credit", in_between)
    with pytest.raises(GradebookError) as caught:
        give(graded)
    assert caught.value.code == "gradebook-changed"
    assert extra(graded) == {"kim": None, "lee": 0.25, "min": None, "ada": None}
    monkeypatch.undo()
    assert give(graded)["lee"].extra_after == 1.25


def test_a_locked_gradebook_is_waited_for_and_then_told(
    graded: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autograder.gradebook.opened.WAIT_S", 0.2)
    monkeypatch.setattr("autograder.gradebook.credit.opened", impatiently)
    before = graded.rows()
    with sqlite3.connect(graded.root / "gradebook.db") as other:
        other.execute("begin exclusive")
        with pytest.raises(GradebookError) as caught:
            give(graded)
        other.rollback()
    assert caught.value.code == "gradebook-locked"
    assert graded.rows() == before
    assert give(graded)["kim"].extra_after == 2.0


def impatiently(url: str) -> Any:
    from autograder.gradebook.opened import opened

    return opened(url, wait_s=0.2)


def test_a_gradebook_of_another_version_is_refused_and_left_as_it_is(graded: Class) -> None:
    with sqlite3.connect(graded.root / "gradebook.db") as rows:
        rows.execute("update alembic_version set version_num = 'ffffffffffff'")
    before = (graded.root / "gradebook.db").read_bytes()
    with pytest.raises(GradebookError) as caught:
        give(graded)
    assert caught.value.code == "gradebook-newer"
    assert (graded.root / "gradebook.db").read_bytes() == before


def test_while_a_batch_is_grading_nothing_is_written(graded: Class) -> None:
    with only_batch(graded.root), pytest.raises(UsageError) as caught:
        give(graded)
    assert caught.value.code == "batch-running"


def test_a_broken_record_of_what_was_given_is_told_and_left(graded: Class) -> None:
    give(graded)
    file = round_folder(course(graded), NAME) / FILE
    file.write_text('{"by_student": 3')
    with pytest.raises(CourseError) as caught:
        give(graded)
    assert caught.value.code == "reviews-broken"
    assert file.read_text() == '{"by_student": 3'
    assert extra(graded)["kim"] == 2.0


def command(there: Class, *words: str) -> Any:
    asked = ["peer", "review", "credit", NAME, "--course", str(there.root), *words]
    return CliRunner().invoke(app, [*asked, "--for", "reviewing", "--points", "2"])


def test_the_command_shows_first_and_writes_when_it_is_told_to(graded: Class) -> None:
    shown = command(graded)
    assert (shown.exit_code, extra(graded)["kim"]) == (0, None)
    assert "nothing was written" in shown.stderr
    assert "not asked" in shown.stdout
    told = json.loads(command(graded, "--apply", "--json").stdout)
    assert told["applied"] is True
    assert {each["student"]: each["points"] for each in told["credit"]}["kim"] == 2.0
    assert extra(graded)["kim"] == 2.0
