"""A round from the first day on: what changes it, and what is given out again in the end."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from autograder.course import Course
from autograder.errors import CourseError, UsageError
from autograder.peer.review.aggregate import item_by
from autograder.peer.review.assign import Wish, changed, given_again
from autograder.peer.review.files import (
    file_name_of,
    keep_reviews,
    read_reviews,
    read_round,
    round_folder,
    write_round,
)
from autograder.peer.review.model import Item, Review, Round
from autograder.peer.review.tasks import Step
from autograder.peer.review.turnout import turnout
from tests.peer.review.classes import (
    GROUPS,
    LATER,
    NAME,
    NOW,
    PEOPLE,
    forms_of,
    gathered_of,
    made_round,
    make_class,
    over,
    submit,
    without,
)

ALL = list(PEOPLE)


def review_all(course: Course, made: Round, reviewers: Iterable[str]) -> None:
    for reviewer in reviewers:
        reviews = [
            Review(
                reviewer=reviewer,
                item=task.item,
                scores={each.id: 3 for each in made.criteria_of(made.item(task.item))},
                comments={},
                received_at=NOW,
                saved_at=NOW,
                source=f"{reviewer}{task.item}",
            )
            for task in made.tasks_of(reviewer)
        ]
        keep_reviews(course, NAME, reviewer, reviews)


def again(course: Course, made: Round, now: object = None, **wish: object) -> Step:
    moment = LATER if now is None else now
    step = given_again(
        course,
        made,
        gathered_of(course),
        read_reviews(course, made),
        Wish(**wish),
        moment,  # type: ignore[arg-type]
    )
    write_round(course, step.made)
    return step


def read_of(made: Round, reviews: Iterable[Review]) -> Counter[str]:
    authors = {item.id: item.author or "" for item in made.items}
    return Counter(authors[review.item] for review in reviews)


def test_everybody_gives_three_and_gets_three(tmp_path: Path) -> None:
    step = made_round(make_class(tmp_path / "course"))
    made = step.made
    assert (made.k, made.due) == (
        3,
        (NOW + timedelta(days=7)).replace(hour=23, minute=59, second=59),
    )
    assert set(Counter(task.reviewer for task in made.tasks).values()) == {3}
    assert set(Counter(task.item for task in made.tasks).values()) == {3}
    assert len(set(made.tokens.values())) == len(PEOPLE)


def test_nobody_reads_an_answer_of_their_own_group_if_asked(tmp_path: Path) -> None:
    course = make_class(tmp_path / "course")
    made = made_round(course, Wish(avoid_own_group=True, seed=1)).made
    group_of = {member: group for group, members in GROUPS.items() for member in members}
    for task in made.tasks:
        author = made.item(task.item).author
        assert author is not None
        assert group_of[task.reviewer] != group_of[author]


def test_who_reads_whom_cannot_be_worked_out_from_what_students_know(tmp_path: Path) -> None:
    """Without --seed it is drawn, and kept where only the organiser looks."""
    course = make_class(tmp_path / "course")
    first, second = made_round(course, Wish()), made_round(course, Wish())
    assert first.made.seed != second.made.seed
    assert first.made.tokens != second.made.tokens
    mode = (round_folder(course, NAME) / "round.json").stat().st_mode
    assert mode & 0o077 == 0


def test_running_it_again_changes_nothing(tmp_path: Path) -> None:
    course = make_class(tmp_path / "course")
    made = made_round(course).made
    step = changed(course, made, gathered_of(course), Wish(), LATER)
    assert step.made == made == read_round(course, NAME)
    assert (step.new_tasks, step.withdrawn, step.joined) == ((), (), ())


@pytest.mark.parametrize(
    "wish", [Wish(k=2), Wish(avoid_own_group=True), Wish(seed=8), Wish(calibration=1)]
)
def test_another_round_than_the_one_that_was_given_out_is_refused(
    tmp_path: Path, wish: Wish
) -> None:
    course = make_class(tmp_path / "course")
    made = made_round(course).made
    with pytest.raises(UsageError) as caught:
        changed(course, made, gathered_of(course), wish, NOW)
    assert caught.value.code == "round-exists"


def test_a_withdrawn_consent_takes_the_answer_out_and_leaves_the_reviewer(tmp_path: Path) -> None:
    course = make_class(tmp_path / "course")
    made = made_round(course).made
    course = without(course, ALL[0])
    step = changed(course, made, gathered_of(course), Wish(), NOW)
    assert step.withdrawn == (ALL[0],)
    own = item_by(step.made, ALL[0])
    assert own is not None
    assert own.withdrawn_at == NOW
    assert all(task.item != own.id for who in ALL for task in step.made.tasks_of(who))
    assert len(step.made.tasks_of(ALL[0])) == 3
    assert sum(len(step.made.tasks_of(who)) for who in ALL) == 21
    assert changed(course, step.made, gathered_of(course), Wish(), LATER).made == step.made


def test_who_opted_out_before_is_not_read_and_reviews(tmp_path: Path) -> None:
    course = without(make_class(tmp_path / "course"), ALL[0])
    made = made_round(course).made
    assert item_by(made, ALL[0]) is None
    assert len(made.tasks_of(ALL[0])) == 3
    received = Counter(task.item for task in made.tasks)
    assert max(received.values()) - min(received.values()) <= 1
    assert min(received.values()) >= 3


def test_who_hands_in_later_joins_without_taking_anything_from_others(tmp_path: Path) -> None:
    course = make_class(tmp_path / "course", ALL[:6])
    made = made_round(course).made
    submit(course.root, ALL[6])
    step = changed(course, made, gathered_of(course), Wish(), NOW)
    assert step.joined == (ALL[6],)
    assert step.made.tasks[: len(made.tasks)] == made.tasks
    assert len(step.made.tasks_of(ALL[6])) == 3
    own = item_by(step.made, ALL[6])
    assert own is not None
    assert Counter(task.item for task in step.made.tasks)[own.id] == 3
    given = Counter(task.reviewer for task in step.made.tasks)
    assert max(given.values()) - min(given.values()) <= 1


def test_everybody_gets_k_reviews_also_when_some_fail_to_review(tmp_path: Path) -> None:
    course = make_class(tmp_path / "course")
    made = made_round(course).made
    lazy = ALL[:2]
    review_all(course, made, ALL[2:])
    step = again(course, made)
    assert step.new_tasks
    assert not step.missing
    assert not {task.reviewer for task in step.new_tasks} & set(lazy)
    extra = Counter(task.reviewer for task in step.new_tasks)
    assert max(extra.values()) - min(extra[who] for who in ALL[2:]) <= 1
    assert len({(task.reviewer, task.item) for task in step.made.tasks}) == len(step.made.tasks)
    assert all(step.made.item(task.item).author != task.reviewer for task in step.new_tasks)
    review_all(course, step.made, extra)
    read = read_of(step.made, read_reviews(course, step.made))
    assert all(read[author] == 3 for author in ALL)


def test_what_was_given_out_again_is_not_given_out_twice_while_there_is_time(
    tmp_path: Path,
) -> None:
    course = make_class(tmp_path / "course")
    made = made_round(course).made
    review_all(course, made, ALL[1:])
    step = again(course, made)
    assert len(step.new_tasks) == 3
    assert again(course, step.made, LATER + timedelta(hours=1)).made == step.made
    late = again(course, step.made, over(step))
    assert len(late.new_tasks) == 3, "who did not do the second one either is not asked again"
    assert not {t.reviewer for t in late.new_tasks} & {t.reviewer for t in step.new_tasks}


def test_what_nobody_is_left_to_review_is_listed(tmp_path: Path) -> None:
    course = make_class(tmp_path / "course", ALL[:4])
    made = made_round(course).made
    review_all(course, made, ALL[:2])
    step = again(course, made)
    read = read_of(step.made, read_reviews(course, step.made))
    assert not step.new_tasks, "everybody has read everybody else's already"
    assert step.missing == {who: 3 - read[who] for who in ALL[:4]}
    assert sum(step.missing.values()) == 6


def test_before_the_time_is_over_nothing_is_given_out_again(tmp_path: Path) -> None:
    course = make_class(tmp_path / "course")
    made = made_round(course).made
    with pytest.raises(UsageError) as caught:
        again(course, made, NOW)
    assert caught.value.code == "reviews-still-open"
    assert "2026-10-08 23:59" in caught.value.where


def test_two_students_review_each_other_and_three_each_are_refused(tmp_path: Path) -> None:
    course = make_class(tmp_path / "course", ALL[:2])
    with pytest.raises(UsageError) as caught:
        made_round(course)
    assert (caught.value.code, caught.value.next) == ("reviews-impossible", "-k 1 would do")
    assert len(made_round(course, Wish(k=1)).made.tasks) == 2


def test_a_right_answer_for_calibration_is_kept_from_its_author_and_from_who_reads_it_anyway(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would be there twice, and be known by that."""
    from autograder.peer.review import calibration

    course = make_class(tmp_path / "course")
    known = {"standardize.correct": 3.0}
    pool = (
        Item(id="x", author=ALL[0], code={"standardize": "pass\n"}, known=known),
        Item(
            id="y", author=None, code={"standardize": "pass\n"}, known={"standardize.correct": 0.0}
        ),
    )
    monkeypatch.setattr(calibration, "calibration_items", lambda *given, **named: pool)
    made = made_round(course, Wish(calibration=1, seed=3)).made
    assert {task.kind for task in made.tasks} == {"peer", "calibration"}
    for reviewer in ALL:
        tasks = made.tasks_of(reviewer)
        assert sorted(task.kind for task in tasks) == ["calibration", "peer", "peer", "peer"]
        authors = [made.item(task.item).author for task in tasks]
        assert reviewer not in authors
        assert len(set(authors)) == 4
    assert {made.item(t.item).author for t in made.tasks if t.kind == "calibration"} == {
        ALL[0],
        None,
    }


def test_how_far_it_is(tmp_path: Path) -> None:
    course = make_class(tmp_path / "course")
    made = made_round(course).made
    review_all(course, made, ALL[:5])
    reviews = read_reviews(course, made)
    overall = turnout(made, reviews, reviews, LATER)
    assert (overall.asked, overall.given, overall.over) == (24, 15, True)
    assert [row.given for row in overall.people if row.student in ALL[5:]] == [0, 0, 0]
    assert sum(row.received or 0 for row in overall.people) == 15
    assert set(overall.short) == {row.student for row in overall.people if (row.received or 0) < 3}


@pytest.mark.parametrize("content", ["", "{", "[]", '{"schema": 2}', '{"schema": 1}', "\xff"])
def test_a_broken_file_of_the_round_is_named_and_left(tmp_path: Path, content: str) -> None:
    course = make_class(tmp_path / "course", ALL[:4])
    made_round(course)
    path = round_folder(course, NAME) / "round.json"
    path.write_text(content, encoding="latin-1")
    with pytest.raises(CourseError) as caught:
        read_round(course, NAME)
    assert caught.value.where == str(path)
    assert path.read_text(encoding="latin-1") == content


def test_a_round_that_was_edited_by_hand_until_nothing_fits_is_broken(tmp_path: Path) -> None:
    course = make_class(tmp_path / "course", ALL[:4])
    made = made_round(course).made
    write_round(course, replace(made, items=made.items[1:]))
    with pytest.raises(CourseError) as caught:
        read_round(course, NAME)
    assert caught.value.code == "reviews-broken"
    with pytest.raises(CourseError) as caught:
        forms_of(course, Step(made=replace(made, tokens={})))
    assert caught.value.code == "reviews-broken"


def test_who_joins_when_the_time_is_over_has_time_of_their_own(tmp_path: Path) -> None:
    course = make_class(tmp_path / "course", ALL[:6])
    made = made_round(course).made
    submit(course.root, ALL[6])
    step = changed(course, made, gathered_of(course), Wish(), LATER)
    assert step.new_tasks
    assert all(task.due is not None and task.due > LATER for task in step.new_tasks)


def test_a_round_is_what_was_written(tmp_path: Path) -> None:
    course = make_class(tmp_path / "course", ALL[:4])
    made = replace(made_round(course).made, k=2)
    write_round(course, made)
    assert read_round(course, NAME) == made


@pytest.mark.parametrize("student", ["..", ".", "", "a/b", "../../x", "a\\b", "x" * 300, "\0"])
def test_no_id_of_a_roster_leads_out_of_the_folder(student: str) -> None:
    name = file_name_of(student)
    assert re.fullmatch(r"%[0-9a-f]{32}", name)
    assert file_name_of("한별-한글") == "한별-한글"
