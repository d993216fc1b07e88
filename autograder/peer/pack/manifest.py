"""What only the organiser keeps of a pack: which answer is whose, and what it was made from.

    peer/private/packs/GROUP/NAME.json

The whole Pack is in it, so that a withdrawn answer can be taken out without anybody's notebook.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec

from autograder.course import Course
from autograder.errors import CourseError
from autograder.peer.pack.model import Contrast, Pack
from autograder.peer.places import private_folder

_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whose an answer is; several have the same one where their code is the same."""

    symbol: str
    label: str
    students: tuple[str, ...]
    submissions: tuple[str, ...]  # SHA-256 of the notebooks that it was taken from


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    pack: Pack
    owners: tuple[Owner, ...]
    made_from: str  # hash of all that determines the pack
    seed: int
    folder: str  # where page and notebook lie; relative to the course, if they lie in it
    suite_sha256: str = ""
    submissions: Mapping[str, str] = field(default_factory=dict)  # student → SHA-256
    problems: tuple[tuple[str, str], ...] = ()  # (student, why there is no result)
    page_sha256: str = ""
    notebook_sha256: str = ""
    version: int = _VERSION

    def shows(self, student: str) -> bool:
        return any(student in owner.students for owner in self.owners)


def manifest_path(course: Course, group: str, assignment: str) -> Path:
    return private_folder(course) / "packs" / group / f"{assignment}.json"


def manifest_text(manifest: Manifest) -> str:
    return msgspec.json.format(msgspec.json.encode(manifest), indent=1).decode() + "\n"


def read_manifest(path: Path) -> Manifest | None:
    """None where there is none.

    raises  CourseError "pack-manifest-broken"
    """
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Manifest)
        if found.version == _VERSION:
            return found
        what = f"it is of version {found.version}, and this is {_VERSION}"
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        what = str(error)
    raise CourseError(
        "pack-manifest-broken",
        f"whose answers a pack shows cannot be read: {what}",
        where=str(path),
        next="remove this file, and the pack's page and notebook, and make the pack again",
    )


def manifests(course: Course) -> Iterator[tuple[Path, Manifest | CourseError]]:
    """All packs of the course, by group and assignment."""
    for path in sorted((private_folder(course) / "packs").glob("*/*.json")):
        try:
            found = read_manifest(path)
        except CourseError as error:
            yield path, error
            continue
        if found is not None:
            yield path, found


def without_student(manifest: Manifest, student: str) -> Manifest:
    """As if their answers had never been there; an answer that others have too stays theirs."""
    owners = []
    gone: set[tuple[str, str]] = set()
    for owner in manifest.owners:
        keep = [at for at, each in enumerate(owner.students) if each != student]
        if not keep:
            gone.add((owner.symbol, owner.label))
            continue
        owners.append(
            replace(
                owner,
                students=tuple(owner.students[at] for at in keep),
                submissions=tuple(owner.submissions[at] for at in keep),
            )
        )
    contrasts = tuple(_without(each, gone) for each in manifest.pack.contrasts)
    left = {(each.symbol, answer.label) for each in contrasts for answer in each.answers}
    return replace(
        manifest,
        pack=replace(manifest.pack, contrasts=contrasts),
        owners=tuple(owner for owner in owners if (owner.symbol, owner.label) in left),
        submissions={k: v for k, v in manifest.submissions.items() if k != student},
        made_from="",  # made of something else now
    )


def _without(contrast: Contrast, gone: set[tuple[str, str]]) -> Contrast:
    """Fewer than two answers are none: one alone would be somebody's."""
    lost = {label for symbol, label in gone if symbol == contrast.symbol}
    if not lost:
        return contrast
    left = tuple(each for each in contrast.answers if each.label not in lost)
    if len(left) < 2:
        return replace(contrast, answers=(), differences=(), probes=(), questions=())
    kept = {each.label for each in left}
    told = tuple(each for each in contrast.differences if set(each.labels) <= kept)
    return replace(contrast, answers=left, differences=told)
