"""Nothing of solutions, suites or catalogue is in what is published: metadata and history too."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from autograder.course import load_course
from autograder.publish import Order, publish, run
from autograder.publish.secrets import secrets_of
from tests.publish.hidden_lines import hidden_lines, members_of, objects_of, texts_in

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository's own course, published twice: all of it, then less; with history and zip."""
    base = tmp_path_factory.mktemp("shipped")
    root = base / "course"
    for part in ("solutions", "assignments", "tests/hidden"):
        shutil.copytree(ROOT / part, root / part, ignore=shutil.ignore_patterns("__pycache__"))
    for part in ("course.yml", "nbgrader_config.py", "LICENSE"):
        shutil.copy(ROOT / part, root / part)
    course = load_course(root)
    order = {"folder": base / "public", "zip_file": base / "course.zip", "commit": True}
    with pytest.MonkeyPatch.context() as patched:  # that it is fresh is another test's, and slow
        patched.setattr(run, "refuse_stale", lambda course, chosen: None)
        publish(course, Order(**order))  # type: ignore[arg-type]
        publish(course, Order(**order, names=("vae_elbo", "lstm_cell")))  # type: ignore[arg-type]
    return base


def test_no_hidden_line_is_in_a_file_a_zip_or_a_git_object(shipped: Path) -> None:
    hidden = hidden_lines(shipped / "course")
    assert len(hidden) > 3000
    places = {
        **{
            str(path): path.read_bytes()
            for path in (shipped / "public").rglob("*")
            if path.is_file() and ".git" not in path.parts
        },
        **members_of(shipped / "course.zip"),
        **objects_of(shipped / "public"),
    }
    assert len(places) > 25
    for place, data in places.items():
        text = texts_in(data)
        found = [(line, where) for line, where in hidden.items() if line in text]
        assert not found, place


def test_that_search_finds_what_is_there(shipped: Path) -> None:
    """Of the solutions themselves it finds nearly every line, or it would prove nothing."""
    hidden = hidden_lines(shipped / "course")
    for path in (shipped / "course" / "solutions").rglob("*.py"):
        text = texts_in(path.read_bytes())
        assert sum(line in text for line in hidden) > 5, path


def test_no_file_of_an_instructor_is_among_the_names(shipped: Path) -> None:
    names = [*members_of(shipped / "course.zip")]
    assert sorted(names) == [
        "deep-learning/.gitignore",
        "deep-learning/LICENSE",
        "deep-learning/README.md",
        "deep-learning/lstm_cell/lstm_cell.ipynb",
        "deep-learning/requirements.txt",
        "deep-learning/vae_elbo/vae_elbo.ipynb",
    ]


def test_the_command_looks_for_nearly_all_that_an_independent_search_knows(shipped: Path) -> None:
    known = {"".join(s.text.split()) for s in secrets_of(load_course(shipped / "course"))}
    hidden = {"".join(line.split()) for line in hidden_lines(shipped / "course")}
    missed = {line for line in hidden - known if sum(map(str.isalpha, line)) >= 6}
    excused = {line for line in missed if len(line) < 14 or line.startswith("super().__init__()")}
    assert len(missed - excused) < 0.02 * len(hidden), sorted(missed - excused)[:40]
