"""`autograder grade` brings deadlines up to date, also where nothing is graded again."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.course import load_course
from autograder.gradebook import settle_deadlines
from autograder.store import Store
from tests.store.batches import NAME, Batch, Pretended, grade_it, submit

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")


@pytest.fixture
def course(tmp_path: Path) -> Path:
    from tests.store.batches import make_course

    root = make_course(tmp_path / "course", students=0)
    for student in ("ada", "brook"):
        path = submit(root, student) if student == "ada" else root / "submitted" / student / NAME
        folder = path.parent if path.is_file() else path
        (folder / "timestamp.txt").write_text("2026-10-01 12:00:00 UTC")
    say(root, "")
    return root


def say(root: Path, extensions: str) -> None:
    """Due on the day before; Ada, say, has longer."""
    path = root / "course.yml"
    if "# due: 2026-09-30 18:00" in path.read_text():
        own = "due: 2026-09-30 18:00\n    late: {penalty_per_day: 50 %}\n    extensions: {}"
        path.write_text(path.read_text().replace("# due: 2026-09-30 18:00", own))
    lines = path.read_text().splitlines()
    changed = [f"    extensions: {{{extensions}}}" if "extensions:" in e else e for e in lines]
    assert changed != lines or not extensions
    path.write_text("\n".join(changed) + "\n")


def grade(root: Path, sandbox: Pretended | None = None) -> Batch:
    return grade_it(root, url(root), sandbox or Pretended())


def url(root: Path) -> str:
    return f"sqlite:///{root}/.autograder/results.db"


def is_late(root: Path, student: str) -> bool:
    """By what the student reads."""
    page = (root / "feedback" / student / NAME / f"{NAME}.html").read_text()
    return "Late submission penalty (Score" in page


def test_an_extension_reaches_the_page_of_what_is_not_graded_again(course: Path) -> None:
    grade(course)
    assert is_late(course, "ada")
    assert is_late(course, "brook")
    say(course, "ada: 2026-10-02")
    sandbox = Pretended()
    batch = grade(course, sandbox)
    assert (sandbox.graded, batch.outcome.kept, batch.outcome.pages) == ([], 2, 1)
    assert not is_late(course, "ada")
    assert is_late(course, "brook")
    assert grade(course).outcome.pages == 0


def test_a_batch_that_ends_before_the_pages_are_written_writes_them_next_time(
    course: Path,
) -> None:
    grade(course)
    say(course, "ada: 2026-10-02")
    with Store(url(course), course=load_course(course).id, root=course) as store:
        changed = settle_deadlines(course, [NAME], before_commit=store.forget_pages)
    assert changed == [("ada", NAME)]
    assert is_late(course, "ada"), "the page is the old one"
    assert grade(course).outcome.pages == 1
    assert not is_late(course, "ada")


def test_an_extension_is_there_from_the_first_grading_on(course: Path) -> None:
    say(course, "ada: 2026-10-02")
    assert grade(course).outcome.remarks == []
    assert not is_late(course, "ada")
    assert is_late(course, "brook")
