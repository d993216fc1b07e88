"""What is in the folder already is never lost, and nothing is written where it should not be."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path

import pytest

from autograder.course import Course
from autograder.errors import AutograderError, CourseError, UsageError
from autograder.publish import Order
from autograder.publish import folder as places
from autograder.publish.content import content
from autograder.publish.run import publish
from tests.publish.hidden_lines import NAME

FILES = {"README.md": b"read me\n", f"{NAME}/{NAME}.ipynb": b"{}\n", "a/b/c.csv": b"1\n"}


def names_in(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


def test_only_what_the_manifest_lists_is_changed_or_removed(course: Course, folder: Path) -> None:
    places.write(folder, FILES, course)
    (folder / "a" / "mine.txt").write_text("an instructor's own")
    fewer = {"README.md": b"read it\n"}
    done = places.write(folder, fewer, course)
    assert (done.added, done.changed) == ((), ("README.md",))
    assert done.removed == ("a/b/c.csv", f"{NAME}/{NAME}.ipynb")
    assert names_in(folder) == {"README.md", "a/mine.txt", places.MANIFEST}
    assert not (folder / "a" / "b").exists(), "empty folders go"


def test_writing_again_changes_no_byte_and_no_time(course: Course, folder: Path) -> None:
    places.write(folder, FILES, course)
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    assert not places.write(folder, FILES, course)
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def test_a_file_that_was_edited_there_is_not_overwritten(course: Course, folder: Path) -> None:
    places.write(folder, FILES, course)
    (folder / "README.md").write_text("edited by hand\n")
    for files in (FILES, {"a/b/c.csv": b"1\n"}):
        with pytest.raises(UsageError, match="was changed since it was published"):
            places.write(folder, files, course)
    assert (folder / "README.md").read_text() == "edited by hand\n"


def test_a_foreign_file_of_the_same_name_is_not_overwritten(course: Course, folder: Path) -> None:
    places.write(folder, {"README.md": b"read me\n"}, course)
    (folder / "a" / "b").mkdir(parents=True)
    (folder / "a" / "b" / "c.csv").write_text("mine")
    with pytest.raises(UsageError, match="was not published from here"):
        places.write(folder, FILES, course)
    assert (folder / "a" / "b" / "c.csv").read_text() == "mine"


@pytest.mark.parametrize("after", range(5))
def test_broken_off_at_any_file_the_next_run_goes_on(
    after: int, course: Course, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also if by then the content is another one again."""
    places.write(folder, FILES, course)
    put, done = places.write_whole, []

    def broken_off(path: Path, data: bytes) -> None:
        if len(done) == after:
            raise KeyboardInterrupt
        done.append(path)
        put(path, data)

    changed = {name: data + b"more\n" for name, data in FILES.items()}
    with monkeypatch.context() as patched:
        patched.setattr(places, "write_whole", broken_off)
        with pytest.raises(KeyboardInterrupt):
            places.write(folder, changed, course)
    third = {name: data + b"yet another\n" for name, data in FILES.items()}
    places.write(folder, third, course)
    assert {name: (folder / name).read_bytes() for name in third} == third


def bad_folders(course: Course, tmp_path: Path) -> dict[str, tuple[Path, str]]:
    full = tmp_path / "full"
    full.mkdir()
    (full / "thesis.tex").write_text("years of work")
    (tmp_path / "file").write_text("")
    (tmp_path / "link").symlink_to(course.root)
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    return {
        "the course itself": (course.root, "publish-inside"),
        "inside the course": (course.root / "public-copy", "publish-inside"),
        "above the course": (tmp_path, "publish-inside"),
        "a link to the course": (tmp_path / "link", "publish-inside"),
        "links in a circle": (tmp_path / "circle", "cannot-write"),
        "a folder of others": (full, "not-empty"),
        "a file": (tmp_path / "file", "not-a-folder"),
        "below a file": (tmp_path / "file" / "public", "not-a-folder"),
    }


KINDS = ("the course itself", "inside the course", "above the course", "a link to the course")
MORE_KINDS = ("links in a circle", "a folder of others", "a file", "below a file")


@pytest.mark.parametrize("kind", KINDS + MORE_KINDS)
def test_a_folder_that_cannot_be_used(kind: str, course: Course, tmp_path: Path) -> None:
    place, code = bad_folders(course, tmp_path)[kind]
    before = names_in(tmp_path)
    with pytest.raises(AutograderError) as caught:
        publish(course, Order(folder=place))
    assert caught.value.code == code
    assert names_in(tmp_path) == before


def test_a_folder_of_another_course(course: Course, folder: Path) -> None:
    places.write(folder, FILES, course)
    path = folder / places.MANIFEST
    path.write_text(json.dumps(json.loads(path.read_bytes()) | {"course": "another"}))
    with pytest.raises(UsageError, match='"another" was published'):
        publish(course, Order(folder=folder))


@pytest.mark.parametrize(
    "listed", ["../outside.txt", "/etc/hostname", ".git/config", "a//b", "a/../../outside.txt"]
)
def test_a_forged_manifest_removes_nothing_elsewhere(
    listed: str, course: Course, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "outside.txt").write_text("mine")
    digest = hashlib.sha256(b"mine").hexdigest()
    folder.mkdir()
    forged = {"version": 1, "course": course.id, "files": {listed: [digest]}}
    (folder / places.MANIFEST).write_text(json.dumps(forged))
    with pytest.raises(UsageError) as caught:
        publish(course, Order(folder=folder))
    assert caught.value.code == "manifest-broken"
    assert (tmp_path / "outside.txt").read_text() == "mine"


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"version": 2}', "\udcff"])
def test_a_broken_manifest_is_said(text: str, course: Course, folder: Path) -> None:
    folder.mkdir()
    (folder / places.MANIFEST).write_text(text, errors="surrogateescape")
    with pytest.raises(UsageError) as caught:
        publish(course, Order(folder=folder))
    assert caught.value.code == "manifest-broken"


def test_nothing_is_written_through_a_link_in_the_folder(
    course: Course, folder: Path, tmp_path: Path
) -> None:
    places.write(folder, {"README.md": b"read me\n"}, course)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (folder / "a").symlink_to(elsewhere)
    with pytest.raises(UsageError) as caught:
        places.write(folder, FILES, course)
    assert caught.value.code == "publish-link"
    with pytest.raises(CourseError, match="symbolic link"):
        publish(course, Order(folder=folder))
    assert not names_in(elsewhere)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written(course: Course, folder: Path) -> None:
    folder.mkdir(mode=0o500)
    with pytest.raises(UsageError) as caught:
        places.write(folder, FILES, course)
    assert caught.value.code == "cannot-write"


def test_a_disk_that_refuses_is_said_in_words(
    course: Course, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(places, "write_whole", full)
    with pytest.raises(UsageError, match="No space left"):
        places.write(folder, FILES, course)


def test_an_assignment_that_is_not_released_is_named(course: Course, folder: Path) -> None:
    shutil.rmtree(course.root / "assignments" / NAME)
    for names in ((), (NAME,)):
        with pytest.raises(CourseError) as caught:
            publish(course, Order(folder=folder, names=names))
        assert caught.value.code == "not-released"
        assert "release" in caught.value.next


def test_hidden_files_beside_a_notebook_stay_at_home(course: Course) -> None:
    left = course.root / "assignments" / NAME / ".ipynb_checkpoints" / "x.ipynb"
    left.parent.mkdir()
    left.write_text("{}")
    assert sorted(content(course, course.assignments)) == [
        ".gitignore",
        "README.md",
        f"{NAME}/{NAME}.ipynb",
        "requirements.txt",
    ]
