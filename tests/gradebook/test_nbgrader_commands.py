"""Our engine behind nbgrader's own commands and formgrader's buttons."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from nbformat.notebooknode import from_dict
from nbgrader.apps import NbGraderAPI
from nbgrader.converters import Autograde
from nbgrader.utils import determine_grade
from traitlets.config import Config

from autograder.gradebook.config import IGNORED, course_config, course_directory
from autograder.gradebook.outputs import put_report
from tests.gradebook.courses import NAME, cell, report, submit
from tests.gradebook.rows import rows

# nbgrader 0.9.6 makes SQLAlchemy 2.1 warn about the order in which it connects rows.
pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
TOP = Path(__file__).parents[2]


def test_nbgrader_autograde_on_the_command_line_uses_the_hidden_suite(
    course: Path, tmp_path: Path
) -> None:
    submit(course, "ann")
    done = nbgrader("autograde", NAME, "--course-dir", str(course), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert scores(course)["ann", "test_double"] == 2.5
    assert [p.name for p in tmp_path.iterdir()] == ["course"]


def test_formgraders_buttons_use_the_hidden_suite(course: Path) -> None:
    submit(course, "ann")
    api = formgrader(course)
    assert api.autograde(NAME, "ann")["success"]
    assert api.generate_feedback(NAME, "ann")["success"]
    assert scores(course)["ann", "test_double"] == 2.5
    page = (course / "feedback" / "ann" / NAME / f"{NAME}.html").read_text()
    assert "double: 2.5 of 4 points" in page


def test_a_platform_error_fails_that_student_and_no_other(course: Path) -> None:
    submit(course, "unlucky")
    submit(course, "ann")
    result = formgrader(course).autograde(NAME, "*")
    assert not result["success"]
    assert "no worker" in result["log"]
    assert scores(course)["ann", "test_double"] == 2.5
    assert scores(course)["unlucky", "test_double"] is None


def test_a_copied_cell_and_old_metadata_stop_nobody(course: Path) -> None:
    def spoil(nb: dict[str, Any]) -> None:
        nb["cells"].append(dict(cell(nb, "test_double"), id="copy"))
        cell(nb, "halve")["metadata"]["nbgrader"]["schema_version"] = 1

    submit(course, "ann", spoil)
    submit(course, "ben")
    assert formgrader(course).autograde(NAME, "*")["success"]
    assert scores(course)["ann", "test_double"] == 2.5


def test_no_execute_does_not_turn_submitted_outputs_into_scores(course: Path) -> None:
    submit(course, "ann", claim_full_marks)
    config = course_config(course)
    config.Execute.enabled = False
    config.ClearOutput.enabled = False
    coursedir = course_directory(config)
    coursedir.assignment_id = NAME
    Autograde(coursedir=coursedir, config=config, log=logging.Logger("quiet")).start()
    assert scores(course)["ann", "test_double"] == 2.5


def test_an_assignment_without_a_hidden_suite_is_left_to_nbgraders_execute(course: Path) -> None:
    (course / "tests" / "hidden" / NAME).rmdir()
    submit(course, "ann", claim_full_marks)
    assert formgrader(course).autograde(NAME, "ann")["success"]
    # `double` is right, `halve` is not written: the visible checks decide.
    assert scores(course)["ann", "test_double"] == 4.0
    assert scores(course)["ann", "test_halve"] == 0.0


def test_nbgrader_reads_the_number_of_each_cell_exactly(course: Path) -> None:
    halve = report("ann").tests[-1]
    for points in (0.0, 0.5, 0.1 + 0.2, 1 / 3, 2.5):
        exact = report("ann", tests=(replace(halve, points=points),))
        nb = from_dict(json.loads((course / "assignments" / NAME / f"{NAME}.ipynb").read_text()))
        put_report(nb, exact, "en")
        assert determine_grade(cell(nb, "test_halve")) == (points, 2.5)


def test_what_students_must_not_get_is_ignored_by_every_nbgrader_step() -> None:
    assert {"alternatives", "misconceptions", "hidden", ".autograder"} <= set(IGNORED)
    assert {"equivalent.yml", "proof.json"} <= set(IGNORED)


def test_the_repositorys_own_configuration_names_its_folders_absolutely() -> None:
    config = course_config(TOP)
    assert config.CourseDirectory.source_directory == "solutions"
    assert config.CourseDirectory.root == str(TOP)
    assert course_directory(config).db_url == f"sqlite:///{TOP}/gradebook.db"


def claim_full_marks(nb: dict[str, Any]) -> None:
    for name in ("test_double", "test_halve"):
        cell(nb, name)["outputs"] = [
            {"output_type": "execute_result", "execution_count": 1, "metadata": {},
             "data": {"text/plain": "2.5"}}
        ]  # fmt: skip


def formgrader(course: Path) -> NbGraderAPI:
    """As formgrader makes it for its buttons, but for an exchange."""
    config = Config()
    config.merge(course_config(course))
    config.Exchange.root = str(course / "exchange")
    return NbGraderAPI(course_directory(config), config=config)


def scores(course: Path) -> dict[tuple[str, str], float | None]:
    return {(g[0], g[1]): g[2] for g in rows(course / "gradebook.db")["grades"]}


def nbgrader(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([*filter(None, [os.environ.get("PYTHONPATH")]), str(TOP)])
    environment = os.environ | {"PYTHONPATH": path, "PYTHONWARNINGS": "ignore"}
    return subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=cwd, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
