"""Wrong usage and broken courses: words, exit status 2, nothing graded, no traceback of ours."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from autograder.course import load_course
from autograder.errors import CourseError
from autograder.sandbox.local import LocalSandbox

from .conftest import NAME, Ran


def refused(done: Ran, *words: str) -> None:
    assert done.status == 2
    assert done.out == ""
    assert "Traceback" not in done.err
    for word in words:
        assert word in done.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere.ipynb"], ["no-such-file", "nowhere.ipynb"]),
        (["--assignment", "hello_tensor"], ["unknown-assignment", "did you mean hello_tensors?"]),
        (["--sandbox", "podman"], ["'podman' is not one of", "docker"]),
        (["--device", "cuda"], ["gpu-missing", "--device cpu"]),
        (["--jobs", "0"], ["--jobs"]),
    ],
)
def test_the_command_says_what_to_do_instead(
    run: Callable[..., Ran], arguments: list[str], words: list[str]
) -> None:
    refused(run("grade", *arguments), *words)


def test_a_folder_without_notebooks(run: Callable[..., Ran], tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    refused(run("grade", tmp_path / "nothing"), "there are no notebooks in", "STUDENT/ASSIGNMENT")


def test_no_course_anywhere(run: Callable[..., Ran], tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    refused(run("grade", cwd=tmp_path / "elsewhere"), "no course.yml", "--course")


def test_nothing_submitted_yet(course: Path, run: Callable[..., Ran]) -> None:
    (course / "submitted").rename(course / "put-away")
    refused(run("grade"), "nothing was submitted", "STUDENT/ASSIGNMENT")


BREAK = {
    "a suite that does not import": (
        "import nonexistent_module\n",
        ["nonexistent_module", "line 1"],
    ),
    "a suite that does not parse": ("def test_(:\n", ["suite"]),
    "a test without points": ("def test_free(student):\n    pass\n", ["points", "test_free"]),
    "points for a cell that is not there": (
        "import pytest\n@pytest.mark.points(1, cell='softmaxx')\ndef test_x(student):\n    pass\n",
        ["softmaxx", "standardize"],
    ),
    "more points than the notebook has": (
        (
            "import pytest\n@pytest.mark.points(1, cell='standardize')\n"
            "def test_x(student):\n    pass\n"
        ),
        ["disagree", "standardize: suite 7, notebook 6", "--sync-points"],
    ),
}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[LocalSandbox]:
    with LocalSandbox() as box:
        yield box


@pytest.mark.parametrize("how", BREAK)
def test_a_broken_suite_is_named(course: Path, sandbox: LocalSandbox, how: str) -> None:
    text, words = BREAK[how]
    (course / "tests" / "hidden" / NAME / "test_broken.py").write_text(text)
    assignment = load_course(course).assignment(NAME)
    with pytest.raises(CourseError) as refusal:
        # Every course of this module has an assignment of the same name.
        sandbox.open(dataclasses.replace(assignment, name=how))
    for word in words:
        assert word in str(refusal.value)


@pytest.mark.thorough
def test_a_broken_suite_ends_the_command_before_anything_is_graded(
    course: Path, run: Callable[..., Ran]
) -> None:
    (course / "tests" / "hidden" / NAME / "test_broken.py").write_text("import nothing_like_it\n")
    refused(run("grade", "--json"), "nothing_like_it", "line 1", "next:")
    assert not (course / "feedback").exists()
