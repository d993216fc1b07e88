"""`autograder regrade` on a real course whose suite was wrong and is corrected."""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from autograder.cli import main
from autograder.init import init

NAME = "hello_tensors"
RIGHT = "torch.var_mean(x.double(), dim=dim, correction=0, keepdim=True)"
WRONG = RIGHT.replace("correction=0", "correction=1")  # as brook does it too, and ada does not


@dataclass(frozen=True)
class Ran:
    status: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.out)
        return found


Run = Callable[..., Ran]


@pytest.fixture
def course(tmp_path: Path) -> Path:
    root = tmp_path / "course"
    init(root, title="A course")
    put_into_suite(root, RIGHT, WRONG)
    return root


@pytest.fixture
def run(course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command in this process, which has imported what takes seconds to import."""

    def run(*arguments: str) -> Ran:
        words = ["autograder", *arguments, "--course", str(course)]
        monkeypatch.setattr(sys, "argv", words)
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        heard = capsys.readouterr()
        return Ran(int(ended.value.code or 0), heard.out, heard.err)

    return run


def put_into_suite(root: Path, what: str, instead: str) -> None:
    file = root / "tests" / "hidden" / NAME / f"test_{NAME}.py"
    text = file.read_text()
    assert text.count(what) == 1
    file.write_text(text.replace(what, instead))


def scores(root: Path) -> dict[str, float]:
    with closing(sqlite3.connect(root / "gradebook.db")) as db:
        rows = db.execute(
            "select s.student_id, sum(g.auto_score) from submitted_assignment s "
            "join submitted_notebook n on n.assignment_id = s.id "
            "join grade g on g.notebook_id = n.id group by s.student_id"
        )
        return dict(rows.fetchall())


def test_a_suite_is_corrected_previewed_and_applied(course: Path, run: Run) -> None:
    assert run("grade").status == 0
    wrong = scores(course)
    assert wrong["brook"] > wrong["ada"], "the suite has it the wrong way round"
    put_into_suite(course, WRONG, RIGHT)

    shown = run("regrade", NAME)
    assert shown.status == 0
    assert "1 lose, 1 gain, 0 keep their score" in shown.out
    assert shown.out.index("brook") < shown.out.index("ada"), "losers first"
    assert "the hidden suite (" in shown.out
    assert "standardize: test_rows_are_standardized (2 cases): failed → passed" in flat(shown.out)
    assert "nothing was written; for 2 of 2 students" in shown.err
    assert scores(course) == wrong

    by_json = run("regrade", NAME, "--preview", "--json").json
    gains = {change["student"]: change["gain"] for change in by_json["changes"]}
    assert gains == {"ada": 11.0 - wrong["ada"], "brook": 5.0 - wrong["brook"]}
    assert by_json["state"] == "preview"

    applied = run("regrade", NAME, "--apply")
    assert (applied.status, scores(course)) == (0, {"ada": 11.0, "brook": 5.0})
    assert "applied" in applied.out

    again = run("regrade", NAME, "--apply")
    assert (again.status, "applied already" in again.err) == (0, True)
    listed = run("regrade", NAME, "--history").out.splitlines()[1:]
    assert [" no " in line for line in listed if "→" in line and ":" in line] == [False, True]
    rows = [json.loads(r) for r in run("regrade", NAME, "--history", "--json").out.splitlines()]
    assert [row["state"] for row in rows] == ["applied", "preview"]
    assert [bool(row["applied_by"]) for row in rows] == [True, False]
    assert rows[0]["changes"] == by_json["changes"]

    nothing = run("regrade", NAME)
    assert "2 unchanged since they were graded" in nothing.out
    assert "there is nothing to apply" in nothing.err


@pytest.mark.thorough
def test_a_suite_that_is_broken_is_told_and_everything_stays(course: Path, run: Run) -> None:
    run("grade")
    before = scores(course)
    put_into_suite(course, WRONG, "no such thing(")
    broken = run("regrade", NAME)
    assert (broken.status, broken.out, "error[suite" in broken.err) == (2, "", True)
    assert scores(course) == before


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("nothing",), "unknown-assignment"),
        ((NAME, "--apply"), "no-preview"),
        ((NAME, "--preview", "--apply"), "several-actions"),
        ((NAME, "--student", "nobody"), "student-unknown"),
    ],
)
def test_wrong_usage_is_told(run: Run, arguments: tuple[str, ...], code: str) -> None:
    ran = run("regrade", *arguments)
    assert (ran.status, ran.out) == (2, "")
    assert f"error[{code}]" in ran.err


def flat(text: str) -> str:
    """A table without the line ends that its columns have."""
    return " ".join(text.split())
