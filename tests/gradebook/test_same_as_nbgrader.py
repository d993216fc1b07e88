"""The batch writer against nbgrader's own autograde and generate_feedback, on the same input."""

from __future__ import annotations

import logging
import shutil
from datetime import UTC, datetime
from pathlib import Path

import nbgrader.api as nb
import pytest
from nbgrader.converters import Autograde, GenerateFeedback
from nbgrader.converters.base import NbGraderException

from autograder.gradebook import record, render_feedback
from autograder.gradebook.config import course_config, course_directory
from autograder.release import release
from tests.gradebook import courses
from tests.gradebook.courses import NAME, Notebook, cell, report, submit
from tests.gradebook.rows import files, rows

# nbgrader 0.9.6 makes SQLAlchemy 2.1 warn about the order in which it connects rows.
pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")

STUDENTS = ("ann", "ben", "cho", "dan", "eve", "김민수")


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """One course twice, graded twice: by nbgrader's converters, and by ours."""
    theirs = courses.make_course(tmp_path_factory.mktemp("theirs") / "course")
    release(theirs, NAME, points=courses.POINTS)
    (theirs / "course.yml").write_text("id: c\ntitle: A course\nroster: roster.csv\n")
    (theirs / "roster.csv").write_text("id,language\nann,en\n김민수,ko\n")
    _config(theirs, 'c.LateSubmissionPlugin.penalty_method = "zero"')
    _due(theirs, datetime(2026, 3, 1, tzinfo=UTC))
    _submissions(theirs)
    ours = theirs.parent.parent / "ours"
    shutil.copytree(theirs, ours)
    _grade_with_nbgrader(theirs)
    _grade_with_ours(ours)
    for root in (theirs, ours):
        _grade_by_hand(root)
        submit(root, "ben", timestamp="2026-02-28 10:00:00 UTC")
        (root / "submitted" / "ann" / NAME / "timestamp.txt").unlink()
    _grade_with_nbgrader(theirs)
    _grade_with_ours(ours)
    return theirs, ours


@pytest.mark.parametrize(
    "table",
    [
        "version",
        "courses",
        "students",
        "assignments",
        "cells",
        "sources",
        "submissions",
        "notebooks",
        "grades",
        "comments",
    ],
)
def test_the_gradebook_has_the_same_rows(both: tuple[Path, Path], table: str) -> None:
    theirs, ours = both
    assert rows(ours / "gradebook.db")[table] == rows(theirs / "gradebook.db")[table]


@pytest.mark.parametrize("folder", ["autograded", "feedback"])
def test_the_folders_have_the_same_files_byte_for_byte(
    both: tuple[Path, Path], folder: str
) -> None:
    theirs, ours = both
    assert len(files(theirs / folder)) > 2 * len(STUDENTS)
    assert files(ours / folder) == files(theirs / folder)


def test_the_comparison_covers_explanations_in_both_languages(both: tuple[Path, Path]) -> None:
    english, korean = (
        (both[1] / "feedback" / student / NAME / f"{NAME}.html").read_text()
        for student in ("ann", "김민수")
    )
    assert "One is added &lt;once&gt; instead of doubling." in english
    assert "Try it with 5 &amp; with &lt;b&gt;0&lt;/b&gt;." in english
    assert "5와 0으로 해 보세요." in korean
    assert "Try it with 5" not in korean


def test_the_comparison_covers_what_it_should(both: tuple[Path, Path]) -> None:
    found = rows(both[1] / "gradebook.db")
    grades = {(g[0], g[1]): g[2:] for g in found["grades"]}
    assert [s[0] for s in found["students"]] == sorted(STUDENTS)
    assert grades["ann", "test_double"][:3] == (2.5, 3.5, 0.25)  # manual score and extra credit
    assert grades["ann", "why"][:4] == (None, 1.5, None, True)
    assert grades["dan", "why"][:4] == (0.0, None, None, False)  # not answered
    assert ("ann", "double", None, "well *argued*") in found["comments"]
    assert ("dan", "halve", "No response.", None) in found["comments"]
    penalties = {n[0]: n[4] for n in found["notebooks"]}
    assert penalties["cho"] == 2.5 + report("cho").tests[3].points  # late: all of the score
    assert penalties["ben"] is None  # was late, then submitted again in time


def _submissions(root: Path) -> None:
    submit(root, "ann", _answered, timestamp="2026-02-01 10:00:00 UTC")
    submit(root, "ben", timestamp="2026-03-02 10:00:00 Asia/Seoul")
    submit(root, "cho", _tampered, timestamp="2026-03-05 00:00:00 UTC")
    submit(root, "dan", _untouched)
    path = submit(root, "eve", _hostile)
    path.with_name("notes.txt").write_text("mine")
    path.with_name("data.csv").write_text("changed by the student")
    path.with_name(".ipynb_checkpoints").mkdir()
    (path.with_name(".ipynb_checkpoints") / "old.txt").write_text("")
    submit(root, "김민수", _old_format)


def _answered(nb: Notebook) -> None:
    cell(nb, "why")["source"] = "Because $a<b$ and a <b>bold</b> reason."


def _untouched(nb: Notebook) -> None:
    cell(nb, "double")["source"] = (
        'def double(x):\n    """x  a number"""\n    raise NotImplementedError()'
    )


def _tampered(nb: Notebook) -> None:
    _answered(nb)
    cell(nb, "imports")["source"] = "import os"
    cell(nb, "test_double")["metadata"]["nbgrader"]["points"] = 4000
    nb["cells"].remove(cell(nb, "test_halve"))
    copy = dict(cell(nb, "halve"), id="copy")
    nb["cells"].insert(0, copy)
    cell(nb, "double")["metadata"]["nbgrader"] = {"grade_id": "double", "schema_version": 1}


def _hostile(nb: Notebook) -> None:
    cell(nb, "why")["source"] = 'x <script>alert(1)</script> <img src=x onerror="alert(1)">'
    nb["cells"].append({"cell_type": "raw", "id": "raw", "metadata": {}, "source": "<b onclick=a>"})
    nb["cells"].append(
        {
            "cell_type": "code",
            "id": "out",
            "metadata": {"tags": ["<i>"]},
            "source": "1 < 2 # '\"\u202e",
            "execution_count": 3,
            "outputs": [
                {"output_type": "display_data", "metadata": {}, "data": {"text/html": "<script>"}}
            ],
        }
    )
    nb["metadata"]["language_info"] = {"name": "<x>", "pygments_lexer": "<script>"}


def _old_format(nb: Notebook) -> None:
    nb["nbformat_minor"] = 2
    for each in nb["cells"]:
        del each["id"]


def _grade_with_nbgrader(root: Path) -> None:
    for kind in (Autograde, GenerateFeedback):
        config = course_config(root)
        coursedir = course_directory(config)
        coursedir.assignment_id = NAME
        log = logging.Logger("nbgrader")
        kind(coursedir=coursedir, config=config, log=log, force=True).start()


def _grade_with_ours(root: Path) -> None:
    graded = (
        (report(student), (root / "submitted" / student / NAME / f"{NAME}.ipynb").read_bytes())
        for student in STUDENTS
    )
    assert all(saved.error is None for saved in record(root, graded))
    pages = render_feedback(root, [(student, NAME) for student in STUDENTS])
    assert all(page.error is None for page in pages)


def _grade_by_hand(root: Path) -> None:
    with nb.Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        grade = gradebook.find_grade("test_double", NAME, NAME, "ann")
        grade.manual_score, grade.extra_credit, grade.needs_manual_grade = 3.5, 0.25, False
        answer = gradebook.find_grade("why", NAME, NAME, "ann")
        answer.manual_score, answer.needs_manual_grade = 1.5, False
        comment = gradebook.find_comment("double", NAME, NAME, "ann")
        comment.manual_comment = "well *argued*"
        gradebook.db.commit()


def _due(root: Path, when: datetime) -> None:
    with nb.Gradebook(f"sqlite:///{root}/gradebook.db", "") as gradebook:
        gradebook.update_or_create_assignment(NAME, duedate=when.replace(tzinfo=None))


def _config(root: Path, line: str) -> None:
    path = root / "nbgrader_config.py"
    path.write_text(f"{path.read_text()}{line}\n")


def test_nbgrader_itself_reports_a_platform_error_and_keeps_the_earlier_score(
    tmp_path: Path,
) -> None:
    root = courses.make_course(tmp_path / "course")
    release(root, NAME, points=courses.POINTS)
    submit(root, "unlucky")
    earlier = report("unlucky")
    notebook = (root / "submitted" / "unlucky" / NAME / f"{NAME}.ipynb").read_bytes()
    assert [saved.error for saved in record(root, [(earlier, notebook)])] == [None]
    before = rows(root / "gradebook.db")["grades"]
    with pytest.raises(NbGraderException):
        _grade_with_nbgrader(root)
    assert rows(root / "gradebook.db")["grades"] == before
