"""An instructor looks where it matters, and nobody can know that their reviews are not read."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from autograder.cli import app
from autograder.course import Course, load_course
from autograder.errors import CourseError, UsageError
from autograder.peer.review.aggregate import aggregate
from autograder.peer.review.files import round_folder
from autograder.peer.review.judged_round import judged_round
from autograder.peer.review.model import Review, Round
from autograder.peer.review.reliability import Thresholds, observations, reliabilities
from autograder.peer.review.spotchecks import (
    FILE,
    Candidate,
    Shares,
    keep_spotcheck,
    read_spotchecks,
    to_look_at,
)

from .made_rounds import (
    CORRECT,
    NOW,
    RUBRIC,
    all_three,
    keep,
    known_item,
    peer_item,
    review,
    round_with,
    simulated,
    task,
)

NAME = "cross_entropy"
NOTHING = Shares(uncertain=1.0, supervised=0.0, chance=0.0)
PEOPLE = ("ada", "kim", "lee", "min")
ITEMS = [*map(peer_item, PEOPLE), known_item("K1", 0, 0), known_item("K2", 3, 3)]
EXACT = [all_three(who, item, score) for who in ("kim", "min")
         for item, score in (("K1", 0), ("K2", 3))]  # fmt: skip
SAID = [
    *(all_three(who, "R-ada", 2) for who in ("kim", "min")),
    *(all_three(who, "R-lee", 1) for who in ("kim", "min")),
    review("min", "R-kim", 0, 0, 0),
    review("lee", "R-kim", 3, 3, 3),
    all_three("lee", "R-min", 3),
]


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """ada and lee are agreed on, kim is not, and min has one review."""
    (tmp_path / "solutions" / NAME).mkdir(parents=True)
    (tmp_path / "solutions" / NAME / f"{NAME}.ipynb").write_text("{}")
    (tmp_path / "course.yml").write_text(f"id: c\ntitle: t\nassignments: {{{NAME}: }}\n")
    here = load_course(tmp_path)
    keep(here, made(), [*EXACT, *SAID])
    return here


def made(*reviews: Review, seed: int = 7) -> Round:
    items = {item.id: item for item in ITEMS}
    tasks = [task(r.reviewer, items[r.item]) for r in reviews or (*EXACT, *SAID)]
    return round_with(tasks, ITEMS, seed=seed)


def candidates(course: Course, shares: Shares) -> list[Candidate]:
    found = judged_round(course, NAME, Thresholds())
    return list(
        to_look_at(
            found.made, found.scores, found.reviews, found.trust, shares, checked=found.judged
        )
    )


def test_what_has_no_score_comes_first_and_then_the_least_sure(course: Course) -> None:
    found = candidates(course, Shares(uncertain=0.25, supervised=0.0, chance=0.0))
    assert [(each.item, each.reason) for each in found] == [
        ("R-min", "no score"),
        ("R-kim", "uncertain"),
    ]
    assert found[0].uncertainty is None
    assert (found[1].uncertainty or 0) > 0.25


def test_what_supervised_reviewers_have_read_is_drawn_by_its_share(course: Course) -> None:
    everything = candidates(course, Shares(uncertain=1.0, supervised=1.0, chance=0.0))
    assert [each.item for each in everything] == ["R-min", "R-kim"]
    assert everything[1].reason == "supervised", "lee has shown nothing yet"
    assert [each.item for each in candidates(course, NOTHING)] == ["R-min"]


def test_all_others_are_drawn_by_chance(course: Course) -> None:
    found = candidates(course, Shares(uncertain=1.0, supervised=0.0, chance=1.0))
    assert {each.reason for each in found if each.item != "R-min"} == {"by chance"}
    assert len(found) == len(PEOPLE)


def test_the_draw_is_the_rounds_the_same_when_asked_again_and_about_as_many_as_was_said() -> None:
    drawn = []
    for seed in range(4):
        one = simulated(seed)
        scores = aggregate(one.made, one.reviews, {}, Thresholds())
        trust = reliabilities(
            one.made.reviewers, observations(one.made, one.reviews, {}), Thresholds()
        )
        shares = Shares(uncertain=1.0, supervised=0.0, chance=0.2)
        found = to_look_at(one.made, scores, one.reviews, trust, shares)
        assert found == to_look_at(one.made, scores, one.reviews, trust, shares)
        drawn.append({each.item for each in found})
    assert len({frozenset(each) for each in drawn}) == 4, "another seed, another draw"
    assert 0.1 < sum(map(len, drawn)) / (4 * 60) < 0.3


def test_no_reviewer_is_out_of_reach_of_a_draw() -> None:
    """Whoever reviews, over a few rounds something of theirs is drawn by chance alone."""
    never = set(simulated(0).made.reviewers)
    for seed in range(12):
        one = simulated(0)
        scores = aggregate(one.made, one.reviews, {}, Thresholds())
        trust = reliabilities(one.made.reviewers, [], Thresholds())
        shares = Shares(uncertain=1.0, supervised=0.0, chance=0.3)
        again = round_with(one.made.tasks, one.made.items, seed=seed)
        drawn = {each.item for each in to_look_at(again, scores, one.reviews, trust, shares)}
        never -= {r.reviewer for r in one.reviews if r.item in drawn}
    assert never == set()


def test_a_judgement_replaces_the_score_and_tells_of_the_reviewers(course: Course) -> None:
    before = judged_round(course, NAME, Thresholds())
    keep_spotcheck(
        course, made(), "R-kim", ["correct=0", "extremes=0", "readable=0"], "no", by="ann", now=NOW
    )
    after = judged_round(course, NAME, Thresholds())
    kim = next(score for score in after.scores if score.author == "kim")
    assert (kim.share, kim.uncertainty) == (0.0, 0.0)
    assert before.trust["lee"].error is None
    assert after.trust["lee"].error == 1.0
    assert after.trust["lee"].weight < 1
    assert after.trust["min"].items == before.trust["min"].items + 1
    assert "R-kim" not in [each.item for each in candidates(course, Shares(chance=1.0))]


def test_what_was_judged_in_part_and_has_no_score_still_is_listed_again(course: Course) -> None:
    keep_spotcheck(course, made(), "R-min", ["correct=1"], "", by="ann", now=NOW)
    assert [each.item for each in candidates(course, NOTHING)] == ["R-min"]
    rest = ["extremes=1", "readable=1"]
    keep_spotcheck(course, made(), "R-min", rest, "", by="ann", now=NOW)
    assert candidates(course, NOTHING) == []


def test_of_two_judgements_the_later_counts_and_the_earlier_is_kept(course: Course) -> None:
    for score, by in ((3, "ann"), (1, "ben")):
        written = [f"{CORRECT}={score}"]
        keep_spotcheck(course, made(), "R-kim", written, "", by=by, now=NOW)
    assert judged_round(course, NAME, Thresholds()).judged == {"R-kim": {CORRECT: 1.0}}
    assert [each.by for each in read_spotchecks(course, NAME)] == ["ann", "ben"]


def test_of_many_who_judge_at_one_moment_nothing_is_lost(course: Course) -> None:
    def judge(at: int) -> None:
        keep_spotcheck(course, made(), "R-kim", ["correct=1"], "", by=f"i{at}", now=NOW)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(judge, range(16)))
    assert {each.by for each in read_spotchecks(course, NAME)} == {f"i{at}" for at in range(16)}


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ([], "no-score"),
        (["correct"], "score-out-of-range"),
        (["correct=4"], "score-out-of-range"),
        (["correct=-1"], "score-out-of-range"),
        (["correct=nan"], "score-out-of-range"),
        (["correct=yes"], "score-out-of-range"),
        (["corect=1"], "unknown-criterion"),
        (["=1"], "unknown-criterion"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_nothing_is_kept(
    course: Course, written: list[str], code: str
) -> None:
    with pytest.raises(UsageError) as caught:
        keep_spotcheck(course, made(), "R-kim", written, "", by="ann", now=NOW)
    assert caught.value.code == code
    assert read_spotchecks(course, NAME) == ()


def test_an_item_that_is_not_there_is_refused(course: Course) -> None:
    with pytest.raises(UsageError) as caught:
        keep_spotcheck(course, made(), "R99", ["correct=1"], "", by="ann", now=NOW)
    assert caught.value.code == "unknown-item"


def test_a_broken_file_is_told_and_left_as_it_is(course: Course) -> None:
    file = round_folder(course, NAME) / FILE
    file.write_text("not JSON")
    with pytest.raises(CourseError) as caught:
        keep_spotcheck(course, made(), "R-kim", ["correct=1"], "", by="ann", now=NOW)
    assert caught.value.code == "reviews-broken"
    assert file.read_text() == "not JSON"


def command(course: Course, *words: str) -> Any:
    asked = ["peer", "review", "spotcheck", NAME, "--course", str(course.root), *words]
    return CliRunner().invoke(app, asked)


def test_the_command_lists_code_and_reviews_but_not_whose_it_is(course: Course) -> None:
    told = command(course, "--chance", "0", "--supervised", "0")
    assert told.exit_code == 0, told.output
    assert "R-min: no score" in told.stdout
    assert "# by min" in told.stdout, "the code, here with a remark for this test"
    assert CORRECT in told.stdout
    assert "2 to look at" in told.stderr
    as_json = json.loads(command(course, "--json", "--most", "1").stdout)
    assert [each["item"] for each in as_json["items"]] == ["R-min"]
    assert as_json["items"][0]["code"] == {"softmax": "# by min"}


def test_what_a_student_wrote_does_not_act_on_the_terminal(course: Course) -> None:
    nasty = review("lee", "R-min", 3, 3, 3, comments={CORRECT: "\x1b[2Jgone [bold]x[/]"})
    keep(course, made(), [nasty])
    told = command(course)
    assert "\x1b[2J" not in told.stdout
    assert "[bold]x[/]" in told.stdout


def test_the_command_records_and_says_what_it_understood(course: Course) -> None:
    told = command(course, "R-kim", "--score", "correct=2", "--note", "a slip")
    assert (told.exit_code, told.stdout) == (0, f"R-kim: {CORRECT} = 2\n")
    (kept,) = read_spotchecks(course, NAME)
    assert (kept.scores, kept.note) == ({CORRECT: 2.0}, "a slip")
    assert "@" in kept.by


def test_a_score_without_an_item_is_a_wrong_usage(course: Course) -> None:
    told = command(course, "--score", "correct=2")
    assert isinstance(told.exception, UsageError)
    assert told.exception.code == "no-item"


def test_without_a_round_it_says_how_to_make_one(course: Course) -> None:
    (round_folder(course, NAME) / "round.json").unlink()
    told = command(course)
    assert isinstance(told.exception, UsageError)
    assert told.exception.code == "no-round"


def test_the_score_command_shows_everybody_and_says_who_has_none(course: Course) -> None:
    words = ["peer", "review", "score", NAME, "--course", str(course.root)]
    told = CliRunner().invoke(app, words)
    assert told.exit_code == 1, "min has too few reviews"
    assert "too few reviews" in " ".join(told.stdout.split())
    as_json = json.loads(CliRunner().invoke(app, [*words, "--json"]).stdout)
    scores = {each["author"]: each for each in as_json["scores"]}
    assert scores["min"]["share"] is None
    assert scores["ada"]["share"] == pytest.approx(2 / 3)
    assert set(scores["ada"]["criteria"]) == {criterion.id for criterion in RUBRIC}
    reviewers = {each["reviewer"]: each for each in as_json["reviewers"]}
    assert reviewers["kim"]["pool"] == "independent"
    assert reviewers["lee"]["pool"] == "supervised"
