"""`autograder peer review assign`, `collect`, `status`, `feedback`, as an organiser uses them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from autograder.cli import app
from autograder.course import load_course
from autograder.errors import AutograderError
from autograder.peer.review.aggregate import item_by
from autograder.peer.review.files import read_reviews, round_of
from tests.peer.review.classes import NAME, NOW, PEOPLE, make_class, saved, submit, without

RUNNER = CliRunner()
DUE = "    due: 2026-09-29 18:00\n    extensions: {vyolanda: 2026-09-30 18:00}\n"
FOUR = list(PEOPLE)[:4]
Command = Callable[..., tuple[int, str, str]]


class Clock:
    now = NOW


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    for module in ("assign", "collect", "status"):
        name = f"autograder.cli.peer.review.{module}.this_moment"
        monkeypatch.setattr(name, lambda: clock.now)
    return clock


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("class") / "course"
    make_class(root, FOUR, course_yml=DUE)
    return root


@pytest.fixture
def root(template: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(template, tmp_path / "course"))


@pytest.fixture
def review(root: Path, clock: Clock) -> Command:
    def run(*words: str | Path) -> tuple[int, str, str]:
        """(exit status, standard output, standard error)"""
        result = RUNNER.invoke(app, ["peer", "review", *map(str, words), "--course", str(root)])
        if isinstance(result.exception, AutograderError):
            return 2, result.stdout, str(result.exception)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.stdout, result.stderr

    return run


def test_before_the_last_extension_is_over_nothing_is_given_out(
    review: Command, root: Path, clock: Clock
) -> None:
    clock.now = datetime(2026, 9, 30, 17, tzinfo=UTC)
    status, out, err = review("assign", NAME)
    assert (status, out) == (2, "")
    assert "reviews-too-early" in err
    assert "after 2026-09-30 18:00 UTC" in err
    assert not (root / "peer").exists()
    clock.now += timedelta(hours=2)
    assert review("assign", NAME)[0] == 0


def test_a_round_from_the_first_form_to_what_authors_read(
    review: Command, root: Path, clock: Clock, tmp_path: Path
) -> None:
    status, out, err = review("assign", NAME, "--due", "2026-10-07")
    assert status == 0
    assert out == "".join(f"{who}  3 to review\n" for who in sorted(FOUR))
    assert "12 new reviews to write, 4 reviewers, 8 files written" in err
    made = round_of(load_course(root), NAME)

    class Step:  # what `saved` looks at
        pass

    step = Step()
    step.made = made  # type: ignore[attr-defined]
    form = saved(step, FOUR[1], 3)  # type: ignore[arg-type]
    form["items"]["A"]["comments"] = {  # type: ignore[index]
        "standardize.correct": "<b>Line 2</b> is neat.",
        "standardize.extremes": f"Greetings, {PEOPLE[FOUR[1]][0]}",
    }
    (tmp_path / "review.json").write_text(json.dumps(form))
    (tmp_path / "broken.json").write_text("{")
    status, out, _ = review("collect", NAME, tmp_path / "review.json", tmp_path / "broken.json")
    assert status == 1
    assert f"taken      {tmp_path / 'review.json'}: {FOUR[1]}, 3 reviews\n" in out
    assert f"refused    {tmp_path / 'broken.json'}: it is no JSON" in out

    status, out, err = review("status", NAME)
    assert status == 0
    assert "3 of 12 reviews are there, due 2026-10-07 23:59 UTC" in err
    rows = json.loads(review("status", NAME, "--json")[1])
    assert {row["student"]: row["given"] for row in rows["people"]} == {
        who: 3 * (who == FOUR[1]) for who in FOUR
    }

    status, out, err = review("feedback", NAME)
    assert status == 1
    assert "left out, because it says who somebody is" in err
    author = made.item(made.tasks_of(FOUR[1])[0].item).author
    assert author is not None
    page = (root / "peer" / "reviews" / NAME / author / "received.html").read_text()
    assert "&lt;b&gt;Line 2&lt;/b&gt; is neat." in page
    assert "Greetings" not in page
    assert not [who for who in FOUR if who in page or PEOPLE[who][0] in page]
    others = [who for who in FOUR if who not in (author, FOUR[1])]
    for other in others:
        assert (
            "Nobody has" in (root / "peer" / "reviews" / NAME / other / "received.html").read_text()
            or other == "qmoonjin"
        )


def test_assigning_again_changes_nothing_and_says_so(review: Command, root: Path) -> None:
    review("assign", NAME)
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    status, out, err = review("assign", NAME)
    assert (status, out) == (0, "")
    assert "nothing has changed" in err
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before


def test_a_withdrawn_answer_is_in_no_form_any_more(review: Command, root: Path) -> None:
    review("assign", NAME)
    course = load_course(root)
    item = item_by(round_of(course, NAME), FOUR[0])
    assert item is not None
    (needle,) = (line for line in item.code["standardize"].split("\n") if "return" in line)
    forms = root / "peer" / "reviews" / NAME

    def holders() -> set[str]:
        return {p.parent.name for p in forms.rglob("review.html") if needle in p.read_text()}

    assert holders() == set(FOUR[1:])
    without(course, FOUR[0])
    status, _, err = review("assign", NAME)
    assert status == 0
    assert f"withdrawn: {FOUR[0]}" in err
    assert holders() == set()


def test_what_is_missing_is_given_out_again_when_the_time_is_over(
    review: Command, root: Path, clock: Clock
) -> None:
    for late in list(PEOPLE)[4:6]:
        submit(root, late)
    review("assign", NAME, "-k", "2")
    status, _, err = review("assign", NAME, "--missing")
    assert status == 2
    assert "reviews-still-open" in err
    clock.now += timedelta(days=9)
    status, out, err = review("assign", NAME, "--missing")
    assert status == 1, "nobody has reviewed anything, so nobody can be asked for more"
    assert out == ""
    assert err.count("nobody is left to review") == 6


def test_a_reviewer_whose_form_was_filled_in_where_it_lies_keeps_it(
    review: Command, root: Path, clock: Clock
) -> None:
    review("assign", NAME)
    path = root / "peer" / "reviews" / NAME / FOUR[1] / "review.ipynb"
    filled = path.read_text().replace(".standardize.correct = ", ".standardize.correct = 1")
    path.write_text(filled)
    without(load_course(root), FOUR[0])
    status, _, err = review("assign", NAME)
    assert status == 1
    assert f"left as it is, because somebody changed it: {path}" in err
    assert path.read_text() == filled
    assert review("collect", NAME, path)[0] == 0
    status, _, err = review("assign", NAME)
    assert status == 0, "what was collected may be made anew"
    assert path.read_text() != filled
    assert {r.reviewer for r in read_reviews(load_course(root), round_of(load_course(root), NAME))}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("assign", "nothing_like_it"), "unknown-assignment"),
        (("assign", NAME, "-k", "4"), "reviews-impossible"),
        (("assign", NAME, "--not-own-group"), "reviews-impossible"),
        (("assign", NAME, "--due", "soon"), "bad-date"),
        (("assign", NAME, "--due", "2026-09-30"), "due-passed"),
        (("assign", NAME, "--missing"), "no-round"),
        (("collect", NAME, "nowhere.json"), "no-round"),
        (("status", NAME), "no-round"),
        (("feedback", NAME), "no-round"),
    ],
)
def test_what_cannot_be_done_is_said_in_words(
    review: Command, root: Path, words: tuple[str, ...], code: str
) -> None:
    status, out, err = review(*words)
    assert (status, out) == (2, "")
    assert f"error[{code}]" in err
    assert "next:" in err
    assert not (root / "peer" / "private").exists()


def test_the_advice_for_a_single_group_is_to_allow_it(review: Command) -> None:
    assert "leave out --not-own-group" in review("assign", NAME, "--not-own-group", "-k", "1")[2]


def test_who_handed_in_nothing_reviews_too_if_asked(review: Command, root: Path) -> None:
    status, out, _ = review("assign", NAME, "--everyone", "--seed", "3")
    assert status == 0
    assert out.count("3 to review") == len(PEOPLE)
    made = round_of(load_course(root), NAME)
    counts = [sum(task.item == item.id for task in made.tasks) for item in made.items]
    assert counts == [6, 6, 6, 6]


def test_nobody_has_handed_in(review: Command, root: Path) -> None:
    shutil.rmtree(root / "submitted")
    status, _, err = review("assign", NAME)
    assert status == 2
    assert "nothing-submitted" in err
