"""`autograder similar`: what an instructor sees."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from autograder.cli import app
from autograder.errors import UsageError
from tests.similar.classroom import honest, make_course, notebook
from tests.similar.disguises import renamed
from tests.suites.answers import answers

NAME = "vae_elbo"
SOURCES = honest(NAME)
LOOPS = SOURCES["plain_loops"]
MORE = """
roster: roster.csv
groups:
  reds: [kim, lee]
"""
HOSTILE = """
def helper(values):
    kept = "</td></tr></table><script>alert(1)</script>\u202e"
    return [f"{kept}{value ** 3 + 17 * value - 5}" for value in sorted(values, reverse=True)]

"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """kim and lee have the same, under other names; ann is honest; the others have nothing."""
    symbols = frozenset(answers(NAME).symbols)
    course = make_course(
        tmp_path,
        NAME,
        {
            "kim": notebook(NAME, LOOPS),
            "lee": notebook(NAME, renamed(LOOPS, symbols)),
            "ann": notebook(NAME, SOURCES["korean_helpers"]),
            "uma": answers(NAME).stubs(),
            "emil": b"",
        },
        alternatives=False,
    )
    (course.root / "roster.csv").write_text(
        "id,first_name,last_name\nkim,<i>민수</i>,김\nann,Ann,A\n"
    )
    with (course.root / "course.yml").open("a") as file:
        file.write(MORE)
    return course.root


def run(root: Path, *arguments: object) -> tuple[int, str]:
    words = ["similar", NAME, "--course", str(root), *map(str, arguments)]
    done = CliRunner().invoke(app, words)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stdout


def page(root: Path) -> str:
    return (root / "reports" / f"{NAME}.similar.html").read_text(encoding="utf-8")


def test_pairs_are_printed_with_what_an_instructor_should_know(root: Path) -> None:
    status, out = run(root)
    assert out == "100% kim lee (same group: reds)\n"
    assert status == 1, "emil's file cannot be read"


def test_the_json_has_an_object_for_each_pair(root: Path) -> None:
    (line,) = run(root, "--json")[1].splitlines()
    assert json.loads(line) == {
        "assignment": NAME,
        "first": "kim",
        "second": "lee",
        "share": 1.0,
        "of_first": 1.0,
        "of_second": 1.0,
        "passages": 4,
        "rare_passages": 4,
        "same_file": False,
        "common_groups": ["reds"],
    }


def test_the_page_names_who_was_not_compared_and_why(root: Path) -> None:
    run(root)
    rows = dict(re.findall(r'<tr><th scope="row">(.+?)</th><td>(.+?)</td></tr>', page(root)))
    assert rows["uma"].startswith("nothing was written yet")
    assert rows["emil"] == "the file is empty"
    assert {"uma", "emil"} <= set(rows)


def test_the_page_speaks_of_help_and_never_of_guilt(root: Path) -> None:
    run(root)
    text = page(root)
    assert "a help for a person who reads, and no verdict" in text
    assert not re.search(
        r"plagiar|cheat|guilt|suspect|fraud|offen[cd]|copied|dishonest", text, re.I
    )


def test_nothing_that_a_student_wrote_acts_on_the_page(root: Path) -> None:
    for student in ("kim", "lee"):
        path = root / "submitted" / student / NAME / f"{NAME}.ipynb"
        used = LOOPS.replace("def elbo", f"{HOSTILE}\n\ndef elbo").replace(
            "    return", "    helper([])\n    return"
        )
        path.write_bytes(notebook(NAME, used))
    run(root)
    text = page(root)
    assert "&lt;script&gt;alert(1)" in text, "it is shown"
    assert "<script" not in text
    assert "\u202e" not in text
    assert "&lt;i&gt;민수&lt;/i&gt; 김 (kim)" in text
    assert "default-src 'none'" in text
    assert not re.search(r"(?:src|href)=\"(?!#)|url\(|https?:", text), "nothing from elsewhere"


@pytest.mark.thorough
def test_a_page_is_the_same_whatever_the_hash_seed(root: Path, tmp_path: Path) -> None:
    pages = []
    for seed in "12":
        out = tmp_path / f"{seed}.html"
        subprocess.run(
            [sys.executable, "-m", "autograder", "similar", NAME, "--out", out],
            cwd=root,
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=False,
        )
        pages.append(out.read_bytes())
    assert pages[0] == pages[1]


@pytest.mark.parametrize("students", [["kim"], ["uma"], []])
def test_one_student_and_nobody_to_compare_make_a_page_too(root: Path, students: list[str]) -> None:
    folders = [root / "submitted" / student for student in students]
    if not folders:
        with pytest.raises(UsageError, match="no notebooks"):
            run(root, tmp_folder(root))
        return
    assert run(root, *folders) == (0, "")
    assert "No two submissions share as much" in page(root)


def test_a_page_that_cannot_be_written_is_refused_before_the_work(root: Path) -> None:
    for out in (root, root / "nowhere" / "page.html", root / "assignments" / NAME / "page.html"):
        with pytest.raises(UsageError) as caught:
            run(root, "--out", out)
        assert caught.value.code in ("no-page", "report-for-students")
        assert not out.is_file()


def test_the_page_goes_where_it_is_told_and_thresholds_hold(root: Path) -> None:
    out = root / "other.html"
    assert run(root, "--out", out, "--threshold", "0", "--top", "1")[1].count("\n") == 1
    assert out.is_file()
    assert not (root / "reports").exists()


def test_an_assignment_that_is_not_there_is_named(root: Path) -> None:
    with pytest.raises(UsageError, match="no assignment"):
        CliRunner().invoke(app, ["similar", "vae", "--course", str(root)], catch_exceptions=False)


def tmp_folder(root: Path) -> Path:
    folder = root / "nobody"
    folder.mkdir()
    return folder
