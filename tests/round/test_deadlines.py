"""Due dates, extensions and penalties of course.yml reach nbgrader's database, and leave it again.

Nothing here waits or looks at a clock: a submission is late by what its timestamp.txt says.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import nbgrader.api as nb
import pytest
from nbgrader.apps import NbGraderAPI
from traitlets.config import Config

from autograder.errors import AutograderError
from autograder.gradebook import record, settle_deadlines
from autograder.gradebook.config import course_config, course_directory
from autograder.release import release
from tests.gradebook.courses import NAME, POINTS, report, submit

SCORE = 2.5 + 2.5  # of ann, as tests/gradebook/courses.py has it
pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")


def say(
    course: Path,
    *,
    due: str | None = "2026-09-30 18:00",
    zone: str = "UTC",
    extensions: str = "",
    late: str = "{penalty_per_day: 10 %, cutoff: 3 days}",
) -> None:
    """Write course.yml."""
    lines = [
        "id: doubling-course",
        "title: Doubling",
        f"timezone: {zone}",
        "groups: {blue: [ann, ben], red: [ann]}",
        f"assignments:\n  {NAME}:\n    late: {late}",
        *([f"    due: {due}"] if due else []),
        *([f"    extensions: {extensions}"] if extensions else []),
    ]
    (course / "course.yml").write_text("\n".join(lines) + "\n")


def grade(course: Path, student: str = "ann", at: str | None = None) -> list[AutograderError]:
    """Submit and grade; returns what was remarked."""
    remarks: list[AutograderError] = []
    path = submit(course, student, timestamp=at)
    (saved,) = record(course, [(report(student), path.read_bytes())], notice=remarks.append)
    if saved.error is not None:
        raise saved.error
    return remarks


def settle(course: Path) -> tuple[list[tuple[str, str]], list[str]]:
    remarks: list[AutograderError] = []
    changed = settle_deadlines(course, [NAME], notice=remarks.append)
    return changed, [remark.code for remark in remarks]


def submission(course: Path, student: str = "ann") -> nb.SubmittedAssignment:
    with nb.Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        found = gradebook.find_submission(NAME, student)
        assert found.student is not None
        assert found.assignment is not None
        found.penalty = found.notebooks[0].late_submission_penalty
        found.raw = found.notebooks[0].score
        gradebook.db.expunge_all()
        return found


def due_date(course: Path) -> datetime | None:
    with nb.Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        found: datetime | None = gradebook.find_assignment(NAME).duedate
        return found


def share(course: Path, student: str = "ann") -> float | None:
    """What part of the score the penalty takes."""
    found = submission(course, student)
    return None if found.penalty is None else round(found.penalty / found.raw, 6)


def grant(course: Path, student: str = "ann", **span: float) -> None:
    with nb.Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        gradebook.grant_extension(NAME, student, **span)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-09-30 17:59:59 UTC", None),
        ("2026-09-30 18:00:00 UTC", None),
        ("2026-09-30 18:00:00.999 UTC", None),  # a fraction of a second is nobody's lateness
        ("2026-09-30 18:00:01 UTC", 0.1),
        ("2026-10-01 18:00:00 UTC", 0.1),
        ("2026-10-01 18:00:01 UTC", 0.2),
        ("2026-10-03 18:00:00 UTC", 0.3),
        ("2026-10-03 18:00:01 UTC", 1.0),  # after the cutoff
    ],
)
def test_one_second_decides(course: Path, at: str, expected: float | None) -> None:
    say(course)
    grade(course, at=at)
    assert share(course) == expected


@pytest.mark.parametrize(
    ("zone", "due", "last", "first_late"),
    [
        ("Asia/Seoul", "2026-09-30 18:00", "2026-09-30 09:00:00 UTC", "2026-09-30 09:00:01 UTC"),
        ("Asia/Seoul", "2026-09-30 18:00", "2026-09-30 18:00:00 KST", "2026-09-30 18:00:01 KST"),
        ("UTC", "2026-09-30 18:00+09:00", "2026-09-30T09:00:00Z", "2026-09-30 18:00:01 +0900"),
        ("Asia/Seoul", "2026-09-30", "2026-09-30 14:59:59 UTC", "2026-09-30 15:00:00 UTC"),
        # summer time ended in the night before: two hours later is not three
        ("Europe/Berlin", "2026-10-25 12:00", "2026-10-25 11:00:00 UTC", "2026-10-25 11:00:01 UTC"),
        # the clock shows half past two twice, and the later one counts; in spring it never does
        ("Europe/Berlin", "2026-10-25 02:30", "2026-10-25 02:30:00 CET", "2026-10-25 01:30:01 UTC"),
        ("Europe/Berlin", "2026-03-29 02:30", "2026-03-29 01:30:00 UTC", "2026-03-29 01:30:01 UTC"),
    ],
)  # fmt: skip
def test_time_zones_on_both_sides_are_what_they_say(
    course: Path, zone: str, due: str, last: str, first_late: str
) -> None:
    say(course, zone=zone, due=due)
    grade(course, "ann", at=last)
    grade(course, "bea", at=first_late)
    assert (share(course, "ann"), share(course, "bea")) == (None, 0.1)


def test_an_extension_is_the_new_due_date_of_that_student_alone(course: Path) -> None:
    say(course, zone="Asia/Seoul", extensions="{ann: 2026-10-07 18:00}")
    grade(course, "ann", at="2026-10-07 09:00:01 UTC")
    grade(course, "cho", at="2026-09-30 09:00:01 UTC")
    assert submission(course, "ann").extension == timedelta(days=7)
    assert submission(course, "cho").extension is None
    assert (share(course, "ann"), share(course, "cho")) == (0.1, 0.1)


def test_a_group_has_an_extension_and_a_students_own_counts_before_it(course: Path) -> None:
    say(course, extensions="{blue: 2026-10-01 18:00, red: 2026-10-02 18:00, ben: 2026-10-05 18:00}")
    grade(course, "ann")
    grade(course, "ben")
    assert submission(course, "ann").extension == timedelta(days=2)
    assert submission(course, "ben").extension == timedelta(days=5)


def test_formgrader_shows_the_due_date(course: Path) -> None:
    say(course, zone="Asia/Seoul")
    release(course, NAME, points=POINTS)
    config = Config()
    config.merge(course_config(course))
    config.Exchange.root = str(course / "exchange")
    shown = NbGraderAPI(course_directory(config), config=config).get_assignment(NAME)
    assert shown["display_duedate"].startswith("2026-09-30 09:00:00")


def test_what_course_yml_says_now_reaches_what_was_graded_before(course: Path) -> None:
    say(course)
    grade(course, at="2026-10-01 12:00:00 UTC")
    assert share(course) == 0.1
    say(course, extensions="{ann: 2026-10-02 18:00}")
    assert settle(course) == ([("ann", NAME)], [])
    assert share(course) is None
    assert settle(course) == ([], []), "a second time there is nothing to do"
    say(course, due="2026-10-01 10:00", extensions="{ann: 2026-10-02 18:00}")
    assert settle(course) == ([], [])
    assert submission(course).duedate == datetime.fromisoformat("2026-10-02 18:00:00")
    say(course, late="{penalty_per_day: 50 %}")
    assert settle(course) == ([("ann", NAME)], [])
    assert share(course) == 0.5
    assert submission(course).extension is None, "removed from course.yml, removed from nbgrader"


def test_a_due_date_that_is_removed_from_course_yml_is_removed(course: Path) -> None:
    say(course, extensions="{ann: 2026-10-02 18:00}")
    grade(course, at="2026-10-03 12:00:00 UTC")
    say(course, due=None)
    assert settle(course) == ([("ann", NAME)], [])
    assert (due_date(course), submission(course).extension, share(course)) == (None, None, None)


def test_an_extension_that_was_given_in_nbgrader_stays_whatever_course_yml_says(
    course: Path,
) -> None:
    say(course)
    grade(course, at="2026-10-02 12:00:00 UTC")
    grant(course, days=3)
    assert settle(course) == ([("ann", NAME)], [])
    assert (submission(course).extension, share(course)) == (timedelta(days=3), None)
    say(course, extensions="{ann: 2026-10-01 18:00}")
    assert settle(course) == ([], ["extension-differs"])
    grade(course, at="2026-10-02 12:00:00 UTC")
    say(course)
    assert settle(course) == ([], [])
    assert submission(course).extension == timedelta(days=3), "never ours, never taken away"


def test_an_extension_of_ours_that_was_changed_in_nbgrader_is_nbgraders(course: Path) -> None:
    say(course, extensions="{ann: 2026-10-01 18:00}")
    grade(course)
    grant(course, days=9)
    assert settle(course)[1] == ["extension-differs"]
    say(course)
    settle(course)
    assert submission(course).extension == timedelta(days=9)


def test_a_due_date_that_was_set_in_formgrader_is_replaced_and_told(course: Path) -> None:
    say(course)
    grade(course)
    with nb.Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        gradebook.update_or_create_assignment(NAME, duedate="2026-12-24 18:00:00 UTC")
    assert settle(course) == ([], ["due-date-replaced"])
    assert settle(course) == ([], [])
    assert due_date(course) == datetime.fromisoformat("2026-09-30 18:00:00")


def test_without_a_word_in_course_yml_what_formgrader_says_counts(course: Path) -> None:
    say(course, due=None)
    with nb.Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        gradebook.update_or_create_assignment(NAME, duedate="2026-09-30 18:00:00 UTC")
    grade(course, at="2026-09-30 18:00:01 UTC")
    assert settle(course) == ([], [])
    assert (due_date(course), share(course)) == (datetime.fromisoformat("2026-09-30 18:00:00"), 0.1)


def test_points_that_a_person_gave_cost_their_share_too(course: Path) -> None:
    say(course)
    grade(course, at="2026-09-30 19:00:00 UTC")
    with nb.Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        gradebook.find_grade("why", NAME, NAME, "ann").manual_score = 2.0
        gradebook.db.commit()
    assert settle(course) == ([("ann", NAME)], [])
    assert submission(course).penalty == pytest.approx((SCORE + 2.0) * 0.1)


def test_a_refusal_before_the_commit_changes_nothing(course: Path) -> None:
    say(course)
    grade(course, at="2026-09-30 19:00:00 UTC")
    say(course, due="2026-10-30 18:00")

    def refuse(changed: list[tuple[str, str]]) -> None:
        assert changed == [("ann", NAME)]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        settle_deadlines(course, [NAME], before_commit=refuse)
    assert (due_date(course), share(course)) == (datetime.fromisoformat("2026-09-30 18:00:00"), 0.1)


def test_nbgraders_own_autograde_has_the_same_deadlines(course: Path) -> None:
    say(course, zone="Asia/Seoul", extensions="{ben: 2026-10-01 18:00}")
    submit(course, "ann", timestamp="2026-09-30 18:00:01 KST")  # nbgrader alone: 18:00:01 UTC
    submit(course, "ben", timestamp="2026-10-01 18:00:01 KST")
    config = Config()
    config.merge(course_config(course))
    config.Exchange.root = str(course / "exchange")
    assert NbGraderAPI(course_directory(config), config=config).autograde(NAME, "*")["success"]
    assert submission(course, "ann").timestamp == datetime.fromisoformat("2026-09-30 09:00:01")
    assert (share(course, "ann"), share(course, "ben")) == (0.1, 0.1)
