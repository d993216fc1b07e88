"""Page, notebook and manifest on the disk; withdrawn answers taken out of what lies there."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.course import Course
from autograder.errors import AutograderError, CourseError, UsageError
from autograder.origin import sha256
from autograder.peer.pack.manifest import (
    Manifest,
    manifest_path,
    manifest_text,
    manifests,
    without_student,
)
from autograder.peer.pack.notebook import notebook_of
from autograder.peer.pack.page import page_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    page: Path
    notebook: Path
    manifest: Path | None
    changed: bool  # was any of them not there yet, or other than it is now?


def write_pack(manifest: Manifest, folder: Path, kept_at: Path | None) -> Written:
    """Each file whole, or as it was before.

    The manifest first: of an answer that is on a page it is known whose it is, whenever this ends.

    kept_at  the manifest's place; None: nobody keeps whose answers these are
    raises   AutograderError "pack-refused" where the folder or the disk refuses
    """
    name = manifest.pack.assignment
    page, notebook = page_of(manifest.pack).encode(), notebook_of(manifest.pack).encode()
    whole = replace(manifest, page_sha256=sha256(page), notebook_sha256=sha256(notebook))
    contents: dict[Path, bytes] = {}
    if kept_at is not None:
        contents[kept_at] = manifest_text(whole).encode()
    contents |= {folder / f"{name}.html": page, folder / f"{name}.ipynb": notebook}
    changed = [path for path, data in contents.items() if not _is_there(path, data)]
    _write({path: contents[path] for path in changed})
    return Written(
        page=folder / f"{name}.html",
        notebook=folder / f"{name}.ipynb",
        manifest=kept_at,
        changed=bool(changed),
    )


def is_whole(manifest: Manifest, course: Course) -> bool:
    """Do page and notebook lie there as they were written?"""
    folder, name = folder_of(manifest, course), manifest.pack.assignment
    return all(
        _is_digest(folder / f"{name}{suffix}", digest)
        for suffix, digest in (
            (".html", manifest.page_sha256),
            (".ipynb", manifest.notebook_sha256),
        )
    )


def folder_of(manifest: Manifest, course: Course) -> Path:
    return course.root / manifest.folder  # an absolute path stays one


def refuse_unless_writable(folder: Path) -> None:
    """Before anybody is graded for it.

    raises  UsageError "no-folder"
    """
    there = next((each for each in (folder, *folder.absolute().parents) if each.exists()), folder)
    if not there.is_dir() or not os.access(there, os.W_OK):
        raise UsageError(
            "no-folder",
            "the pack cannot be written there",
            where=str(folder),
            next="name a folder that you may write to with --out",
        )


def as_kept(folder: Path, course: Course) -> str:
    """A folder as a manifest names it: a course that is moved takes its packs along."""
    absolute = folder.absolute()
    inside = absolute.is_relative_to(course.root)
    return (absolute.relative_to(course.root) if inside else absolute).as_posix()


@dataclass(frozen=True, slots=True, kw_only=True)
class Remade:
    """A pack from which somebody's answers were taken out."""

    group: str
    assignment: str
    page: Path
    is_there: bool  # False: page and notebook are no longer where they were written


def take_out(course: Course, student: str) -> Iterator[Remade | AutograderError]:
    """Out of every pack of the course that shows them, one after the other."""
    for path, manifest in manifests(course):
        if isinstance(manifest, CourseError):
            yield manifest
            continue
        if not manifest.shows(student) and student not in manifest.submissions:
            continue
        shown = manifest.shows(student)
        left = without_student(manifest, student)
        folder = folder_of(manifest, course)
        there = (folder / f"{manifest.pack.assignment}.html").exists() or (
            folder / f"{manifest.pack.assignment}.ipynb"
        ).exists()
        try:
            if there:
                _remake(left, folder, path)
            else:
                _write({path: manifest_text(left).encode()})
        except AutograderError as error:
            yield error
            continue
        if shown:
            pack = manifest.pack
            page = folder / f"{pack.assignment}.html"
            yield Remade(group=pack.group, assignment=pack.assignment, page=page, is_there=there)


def stale_packs(course: Course, withdrawn: frozenset[str]) -> list[str]:
    """The packs, as GROUP/NAME, that show somebody who has withdrawn."""
    found = []
    for _, manifest in manifests(course):
        if isinstance(manifest, Manifest) and any(map(manifest.shows, withdrawn)):
            found.append(f"{manifest.pack.group}/{manifest.pack.assignment}")
    return found


def place_of_manifest(course: Course, group: str, assignment: str) -> Path:
    return manifest_path(course, group, assignment)


def _remake(manifest: Manifest, folder: Path, kept_at: Path) -> None:
    """Page and notebook first: were this broken off, the manifest still says whom they may show."""
    name = manifest.pack.assignment
    page, notebook = page_of(manifest.pack).encode(), notebook_of(manifest.pack).encode()
    whole = replace(manifest, page_sha256=sha256(page), notebook_sha256=sha256(notebook))
    _write(
        {
            folder / f"{name}.html": page,
            folder / f"{name}.ipynb": notebook,
            kept_at: manifest_text(whole).encode(),
        }
    )


def _write(contents: Mapping[Path, bytes]) -> None:
    """All beside their places first, then put there: a full disk changes nothing."""
    beside = {path: path.with_name(f".{path.name}.{os.getpid()}") for path in contents}
    try:
        for path, data in contents.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            beside[path].write_bytes(data)
        for path, temporary in beside.items():
            temporary.replace(path)
    except OSError as error:
        raise AutograderError(
            "pack-refused",
            f"the pack cannot be written: {error.strerror or error}",
            where=str(error.filename or next(iter(contents), "")),
            next="make room or rights there, or name another folder with --out",
        ) from None
    finally:
        for temporary in beside.values():
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


def _is_there(path: Path, data: bytes) -> bool:
    return _is_digest(path, sha256(data))


def _is_digest(path: Path, digest: str) -> bool:
    try:
        return sha256(path.read_bytes()) == digest
    except OSError:
        return False
