"""A course as it is at the end of a term: a late one, a manual grade, somebody who never came."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder.course import Course, load_course
from autograder.gradebook import record
from autograder.report import Provenance
from autograder.store import Store
from tests.gradebook.conftest import released_once
from tests.gradebook.courses import NAME, Notebook, cell, report, submit
from tests.store.results import ORIGIN

__all__ = ["released_once"]

COURSE = f"""
id: doubling-course
title: Doubling
roster: roster.csv
assignments:
  {NAME}:
    title: Doubling, and back
    due: 2026-03-01 00:00
    late: {{penalty_per_day: 10 %}}
"""
ROSTER = """id,first_name,last_name,email,canvas_id,sis_id,username
ann,Ann,"Ames, Jr.",ann@example.org,101,S-1,aames
ben,민수,김,Ben@Example.org,102,S-2,minsu
cho,=cmd(),Cho,,103,,
"""
ON_TIME, LATE = "2026-02-28 23:00:00 UTC", "2026-03-01 06:00:00 UTC"


@pytest.fixture(scope="session")
def class_of(released_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """ann on time, ben a day late and with 1.5 for the written answer, cho never."""
    root = tmp_path_factory.mktemp("export") / "course"
    shutil.copytree(released_once, root)
    (root / "course.yml").write_text(COURSE)
    (root / "roster.csv").write_text(ROSTER, encoding="utf-8")
    reports = {student: report(student) for student in ("ann", "ben")}
    files = {
        "ann": submit(root, "ann", written, timestamp=ON_TIME),
        "ben": submit(root, "ben", written, timestamp=LATE),
    }
    batch = [(reports[student], path.read_bytes()) for student, path in files.items()]
    assert [saved.error for saved in record(root, batch)] == [None, None]
    course = load_course(root)
    with Store(course.db_url, course=course.id, root=root) as store:
        for student, told in reports.items():
            store.keep(student, replace(told, provenance=Provenance(**ORIGIN)))
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as gradebook:
        answer = gradebook.find_grade("why", NAME, NAME, "ben")
        answer.manual_score, answer.needs_manual_grade = 1.5, False
        gradebook.db.commit()
    return root


def written(notebook: Notebook) -> None:
    cell(notebook, "why")["source"] = "Because I say so."


@pytest.fixture
def course(class_of: Path) -> Course:
    return load_course(class_of)
