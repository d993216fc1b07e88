"""What has no hidden suite is nbgrader's, to the last byte and row."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.adoption.courses import (
    CONFIG,
    HIDDEN_TESTS,
    NBGRADERS_WARNINGS,
    THE_LINE,
    add_hidden_tests,
    api_of,
    run_nbgrader,
    submit,
)
from tests.gradebook.courses import Notebook, cell
from tests.gradebook.rows import files, rows

pytestmark = NBGRADERS_WARNINGS
# When a cell was executed, and the kernel's process in the name of the module it makes of a cell.
BY_CHANCE = re.compile(rb'ipykernel_\d+|"\d{4}-\d\d-\d\dT[\d:.]+Z"')


def spoil(nb: Notebook) -> None:
    """As students do: a wrong answer, edited tests, and what our own repair would not leave."""
    cell(nb, "squares")["source"] = "def squares(n):\n    return [i for i in range(n)]"
    cell(nb, "correct_squares")["source"] = "pass"
    cell(nb, "sum_of_squares_equation")["source"] = "<b>because</b> $x^2$ <script>1</script>"
    nb["metadata"]["mine"] = "kept"


def twin(course: Path, tmp_path: Path) -> Path:
    """The same course without the line."""
    other = tmp_path / "without" / course.name
    shutil.copytree(course, other)
    (other / "nbgrader_config.py").write_text(CONFIG)
    return other


def outcome(root: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    found = {
        name: (mode, BY_CHANCE.sub(b"", content))
        for folder in ("autograded", "feedback")
        for name, (mode, content) in files(root / folder).items()
    }
    return rows(root / "gradebook.db"), found


def test_hidden_tests_in_cells_and_manual_cells_are_graded_as_ever(
    course: Path, tmp_path: Path
) -> None:
    submit(course, "hacker", "ps1", spoil, step="release")
    without = twin(course, tmp_path)
    for root in (course, without):
        api = api_of(root, notebook="problem1")
        assert api.autograde("ps1", "hacker")["success"]
        assert api.generate_feedback("ps1", "hacker")["success"]
    (with_rows, with_files), (without_rows, without_files) = outcome(course), outcome(without)
    assert with_rows == without_rows
    assert with_files == without_files
    assert {"hacker/ps1/problem1.ipynb", "hacker/ps1/problem1.html"} <= with_files.keys()
    nb = json.loads((course / "autograded/hacker/ps1/problem1.ipynb").read_text())
    assert HIDDEN_TESTS in "".join(cell(nb, "correct_squares")["source"])
    assert "HIDDEN TESTS" not in (course / "release/ps1/problem1.ipynb").read_text()


@pytest.mark.thorough
def test_the_whole_example_of_quickstart_by_command_line_with_and_without_the_line(
    tmp_path: Path,
) -> None:
    """The real quickstart, both notebooks, three students, and the student's own release."""
    done = run_nbgrader("quickstart", "course101", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    course = tmp_path / "course101"
    add_hidden_tests(course)
    done = run_nbgrader("generate_assignment", "ps1", cwd=course)
    assert done.returncode == 0, done.stderr
    submit(course, "bitdiddle", "ps1", step="release")
    submit(course, "hacker", "ps1")
    submit(course, "reasoner", "ps1", spoil, step="release")
    without = tmp_path / "without" / "course101"
    shutil.copytree(course, without)
    with (course / "nbgrader_config.py").open("a") as file:
        file.write(THE_LINE)
    released = files(course / "release")
    assert b"HIDDEN TESTS" not in released["ps1/problem1.ipynb"][1]
    for root in (course, without):
        for command in (("autograde", "ps1"), ("generate_feedback", "ps1")):
            done = run_nbgrader(*command, cwd=root)
            assert done.returncode == 0, done.stderr
    assert outcome(course) == outcome(without)
    scores = {row[0]: row[3] for row in rows(course / "gradebook.db")["notebooks"] if row[3]}
    assert scores["hacker"] == 3.0
    done = run_nbgrader("generate_assignment", "ps1", "--force", cwd=course)
    assert done.returncode == 0, done.stderr
    assert files(course / "release") == released
