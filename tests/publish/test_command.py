"""`autograder publish`, from the course to a repository, a zip, and students' eyes."""

from __future__ import annotations

import importlib.metadata
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from autograder import __version__
from autograder.cli import app
from autograder.course import Course, load_course
from autograder.errors import CourseError, UsageError
from autograder.publish.archive import zip_of
from autograder.publish.readme import readme
from autograder.publish.requirements import imported_modules, requirements
from tests.publish.hidden_lines import NAME, SOLUTION, members_of

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")


def run(course: Course, folder: Path, *arguments: object) -> tuple[int, list[str]]:
    words = ["publish", str(folder), "--course", str(course.root), *map(str, arguments)]
    done = CliRunner().invoke(app, words)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stdout.splitlines()


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, check=True)
    return done.stdout.decode()


def test_from_an_empty_folder_to_a_second_edition(
    course: Course, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """--check first, then files, zip and commit; what is added beside them stays out of commits."""
    status, lines = run(course, folder, "--check")
    assert status == 1
    assert lines[0] == "add     .gitignore"
    assert not folder.exists()
    zip_file = tmp_path / "course.zip"
    assert run(course, folder, "--git", "--zip", zip_file) == (0, lines)
    assert sorted(git(folder, "ls-files").split()) == [
        ".gitignore",
        ".published.json",
        "README.md",
        f"{NAME}/{NAME}.ipynb",
        "requirements.txt",
    ]
    monkeypatch.setattr("autograder.publish.run.refuse_stale", lambda course, chosen: None)  # slow
    first = zip_file.read_bytes()
    assert {Path(name).parts[0] for name in members_of(zip_file)} == {course.id}

    (folder / "mine.txt").write_text("an instructor's, not for this commit")
    git(folder, "add", "mine.txt")
    (course.root / "public").mkdir()
    (course.root / "public" / "README.md").write_text("# Our own words\n")
    status, lines = run(course, folder, "--git", "--zip", zip_file)
    assert (status, lines) == (0, ["change  README.md"])
    assert git(folder, "show", "--name-only", "--format=%s").split("\n")[0] == f"Publish {NAME}"
    assert "mine.txt" not in git(folder, "show", "--name-only", "--format=")
    assert git(folder, "status", "--porcelain") == "A  mine.txt\n"
    assert zip_file.read_bytes() != first
    assert run(course, folder, "--check", "--git") == (0, [])
    assert git(folder, "rev-list", "--count", "HEAD") == "2\n"


def test_a_stale_release_is_refused_with_the_way_out(course: Course, folder: Path) -> None:
    reference = course.root / "solutions" / NAME / f"{NAME}.ipynb"
    text = reference.read_text()
    reference.write_text(text.replace("to see how an assignment works", "to see how one works"))
    with pytest.raises(CourseError) as caught:
        run(course, folder)
    assert caught.value.code == "release-stale"
    assert caught.value.next == f"autograder release {NAME}"
    assert not folder.exists()


def test_a_data_file_that_was_not_released_again_is_stale(course: Course, folder: Path) -> None:
    (course.root / "solutions" / NAME / "data.csv").write_text("x\n1\n")
    with pytest.raises(CourseError, match=r"data\.csv is missing"):
        run(course, folder)


def test_a_solution_may_be_given_later_if_that_is_said(course: Course, folder: Path) -> None:
    (course.root / "public").mkdir()
    (course.root / "public" / "week2.md").write_text(f"Last week: `{SOLUTION}`\n")
    with pytest.raises(CourseError, match=r"week2\.md, line 1"):
        run(course, folder)
    assert run(course, folder, "--given", NAME)[0] == 0


@pytest.mark.parametrize("place", ["inside", "nowhere/course.zip"])
def test_a_zip_that_cannot_lie_there(
    place: str, course: Course, folder: Path, tmp_path: Path
) -> None:
    zip_file = folder / "course.zip" if place == "inside" else tmp_path / place
    with pytest.raises(UsageError) as caught:
        run(course, folder, "--zip", zip_file)
    assert caught.value.code == "no-zip"
    assert not folder.exists()


def test_nothing_is_committed_to_a_repository_around_the_folder(
    course: Course, tmp_path: Path
) -> None:
    (tmp_path / "site").mkdir()
    git(tmp_path / "site", "init", "--quiet")
    with pytest.raises(UsageError) as caught:
        run(course, tmp_path / "site" / "docs" / "course", "--git")
    assert caught.value.code == "git-inside"
    assert not (tmp_path / "site" / "docs").exists()


def test_no_program_of_the_repositorys_runs(course: Course, folder: Path) -> None:
    folder.mkdir()
    git(folder, "init", "--quiet")
    hook = folder / ".git" / "hooks" / "pre-commit"
    hook.write_text("#!/bin/sh\ntouch ran\nexit 1\n")
    hook.chmod(0o755)
    assert run(course, folder, "--git")[0] == 0
    assert not list(folder.rglob("ran"))


def test_a_zip_is_the_same_bytes_for_the_same_files() -> None:
    files = {"b/c.txt": b"1", "a.txt": "글".encode()}
    assert zip_of(files, "top") == zip_of(dict(reversed(files.items())), "top")


@pytest.mark.parametrize(("language", "words"), [("en", "Hand in"), ("ko", "제출하기")])
def test_the_readme_says_what_is_due_and_how_to_hand_in(
    language: str, words: str, course: Course
) -> None:
    text = (course.root / "course.yml").read_text()
    text = text.replace("# due: 2026-09-30 18:00", "due: 2026-09-30 18:00")
    text = text.replace("timezone: UTC", "timezone: Asia/Seoul")
    text = text.replace("language: en", f"language: {language}")
    (course.root / "course.yml").write_text(text.replace("Hello, tensors", "Hello | tensors"))
    here = load_course(course.root)
    page = readme(here, here.assignments)
    row = f"| Hello \\| tensors | [{NAME}.ipynb]({NAME}/{NAME}.ipynb) | 2026-09-30 18:00 "
    assert f"{row}(Asia/Seoul) |" in page
    assert f"## {words}" in page
    assert f"autograder check {NAME}/{NAME}.ipynb" in page
    assert page.startswith("# A course\n")
    assert not re.search(r"solutions|hidden|suite", page)


def test_requirements_are_what_the_notebooks_import_as_it_is_installed() -> None:
    cells = [
        {"cell_type": "code", "source": "%matplotlib inline\nimport os, torch.nn as nn\n!pip x"},
        {"cell_type": "code", "source": ["from jinja2.nodes import Node\n", "import nothere"]},
        {"cell_type": "code", "source": "this is no Python"},
        {"cell_type": "markdown", "source": "import pandas"},
    ]
    data = json.dumps({"cells": cells}).encode()
    assert imported_modules(data) == {"torch", "jinja2", "nothere"}
    lines = requirements([data]).splitlines()
    version = importlib.metadata.version
    assert f"torch=={version('torch').partition('+')[0]}" in lines
    assert f"Jinja2=={version('Jinja2')}" in lines
    assert f'deep-autograder=={__version__}; sys_platform == "linux"  # autograder check' in lines
    assert not [line for line in lines if "nothere" in line or "+" in line]


def test_requirements_are_ones_that_pip_can_read(course: Course, tmp_path: Path) -> None:
    from packaging.requirements import Requirement

    released = (course.root / "assignments" / NAME / f"{NAME}.ipynb").read_bytes()
    lines = [line.partition("  #")[0] for line in requirements([released]).splitlines()]
    names = {Requirement(line).name for line in lines if line and not line.startswith("#")}
    assert {"torch", "numpy", "jupyterlab", "deep-autograder"} == names


@pytest.mark.thorough
def test_everything_is_the_same_bytes_in_another_process(course: Course, tmp_path: Path) -> None:
    script = (
        "import sys, hashlib; from pathlib import Path; from autograder.course import load_course;"
        "from autograder.publish.content import content; c = load_course(Path(sys.argv[1]));"
        "f = content(c, c.assignments); print(hashlib.sha256(repr(f).encode()).hexdigest())"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", script, course.root],
            env={"PYTHONHASHSEED": seed, "PATH": "/usr/bin:/bin", "LANG": "C"},
            cwd=Path(__file__).parents[2],
            capture_output=True,
            check=True,
        ).stdout
        for seed in "12"
    }
    assert len(said) == 1
