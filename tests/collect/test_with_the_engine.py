"""From an export to the penalty in the gradebook, with the real engine."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.init import init
from tests.collect.exports import zipped

NAME = "hello_tensors"


def autograder(root: Path, *words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "autograder", *map(str, words)]
    return subprocess.run(
        command, cwd=root, capture_output=True, text=True, timeout=300, check=False
    )


@pytest.mark.thorough
def test_the_best_attempt_after_its_penalty_is_what_the_gradebook_has(tmp_path: Path) -> None:
    root = tmp_path / "course"
    init(root, title="A course")
    right, wrong = (
        (root / "submitted" / who / NAME / f"{NAME}.ipynb").read_bytes() for who in ("ada", "brook")
    )
    (root / "course.yml").write_text(
        f"id: c\ntitle: A course\nroster: roster.csv\nassignments:\n  {NAME}:\n"
        "    due: 2026-09-30 18:00\n    late: {penalty_per_day: 10 %}\n    attempts: best\n"
    )
    (root / "roster.csv").write_text("id,first_name,last_name\nkim,민수,김\n", encoding="utf-8")
    source = zipped(
        tmp_path / "s.zip",
        {"김민수_2026-09-30T1000.ipynb": wrong, "김민수_2026-10-01T1000.ipynb": right},
    )

    done = autograder(root, "collect", NAME, source, "--pattern", "{student}_{time}.ipynb")
    assert done.returncode == 0, done.stderr
    (root / "submitted" / "ada").rename(tmp_path / "ada")
    (root / "submitted" / "brook").rename(tmp_path / "brook")
    done = autograder(root, "grade", "--jobs", "1")
    assert done.returncode == 0, done.stderr
    assert "attempts: 2 graded; of 1 students another one counts now" in done.stderr

    nbgrader = Path(sys.executable).with_name("nbgrader")
    subprocess.run(
        [nbgrader, "export"],
        cwd=root,
        check=True,
        capture_output=True,
        env=os.environ | {"PATH": f"{nbgrader.parent}:{os.environ['PATH']}"},
    )
    rows = list(csv.DictReader((root / "grades.csv").read_text().splitlines()))
    (kim,) = [row for row in rows if row["student_id"] == "kim"]
    assert (kim["raw_score"], kim["late_submission_penalty"]) == ("11.0", "1.1")
    assert kim["timestamp"] == "2026-10-01 10:00:00"
