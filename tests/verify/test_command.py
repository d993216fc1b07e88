"""`autograder verify` as it is typed."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from .workshop import Workshop, workshop

SETTINGS = """id: small-course
title: "A <small> course"
sandbox: {kind: local}
assignments:
  small: {title: Small}
"""


def run(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "autograder", "verify", *map(str, arguments)]
    return subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, timeout=300, check=False
    )


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    made = workshop(tmp_path_factory.mktemp("course"))
    (made.folder / "course.yml").write_text(SETTINGS)
    return made


class Page(HTMLParser):
    """What a page is made of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_a_proven_suite(course: Workshop) -> None:
    page = course.folder / "page.html"
    done = run("--json", "--html", page, "--jobs", 2, "--mutants", 4, cwd=course.folder)
    assert done.returncode == 0, done.stderr
    (said,) = [json.loads(line) for line in done.stdout.splitlines()]
    assert said["assignment"] == "small"
    assert said["proven"] is True
    assert said["findings"] == []
    assert said["mutants"]["killed"] == said["mutants"]["tried"] == 4
    assert said["cuda"].startswith(("not run", "2 runs"))
    assert {row["id"]: row["recognised"] for row in said["misconceptions"]} == {
        "once": ["once"],
        "two_more": ["two_more"],
    }
    assert "1 of 1 hidden suites are proven" in done.stderr
    shown = Page(page.read_text(encoding="utf-8"))
    assert "script" not in shown.tags
    assert "small" not in shown.tags  # the course's title is text
    assert all(link.startswith("#") for link in shown.links)
    assert "✓ proven" in "".join(shown.words)


@pytest.mark.thorough
def test_a_suite_that_passes_everything(course: Workshop, tmp_path: Path) -> None:
    shutil.copytree(course.folder, tmp_path, dirs_exist_ok=True)
    made = Workshop(tmp_path)
    suite = made.assignment.suite / "test_small.py"
    # check_tensor(student.twice(x), 2 * x) becomes student.twice(x)
    lenient = re.sub(r"check_\w+\((student\.\w+\(x\)), .*\)", r"\1", suite.read_text())
    assert "check_" not in lenient.partition("@pytest")[2]
    suite.write_text(lenient)
    done = run("small", "--mutants", 3, "--html", tmp_path / "page.html", cwd=tmp_path)
    assert done.returncode == 1
    assert "small: not proven" in done.stdout
    for words in (
        "test_values gives its points to a trivial answer",
        '"once" passes every test',
        "no test notices the mutant ",
        "only 1 of 3 mutants are killed",
        "no wrong answer fails test_later",
    ):
        assert words in done.stdout, done.stdout
    assert "0 of 1 hidden suites are proven" in done.stderr
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "✗ not proven" in page
    assert "&lt;small&gt;" in page


@pytest.mark.parametrize(
    ("arguments", "code", "next_step"),
    [
        (["smal"], "unknown-assignment", "did you mean small?"),
        (["--accept", "--mutants", "3"], "accept-needs-all", "leave out --mutants"),
        (["--html", "no/such/folder.html"], "no-page", "name a file in a folder that exists"),
    ],
)
def test_wrong_usage(course: Workshop, arguments: list[str], code: str, next_step: str) -> None:
    done = run(*arguments, cwd=course.folder)
    assert done.returncode == 2
    assert done.stdout == ""
    assert f"error[{code}]" in done.stderr
    assert next_step in done.stderr
