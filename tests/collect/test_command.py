"""`autograder collect`, as it is typed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from autograder.cli import app
from autograder.collect import OPEN, Row
from autograder.collect.naming import FIELDS
from autograder.errors import UsageError
from tests.collect.exports import NAME, make_course, notebook, submitted, zipped


@pytest.fixture
def course(tmp_path: Path) -> Path:
    return make_course(tmp_path / "course")


@pytest.fixture
def moodle(tmp_path: Path) -> Path:
    files = {
        "Minsu Kim_1_assignsubmission_file/doubling.ipynb": notebook("kim"),
        "Nobody \x1b[31mElse_2_assignsubmission_file/doubling.ipynb": notebook("else"),
        "Somebody_3_assignsubmission_file/doubling.ipynb": notebook("some"),
    }
    return zipped(tmp_path / "export.zip", files)


def autograder(course: Path, *words: Any) -> Result:
    typed = ["collect", NAME, *map(str, words), "--course", str(course)]
    return CliRunner().invoke(app, typed, catch_exceptions=False, env={"COLUMNS": "200"})


def test_what_is_open_is_status_1_and_said(course: Path, moodle: Path) -> None:
    done = autograder(course, moodle)
    assert done.exit_code == 1
    assert "unmatched" in done.stdout
    assert "read as moodle, 3 hand-ins" in done.stderr
    assert "--matches FILE" in done.stderr
    assert "\x1b[31m" not in done.output, "what students wrote does not reach the terminal"
    assert submitted(course) == {"kim": notebook("kim")}


def test_json_lines_have_every_row_and_nothing_else(course: Path, moodle: Path) -> None:
    done = autograder(course, moodle, "--json")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert {row["status"] for row in rows} == {"collected", "nothing", "unmatched"}
    (kim,) = [row for row in rows if row["student"] == "kim"]
    assert (kim["found"], kim["how"], kim["late"]) == ("Minsu Kim_1", "by name", False)


def test_all_matched_is_status_0(course: Path, moodle: Path, tmp_path: Path) -> None:
    matches = tmp_path / "matches.csv"
    assert autograder(course, moodle, "--matches", matches).exit_code == 1
    assert "Somebody_3,," in matches.read_text()
    said = ["--as", "Somebody_3=lee"]
    files = {"Somebody_3_assignsubmission_file/doubling.ipynb": notebook("some")}
    done = autograder(course, zipped(tmp_path / "one.zip", files), *said)
    assert done.exit_code == 0
    assert submitted(course)["lee"] == notebook("some")


def test_every_status_and_field_of_a_row_is_documented() -> None:
    pages = Path(__file__).parents[2] / "docs"
    text = (pages / "commands.md").read_text(encoding="utf-8")
    text = text.partition("## autograder collect\n")[2].partition("\n## ")[0]
    names = {*OPEN, *Row.__dataclass_fields__, "collected", "replaced", "unchanged", "nothing"}
    assert len(names) > 15
    assert not [name for name in sorted(names) if f"`{name}`" not in text]
    fields = (pages / "collect.md").read_text(encoding="utf-8")
    assert not [field for field in FIELDS if f"`{{{field}}}`" not in fields]


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["nowhere.zip"], "nowhere.zip does not exist"),
        (["--from", "canvas"], "nothing to read as canvas"),
        ([".", "--as", "kim"], "expected NAME=ID"),
        ([".", "--from", "names"], "there is no naming rule"),
        ([".", "--times", "course/course.yml"], "name the columns"),
    ],
)
def test_wrong_usage(
    course: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], what: str
) -> None:
    monkeypatch.chdir(course.parent)
    with pytest.raises(UsageError, match=what) as caught:
        autograder(course, *words)
    assert caught.value.next


def test_a_dry_run_writes_neither_submissions_nor_matches(
    course: Path, moodle: Path, tmp_path: Path
) -> None:
    done = autograder(course, moodle, "--dry-run", "--matches", tmp_path / "matches.csv")
    assert "nothing was written" in done.stderr
    assert submitted(course) == {}
    assert not (tmp_path / "matches.csv").exists()
    assert not (course / "attempts").exists()
