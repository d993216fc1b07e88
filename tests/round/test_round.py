"""A semester in one test: every step by the real programs, with two students and an exchange.

Whoever types nothing special gets the same: some steps run in this process, to spare the seconds
that a process takes to start, with the arguments that are typed.
"""

from __future__ import annotations

import csv
import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import nbgrader.api as nb
import pytest

from autograder.init import init

from .people import NAME, Person, make_instructor, make_student

pytestmark = pytest.mark.filterwarnings("ignore")  # nbgrader's own, and those of its libraries

STANDARDIZE = """def standardize(x: Tensor, dim: int = -1, eps: float = 1e-5) -> Tensor:
    centred = x - x.mean(dim=dim, keepdim=True)
    return centred / (centred.square().mean(dim=dim, keepdim=True) + eps).sqrt()
"""
DISTANCES = """def squared_distances(a: Tensor, b: Tensor) -> Tensor:
    return (a[:, None] - b[None]).square().sum(dim=-1)
"""
KIMS_COMMENT, LEES_COMMENT = "Nicely put, Kim.", "Look at dim again, Lee."
KIMS_SECRET, LEES_SECRET = "# kim was here", "# lee was here"
LATE_H = 30  # two days begun


@pytest.mark.thorough
def test_a_semester_from_generate_assignment_to_export(tmp_path: Path) -> None:
    course, exchange = tmp_path / "course", tmp_path / "exchange"
    init(course, title="A course")
    shutil.rmtree(course / "submitted")  # made-up ones, which did not come by the exchange
    set_deadlines(course)
    (course / "roster.csv").write_text("id,first_name,last_name,email\nkim,민수,김,\n")
    exchange.mkdir()
    exchange.chmod(0o777)
    instructor = make_instructor(course, exchange)
    kim, lee = (make_student(tmp_path, name, exchange, "course") for name in ("kim", "lee"))

    release(instructor, course)
    kim_hands_in(kim)
    lee_hands_in(lee)
    instructor.nbgrader_here("collect", NAME)

    # Graded by nbgrader's own command, then, after a person had a look, by ours.
    instructor.nbgrader("autograde", NAME)
    assert marks(course, "kim") == (11.0, 0.0)
    assert marks(course, "lee") == (6.0, pytest.approx(0.2 * 6.0))
    grade_by_hand(course, "kim", "squared_distances", 4.5, KIMS_COMMENT)
    grade_by_hand(course, "lee", "squared_distances", 2.0, LEES_COMMENT)
    assert grade(instructor) == {"kim": 11.0, "lee": 6.0}
    assert_what_a_person_gave_is_there(course)

    instructor.nbgrader_here("generate_feedback", NAME, "--force")
    instructor.nbgrader_here("release_feedback", NAME)
    kim.nbgrader_here("fetch_feedback", NAME)
    lee.nbgrader_here("fetch_feedback", NAME)
    assert_everybody_has_their_own_page(kim, lee)

    instructor.nbgrader_here("export", "--to", "grades.csv")
    rows = {row["student_id"]: row for row in csv.DictReader((course / "grades.csv").open())}
    assert (rows["kim"]["score"], rows["kim"]["late_submission_penalty"]) == ("10.5", "0.0")
    assert (rows["lee"]["raw_score"], rows["lee"]["late_submission_penalty"]) == ("8.0", "1.6")
    assert (rows["lee"]["score"], rows["lee"]["max_score"]) == ("6.4", "11.0")


def set_deadlines(course: Path) -> None:
    """Due a while ago; Kim has an extension until long after."""
    due = (datetime.now(UTC) - timedelta(hours=LATE_H)).strftime("%Y-%m-%d %H:%M")
    path = course / "course.yml"
    text = path.read_text().replace(
        "    # due: 2026-09-30 18:00\n",
        f"    due: {due}\n    extensions: {{kim: 2200-01-01}}\n",
    )
    late = "late: {penalty_per_day: 10 %, cutoff: 9 days}"
    path.write_text(text.replace("late: none", late))
    assert due in path.read_text()
    assert late in path.read_text()


def release(instructor: Person, course: Path) -> None:
    released = course / "assignments" / NAME / f"{NAME}.ipynb"
    instructor.nbgrader_here("generate_assignment", NAME, "--force")
    by_nbgrader = released.read_bytes()
    done = instructor.runs("autograder", "release", NAME)
    assert done.returncode == 0, done.stderr
    assert released.read_bytes() == by_nbgrader
    instructor.nbgrader_here("release_assignment", NAME)


def kim_hands_in(kim: Person) -> None:
    """At a terminal. Validation runs what students can see."""
    kim.nbgrader("fetch_assignment", NAME)
    notebook = f"{NAME}/{NAME}.ipynb"
    kim.edit(standardize=STANDARDIZE, squared_distances=f"{DISTANCES}{KIMS_SECRET}\n")
    assert "Success" in kim.nbgrader("validate", notebook, student=False)
    kim.nbgrader("submit", NAME)


def lee_hands_in(lee: Person) -> None:
    """The second function is still the stub."""
    lee.nbgrader_here("fetch_assignment", NAME)
    lee.edit(standardize=f"{STANDARDIZE}{LEES_SECRET}\n")
    lee.nbgrader_here("submit", NAME)


def grade(instructor: Person) -> dict[str, float]:
    done = instructor.runs("autograder", "grade", "--json", "--jobs", "2")
    assert done.returncode == 0, done.stderr
    assert "on no roster, graded all the same: 1 (lee)" in done.stderr
    reports = [json.loads(line) for line in done.stdout.splitlines()]
    return {report["student"]: report["score"] for report in reports}


def grade_by_hand(course: Path, student: str, symbol: str, points: float, comment: str) -> None:
    """As formgrader saves it."""
    with nb.Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        grade = gradebook.find_grade(f"test_{symbol}", NAME, NAME, student)
        grade.manual_score, grade.needs_manual_grade = points, False
        gradebook.find_comment(symbol, NAME, NAME, student).manual_comment = comment
        gradebook.db.commit()


def marks(course: Path, student: str) -> tuple[float, float]:
    """Score and penalty."""
    with nb.Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        found = gradebook.find_submission(NAME, student)
        return found.score, found.late_submission_penalty


def assert_what_a_person_gave_is_there(course: Path) -> None:
    assert marks(course, "kim") == (6.0 + 4.5, 0.0)
    assert marks(course, "lee") == (6.0 + 2.0, pytest.approx(0.2 * 8.0))
    with nb.Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        comment = gradebook.find_comment("squared_distances", NAME, NAME, "kim").comment
    assert comment == KIMS_COMMENT


def assert_everybody_has_their_own_page(kim: Person, lee: Person) -> None:
    kims, lees = kim.page(), lee.page()
    for page, own, others in ((kims, "kim", "lee"), (lees, "lee", "kim")):
        assert f"# {own} was here" in page
        assert f"# {others} was here" not in page
    assert (KIMS_COMMENT in kims, KIMS_COMMENT in lees) == (True, False)
    assert (LEES_COMMENT in kims, LEES_COMMENT in lees) == (False, True)
    assert "standardize: 6 of 6 points" in kims
    assert "(Score: 10.5 / 11.0)" in kims
    assert "(Score: 6.4 / 11.0)" in lees
    assert "Late submission penalty (Score: -1.6)" in lees
    assert "Late submission penalty" not in kims
