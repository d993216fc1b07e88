"""A batch that was killed goes on where it stopped, on both databases."""

from __future__ import annotations

import gc
import os
import random
import signal
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.course import load_course
from autograder.errors import AutograderError, SubmissionError
from autograder.report import Report, Status
from autograder.sandbox import SandboxFailure
from autograder.store import Store
from autograder.submissions import Found
from tests.gradebook.rows import rows as gradebook_rows

from .batches import NAME, Pretended, copy_of, grade_it, make_course, submissions, submit
from .test_store import rows

STUDENTS = 8


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_course(tmp_path_factory.mktemp("batches") / "course", STUDENTS)


@pytest.fixture
def course(pristine: Path, tmp_path: Path) -> Path:
    return copy_of(pristine, tmp_path / "course")


@pytest.fixture(scope="session")
def undisturbed(pristine: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    root = copy_of(pristine, tmp_path_factory.mktemp("undisturbed") / "course")
    batch = grade_it(root, f"sqlite:///{root}/.autograder/results.db", Pretended())
    assert len(batch.reports) == batch.outcome.pages == STUDENTS + 2
    return what_came_of(root, batch.reports)


def submissions_of(root: Path) -> list[Found]:
    return submissions(load_course(root))


def what_came_of(root: Path, reports: list[Report]) -> dict[str, Any]:
    """Everything that a batch leaves behind, without what differs between any two runs."""
    # Hidden folders are what a killed batch was about to put in place; swept after a day.
    notebooks = (root / "autograded").glob("[!.]*/**/*.ipynb")
    pages = (root / "feedback").glob("[!.]*/**/*.html")
    return {
        "reports": sorted((r.student, r.score, r.tests, r.seed) for r in reports),
        "gradebook": gradebook_rows(root / "gradebook.db"),
        "notebooks": {path.relative_to(root): path.read_bytes() for path in notebooks},
        "pages": {path.relative_to(root): path.read_bytes() for path in pages},
    }


def killed(root: Path, url: str, after: int, pause_s: float) -> int:
    """Start the batch in a process of its own, and end it as the power would.

    after    reports, then pause_s
    returns  how many reports there were before it ended
    """
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # no thread of ours runs here
        child = os.fork()
    if child == 0:
        try:
            os.close(reading)
            grade_it(
                root, url, Pretended(takes_s=0.004), emit=lambda report: os.write(writing, b".")
            )
        finally:
            os._exit(0)
    os.close(writing)
    seen = 0
    while seen < after and os.read(reading, 1):
        seen += 1
    time.sleep(pause_s)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while os.read(reading, 1):
        seen += 1
    os.close(reading)
    return seen


def test_killed_at_any_moments_it_comes_to_what_an_undisturbed_one_comes_to(
    course: Path, url: str, undisturbed: dict[str, Any]
) -> None:
    chance = random.Random(1)
    finished = 0
    for _ in range(4):
        finished += killed(
            course, url, after=chance.randrange(1, STUDENTS + 2), pause_s=chance.uniform(0, 0.1)
        )
    assert finished > 4, "every one of them got somewhere"
    last = grade_it(course, url, Pretended())
    assert what_came_of(course, last.reports) == undisturbed
    assert rows(url, "select count(*), count(distinct student) from autograder_results") == [
        (STUDENTS + 2, STUDENTS + 2)
    ]
    assert last.outcome.kept > 0
    nothing = Pretended()
    assert grade_it(course, url, nothing).outcome.pages == 0
    assert not nothing.opened


def test_a_result_that_was_reported_is_not_graded_again(course: Path, url: str) -> None:
    seen = killed(course, url, after=4, pause_s=0.0)
    assert 4 <= seen < STUDENTS + 2
    rest = Pretended()
    batch = grade_it(course, url, rest)
    assert batch.outcome.kept >= seen
    assert len(rest.graded) == STUDENTS + 2 - batch.outcome.kept


@pytest.mark.parametrize("lost", ["autograded", "feedback"])
def test_what_is_missing_beside_a_kept_result_is_made_again(course: Path, lost: str) -> None:
    url = f"sqlite:///{course}/.autograder/results.db"
    few = [found for found in submissions_of(course) if found.student in ("ada", "s01")]
    grade_it(course, url, Pretended(), found=few)
    folder = course / lost / "s01"
    before = sorted(folder.rglob("*.*"))
    for path in before:
        if path.is_file():
            path.unlink()
    (folder / NAME).rmdir()
    box = Pretended()
    second = grade_it(course, url, box, found=few)
    assert (second.outcome.kept, second.outcome.pages, box.opened) == (2, 1, 0)
    assert sorted(folder.rglob("*.*")) == before


def test_a_gradebook_that_was_moved_away_is_filled_again(course: Path) -> None:
    url = f"sqlite:///{course}/.autograder/results.db"
    few = submissions_of(course)[:3]
    grade_it(course, url, Pretended(), found=few)
    before = gradebook_rows(course / "gradebook.db")["submissions"]
    assert len(before) == 3
    (course / "gradebook.db").unlink()
    box = Pretended()
    grade_it(course, url, box, found=few)
    assert not box.graded
    assert gradebook_rows(course / "gradebook.db")["submissions"] == before


def test_pages_that_were_not_written_are_written_next_time(course: Path, url: str) -> None:
    """As after a kill between the gradebook and the feedback."""
    few = submissions_of(course)[:3]
    grade_it(course, url, Pretended(), found=few, feedback=False)
    second = grade_it(course, url, Pretended(), found=few)
    assert (second.outcome.kept, second.outcome.pages) == (3, 3)
    assert grade_it(course, url, Pretended(), found=few).outcome.pages == 0


def test_a_resubmission_of_an_old_version_is_told_to_the_gradebook(course: Path, url: str) -> None:
    """A result from before must not count as recorded when another came in between."""
    few = [found for found in submissions_of(course) if found.student == "s00"]
    first = grade_it(course, url, Pretended(), found=few).reports[0]
    old = few[0].path.read_bytes()
    tries = 0
    while True:  # until one that scores otherwise
        tries += 1
        submit(course, "s00", f"try {tries}")
        other = grade_it(course, url, Pretended(), found=few, feedback=False).reports[0]
        if other.score != first.score:
            break
    few[0].path.write_bytes(old)
    assert grade_it(course, url, Pretended(), found=few).reports[0].score == first.score
    marks = gradebook_rows(course / "gradebook.db")["submissions"]
    assert [row[4] for row in marks if row[0] == "s00"] == [first.score]


def test_a_notebook_that_is_replaced_meanwhile_is_not_recorded_under_the_new_one(
    course: Path, url: str
) -> None:
    few = submissions_of(course)[:1]

    def resubmit(notebook: bytes, attempt: int) -> None:
        few[0].path.write_bytes(notebook + b" ")

    first = grade_it(course, url, Pretended(before=resubmit), found=few)
    assert [error.code for error in first.outcome.unrecorded] == ["changed-meanwhile"]
    box = Pretended()
    second = grade_it(course, url, box, found=few)
    assert (len(box.graded), second.outcome.pages) == (1, 1)


def test_a_notebook_that_vanishes_meanwhile_costs_itself_only(course: Path, url: str) -> None:
    few = submissions_of(course)[:3]
    gone = few[1].path.read_bytes()

    def take_away(notebook: bytes, attempt: int) -> None:
        if notebook == gone:
            few[1].path.unlink()

    batch = grade_it(course, url, Pretended(before=take_away), found=few)
    assert [error.code for error in batch.outcome.unrecorded] == ["unreadable"]
    assert batch.outcome.pages == 2


def test_a_failure_of_ours_is_tried_again_and_leaves_no_trace_in_the_score(
    course: Path, url: str, undisturbed: dict[str, Any]
) -> None:
    def fail_twice(notebook: bytes, attempt: int) -> None:
        if attempt <= 2:
            raise SandboxFailure("the worker died")

    batch = grade_it(course, url, Pretended(before=fail_twice))
    assert what_came_of(course, batch.reports) == undisturbed
    origins = [report.provenance for report in batch.reports]
    assert {origin.attempts for origin in origins if origin is not None} == {3}


def test_a_failure_of_ours_that_stays_is_an_error_never_a_zero_and_never_kept(
    course: Path, url: str
) -> None:
    few = submissions_of(course)[:3]
    cursed = few[1].path.read_bytes()

    def fail(notebook: bytes, attempt: int) -> None:
        if notebook == cursed:
            raise SandboxFailure("the worker died")

    box = Pretended(before=fail)
    batch = grade_it(course, url, box, found=few)
    by_student = {report.student: report for report in batch.reports}
    bad = by_student[few[1].student]
    assert (bad.status, bad.score, bad.max_score) == (Status.ERROR, None, None)
    assert "failed 4 times: the worker died" in bad.message
    assert len(box.graded) == 2 + 4
    assert rows(url, "select count(*) from autograder_results") == [(2,)]
    assert bad.student not in str(gradebook_rows(course / "gradebook.db")["submissions"])

    healed = Pretended()
    second = grade_it(course, url, healed, found=few)
    assert (len(healed.graded), second.outcome.kept) == (1, 2)


def test_a_verdict_is_never_tried_again(course: Path, url: str) -> None:
    box = Pretended()
    reports = grade_it(course, url, box, feedback=False).reports
    assert {0.0, 11.0} <= {report.score for report in reports}
    assert len(box.graded) == len(set(box.graded)) == STUDENTS + 2


def test_a_notebook_that_cannot_be_graded_is_never_tried_again(course: Path, url: str) -> None:
    def refuse(notebook: bytes, attempt: int) -> None:
        raise SubmissionError("not-a-notebook", "this is no notebook")

    box = Pretended(before=refuse)
    batch = grade_it(course, url, box, found=submissions_of(course)[:2])
    assert {report.status for report in batch.reports} == {Status.ERROR}
    assert len(box.graded) == 2


def test_copies_of_a_course_with_one_database_each_fill_their_own_gradebook(
    course: Path, url: str, tmp_path: Path
) -> None:
    clone = copy_of(course, tmp_path / "clone")
    grade_it(course, url, Pretended())
    box = Pretended()
    there = grade_it(clone, url, box)
    assert not box.graded, "what the first has graded need not be graded again"
    assert there.outcome.pages == STUDENTS + 2
    here, other = (gradebook_rows(root / "gradebook.db") for root in (course, clone))
    assert here == other


def test_a_store_that_refuses_in_the_middle_loses_nothing(
    course: Path, url: str, undisturbed: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    keep: Callable[..., None] = Store.keep
    kept: list[str] = []

    def until_the_disk_is_full(store: Store, key: str, report: Report) -> None:
        if len(kept) == 4:
            raise AutograderError("results-disk-full", "there is no room left")
        keep(store, key, report)
        kept.append(report.student)

    with monkeypatch.context() as patched:
        patched.setattr(Store, "keep", until_the_disk_is_full)
        with pytest.raises(AutograderError):
            grade_it(course, url, Pretended())
    second = grade_it(course, url, Pretended())
    assert second.outcome.kept == 4
    assert what_came_of(course, second.reports) == undisturbed


@pytest.mark.thorough
def test_reports_do_not_pile_up(course: Path) -> None:
    """However large the batch, what lies in memory is what is under way."""
    url = f"sqlite:///{course}/.autograder/results.db"
    others = reports_alive()  # held, so that none of them can go while we count
    seen, most = 0, 0

    def look(report: Report) -> None:
        nonlocal seen, most
        seen += 1
        if seen % 5 == 0:  # a look takes long
            most = max(most, len(reports_alive()) - len(others))

    for _ in ("graded", "kept from before"):
        seen = most = 0
        grade_it(course, url, Pretended(), emit=look, remember=False, feedback=False)
        assert seen == STUDENTS + 2
        assert 1 <= most <= 2 * 2 + 2, "at most 2 × jobs, and the one that is told"


def reports_alive() -> list[Report]:
    """The reports in this process that somebody holds."""
    gc.collect()
    return [each for each in gc.get_objects() if type(each) is Report]
