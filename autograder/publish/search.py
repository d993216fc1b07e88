"""Everything that is or will be in the folder, searched for what must not be there."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

from autograder.errors import CourseError
from autograder.publish.secrets import Secrets
from autograder.publish.views import CannotBeSearched, views
from autograder.release import KEPT

MOST_TOLD = 8
_HIDDEN_NAMES = ("test_*.py", "*_test.py", "conftest.py", "course.yml", "gradebook.db*")


@dataclass(frozen=True, slots=True)
class Leak:
    where: str  # file, line, and the place in it
    what: str


def leaks_in(name: str, data: bytes, secrets: Secrets) -> Iterator[Leak]:
    """What a file would give away: by its name, as a whole, or by a line in any form.

    name  how the file is called in words to the instructor; a path with /
    """
    yield from leaks_in_name(name)
    yield from leaks_in_content(name, data, secrets)


def leaks_in_content(name: str, data: bytes, secrets: Secrets) -> Iterator[Leak]:
    """As above, whatever its name."""
    digest = hashlib.sha256(data).hexdigest()
    if digest in secrets.clean:
        return
    if hidden := secrets.files.get(digest):
        yield Leak(name, f"the file is {hidden}")
        return
    told: dict[str, tuple[int, Leak]] = {}  # by the line that is given away
    try:
        for view in views(data):
            for hit in secrets.find_in(view.text):
                if hit.secret.squeezed in told:
                    continue
                place = f" ({view.place})" if view.place else ""
                line = view.line_in_file(hit.line)
                leak = Leak(
                    f"{name}, line {line}{place}", f"{hit.secret.where}: {hit.secret.text[:80]}"
                )
                told[hit.secret.squeezed] = (line, leak)
    except CannotBeSearched as reason:
        yield Leak(name, f"it cannot be searched: {reason}")
        return
    yield from (leak for _, leak in sorted(told.values(), key=lambda pair: pair[0]))
    if not told:
        secrets.clean.add(digest)


def leaks_in_name(name: str) -> Iterator[Leak]:
    path = PurePosixPath(name)
    hidden = KEPT & set(path.parts)
    if hidden or any(fnmatch(path.name, pattern) for pattern in _HIDDEN_NAMES):
        yield Leak(name, "by its name it is an instructor's")


def leaks_in_folder(folder: Path, secrets: Secrets, *, called: str) -> Iterator[Leak]:
    """Of every file below a folder, hidden ones too; a link that leads out of it is one itself.

    called  what stands for the folder in words to the instructor
    """
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        name = f"{called}/{inside.as_posix()}"
        if inside.parts[0] == ".git":
            continue
        if path.is_symlink():
            yield Leak(name, f"it is a symbolic link, to {path.readlink()}")
        elif path.is_file():
            try:
                yield from leaks_in(name, path.read_bytes(), secrets)
            except OSError as error:
                yield Leak(name, f"it cannot be read: {error.strerror}")


def refuse(leaks: Sequence[Leak], *, next: str) -> None:
    """raises  CourseError "publish-leaks" that names each file and line, if there is any"""
    if not leaks:
        return
    told = [f"{leak.where}: {leak.what}" for leak in leaks[:MOST_TOLD]]
    more = [f"and {len(leaks) - MOST_TOLD} more"] if len(leaks) > MOST_TOLD else []
    raise CourseError(
        "publish-leaks",
        "students would see what they must not; nothing was written:\n  "
        + "\n  ".join([*told, *more]),
        where=leaks[0].where,
        next=next,
    )
