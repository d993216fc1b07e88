"""A student may ask once for another look; what an instructor then says is final."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from autograder.cli import app
from autograder.course import Course, load_course
from autograder.errors import UsageError
from autograder.feedback import this_moment
from autograder.peer.review.appeals import (
    DAYS,
    FILE,
    Appeal,
    decide,
    give_scores,
    open_appeal,
    read_appeals,
)
from autograder.peer.review.files import round_folder
from autograder.peer.review.given import WORDS, page_of, write_scores
from autograder.peer.review.judged_round import judged_round
from autograder.peer.review.model import Round
from autograder.peer.review.reliability import Thresholds
from autograder.peer.review.spotchecks import keep_spotcheck

from .made_rounds import (
    CORRECT,
    NOW,
    READABLE,
    all_three,
    keep,
    known_item,
    later,
    peer_item,
    round_with,
    task,
)

NAME = "cross_entropy"
ITEMS = [*map(peer_item, ("ada", "kim", "lee")), known_item("K1", 0, 0)]
SAID = [all_three("kim", "R-ada", 1), all_three("lee", "R-ada", 1)]


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """ada got 1 of 3 from two reviewers."""
    (tmp_path / "solutions" / NAME).mkdir(parents=True)
    (tmp_path / "solutions" / NAME / f"{NAME}.ipynb").write_text("{}")
    (tmp_path / "course.yml").write_text(f"id: c\ntitle: t\nassignments: {{{NAME}: }}\n")
    here = load_course(tmp_path)
    keep(here, made(), SAID)
    return here


def made() -> Round:
    return round_with([task(r.reviewer, ITEMS[0]) for r in SAID], ITEMS)


def given(course: Course) -> None:
    give_scores(course, made(), by="ann@here", now=NOW)


def appealed(course: Course, days: float = 1.0, why: str = "it is right") -> Appeal:
    return open_appeal(course, made(), "ada", why, now=later(days))


def code_of(caught: pytest.ExceptionInfo[UsageError]) -> str:
    return caught.value.code


def share(course: Course) -> float | None:
    return judged_round(course, NAME, Thresholds()).scores[0].share


def test_an_appeal_changes_nothing_until_it_is_decided(course: Course) -> None:
    given(course)
    appeal = appealed(course)
    assert (appeal.id, appeal.item, appeal.is_open) == ("A1", "R-ada", True)
    assert share(course) == pytest.approx(1 / 3)


def test_a_decision_is_the_score_and_known_of_its_reviewers(course: Course) -> None:
    given(course)
    appealed(course)
    written = ["correct=3", "extremes=3", "readable=3"]
    decide(course, made(), "A1", written, "you are right", by="ann@here", now=later(2))
    assert share(course) == 1.0
    trust = judged_round(course, NAME, Thresholds()).trust
    assert trust["kim"].error == trust["lee"].error == pytest.approx(2 / 3)


def test_criteria_that_are_not_named_keep_their_scores(course: Course) -> None:
    given(course)
    appealed(course)
    decide(course, made(), "A1", ["correct=3"], "that one", by="ann@here", now=later(2))
    criteria = judged_round(course, NAME, Thresholds()).scores[0].criteria
    assert (criteria[CORRECT].score, criteria[READABLE].score) == (3.0, pytest.approx(1.0))


def test_a_decision_is_above_a_spot_check_even_a_later_one(course: Course) -> None:
    given(course)
    appealed(course)
    decide(course, made(), "A1", ["correct=3"], "yes", by="ann@here", now=later(2))
    keep_spotcheck(course, made(), "R-ada", ["correct=0"], "", by="ben@here", now=later(3))
    assert judged_round(course, NAME, Thresholds()).judged["R-ada"][CORRECT] == 3.0


def test_a_decision_is_final(course: Course) -> None:
    given(course)
    appealed(course)
    decide(course, made(), "A1", ["correct=2"], "half", by="ann@here", now=later(2))
    before = (round_folder(course, NAME) / FILE).read_bytes()
    with pytest.raises(UsageError) as caught:
        decide(course, made(), "A1", ["correct=3"], "more", by="ben@here", now=later(3))
    assert code_of(caught) == "appeal-decided"
    with pytest.raises(UsageError) as caught:
        appealed(course, days=3)
    assert code_of(caught) == "appealed-before"
    assert (round_folder(course, NAME) / FILE).read_bytes() == before


def test_one_item_is_appealed_against_once(course: Course) -> None:
    given(course)
    appealed(course)
    with pytest.raises(UsageError) as caught:
        appealed(course)
    assert code_of(caught) == "appealed-before"
    assert "--decide A1" in caught.value.next


def test_before_scores_are_given_there_is_nothing_to_appeal_against(course: Course) -> None:
    with pytest.raises(UsageError) as caught:
        appealed(course)
    assert code_of(caught) == "scores-not-given"


@pytest.mark.parametrize(("days", "in_time"), [(DAYS, True), (DAYS + 0.001, False)])
def test_there_is_a_last_moment(course: Course, days: float, in_time: bool) -> None:
    given(course)
    if in_time:
        assert appealed(course, days=days).is_open
        return
    with pytest.raises(UsageError) as caught:
        appealed(course, days=days)
    assert code_of(caught) == "appeal-too-late"


def test_the_last_moment_can_be_named_and_moved(course: Course) -> None:
    give_scores(course, made(), by="ann", now=NOW, until=later(1))
    with pytest.raises(UsageError):
        appealed(course, days=2)
    give_scores(course, made(), by="ben", now=later(2), until=later(4))
    assert appealed(course, days=3).is_open
    assert [each.by for each in read_appeals(course, NAME).given] == ["ann", "ben"]
    with pytest.raises(UsageError) as caught:
        give_scores(course, made(), by="ann", now=later(5), until=later(4))
    assert code_of(caught) == "appeals-until"


@pytest.mark.parametrize("student", ["nobody", "min"])
def test_whose_answer_was_not_reviewed_has_nothing_to_appeal(course: Course, student: str) -> None:
    given(course)
    with pytest.raises(UsageError) as caught:
        open_appeal(course, made(), student, "it is right", now=later(1))
    assert code_of(caught) == "nothing-to-appeal"


@pytest.mark.parametrize(("why", "code"), [(" \n", "nothing-said"), ("x" * 5000, "too-long")])
def test_a_reason_is_given_and_is_short(course: Course, why: str, code: str) -> None:
    given(course)
    with pytest.raises(UsageError) as caught:
        appealed(course, why=why)
    assert code_of(caught) == code


def test_a_decision_has_a_reason_and_a_score(course: Course) -> None:
    given(course)
    appealed(course)
    for written, note, code in (
        (["correct=2"], "", "nothing-said"),
        ([], "no", "no-score"),
        (["correct=7"], "no", "score-out-of-range"),
    ):
        with pytest.raises(UsageError) as caught:
            decide(course, made(), "A1", written, note, by="ann", now=later(2))
        assert code_of(caught) == code
    with pytest.raises(UsageError) as caught:
        decide(course, made(), "A9", ["correct=2"], "no", by="ann", now=later(2))
    assert code_of(caught) == "unknown-appeal"
    assert read_appeals(course, NAME).appeals[0].is_open


@pytest.mark.parametrize("language", ["en", "ko"])
def test_students_read_their_scores_and_nothing_of_who_gave_them(
    course: Course, language: str
) -> None:
    keep_spotcheck(course, made(), "R-ada", ["correct=2"], "for us", by="ann@here", now=NOW)
    found = judged_round(course, NAME, Thresholds())
    pages = {score.author: page_of(course, found, score, later(7), language)
             for score in found.scores}  # fmt: skip
    words = WORDS[language]
    ada = pages["ada"]
    assert f"2.0 / 3, {words.by_instructor}" in ada
    assert "| 1.0 / 3 |" in ada
    assert words.appeal.partition("{")[0] in ada
    assert "2026-10-08 12:00 (UTC)" in ada
    assert words.none in pages["kim"]
    assert words.not_yet in pages["kim"]
    for name in ("kim", "lee", "ann", "for us", "R-ada", "weight"):
        assert name not in ada


def test_after_a_decision_the_page_says_what_came_of_it(course: Course) -> None:
    given(course)
    appealed(course)
    decide(course, made(), "A1", ["correct=3"], "you are\nright", by="ann@here", now=later(2))
    found = judged_round(course, NAME, Thresholds())
    (path, *_) = write_scores(course, found, later(7))
    assert path == course.root / "peer" / "reviews" / NAME / "ada" / "scores.md"
    text = path.read_text(encoding="utf-8")
    assert "Your appeal was decided: you are right" in text
    assert "say why until" not in text


def command(course: Course, *words: str, name: str = "appeal") -> Any:
    asked = ["peer", "review", name, NAME, "--course", str(course.root), *words]
    return CliRunner().invoke(app, asked)


def test_a_whole_appeal_on_the_command_line(course: Course) -> None:
    assert command(course, "--give", name="score").exit_code == 1, "kim and lee have no score"
    until = read_appeals(course, NAME).until
    assert until is not None
    assert timedelta(days=6.9) < until - this_moment() < timedelta(days=7.1)
    opened = command(course, "ada", "--why", "[red]it[/] is\x1b[2J right")
    assert opened.exit_code == 0, opened.output
    assert "\x1b" not in opened.stdout
    assert "[red]it[/]" in opened.stdout
    listed = json.loads(command(course, "--json").stdout)
    assert [each["decision"] for each in listed["appeals"]] == [None]
    words = ["--decide", "A1", "--score", "correct=3", "--note", "you are right"]
    assert command(course, *words).exit_code == 0
    assert "you are right" in " ".join(command(course).stdout.split())


@pytest.mark.parametrize(
    "words",
    [
        ["ada"],
        ["--why", "because"],
        ["ada", "--why", "because", "--decide", "A1"],
        ["--score", "correct=3"],
        ["--note", "because"],
    ],
)
def test_who_appeals_does_not_decide(course: Course, words: list[str]) -> None:
    told = command(course, *words)
    assert isinstance(told.exception, UsageError)
    assert told.exception.code == "appeal-unclear"
    assert not (round_folder(course, NAME) / FILE).exists()


@pytest.mark.parametrize(("words", "code"), [
    (["--until", "2030-01-01"], "until-without-give"),
    (["--give", "--until", "soon"], "not-a-date"),
    (["--give", "--until", "2020-01-01"], "appeals-until"),
])  # fmt: skip
def test_a_last_moment_that_makes_no_sense_is_refused(
    course: Course, words: list[str], code: str
) -> None:
    told = command(course, *words, name="score")
    assert isinstance(told.exception, UsageError)
    assert told.exception.code == code
    assert not (round_folder(course, NAME) / FILE).exists()
