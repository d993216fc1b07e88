"""The published folder: only files that its manifest lists are ever changed or removed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from autograder.atomic import write_whole
from autograder.course import Course
from autograder.errors import UsageError

MANIFEST = ".published.json"
_VERSION = 1
_AROUND = {".git", MANIFEST}  # what an otherwise empty folder may hold


@dataclass(frozen=True, slots=True)
class Manifest:
    """What was published before: the course, and the digests that each file may have."""

    course: str = ""
    files: Mapping[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Changes:
    """Paths, sorted."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


def refuse_unless_usable(folder: Path, course: Course) -> None:
    """raises  UsageError for a folder that is the course's, or that holds something of others'"""
    root = course.root.resolve()
    try:
        place = folder.resolve()
    except (OSError, RuntimeError) as error:  # links that lead in a circle
        raise _unwritable(folder, OSError(0, str(error), str(folder))) from None
    if place == root or root in place.parents or place in root.parents:
        raise UsageError(
            "publish-inside",
            "the folder to publish to has to be apart from the course, which holds the solutions",
            where=str(folder),
            next="name a folder beside the course, such as ../course-public",
        )
    others = sorted(_entries(folder) - _AROUND)
    if others and not (folder / MANIFEST).is_file():
        raise UsageError(
            "not-empty",
            "the folder holds something that was not published from here",
            where=str(folder / others[0]),
            next="name a new folder, an empty one, or one that was published to before",
        )
    published_by = _manifest(folder).course
    if published_by not in ("", course.id):
        raise UsageError(
            "other-course",
            f'the course "{published_by}" was published to this folder',
            where=str(folder / MANIFEST),
            next="name another folder",
        )


def _entries(folder: Path) -> set[str]:
    try:
        return {path.name for path in folder.iterdir()}
    except FileNotFoundError:
        return set()
    except NotADirectoryError:
        raise UsageError(
            "not-a-folder",
            "there is a file of that name",
            where=str(folder),
            next="name another folder",
        ) from None
    except OSError as error:
        raise _unwritable(folder, error) from None


def changes(folder: Path, files: Mapping[str, bytes]) -> Changes:
    """What publishing would do. Raises UsageError where that would destroy something of others'."""
    listed = _manifest(folder).files
    added, changed = [], []
    for name, data in files.items():
        path = folder / name
        _refuse_links(folder, name)
        there = _digest_of(path)
        if not there:
            added.append(name)
        elif there != _digest(data):
            if there not in listed.get(name, ()):
                raise _foreign(path, name in listed)
            changed.append(name)
    removed = [name for name in listed if name not in files and _digest_of(folder / name)]
    for name in removed:
        _refuse_links(folder, name)
        if _digest_of(folder / name) not in listed[name]:
            raise _foreign(folder / name, listed=True)
    return Changes(tuple(added), tuple(changed), tuple(sorted(removed)))


def write(folder: Path, files: Mapping[str, bytes], course: Course) -> Changes:
    """Bring the folder to these files. Broken off at any moment, the next run goes on.

    raises  UsageError where something of others' is in the way, or the disk refuses
    """
    doing = changes(folder, files)
    before = _manifest(folder).files
    after = {name: [_digest(data)] for name, data in files.items()}
    both = {
        name: sorted({*before.get(name, ()), *after.get(name, ())})
        for name in sorted(before.keys() | after.keys())
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if doing:  # while it lasts, old and new content are both known to be ours
            write_whole(folder / MANIFEST, _manifest_text(course, both))
        for name in (*doing.added, *doing.changed):
            write_whole(folder / name, files[name])
        for name in doing.removed:
            (folder / name).unlink()
            _remove_empty_folders((folder / name).parent, folder)
        text = _manifest_text(course, after)
        if _digest_of(folder / MANIFEST) != _digest(text):
            write_whole(folder / MANIFEST, text)
    except OSError as error:
        raise _unwritable(folder, error) from None
    return doing


def _manifest(folder: Path) -> Manifest:
    path = folder / MANIFEST
    if not path.exists():
        return Manifest()
    try:
        found = json.loads(path.read_bytes())
        files = {str(name): list(map(str, digests)) for name, digests in found["files"].items()}
        if found["version"] == _VERSION and all(map(_is_inside, files)):
            return Manifest(str(found["course"]), files)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        pass
    raise UsageError(
        "manifest-broken",
        "the list of what was published to this folder cannot be read",
        where=str(path),
        next="publish to a new folder",
    )


def _is_inside(name: str) -> bool:
    """A manifest may come from anywhere, and says which files are removed."""
    parts = name.split("/")
    return (
        not name.startswith("/") and ".." not in parts and ".git" not in parts and "" not in parts
    )


def _manifest_text(course: Course, files: Mapping[str, list[str]]) -> bytes:
    content = {"version": _VERSION, "course": course.id, "files": files}
    return (json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def _remove_empty_folders(folder: Path, top: Path) -> None:
    while folder != top and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def _refuse_links(folder: Path, name: str) -> None:
    path = folder
    for part in name.split("/"):
        path = path / part
        if path.is_symlink() or (path.exists() and not path.is_dir() and path != folder / name):
            raise UsageError(
                "publish-link",
                "something else stands where a published file belongs",
                where=str(path),
                next="remove it, or name another folder",
            )


def _foreign(path: Path, listed: bool) -> UsageError:
    what = "was changed since it was published" if listed else "was not published from here"
    return UsageError(
        "publish-foreign",
        f"this file {what}, and would be lost",
        where=str(path),
        next="move it away; what students shall find at the top belongs into the course's public/",
    )


def _unwritable(folder: Path, error: OSError) -> UsageError:
    return UsageError(
        "cannot-write",
        f"the folder cannot be written: {error.strerror}",
        where=str(error.filename or folder),
        next="name a folder that you may write to, with room for the notebooks",
    )


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _digest_of(path: Path) -> str:
    """Of a file; "" if there is none."""
    if path.is_dir():
        raise UsageError(
            "publish-link",
            "a folder stands where a published file belongs",
            where=str(path),
            next="remove it, or name another folder",
        )
    try:
        return _digest(path.read_bytes())
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise _unwritable(path, error) from None
