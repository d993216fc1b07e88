"""Lines that students must not see: of solutions, hidden suites and the catalogue.

A line counts if it says something (not an import, not a bracket) and students do not see it anyway,
in a released notebook's own text. White space is taken out before anything is compared.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from autograder.course import Assignment, Course
from autograder.errors import CourseError, SubmissionError
from autograder.notebook.cells import Cell, read_notebook
from autograder.release import KEPT, SOLUTION_LINE_CHARS

FEWEST_CHARS = 14  # of a line without its white space
_LETTERS = 6
_MOST_BYTES = 4 << 20  # of a hidden file: beyond, it is data, and recognised as a whole
_TRIVIAL = re.compile(r"(?:from\s+\S+\s+)?import\s|@pytest\.fixture|if __name__")
_MARKS = " \t-#*>\"'`,"  # of lists, comments and quotations: the line says the same without them
_MARKED = re.compile("(BEGIN|END) (?:SOLUTION|HIDDEN TESTS)")
_IDIOMS = ("super().__init__()", "raise NotImplementedError")


@dataclass(frozen=True, slots=True)
class Secret:
    squeezed: str
    text: str  # as it stands in its file
    where: str  # "solutions/lstm_cell/alternatives/loops.py, line 4"


@dataclass(frozen=True, slots=True)
class Hit:
    line: int  # 1-based, in the text that was searched
    secret: Secret


class Secrets:
    """All that must not be published, ready to be looked for."""

    def __init__(self, lines: Iterable[Secret], files: Mapping[str, str]) -> None:
        self.files = files  # digest of a hidden file's bytes → its path
        self.clean: set[str] = set()  # digests of what was searched, and has nothing of it
        self._by_beginning: dict[str, dict[str, Secret]] = {}
        for secret in lines:
            own = self._by_beginning.setdefault(secret.squeezed[:FEWEST_CHARS], {})
            own.setdefault(secret.squeezed, secret)

    def __len__(self) -> int:
        return sum(map(len, self._by_beginning.values()))

    def __iter__(self) -> Iterator[Secret]:
        for own in self._by_beginning.values():
            yield from own.values()

    def find_in(self, text: str) -> Iterator[Hit]:
        """Each secret that the text holds, once, with the line that it begins in."""
        lines = [squeezed(line) for line in text.split("\n")]
        ends = list(accumulate(map(len, lines)))
        whole = "".join(lines)
        seen: set[str] = set()
        beginnings = self._by_beginning
        for at in range(len(whole) - FEWEST_CHARS + 1):
            for secret in beginnings.get(whole[at : at + FEWEST_CHARS], {}).values():
                if secret.squeezed not in seen and whole.startswith(secret.squeezed, at):
                    seen.add(secret.squeezed)
                    yield Hit(bisect_right(ends, at) + 1, secret)


def squeezed(text: str) -> str:
    return "".join(text.split())


def secrets_of(course: Course, given: Iterable[str] = ()) -> Secrets:
    """Of all assignments of the course, published or not.

    given   assignments of which a later one gives the solution: the reference's lines may be seen
    raises  CourseError for a file that cannot be read, and so not be looked for
    """
    given = set(given)
    references = {a.name: _read_reference(a, course) for a in course.assignments}
    shown = {a.name: _shown(a.release, references[a.name]) for a in course.assignments}
    anywhere = "".join(shown.values())
    found: list[Secret] = []
    files: dict[str, str] = {}
    for assignment in course.assignments:
        if assignment.name not in given:
            lines = references[assignment.name].lines
            found += [each for each in lines if each.squeezed not in shown[assignment.name]]
        for path in _hidden_files(assignment):
            data = _bytes(path)
            if len(data) >= FEWEST_CHARS:
                files[hashlib.sha256(data).hexdigest()] = _named(path, course)
            found += [e for e in _of_file(path, data, course) if e.squeezed not in anywhere]
    return Secrets(found, files)


@dataclass(frozen=True, slots=True)
class _Reference:
    lines: tuple[Secret, ...]  # all that say something
    solved: frozenset[str]  # of these, squeezed, what stands in a solution and nowhere else


def _read_reference(assignment: Assignment, course: Course) -> _Reference:
    name = _named(assignment.reference, course)
    lines, inside, outside = [], set(), []
    for cell in _cells(assignment.reference):
        where = f"{name}, cell {cell.grade_id or cell.position}"
        hidden = False
        for number, line in enumerate(cell.source.split("\n"), start=1):
            if mark := _MARKED.search(line):
                hidden = mark[1] == "BEGIN"
            elif _says_something(line):
                lines.append(Secret(_core(line), line.strip(), f"{where}, line {number}"))
                if hidden:
                    inside.add(_core(line))
            if not hidden:
                outside.append(squeezed(line))
    told = "\0".join(outside)
    return _Reference(tuple(lines), frozenset(line for line in inside if line not in told))


def _shown(release: Path, reference: _Reference) -> str:
    """The text of a released notebook's cells, squeezed; its metadata and outputs are no text.

    What the reference marks as solution is not taken for shown, wherever it was found.
    """
    if not release.is_file():
        return ""
    text = "\0".join(squeezed(cell.source) for cell in _cells(release))
    for line in reference.solved:
        text = text.replace(line, "\0")
    return text


def _cells(path: Path) -> tuple[Cell, ...]:
    try:
        return read_notebook(_bytes(path)).cells
    except SubmissionError as error:
        raise CourseError(
            "notebook-invalid", error.what, where=str(path), next=error.next
        ) from None


def _of_file(path: Path, data: bytes, course: Course) -> Iterator[Secret]:
    if len(data) > _MOST_BYTES or b"\0" in data[:4096]:
        return
    for number, line in enumerate(data.decode("utf-8", "replace").split("\n"), start=1):
        if _says_something(line):
            where = f"{_named(path, course)}, line {number}"
            yield Secret(_core(line), line.strip(), where)


def _hidden_files(assignment: Assignment) -> Iterator[Path]:
    # Of an adopted course the catalogue does not lie beside the reference.
    folders = dict.fromkeys((assignment.reference.parent, assignment.misconceptions.parent))
    kept = [folder / name for folder in folders for name in sorted(KEPT)]
    for root in (assignment.suite, *kept):
        for path in sorted(root.rglob("*")) if root.is_dir() else [root]:
            if path.is_file() and "__pycache__" not in path.parts:
                yield path


def _core(line: str) -> str:
    return squeezed(line.strip(_MARKS))


def _says_something(line: str) -> bool:
    line = line.strip()
    return (
        len(line) >= SOLUTION_LINE_CHARS
        and len(_core(line)) >= FEWEST_CHARS
        and sum(map(str.isalpha, line)) >= _LETTERS
        and not _TRIVIAL.match(line)
        and not line.startswith(_IDIOMS)
    )


def _named(path: Path, course: Course) -> str:
    return path.relative_to(course.root).as_posix() if course.root in path.parents else str(path)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CourseError(
            "publish-unreadable",
            f"this file cannot be read, so nobody can look for its lines: {error.strerror}",
            where=str(path),
            next="check its permissions",
        ) from None
