"""The late policy of course.yml decides the penalty that nbgrader keeps."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.gradebook import record
from autograder.release import release
from tests.gradebook.courses import NAME, POINTS, report, submit
from tests.gradebook.rows import rows

COURSE = f"""
id: doubling-course
title: Doubling
timezone: UTC
assignments:
  {NAME}:
    title: Doubling
    due: 2026-03-01 00:00
    late: {{penalty_per_day: 10 %, cutoff: 3 days}}
"""


@pytest.mark.parametrize(
    ("submitted", "share"),
    [
        ("2026-02-28 23:00:00 UTC", None),
        ("2026-03-01 00:00:01 UTC", 0.1),
        ("2026-03-02 12:00:00 UTC", 0.2),
        ("2026-03-04 00:00:01 UTC", 1.0),
    ],
)
def test_each_started_day_costs_a_share_of_the_score(
    course: Path, submitted: str, share: float | None
) -> None:
    (course / "course.yml").write_text(COURSE)
    path = submit(course, "ann", timestamp=submitted)
    list(record(course, [(report("ann"), path.read_bytes())]))
    ((_, _, _, score, penalty),) = rows(course / "gradebook.db")["notebooks"]
    assert penalty == (None if share is None else pytest.approx(score * share))


def test_a_release_sets_the_due_date_of_course_yml(course: Path) -> None:
    (course / "course.yml").write_text(COURSE)
    release(course, NAME, points=POINTS)
    ((_, due, _, _),) = rows(course / "gradebook.db")["assignments"]
    assert due.isoformat() == "2026-03-01T00:00:00"
