"""`autograder report`, as it is typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from autograder.cli import app
from autograder.errors import AutograderError
from tests.overview import classes
from tests.overview.classes import NAME


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return classes.make_course(tmp_path / "course", roster="s0000,한별,김,\nnever,Never,There,\n")


def run(root: Path, *arguments: str) -> Result:
    done = CliRunner().invoke(app, ["report", *arguments, "--course", str(root)])
    if isinstance(done.exception, AutograderError):
        raise done.exception
    return done


def test_it_writes_page_tables_and_json_and_says_where(root: Path) -> None:
    classes.keep(root, classes.reports(15))
    done = run(root, NAME)
    assert done.exit_code == 0
    files = {path.name for path in (root / "reports").iterdir()}
    assert files == {f"{NAME}.html", f"{NAME}.csv", f"{NAME}.tests.csv", f"{NAME}.json"}
    assert f"{NAME}: 15 graded" in done.stdout
    assert "1 have not handed in" in done.stdout
    assert "! 1 test that nobody passes" in done.stdout
    for name in files:
        assert str(root / "reports" / name) in done.stderr.replace("\n", "")


def test_one_student_is_enough(root: Path) -> None:
    classes.keep(root, classes.reports(1))
    assert run(root, NAME).exit_code == 0


def test_the_course_as_a_whole(root: Path) -> None:
    classes.keep(root, classes.reports(12))
    assert run(root, "--format", "html", "--format", "csv").exit_code == 0
    assert {path.name for path in (root / "reports").iterdir()} == {
        *(f"{NAME}.html", f"{NAME}.csv", f"{NAME}.tests.csv"),
        *("index.html", "index.csv"),
    }


def test_json_goes_to_stdout_and_nothing_is_written(root: Path) -> None:
    classes.keep(root, classes.reports(12))
    done = run(root, NAME, "--json")
    (line,) = done.stdout.splitlines()
    assert json.loads(line)["graded"] == 12
    assert not (root / "reports").exists()


def test_another_folder_may_be_named(root: Path, tmp_path: Path) -> None:
    classes.keep(root, classes.reports(2))
    assert run(root, NAME, "--out", str(tmp_path / "else"), "--format", "csv").exit_code == 0
    assert (tmp_path / "else" / f"{NAME}.csv").is_file()


@pytest.mark.parametrize("arguments", [[NAME], []])
def test_nothing_graded_is_an_error_with_a_next_step(root: Path, arguments: list[str]) -> None:
    with pytest.raises(AutograderError) as refused:
        run(root, *arguments)
    assert refused.value.code == "nothing-graded"
    assert refused.value.next.startswith("autograder grade")


def test_an_assignment_that_is_not_there(root: Path) -> None:
    with pytest.raises(AutograderError) as refused:
        run(root, "hello")
    assert refused.value.code == "unknown-assignment"
    assert NAME in refused.value.next
