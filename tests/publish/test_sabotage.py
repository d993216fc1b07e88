"""Whoever plants something hidden, wherever and in whatever form, is told the file and the line."""

from __future__ import annotations

import base64
import gzip
import html
import io
import json
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.course import Course, load_course
from autograder.errors import CourseError
from autograder.publish import Order, publish
from tests.publish.hidden_lines import (
    ALTERNATIVE,
    EQUIVALENT,
    MISCONCEPTION,
    NAME,
    PROOF,
    SOLUTION,
    SUITE,
)

NOTEBOOK = f"assignments/{NAME}/{NAME}.ipynb"
Content = dict[str, Any]


def refused(course: Course, folder: Path) -> CourseError:
    there = {path for path in folder.rglob("*") if ".git" not in path.parts}
    with pytest.raises(CourseError) as caught:
        publish(course, Order(folder=folder))
    after = {path for path in folder.rglob("*") if ".git" not in path.parts}
    assert after == there, "nothing was written"
    return caught.value


def change(course: Course, planted: Callable[[Content], Any]) -> None:
    path = course.root / NOTEBOOK
    content = json.loads(path.read_bytes())
    planted(content)
    path.write_text(json.dumps(content, indent=1) + "\n")


def line_with(course: Course, text: str, name: str = NOTEBOOK) -> int:
    lines = (course.root / name).read_text().split("\n")
    return next(number for number, line in enumerate(lines, start=1) if text in line)


def picture(content: bytes) -> Content:
    return {"image.png": {"image/png": base64.b64encode(content).decode()}}


INTO_THE_NOTEBOOK: dict[str, tuple[Callable[[Content], Any], str]] = {
    "a cell's metadata": (
        lambda nb: nb["cells"][1]["metadata"].update(note=SOLUTION),
        "cells[1].metadata.note",
    ),
    "the notebook's metadata": (
        lambda nb: nb["metadata"].update(author={"hint": f"# {SOLUTION}"}),
        "metadata.author.hint",
    ),
    "a key": (lambda nb: nb["metadata"].update({SOLUTION: 1}), f"metadata.{SOLUTION}"),
    "an output": (
        lambda nb: nb["cells"][1].update(
            outputs=[{"output_type": "stream", "name": "stdout", "text": ["a\n", SOLUTION]}]
        ),
        "cells[1].outputs[0].text",
    ),
    "an attachment": (
        lambda nb: nb["cells"][0].update(
            attachments=picture(b"\x89PNG\r\n\x1a\n\0\0tEXt" + SOLUTION.encode() + b"\0\1")
        ),
        "base64",
    ),
    "a packed attachment": (
        lambda nb: nb["cells"][0].update(attachments=picture(gzip.compress(SOLUTION.encode()))),
        "base64",
    ),
    "another layout": (
        lambda nb: nb["cells"][0].update(source=SOLUTION.replace(" ", "").replace("=x", "  =\tx")),
        "",
    ),
    "JSON within a string": (
        lambda nb: nb["metadata"].update(state=json.dumps({"a": f'"{SOLUTION}"\n'})),
        "metadata.state",
    ),
    "HTML": (
        lambda nb: nb["cells"][0].update(
            source=f"<p>{html.escape(MISCONCEPTION)}".replace("(", "&#40;")
        ),
        "",
    ),
    "an address": (
        lambda nb: nb["cells"][0].update(source=SOLUTION.replace(" ", "%20").replace("=", "%3D")),
        "",
    ),
    "hexadecimal": (lambda nb: nb["metadata"].update(x=SOLUTION.encode().hex()), "hex"),
}


@pytest.mark.parametrize("where", INTO_THE_NOTEBOOK)
def test_a_solution_line_in_a_released_notebook(where: str, course: Course, folder: Path) -> None:
    plant, place = INTO_THE_NOTEBOOK[where]
    before = (course.root / NOTEBOOK).read_text().split("\n")
    change(course, plant)
    error = refused(course, folder)
    assert error.code == "publish-leaks"
    assert error.where.startswith(f"{NOTEBOOK}, line ")
    assert place in error.what
    number = int(error.where.partition(", line ")[2].split()[0])
    shown = (course.root / NOTEBOOK).read_text().split("\n")[number - 1]
    assert shown not in before, f"line {number} is one of those that were planted"


HIDDEN = {
    "a solution": (SOLUTION, f"solutions/{NAME}/{NAME}.ipynb, cell standardize, line 8"),
    "an alternative": (ALTERNATIVE, f"solutions/{NAME}/alternatives/loops.py, line 2"),
    "a misconception": (MISCONCEPTION, f"solutions/{NAME}/misconceptions/wrong.py, line 2"),
    "a suite": (SUITE, f"tests/hidden/{NAME}/conftest.py, line 2"),
    "a proof": (PROOF, f"solutions/{NAME}/proof.json, line 2"),
    "equivalent.yml": (EQUIVALENT, f"solutions/{NAME}/equivalent.yml, line 1"),
}


@pytest.mark.parametrize("what", HIDDEN)
def test_a_line_of_every_kind_of_hidden_file_in_a_data_file(
    what: str, course: Course, folder: Path
) -> None:
    line, source = HIDDEN[what]
    for part in ("solutions", "assignments"):
        (course.root / part / NAME / "data.csv").write_text(f"x,y\n1,2\n3,{line}\n")
    error = refused(course, folder)
    assert error.where == f"assignments/{NAME}/data.csv, line 3"
    assert f"{source}: " in error.what


def zipped(line: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner/notes.txt", f"one\n{line}\n")
    return buffer.getvalue()


DATA: dict[str, Callable[[str], bytes]] = {
    "compressed": lambda line: gzip.compress(line.encode()),
    "in a zip": zipped,
    "in a zip in gzip": lambda line: gzip.compress(zipped(line)),
    "in UTF-16": lambda line: line.encode("utf-16"),
    "in base64 lines": lambda line: base64.encodebytes(b"some notes: " + line.encode()),
}


@pytest.mark.parametrize("form", DATA)
def test_a_solution_line_in_a_data_file_of_another_form(
    form: str, course: Course, folder: Path
) -> None:
    for part in ("solutions", "assignments"):
        (course.root / part / NAME / "data.bin").write_bytes(DATA[form](SOLUTION))
    assert refused(course, folder).where.startswith(f"assignments/{NAME}/data.bin, line 1")


def test_data_that_cannot_be_searched_is_not_published(course: Course, folder: Path) -> None:
    broken = zipped("harmless")[:-30]
    (course.root / "public").mkdir()
    (course.root / "public" / "data.zip").write_bytes(broken)
    assert "data.zip: it cannot be searched" in refused(course, folder).what


def test_a_checkpoint_that_jupyter_left(course: Course, folder: Path) -> None:
    solution = course.root / "solutions" / NAME / f"{NAME}.ipynb"
    left = course.root / "assignments" / NAME / ".ipynb_checkpoints" / f"{NAME}-checkpoint.ipynb"
    left.parent.mkdir()
    shutil.copy(solution, left)
    error = refused(course, folder)
    name = f"assignments/{NAME}/.ipynb_checkpoints/{NAME}-checkpoint.ipynb"
    assert error.where.startswith(f"{name}, line {line_with(course, SOLUTION, name)}")


@pytest.mark.parametrize("place", [f"assignments/{NAME}/more.py", "public/more.py"])
def test_a_link_to_a_solution(place: str, course: Course, folder: Path) -> None:
    (course.root / place).parent.mkdir(exist_ok=True)
    (course.root / place).symlink_to(course.root / "solutions" / NAME / "alternatives" / "loops.py")
    error = refused(course, folder)
    assert (error.code, error.where) == ("publish-link", str(course.root / place))


def test_a_hidden_file_without_lines(course: Course, folder: Path) -> None:
    (course.root / "public").mkdir()
    table = course.root / "tests" / "hidden" / NAME / "table.bin"
    shutil.copy(table, course.root / "public" / "numbers.bin")
    assert f"numbers.bin: the file is tests/hidden/{NAME}/table.bin" in refused(course, folder).what


@pytest.mark.parametrize("name", ["test_more.py", "conftest.py", "alternatives/a.py", "proof.json"])
def test_a_file_with_an_instructors_name(name: str, course: Course, folder: Path) -> None:
    path = course.root / "public" / name
    path.parent.mkdir(parents=True)
    path.write_text("harmless\n")
    assert f"{name}: by its name it is an instructor's" in refused(course, folder).what


def test_what_is_generated_is_searched_too(course: Course, folder: Path) -> None:
    text = (course.root / "course.yml").read_text()
    (course.root / "course.yml").write_text(text.replace("Hello, tensors", f"'{SOLUTION}'"))
    assert refused(load_course(course.root), folder).where == "README.md, line 5"


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def published_by_hand(folder: Path) -> Path:
    folder.mkdir()
    git(folder, "init", "--quiet")
    return folder


@pytest.mark.parametrize("packed", [False, True])
def test_a_solution_that_was_committed_once_and_removed(
    packed: bool, course: Course, folder: Path
) -> None:
    notes = published_by_hand(folder) / "notes" / "week 1.md"
    notes.parent.mkdir()
    notes.write_text(f"one\ntwo\n{SOLUTION}\n")
    git(folder, "add", ".")
    git(folder, "commit", "-m", "notes")
    git(folder, "rm", "-r", "--quiet", "notes")
    git(folder, "commit", "-m", "oops")
    if packed:
        git(folder, "gc", "--quiet", "--aggressive", "--prune=now")
    error = refused(course, folder)
    assert error.where.startswith("git history, blob ")
    assert error.where.endswith("notes/week 1.md, line 3")
    assert "new history" in error.next


def test_a_solution_in_an_object_that_no_branch_leads_to(course: Course, folder: Path) -> None:
    published_by_hand(folder)
    subprocess.run(
        ["git", "hash-object", "-w", "--stdin"],
        cwd=folder,
        input=SOLUTION.encode(),
        capture_output=True,
        check=True,
    )
    assert refused(course, folder).where.startswith("git history, blob ")


def test_a_solution_in_the_words_of_a_commit(course: Course, folder: Path) -> None:
    published_by_hand(folder)
    git(folder, "commit", "--allow-empty", "-m", f"why\n\n{SOLUTION}")
    assert refused(course, folder).where.startswith("git history, commit ")
