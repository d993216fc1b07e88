"""`attempts: best`: all are graded, once, and the best after the penalty is submitted."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest

from autograder.collect import Wanted, collect
from autograder.collect.best import Settled, settle_best
from autograder.course import load_course
from autograder.init import init
from tests.collect.exports import zipped
from tests.store.batches import HERE, NAME, POINTS, Pretended

NOW = datetime(2026, 10, 20, tzinfo=UTC)
DUE = "2026-09-30 18:00"
FULL, SIX, FIVE, NONE = 11.0, 6.0, 5.0, 0.0


def worth(root: Path, points: float, salt: str = "") -> bytes:
    """A notebook for which the pretended sandbox gives that many points."""
    like = json.loads((root / "assignments" / NAME / f"{NAME}.ipynb").read_text())
    for n in count():
        like["cells"][0]["source"] = f"{points} {salt} {n}"
        data = json.dumps(like).encode()
        digest = hashlib.sha256(data).hexdigest()
        got = zip(digest, POINTS.values(), strict=False)
        if sum(most for digit, most in got if int(digit, 16) % 2 == 0) == points:
            return data
    raise AssertionError("unreachable")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "course"
    init(root, title="A course")
    (root / "course.yml").write_text(
        f"id: c\ntitle: A course\nroster: roster.csv\nassignments:\n  {NAME}:\n    due: {DUE}\n"
        "    late: {penalty_per_day: 10 %, cutoff: 3 days}\n    attempts: best\n"
    )
    (root / "roster.csv").write_text("id\nkim\nlee\n")
    return root


def collect_these(root: Path, files: dict[str, bytes]) -> None:
    course = load_course(root)
    source = zipped(root.parent / "s.zip", files)
    wanted = Wanted(
        course=course,
        assignment=course.assignment(NAME),
        sources=(source,),
        now=NOW,
        pattern="{student}_{time}.ipynb",
    )
    assert not collect(wanted).open


def settle(root: Path, sandbox: Pretended) -> Settled:
    return settle_best(
        load_course(root),
        [NAME],
        sandbox.start,
        environments={"cpu": HERE},
        jobs=2,
        seed=1,
        now=NOW,
    )


def submitted(root: Path, student: str) -> bytes:
    return (root / "submitted" / student / NAME / f"{NAME}.ipynb").read_bytes()


@pytest.mark.parametrize(
    ("attempts", "best"),
    [
        ({"20260929T1000": SIX, "20260930T1000": FIVE}, SIX),
        ({"20260929T1000": FIVE, "20261001T1000": FULL}, FULL),  # 11 less 10 % is more than 5
        (
            {"20260929T1000": SIX, "20261005T1000": FULL},
            SIX,
        ),  # after the cutoff it is worth nothing
        ({"20260929T1000": NONE, "20261001T1000": FIVE}, FIVE),
    ],
    ids=["earlier", "late", "too-late", "late-beats-nothing"],
)
def test_the_best_after_the_penalty_counts(
    root: Path, attempts: dict[str, float], best: float
) -> None:
    collect_these(root, {f"kim_{when}.ipynb": worth(root, p) for when, p in attempts.items()})
    settled = settle(root, Pretended())
    assert submitted(root, "kim") == worth(root, best)
    assert settled.graded == 2
    assert settled.remarks == []


def test_of_equals_the_earliest_counts(root: Path) -> None:
    first, second = worth(root, SIX, "first"), worth(root, SIX, "second")
    collect_these(root, {"kim_20260928T1000.ipynb": first, "kim_20260929T1000.ipynb": second})
    assert submitted(root, "kim") == second, "until they are graded, the latest"
    settle(root, Pretended())
    assert submitted(root, "kim") == first


def test_each_attempt_is_graded_once_and_anew_when_the_suite_changes(root: Path) -> None:
    files = {
        "kim_20260928T1000.ipynb": worth(root, SIX),
    }
    files["lee_20260928T1000.ipynb"] = worth(root, NONE)
    collect_these(root, files | {"kim_20260929T1000.ipynb": worth(root, FIVE)})
    sandbox = Pretended()
    settle(root, sandbox)
    assert len(sandbox.graded) == 2, "lee has one attempt, and nothing to choose from"
    again = settle(root, sandbox)
    assert (len(sandbox.graded), again.graded, again.changed) == (2, 0, [])
    suite = next((root / "tests" / "hidden" / NAME).glob("test_*.py"))
    suite.write_text(suite.read_text() + "\n# corrected\n")
    settle(root, sandbox)
    assert len(sandbox.graded) == 4


def test_collecting_again_does_not_take_the_best_back(root: Path) -> None:
    files = {"kim_20260928T1000.ipynb": worth(root, SIX)}
    files["kim_20260929T1000.ipynb"] = worth(root, FIVE)
    collect_these(root, files)
    settle(root, Pretended())
    collect_these(root, files)
    assert submitted(root, "kim") == worth(root, SIX)
    collect_these(root, {"kim_20260930T1000.ipynb": worth(root, FULL)})
    settle(root, Pretended())
    assert submitted(root, "kim") == worth(root, FULL)


def test_what_somebody_put_there_by_hand_stays(root: Path) -> None:
    files = {"kim_20260928T1000.ipynb": worth(root, SIX)}
    collect_these(root, files | {"kim_20260929T1000.ipynb": worth(root, FIVE)})
    path = root / "submitted" / "kim" / NAME / f"{NAME}.ipynb"
    path.write_bytes(worth(root, NONE, "by hand"))
    settled = settle(root, Pretended())
    assert path.read_bytes() == worth(root, NONE, "by hand")
    assert "by hand" in settled.remarks[0]


def test_other_rules_grade_no_attempts(root: Path) -> None:
    text = (root / "course.yml").read_text().replace("attempts: best", "attempts: last")
    (root / "course.yml").write_text(text)
    files = {"kim_20260928T1000.ipynb": worth(root, SIX)}
    collect_these(root, files | {"kim_20260929T1000.ipynb": worth(root, FIVE)})
    sandbox = Pretended()
    settle(root, sandbox)
    assert sandbox.graded == []
    assert submitted(root, "kim") == worth(root, FIVE)
