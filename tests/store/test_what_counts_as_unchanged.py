"""A second run grades what changed and nothing else: what determines a result is in its key."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autograder.course import load_course
from autograder.origin import digests_of, key_of, sha256
from autograder.report import Environment

from .batches import HERE, NAME, Pretended, copy_of, grade_it, make_course, submit


@pytest.fixture(scope="session")
def graded_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four submissions and their results. What changed is not a question of the database."""
    root = make_course(tmp_path_factory.mktemp("graded") / "course", students=2)
    box = Pretended()
    grade_it(root, url_of(root), box)
    assert len(box.graded) == 4
    return root


def url_of(root: Path) -> str:
    return f"sqlite:///{root}/.autograder/results.db"


@pytest.fixture
def course(graded_once: Path, tmp_path: Path) -> Path:
    return copy_of(graded_once, tmp_path / "course")


@pytest.fixture
def url(course: Path) -> str:
    return url_of(course)


def graded_again(course: Path, url: str, **settings: Any) -> int:
    box = settings.pop("sandbox", Pretended())
    grade_it(course, url, box, feedback=False, **settings)
    return len(box.graded)


def append(path: Path, text: str) -> None:
    path.write_text(path.read_text() + text)


def set_up(before: str, after: str) -> Callable[[Path], None]:
    """A change to course.yml."""

    def change(course: Path) -> None:
        text = (course / "course.yml").read_text()
        assert text.count(before) == 1
        (course / "course.yml").write_text(text.replace(before, after))

    return change


def change_reference(course: Path) -> None:
    path = course / "solutions" / NAME / f"{NAME}.ipynb"
    notebook = json.loads(path.read_text())
    notebook["metadata"]["remark"] = "changed"
    path.write_text(json.dumps(notebook))


def let_one_read_korean(course: Path) -> None:
    (course / "roster.csv").write_text("id,language\ns00,ko\ns01,en\nada,\n")


def test_nothing_changed(course: Path, url: str) -> None:
    box = Pretended()
    second = grade_it(course, url, box)
    assert (second.outcome.kept, len(second.reports), box.opened) == (4, 4, 0)


@pytest.mark.parametrize(
    ("change", "graded"),
    [
        (lambda course: submit(course, "s00", "and changed"), 1),
        (lambda course: submit(course, "new"), 1),
        (lambda course: append(course / "tests/hidden" / NAME / f"test_{NAME}.py", "\n# c"), 4),
        (lambda course: (course / "tests/hidden" / NAME / "data.csv").write_text("1,2"), 4),
        (change_reference, 4),
        (set_up("call: 5 s", "call: 9 s"), 4),
        (set_up("language: en", "language: ko"), 4),
        (let_one_read_korean, 1),
        (set_up("defaults:", "defaults:\n  execute: all"), 4),
        (set_up("defaults:", "defaults:\n  device: cuda"), 4),
        (set_up("- torch.cdist", "- torch.sum"), 4),
    ],
    ids=[
        *("submission", "new-student", "suite", "suite-data", "reference", "limits"),
        *("language", "one-language", "execute", "device", "forbidden"),
    ],
)
def test_a_change_is_noticed(
    course: Path, url: str, change: Callable[[Path], object], graded: int
) -> None:
    change(course)
    assert graded_again(course, url) == graded


@pytest.mark.parametrize(
    "other",
    [
        replace(HERE, sandbox="docker", image="sha256:1"),
        replace(HERE, torch="2.9.1"),
        replace(HERE, python="3.12.1"),
        replace(HERE, platform="9.9.9"),
        replace(HERE, device="cuda"),
    ],
    ids=["image", "torch", "python", "platform", "device"],
)
def test_another_environment_is_noticed(course: Path, url: str, other: Environment) -> None:
    assert graded_again(course, url, sandbox=Pretended(environment=other)) == 4
    assert graded_again(course, url, sandbox=Pretended(environment=other)) == 0


def test_a_folder_with_one_more_notebook_is_flagged_though_the_notebook_is_the_same(
    course: Path, url: str
) -> None:
    path = course / "submitted" / "s00" / NAME / f"{NAME}.ipynb"
    path.with_name("copy.ipynb").write_bytes(path.read_bytes())
    second = grade_it(course, url, Pretended())
    assert {r.student: r.flags for r in second.reports}["s00"] == ("extra-notebook:copy.ipynb",)
    assert second.outcome.kept == 3


def test_leftovers_of_tools_in_a_suite_change_nothing(course: Path, url: str) -> None:
    suite = course / "tests" / "hidden" / NAME
    (suite / "__pycache__").mkdir(exist_ok=True)
    (suite / "__pycache__" / "test.cpython-311.pyc").write_bytes(b"1")
    (suite / ".DS_Store").write_bytes(b"1")
    assert graded_again(course, url) == 0


def test_a_seed_that_is_asked_for_is_the_seed_that_one_gets(course: Path, url: str) -> None:
    assert graded_again(course, url, seed=2) == 0, "a fresh seed is no reason to grade again"
    second = grade_it(course, url, Pretended(), seed=2, seed_given=True)
    assert (second.outcome.kept, {r.seed for r in second.reports}) == (0, {2})
    third = grade_it(course, url, Pretended(), seed=2, seed_given=True)
    assert (third.outcome.kept, {r.seed for r in third.reports}) == (4, {2})


def test_again_grades_everything(course: Path, url: str) -> None:
    assert graded_again(course, url, again=True) == 4


def test_a_report_says_where_it_comes_from(course: Path, url: str) -> None:
    first = grade_it(course, url, Pretended(), seed=5, again=True)
    second = grade_it(course, url, Pretended())
    by_student = {report.student: report for report in first.reports}
    assert {report.student: report for report in second.reports} == by_student
    assignment = load_course(course).assignment(NAME)
    origin = by_student["s00"].provenance
    assert origin is not None
    notebook = (course / "submitted" / "s00" / NAME / f"{NAME}.ipynb").read_bytes()
    assert origin.environment == HERE
    assert (origin.seed, origin.attempts) == (5, 1)
    assert origin.submission_sha256 == sha256(notebook)
    assert origin.reference_sha256 == sha256(assignment.reference.read_bytes())
    assert origin.suite_sha256 == digests_of(assignment).suite
    assert origin.duration_s == by_student["s00"].duration_s
    assert origin.graded_at.endswith("+00:00")


def test_no_two_suites_share_a_digest_by_moving_bytes_between_files(course: Path) -> None:
    assignment = load_course(course).assignment(NAME)
    seen = set()
    for name, data in (("a", b"bc"), ("ab", b"c"), ("a", b"b"), ("abc", b"")):
        (assignment.suite / name).write_bytes(data)
        seen.add(digests_of(assignment).suite)
        (assignment.suite / name).unlink()
    assert len(seen) == 4


def test_a_key_is_the_same_in_another_process(course: Path) -> None:
    """No hash that Python seeds anew, no address of an object."""
    assignment = load_course(course).assignment(NAME)
    again = load_course(course).assignment(NAME)
    keys = {
        key_of("00", each, digests_of(each), HERE, language="en", remarks=("a",))
        for each in (assignment, again)
    }
    assert len(keys) == 1
    assert " at 0x" not in repr((assignment.limits, digests_of(assignment), HERE))
