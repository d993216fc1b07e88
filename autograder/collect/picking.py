"""Which notebook of a hand-in is the assignment's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from autograder.collect.entries import Entry
from autograder.collect.refusal import Refused
from autograder.errors import SubmissionError
from autograder.notebook import cell_ids

# What browsers, Drive, Canvas and Colab make of a name, in English and Korean.
_COPY = re.compile(
    r"^(copy of |사본 - )+|(\s*\(\d+\)|-\d{1,3}|( - | )?(복사본|copy|사본)|의 사본)+$", re.I
)
MAX_NOTEBOOKS = 50  # of one hand-in
_LFS = b"version https://git-lfs"


@dataclass(frozen=True, slots=True)
class Notebook:
    entry: Entry
    data: bytes


@dataclass(frozen=True, slots=True)
class Picked:
    """notebooks  none: `problem` says why; several: attempts of which nothing tells the order"""

    notebooks: tuple[Notebook, ...] = ()
    problem: str = ""
    code: str = ""  # no-notebook, refused, other-assignment
    remarks: tuple[str, ...] = ()


def plain_stem(name: str) -> str:
    """`lab1 (2).ipynb`, `Copy of lab1.ipynb`, `Kim Minsu - lab1-1.ipynb` → lab1"""
    stem = re.sub(r"\.ipynb$", "", name, flags=re.I).rpartition(" - ")[2]
    return _COPY.sub("", stem).strip() or stem


def pick(
    entries: Sequence[Entry],
    stem: str,
    symbols: Mapping[str, tuple[str, ...]],
    assignment: str,
    *,
    of_this_one: bool,
) -> Picked:
    """The notebooks of the assignment among the files of one hand-in.

    stem         the file name that the assignment's notebook has
    symbols      assignment → names of its graded cells
    of_this_one  the source says that all in it belongs to this assignment
    """
    files, refusals = _unfolded(entries)
    read, unread = _read(files)
    refused = (*refusals, *unread)
    if not read:
        return _nothing(files, refused)
    verdicts = [_belongs(each, stem, symbols, assignment) for each in read]
    if all(verdict == "other" for verdict in verdicts):
        others = "the notebook has graded cells of another assignment"
        return Picked(problem=others, code="other-assignment")
    fitting = [each for each, verdict in zip(read, verdicts, strict=True) if verdict == "own"]
    if not fitting and of_this_one and len(read) == 1:
        fitting = read
        refused += (f"{read[0].entry.name} has no graded cell of {assignment}",)
    if not fitting:
        names = ", ".join(each.entry.name for each in read)
        what = f"no graded cell of {assignment} can be found in {names}"
        return Picked(problem=what, code="refused")
    return Picked(notebooks=_without_copies(_named(fitting, stem)), remarks=refused)


def _unfolded(entries: Iterable[Entry]) -> tuple[list[Entry], list[str]]:
    """(the files, those in archives among them; what is refused, and why)"""
    found: list[Entry] = []
    refusals: list[str] = []
    for entry in entries:
        if entry.refusal:
            refusals.append(f"{entry.name}: {entry.refusal}")
        elif entry.inside is None:
            found.append(entry)
        else:
            try:
                inner, refused = _unfolded(entry.inside())
                found += inner
                refusals += refused
            except Refused as why:
                refusals.append(f"{entry.name}: {why}")
    return found, refusals


def _read(entries: Sequence[Entry]) -> tuple[list[Notebook], list[str]]:
    found: list[Notebook] = []
    refusals: list[str] = []
    notebooks = [entry for entry in entries if entry.name.lower().endswith(".ipynb")]
    if len(notebooks) > MAX_NOTEBOOKS:
        refusals.append(f"{len(notebooks)} notebooks; the first {MAX_NOTEBOOKS} were looked at")
    for entry in notebooks[:MAX_NOTEBOOKS]:
        try:
            data = entry.read()
        except Refused as refused:
            refusals.append(f"{entry.name}: {refused}")
            continue
        if data.startswith(_LFS):
            refusals.append(f"{entry.name}: it is in Git LFS, whose files are not fetched")
        else:
            found.append(Notebook(entry, data))
    return found, refusals


def _nothing(entries: Sequence[Entry], refused: tuple[str, ...]) -> Picked:
    if refused:
        return Picked(problem="; ".join(refused[:3]), code="refused")
    names = ", ".join(entry.name for entry in entries[:3]) + (", …" if len(entries) > 3 else "")
    return Picked(problem=f"there is no notebook: {names}", code="no-notebook")


def _belongs(
    notebook: Notebook, stem: str, symbols: Mapping[str, tuple[str, ...]], assignment: str
) -> str:
    """own, other, or unknown: it has graded cells of no assignment."""
    try:
        ids = set(cell_ids(notebook.data))
    except SubmissionError:
        ids = set()  # grading says what is wrong with it
    hits = {name: len(ids & {*own, *(f"test_{s}" for s in own)}) for name, own in symbols.items()}
    if hits.get(assignment):
        return "own"
    if any(hits.values()):
        return "other"
    folders = notebook.entry.parts[:-1]
    named = plain_stem(notebook.entry.name) == stem or assignment in folders[-1:]
    return "own" if named else "unknown"


def _named(notebooks: list[Notebook], stem: str) -> list[Notebook]:
    """Those that are called like the assignment, if any are."""
    named = [each for each in notebooks if plain_stem(each.entry.name) == stem]
    return named or notebooks


def _without_copies(notebooks: list[Notebook]) -> tuple[Notebook, ...]:
    return tuple({each.data: each for each in reversed(notebooks)}.values())[::-1]
