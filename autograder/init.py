"""`autograder init DIR`: a new course with one assignment that grades at once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from autograder.errors import UsageError

# A wheel or a git checkout would act upon these under their real names.
RENAMED = {"gitignore": ".gitignore"}
FILLED_IN = (".yml", ".py", ".md")  # may hold {{title}} and {{id}}


def init(directory: Path, *, title: str) -> list[Path]:
    """Fill an empty or new folder with a course; returns the files that were made.

    title   the course's name, one line
    raises  UsageError if the folder has anything in it, or cannot be written
    """
    if not title.strip() or not title.isprintable():
        raise UsageError("bad-title", "a course's title is one line of text", next="--title TEXT")
    directory = directory.absolute()
    written: list[Path] = []
    try:
        _refuse_unless_free(directory)
        for name, content in _files(title.strip(), _course_id(directory)):
            _write(directory / name, content, written)
    except OSError as error:
        _undo(written, directory)
        raise UsageError(
            "cannot-write",
            f"the course could not be made: {error.strerror}",
            where=str(error.filename or directory),
            next="name a folder that you may write to, with room for a megabyte",
        ) from None
    return written


def _refuse_unless_free(directory: Path) -> None:
    if directory.is_dir():
        if not any(directory.iterdir()):
            return
        what = "the folder is not empty, and nothing in it shall be overwritten"
    elif directory.exists() or directory.is_symlink():
        what = "there is a file of that name"
    else:
        return
    raise UsageError(
        "not-empty", what, where=str(directory), next="name a new folder, or an empty one"
    )


def _write(path: Path, content: bytes, written: list[Path]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        written.append(path)
        file.write(content)


def _undo(written: list[Path], directory: Path) -> None:
    """Remove what was made, so that a second try finds the folder empty."""
    for path in reversed(written):
        path.unlink(missing_ok=True)
        folder = path.parent
        while folder != directory and not any(folder.iterdir()):
            folder.rmdir()
            folder = folder.parent


def _files(title: str, course_id: str) -> Iterator[tuple[Path, bytes]]:
    """Each file of the template: its place in the course, and what it holds there."""
    for name, source in _walk(files("autograder") / "templates" / "course", Path()):
        content = source.read_bytes()
        if name.suffix in FILLED_IN:
            content = _fill_in(content, name, title, course_id)
        yield name.with_name(RENAMED.get(name.name, name.name)), content


def _walk(folder: Traversable, name: Path) -> Iterator[tuple[Path, Traversable]]:
    for entry in sorted(folder.iterdir(), key=lambda each: each.name):
        if entry.is_file():
            yield name / entry.name, entry
        elif entry.name != "__pycache__":  # pip compiles every .py of a wheel, templates too
            yield from _walk(entry, name / entry.name)


def _fill_in(content: bytes, name: Path, title: str, course_id: str) -> bytes:
    text = content.decode("utf-8")
    for word, value in (("{{title}}", title), ("{{id}}", course_id)):
        # JSON's quotes are YAML's and Python's too
        quoted = value if name.suffix == ".md" else json.dumps(value, ensure_ascii=False)
        text = text.replace(word, quoted)
    return text.encode("utf-8")


def _course_id(directory: Path) -> str:
    """The folder's name, of what an id may hold."""
    plain = "".join(
        char if ("x" + char).isidentifier() or char in "-." else "-" for char in directory.name
    )
    return plain.strip("-.")[:80] or "course"
