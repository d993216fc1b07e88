"""End to end: the demo's course and batch, graded by the real command into a real gradebook."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.feedback.received import files_below, found_in, secrets_of, texts_of, without

ROOT = Path(__file__).parent.parent
FULL_MARKS = r" (\d+(?:\.5)?)/\1 "
PART = ("cross_entropy", "inception_block")  # the whole demo takes a minute


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "out"


@pytest.fixture(scope="module")
def demo(out: Path) -> subprocess.CompletedProcess[str]:
    only = [word for name in PART for word in ("--only", name)]
    return subprocess.run(
        [sys.executable, ROOT / "demo" / "run.py", "--out", out, *only],
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
    )


@pytest.fixture
def judging(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The demo's own modules, which find each other by their folder."""
    monkeypatch.syspath_prepend(ROOT / "demo")
    import kinds
    import verdict

    yield lambda record, **expect: verdict.complaint(
        kinds.HandIn(
            student="ada",
            assignment="any",
            kind="right",
            story="",
            data=b"",
            expect=kinds.Expect(**expect),
            file="",
        ),
        record,
        secrets=["assert answer == 42"],
    )
    for name in ("kinds", "verdict", "notebooks"):
        sys.modules.pop(name, None)


def record(*tests: dict[str, Any], **changes: Any) -> dict[str, Any]:
    score, most = (sum(t[key] for t in tests) for key in ("points", "max_points"))
    own = {"status": "graded", "score": score, "max_score": most, "tests": tests, "flags": []}
    return own | changes


def entry(cell: str, outcome: str) -> dict[str, Any]:
    points = 1.0 if outcome == "passed" else 0.0
    own = {"name": f"test_{cell}", "cell": cell, "outcome": outcome, "message": ""}
    return own | {"points": points, "max_points": 1.0}


@pytest.mark.thorough
def test_every_made_up_student_gets_what_they_were_made_for(
    demo: subprocess.CompletedProcess[str],
) -> None:
    complaints = [line for line in demo.stdout.splitlines() if "not as designed" in line]
    assert complaints == []
    assert demo.returncode == 0, demo.stdout + demo.stderr
    assert "32 of 32 came to what they were made for" in demo.stdout


@pytest.mark.parametrize(
    ("student", "what"),
    [
        ("ada-right", FULL_MARKS),
        ("한별-한글", FULL_MARKS),
        ("magic-mia", FULL_MARKS),
        ("scratch-sam", FULL_MARKS),
        ("theo-twice", "duplicate-cell:"),
        ("tinker-tom", "tampered-cell:imports"),
        ("untouched-uma", r" 0/\d"),
        ("empty-emil", r"error\[notebook-empty\]"),
        ("json-jana", r"error\[notebook-json\]"),
        ("bytes-bora", r"error\[notebook-encoding\]"),
        ("exit-egon", "crashed"),
        ("net-nina", "network-attempt"),
        ("getattr-gerd", "forbidden-api:"),
        ("fork-fritz", "process-attempt"),
        ("spy-sven", "file-attempt:"),
        ("loop-lena", "timeout"),
    ],
)
@pytest.mark.thorough
def test_the_table_says_what_became_of(
    demo: subprocess.CompletedProcess[str], student: str, what: str
) -> None:
    rows = _rows(demo.stdout)
    assert all(re.search(what, row) for row in rows[student]), rows[student]


@pytest.mark.thorough
def test_gradebook_and_feedback_are_where_the_last_lines_say(
    demo: subprocess.CompletedProcess[str], out: Path
) -> None:
    places = dict(line.split()[:2] for line in demo.stdout.splitlines()[-3:])
    assert Path(places["gradebook"]) == out / "gradebook.db"
    assert Path(places["feedback"]).is_relative_to(out / "feedback")
    assert Path(places["session"]).is_relative_to(out / "peer")
    assert all(Path(place).is_file() for place in places.values())


@pytest.mark.thorough
def test_no_feedback_page_shows_a_line_of_a_hidden_suite(
    demo: subprocess.CompletedProcess[str], out: Path
) -> None:
    pages = sorted((out / "feedback").rglob("*.html"))
    assert len(pages) > 20
    for page in pages:
        submitted = out / "submitted" / page.relative_to(out / "feedback").parent
        own = [text for path in files_below(submitted) for text in texts_of(path)]
        secrets = without(secrets_of(out, page.stem, seed=2026), *own)
        assert len(secrets.lines) > 100
        assert found_in(texts_of(page), secrets) == [], page


def test_a_full_mark_that_is_not_full_is_called_out(judging: Any) -> None:
    got = record(entry("softmax", "passed"), entry("softmax", "failed"))
    assert "expected all of the points" in judging(got)
    assert judging(record(entry("softmax", "passed"))) == ""


def test_points_lost_in_another_cell_are_called_out(judging: Any) -> None:
    got = record(entry("one", "timeout"), entry("two", "failed"), entry("two", "passed"))
    said = judging(got, points="some", cell="one", only_there=True, outcome="timeout")
    assert "two lost points too" in said


def test_a_zero_for_a_file_that_cannot_be_read_is_called_out(judging: Any) -> None:
    got = record(entry("softmax", "error"))
    assert "expected the status error" in judging(got, status="error", code="notebook-")


def test_a_line_of_the_suite_in_a_report_is_called_out(judging: Any) -> None:
    got = record(entry("softmax", "passed"), message="assert answer == 42")
    assert "hidden suite" in judging(got)


def _rows(stdout: str) -> dict[str, list[str]]:
    """Student → the lines of the table that are theirs, each row's joined to one."""
    rows: dict[str, list[str]] = {}
    student = ""
    for line in stdout.splitlines():
        if line.startswith(("✓", "✗")):
            student = line.split()[1]
            rows.setdefault(student, []).append(line)
        elif line.startswith("    ") and student:
            rows[student][-1] += line[60:]
    return rows
