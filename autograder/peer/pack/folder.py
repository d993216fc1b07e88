"""The notebooks of a folder, where a group has neither instructor nor roster.

    kim.ipynb                      a loose notebook: its name is the member
    kim/cross_entropy.ipynb        a folder for each member, with whatever depth below it

Which assignment it is says what is inside. `session/` and `records/` are the command's own.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import SubmissionError, UsageError
from autograder.feedback.text import one_line
from autograder.submissions import Found, recognise

SESSION, RECORDS = "session", "records"
_MOST_NOTEBOOKS = 200
_MOST_LETTERS = 60  # of a member's name on a page


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What the members of a folder have brought."""

    members: tuple[str, ...]  # everybody of whom there is a notebook, whatever is in it
    found: Mapping[str, tuple[Found, ...]]  # by assignment; one a member
    problems: tuple[tuple[str, str], ...]  # (member or file, what is wrong with it)


def brought_to(
    folder: Path, symbols: Mapping[str, tuple[str, ...]], only: str | None = None, *, out: Path
) -> Brought:
    """
    symbols  assignment → the names of its graded cells
    only     an assignment's name: notebooks of other ones are left out
    out      where packs are written: what lies there is nobody's notebook
    raises   UsageError "no-such-folder", "no-notebooks", "too-many-notebooks"
    """
    if not folder.is_dir():
        raise UsageError(
            "no-such-folder",
            f"{folder} is not a folder",
            next="name the folder with the members' notebooks, each named for its member",
        )
    paths = list(_notebooks(folder.resolve(), out.resolve()))
    if not paths:
        raise UsageError(
            "no-notebooks",
            f"there are no notebooks in {folder}",
            next="put each member's notebook there, named for its member: kim.ipynb, ada.ipynb",
        )
    if len(paths) > _MOST_NOTEBOOKS:
        raise UsageError(
            "too-many-notebooks",
            f"there are {len(paths)} notebooks in {folder}: that is more than a study group has",
            next=f"name a folder with at most {_MOST_NOTEBOOKS}",
        )
    members, problems = dict[str, None](), list[tuple[str, str]]()
    each: dict[tuple[str, str], list[Found]] = defaultdict(list)
    for path in paths:
        member = _member(path, folder.resolve())
        members[member] = None
        try:
            name = recognise(path, symbols)
        except SubmissionError as error:
            problems.append((member, f"{path.name}: {error.what}"))
            continue
        if only in (None, name):
            each[name, member].append(Found(student=member, assignment=name, path=path))
    found: dict[str, list[Found]] = defaultdict(list)
    for (name, member), some in sorted(each.items()):
        one = _that_counts(some, name)
        if one is None:
            told = " and ".join(_shown(each.path, folder) for each in some)
            problems.append((member, f"{told} are both {name}: keep one of them"))
        else:
            found[name].append(one)
    return Brought(
        members=tuple(members),
        found={name: tuple(some) for name, some in found.items()},
        problems=tuple(problems),
    )


def _notebooks(folder: Path, out: Path) -> Iterator[Path]:
    own = {(folder / name).resolve() for name in (SESSION, RECORDS)} | {out}
    for path in sorted(folder.rglob("*.ipynb")):
        inside = path.relative_to(folder)
        hidden = any(part.startswith(".") for part in inside.parts)
        if hidden or not path.is_file() or own & {*path.resolve().parents}:
            continue
        yield path


def _member(path: Path, folder: Path) -> str:
    """The name of the first folder below, or that of the file itself."""
    inside = path.relative_to(folder)
    name = inside.parts[0] if len(inside.parts) > 1 else path.stem
    plain = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode("utf-8"))
    return one_line(plain, _MOST_LETTERS).strip() or "?"


def _that_counts(some: list[Found], name: str) -> Found | None:
    """Of several notebooks of one member the one with the assignment's own name."""
    if len(some) == 1:
        return some[0]
    named = [each for each in some if each.path.stem == name]
    return named[0] if len(named) == 1 else None


def _shown(path: Path, folder: Path) -> str:
    return one_line(path.relative_to(folder.resolve()).as_posix(), 100)
