"""Which notebooks a command means, whose they are, and which assignment each belongs to.

STUDENT/ASSIGNMENT/*.ipynb   as nbgrader lays submissions out, from any level downwards
kim.ipynb                    a loose notebook: the student is its file stem, the assignment is
                             found by the graded cells inside
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.course import Assignment, Course
from autograder.errors import SubmissionError, UsageError
from autograder.notebook import cell_ids

_MAX_BYTES = 256 << 20
_MAX_ID = 100
# Letters of any script, digits and what roster systems put into ids; no separators, no quotes.
_STUDENT_ID = re.compile(r"\w[\w.@+\- ]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One submission to grade, or the reason why it cannot be."""

    student: str
    assignment: str  # "" if it could not be told
    path: Path  # the notebook; the folder if there is none in it
    problem: SubmissionError | None = None
    flags: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def find_submissions(
    paths: Iterable[Path], symbols: Mapping[str, tuple[str, ...]], only: str | None = None
) -> list[Found]:
    """Every submission under the given paths, sorted by assignment and student.

    symbols  assignment → the names of its graded cells, to recognise loose notebooks
    only     an assignment's name: others are left out, and loose notebooks belong to it
    raises   UsageError if a path does not exist or nothing under it is a submission
    """
    found: list[Found] = []
    for path in paths:
        if not path.exists():
            raise UsageError("no-such-file", f"{path} does not exist", next="check the path")
        here = list(_in_folder(path, symbols) if path.is_dir() else _one(path, symbols, only))
        if not here:
            raise UsageError(
                "no-notebooks",
                f"there are no notebooks in {path}",
                next="give notebooks, or a folder laid out as STUDENT/ASSIGNMENT/*.ipynb",
            )
        found += here
    kept = [f for f in found if only is None or f.assignment in (only, "")]
    unique = {(f.assignment, f.student, f.path): f for f in kept}
    return [_checked(f) for _, f in sorted(unique.items(), key=lambda pair: str(pair[0]))]


def find_adopted(
    paths: Iterable[Path],
    course: Course,
    symbols: Mapping[str, tuple[str, ...]],
    only: str | None = None,
) -> list[Found]:
    """As find_submissions, in a course that was nbgrader's before: its names of notebooks decide.

    Every notebook with a hidden suite is a submission of its own; what has none is nbgrader's.

    only    an assignment's name, ours or nbgrader's
    raises  UsageError if a path does not exist or nothing under it is a submission
    """
    wanted: dict[str, list[Assignment]] = defaultdict(list)
    for each in course.assignments:
        folder = each.reference.parent.name
        if each.suite.is_dir() and only in (None, each.name, folder):
            wanted[folder].append(each)
    found: list[Found] = []
    for path in paths:
        if not path.exists():
            raise UsageError("no-such-file", f"{path} does not exist", next="check the path")
        if path.is_dir():
            here = list(_of_adopted(path.resolve(), wanted))
        else:
            here = list(_one_of_adopted(path.resolve(), wanted, symbols, only))
        if not here:
            raise UsageError(
                "no-notebooks",
                f"there are no submissions to assignments with a hidden suite in {path}",
                next=f"give STUDENT/ASSIGNMENT; with a suite: {', '.join(wanted) or 'none'}",
            )
        found += here
    unique = {(f.assignment, f.student, f.path): f for f in found}
    return [_checked(f) for _, f in sorted(unique.items(), key=lambda pair: str(pair[0]))]


def read_bytes(path: Path) -> bytes:
    """The notebook's bytes. Raises SubmissionError if they cannot be read or are too many."""
    try:
        size = path.stat().st_size
        if size > _MAX_BYTES:
            raise SubmissionError(
                "too-large",
                f"the notebook has {size >> 20} MB; the limit is {_MAX_BYTES >> 20} MB",
                where=str(path),
                next="clear its outputs and hand it in again",
            )
        return path.read_bytes()
    except OSError as error:
        raise SubmissionError(
            "unreadable",
            f"the notebook cannot be read: {error.strerror}",
            where=str(path),
            next="check the file and its permissions",
        ) from None


def _in_folder(folder: Path, symbols: Mapping[str, tuple[str, ...]]) -> Iterator[Found]:
    """Submissions below a folder; notebooks that lie together in STUDENT/ASSIGNMENT are one."""
    together: dict[Path, list[Path]] = defaultdict(list)
    folder = folder.resolve()
    for path in sorted(folder.rglob("*.ipynb")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if not hidden and not path.is_dir():
            together[path.parent].append(path)
    for parent, notebooks in together.items():
        if parent.name in symbols:
            yield _submission(parent, notebooks, symbols)
        else:
            for path in notebooks:
                yield from _one(path, symbols, None)
    for empty in _empty_submissions(folder, symbols, together):
        yield Found(
            student=empty.parent.name,
            assignment=empty.name,
            path=empty,
            problem=SubmissionError(
                "no-notebook",
                "the submission has no notebook",
                where=str(empty),
                next=f"ask for {empty.name}.ipynb",
            ),
        )


def _of_adopted(top: Path, wanted: Mapping[str, list[Assignment]]) -> Iterator[Found]:
    folders = [top, *(path for path in sorted(top.rglob("*")) if path.is_dir())]
    for folder in folders:
        if any(part.startswith(".") for part in folder.relative_to(top).parts):
            continue
        for each in wanted.get(folder.name, ()):
            yield _in_its_place(folder / each.reference.name, each)


def _in_its_place(path: Path, assignment: Assignment) -> Found:
    student = path.parent.parent.name
    if path.is_file():
        return Found(student=student, assignment=assignment.name, path=path)
    others = sorted(other.name for other in path.parent.glob("*.ipynb"))
    problem = SubmissionError(
        "no-notebook",
        f"the submission has no {path.name}; it has {', '.join(others) or 'no notebook at all'}",
        where=str(path.parent),
        next=f"rename the one that counts to {path.name}, or ask for it",
    )
    return Found(student=student, assignment=assignment.name, path=path.parent, problem=problem)


def _one_of_adopted(
    path: Path,
    wanted: Mapping[str, list[Assignment]],
    symbols: Mapping[str, tuple[str, ...]],
    only: str | None,
) -> Iterator[Found]:
    for each in wanted.get(path.parent.name, ()):
        if each.reference.name == path.name:
            yield _in_its_place(path, each)
            return
    names = {each.name for some in wanted.values() for each in some}
    yield from _one(path, {name: symbols[name] for name in names}, only if only in names else None)


def _empty_submissions(
    folder: Path, symbols: Mapping[str, tuple[str, ...]], together: Mapping[Path, list[Path]]
) -> list[Path]:
    candidates = [*folder.glob("*/*/"), *folder.glob("*/"), folder]
    return [
        path
        for path in dict.fromkeys(candidates)
        if path.name in symbols
        and path.is_dir()
        and path not in together
        and not any(path in other.parents for other in together)
    ]


def _submission(
    parent: Path, notebooks: list[Path], symbols: Mapping[str, tuple[str, ...]]
) -> Found:
    """The notebook of STUDENT/ASSIGNMENT that counts."""
    name, student = parent.name, parent.parent.name
    canonical = parent / f"{name}.ipynb"
    if canonical in notebooks:
        others = [path.name for path in notebooks if path != canonical]
        flags = tuple(f"extra-notebook:{other}" for other in others)
        notes = tuple(f"{other} was not graded; {canonical.name} counts" for other in others)
        return Found(student=student, assignment=name, path=canonical, flags=flags, notes=notes)
    fitting = [path for path in notebooks if len(notebooks) == 1 or _has_cells(path, symbols[name])]
    if len(fitting) == 1:
        return Found(
            student=student,
            assignment=name,
            path=fitting[0],
            flags=(f"renamed-notebook:{fitting[0].name}",),
            notes=(f"{fitting[0].name} was graded as {canonical.name}",),
        )
    return Found(
        student=student,
        assignment=name,
        path=parent,
        problem=SubmissionError(
            "several-notebooks",
            f"there are {len(notebooks)} notebooks and none is called {canonical.name}: "
            + ", ".join(path.name for path in notebooks),
            where=str(parent),
            next=f"rename the one that counts to {canonical.name}",
        ),
    )


def _one(path: Path, symbols: Mapping[str, tuple[str, ...]], only: str | None) -> Iterator[Found]:
    """A notebook by itself."""
    path = path.resolve()
    if path.parent.name in symbols and path.stem == path.parent.name:
        yield Found(student=path.parent.parent.name, assignment=path.stem, path=path)
        return
    problem = None
    assignment = only or ""
    if only is None:
        try:
            assignment = recognise(path, symbols)
        except SubmissionError as error:
            problem = error
    yield Found(student=path.stem, assignment=assignment, path=path, problem=problem)


def recognise(path: Path, symbols: Mapping[str, tuple[str, ...]]) -> str:
    """The assignment whose graded cells the notebook has. Raises SubmissionError."""
    try:
        ids = set(cell_ids(read_bytes(path)))
    except SubmissionError as error:
        if path.parent.name in symbols:
            return path.parent.name  # unreadable, but it is clear what it was meant to be
        raise error
    hits = {name: len(ids & {*own, *(f"test_{s}" for s in own)}) for name, own in symbols.items()}
    best = max(hits, key=lambda name: hits[name], default="")
    if best and hits[best] and list(hits.values()).count(hits[best]) == 1:
        return best
    for name in symbols:
        if name in (path.parent.name, path.stem):
            return name
    raise SubmissionError(
        "unknown-assignment",
        "no graded cell of any assignment of this course is in the notebook",
        where=str(path),
        next="name the assignment with --assignment, or check that it is the right course",
    )


def _has_cells(path: Path, names: tuple[str, ...]) -> bool:
    try:
        return bool(set(cell_ids(read_bytes(path))) & set(names))
    except SubmissionError:
        return False


def _checked(found: Found) -> Found:
    if found.problem is None and not usable_id(found.student):
        problem = SubmissionError(
            "student-id",
            "the student id has characters that an id cannot have, or is too long",
            where=str(found.path),
            next="rename the folder or file: letters, digits and . _ - + @, at most "
            f"{_MAX_ID} characters",
        )
        return Found(
            student=found.student, assignment=found.assignment, path=found.path, problem=problem
        )
    return found


def usable_id(student: str) -> bool:
    """Whether a student id can be a folder's name, a row's key and a word on a page."""
    return len(student) <= _MAX_ID and bool(_STUDENT_ID.fullmatch(student)) and ".." not in student
