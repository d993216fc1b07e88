"""Pages show what may be seen when they are made, and are made anew when that is more."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from autograder.attempts import open_count
from autograder.course import load_course

from .batches import NAME, POINTS, Pretended, copy_of, grade_it, make_course, submit

BEFORE = datetime(2026, 3, 30, 12, 0, tzinfo=UTC)
AFTER = datetime(2026, 4, 2, 12, 0, tzinfo=UTC)
LATER = "is shown after 2026-03-31 18:00 (UTC)"
POINTS_ALONE = "here are the points alone"


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make_course(tmp_path_factory.mktemp("views") / "course", students=1)
    shutil.rmtree(root / "submitted" / "brook")
    return root


@pytest.fixture
def course(made_once: Path, tmp_path: Path) -> Path:
    """Submissions of ada and s00; nothing is graded yet."""
    return copy_of(made_once, tmp_path / "course")


@pytest.fixture
def url(tmp_path: Path) -> str:
    """SQLite alone: what differs between databases is in test_attempts.py."""
    return f"sqlite:///{tmp_path}/results.db"


def settings(course: Path, feedback: str, due: str = "2026-03-31 18:00") -> None:
    lines = f"    due: {due}\n" if due else ""
    path = course / "course.yml"
    text = path.read_text().split("assignments:")[0]
    own = f"assignments:\n  {NAME}:\n{lines}    feedback: {feedback}\n"
    path.write_text(text + own)


def page(course: Path, student: str = "s00") -> str:
    return (course / "feedback" / student / NAME / f"{NAME}.html").read_text()


def hand_in(course: Path, saying: str, when: str) -> None:
    path = submit(course, "s00", saying)
    path.with_name("timestamp.txt").write_text(f"{when} UTC")


def test_after_the_due_date_the_pages_are_made_anew(course: Path, url: str) -> None:
    settings(course, "{tests: after_due}")
    sandbox = Pretended()
    first = grade_it(course, url, sandbox, now=BEFORE)
    assert LATER in page(course)
    assert "It is" not in page(course)
    unchanged = grade_it(course, url, sandbox, now=BEFORE)
    second = grade_it(course, url, sandbox, now=AFTER)
    assert LATER not in page(course)
    assert "It is" in page(course)
    third = grade_it(course, url, sandbox, now=AFTER)
    pages = [each.outcome.pages for each in (first, unchanged, second, third)]
    assert pages == [2, 0, 2, 0]
    assert len(sandbox.graded) == 2, "nobody was graded again for it"
    scores = [{each.student: each.score for each in run.reports} for run in (first, third)]
    assert scores[0] == scores[1]


def test_an_extension_is_its_students_own_due_date(course: Path, url: str) -> None:
    settings(course, "{tests: after_due}")
    with (course / "course.yml").open("a") as file:
        file.write("    extensions: {s00: 2026-04-09}\n")
    grade_it(course, url, Pretended(), now=AFTER)
    assert "is shown after 2026-04-09 23:59 (UTC)" in page(course)
    assert "It is" in page(course, "ada")


def test_another_word_in_course_yml_makes_pages_anew(course: Path, url: str) -> None:
    settings(course, "{tests: never}")
    sandbox = Pretended()
    grade_it(course, url, sandbox, now=AFTER)
    assert "It is" not in page(course)
    assert f"not shown: {POINTS['standardize']:g}" in page(course)
    settings(course, "{tests: always}")
    assert grade_it(course, url, sandbox, now=AFTER).outcome.pages == 2
    assert "It is" in page(course)


def test_attempts_beyond_the_limit_get_their_points(course: Path, url: str) -> None:
    settings(course, "{informative_attempts_per_day: 2}", due="")
    sandbox = Pretended()
    shown = []
    days = ["2026-03-01 10:00", "2026-03-01 11:00", "2026-03-01 12:00", "2026-03-02 09:00"]
    for version, when in enumerate(days):
        hand_in(course, f"version {version}", when)
        grade_it(course, url, sandbox)
        shown.append((POINTS_ALONE in page(course), "It is" in page(course)))
    assert shown == [(False, True), (False, True), (True, False), (False, True)]


def test_a_page_of_points_has_the_same_score_and_a_second_grading_is_no_attempt(
    course: Path, url: str
) -> None:
    settings(course, "{informative_attempts_per_day: 1}", due="")
    sandbox = Pretended()
    hand_in(course, "one", "2026-03-01 10:00")
    grade_it(course, url, sandbox)
    grade_it(course, url, sandbox, again=True)
    assert "It is" in page(course), "the same version is the same attempt"
    hand_in(course, "two", "2026-03-01 11:00")
    limited = grade_it(course, url, sandbox)
    assert "from 2026-03-02 00:00 (UTC) on" in page(course)
    (mine,) = [report for report in limited.reports if report.student == "s00"]
    settings(course, "{informative_attempts_per_day: all}", due="")
    free = grade_it(course, url, sandbox)
    assert "It is" in page(course)
    assert [r.score for r in free.reports if r.student == "s00"] == [mine.score]


def test_the_last_attempt_in_time_has_its_details_after_the_due_date(
    course: Path, url: str
) -> None:
    settings(course, "{informative_attempts_per_day: 1}")
    sandbox = Pretended()
    for version, hour in enumerate((10, 11)):
        hand_in(course, f"version {version}", f"2026-03-30 {hour}:00")
        grade_it(course, url, sandbox, now=BEFORE)
    assert "details of this one are shown after 2026-03-31 18:00 (UTC)" in page(course)
    grade_it(course, url, sandbox, now=AFTER)
    assert "It is" in page(course)


def test_nbgraders_own_autograde_counts_in_the_same_place(course: Path) -> None:
    settings(course, "{informative_attempts_per_day: 1}", due="")
    hand_in(course, "one", "2026-03-01 10:00")
    url = load_course(course).db_url
    graded = grade_it(course, url, Pretended()).reports
    (mine,) = [each for each in graded if each.student == "s00"]
    assert mine.provenance is not None
    count = open_count(course)
    other = replace(mine, provenance=replace(mine.provenance, submission_sha256="f" * 64))
    first, second = count(mine, None), count(other, datetime(2026, 3, 1, 11, tzinfo=UTC))
    assert first is not None
    assert second is not None
    assert (first.number, second.number) == (1, 2)
