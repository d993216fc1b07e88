"""Where a course keeps what, and which notebook the hidden suite of an nbgrader course is of.

A course of ours has fixed folders and a notebook for each assignment. A course that was nbgrader's
before keeps its own folders, and an assignment may have several notebooks:

    tests/hidden/NAME/test_*.py            the suite of the assignment's only notebook, or of
                                           NAME.ipynb, or of the only one with graded symbols
    tests/hidden/NAME/NOTEBOOK/test_*.py   the suite of that notebook
    tests/catalogue/NAME/                  misconceptions/, alternatives/, equivalent.yml and
                                           proof.json of either; or of NAME/NOTEBOOK

Nothing of ours lies in nbgrader's source folder, which nbgrader copies to students as it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import CourseError

NBGRADER_CONFIG = "nbgrader_config.py"
CHECK_PREFIX = "test_"
_ADOPTS = re.compile(r"\badopt\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Folders:
    """Names of folders, relative to the course's own unless they are absolute."""

    source: str = "solutions"
    release: str = "assignments"
    submitted: str = "submitted"
    autograded: str = "autograded"
    feedback: str = "feedback"
    hidden: str = "tests/hidden"
    gradebook: str = "gradebook.db"  # for people: the file, or a URL without its password
    adopted: bool = False  # an existing nbgrader course: the names are its own
    course_id: str = ""  # nbgrader's, of an adopted course


@dataclass(frozen=True, slots=True, kw_only=True)
class SuitePlace:
    """A notebook of an adopted course, and what belongs to it."""

    name: str  # nbgrader's name of the assignment; NAME.NOTEBOOK where each notebook has a suite
    notebook: Path  # the reference
    suite: Path  # may be missing
    catalogue: Path  # may be missing


def may_be_adopted(root: Path) -> bool:
    """Whether nbgrader's configuration has to be asked, which takes a second or two."""
    file = root / NBGRADER_CONFIG
    if not file.is_file():
        return False
    if not (root / "course.yml").is_file():
        return True
    return bool(_ADOPTS.search(file.read_text(encoding="utf-8", errors="replace")))


def names_of_suites(root: Path, folders: Folders) -> list[str]:
    """Assignments that have a folder among the hidden suites and notebooks in the source."""
    hidden = root / folders.hidden
    if not hidden.is_dir():
        return []
    return sorted(
        path.name
        for path in hidden.iterdir()
        if path.is_dir()
        and not path.name.startswith((".", "__"))
        and notebooks_of(root, folders, path.name)
    )


def suites_of_nothing(root: Path, folders: Folders) -> list[str]:
    """Folders among the hidden suites whose assignment the source folder does not have."""
    hidden = root / folders.hidden
    known = names_of_suites(root, folders)
    found = sorted(hidden.iterdir()) if folders.adopted and hidden.is_dir() else []
    return [
        path.name
        for path in found
        if path.is_dir() and path.name not in known and not path.name.startswith((".", "__"))
    ]


def notebooks_of(root: Path, folders: Folders, name: str) -> list[Path]:
    """The notebooks of an assignment in the source folder."""
    return sorted(path for path in (root / folders.source / name).glob("*.ipynb"))


def suite_places(root: Path, folders: Folders, name: str) -> list[SuitePlace]:
    """The notebooks of an assignment that a hidden suite is of; none: nbgrader grades it alone.

    raises  CourseError if it cannot be told which notebook a suite is of
    """
    suite = root / folders.hidden / name
    if not name or not suite.is_dir():
        return []
    notebooks = notebooks_of(root, folders, name)
    own = [notebook for notebook in notebooks if _has_python(suite / notebook.stem)]
    if not own:
        return [_place(root, folders, name, _only(notebooks, name, suite))]
    if astray := sorted(path.name for path in suite.glob("test_*.py")):
        raise _ambiguous(
            name,
            f"{', '.join(astray)} lies beside suites of single notebooks",
            suite,
            f"move it to {suite / own[0].stem}",
        )
    return [_place(root, folders, name, notebook, notebook.stem) for notebook in own]


def place_without_suite(root: Path, folders: Folders, name: str) -> SuitePlace | None:
    """Of an assignment that nbgrader grades alone, for its settings; None: it has no notebook."""
    notebooks = notebooks_of(root, folders, name)
    named = [path for path in notebooks if path.stem == name]
    return _place(root, folders, name, (named or notebooks)[0]) if notebooks else None


def _place(
    root: Path, folders: Folders, name: str, notebook: Path, own: str | None = None
) -> SuitePlace:
    hidden = root / folders.hidden
    inner = Path(name, own) if own else Path(name)
    return SuitePlace(
        name=f"{name}.{own}" if own else name,
        notebook=notebook,
        suite=hidden / inner,
        catalogue=hidden.parent / "catalogue" / inner,
    )


def _only(notebooks: list[Path], name: str, suite: Path) -> Path:
    named = [path for path in notebooks if path.stem == name]
    if named or len(notebooks) == 1:
        return (named or notebooks)[0]
    graded = [path for path in notebooks if _has_graded_symbols(path)]
    if len(graded) == 1:
        return graded[0]
    if not notebooks:
        raise _ambiguous(name, "there is no notebook in its source folder", suite, "put one there")
    raise _ambiguous(
        name,
        f"it has {len(notebooks)} notebooks, and {len(graded)} of them with a solution cell "
        f"SYMBOL and a grade cell {CHECK_PREFIX}SYMBOL",
        suite,
        f"move the suite to {suite / 'NOTEBOOK'}, NOTEBOOK being "
        f"{' or '.join(path.stem for path in notebooks)}",
    )


def _has_python(folder: Path) -> bool:
    return folder.is_dir() and any(folder.glob("*.py"))


def _has_graded_symbols(path: Path) -> bool:
    ids = set(_grade_ids(path))
    return any(f"{CHECK_PREFIX}{grade_id}" in ids for grade_id in ids)


def _grade_ids(path: Path) -> Iterator[str]:
    """Of whatever the file is; a broken one is told when it is graded against."""
    try:
        cells = json.loads(path.read_bytes())["cells"]
        yield from [str(cell["metadata"].get("nbgrader", {}).get("grade_id")) for cell in cells]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return


def _ambiguous(name: str, what: str, suite: Path, advice: str) -> CourseError:
    return CourseError(
        "suite-ambiguous",
        f'it cannot be told which notebook of "{name}" the hidden suite is of: {what}',
        where=str(suite),
        next=advice,
    )
