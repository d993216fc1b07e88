"""What the folder is to hold: path → bytes, the same bytes for the same course.

NAME/NAME.ipynb and what lies beside it    from the release, without hidden files
README.md, requirements.txt, .gitignore    made here
LICENSE                                    the course's, if it has one
everything in the course's public/         as it is, also in place of what is made here
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from autograder.course import Assignment, Course
from autograder.errors import CourseError
from autograder.publish.readme import readme
from autograder.publish.requirements import requirements

PUBLIC = "public"
_GITIGNORE = b".ipynb_checkpoints/\n__pycache__/\n.autograder/\n"


def content(course: Course, assignments: Sequence[Assignment]) -> dict[str, bytes]:
    """By paths with /, sorted.

    raises  CourseError for an assignment that is not released, a symbolic link, or a file that
            cannot be read
    """
    files: dict[str, bytes] = {}
    for assignment in assignments:
        files |= {
            f"{assignment.release.parent.name}/{path}": data
            for path, data in released_files(assignment).items()
            if not is_hidden(path)
        }
    notebooks = [files[place_of(assignment)] for assignment in assignments]
    files["README.md"] = readme(course, assignments).encode()
    files["requirements.txt"] = requirements(notebooks).encode()
    files[".gitignore"] = _GITIGNORE
    if (course.root / "LICENSE").is_file():
        files["LICENSE"] = _read(course.root / "LICENSE")
    files |= dict(_below(course.root / PUBLIC))
    return dict(sorted(files.items()))


def place_of(assignment: Assignment) -> str:
    """The notebook's path in the published folder, NAME/NAME.ipynb."""
    return f"{assignment.release.parent.name}/{assignment.release.name}"


def released_files(assignment: Assignment) -> dict[str, bytes]:
    """Everything in the released folder, hidden files too, by its path there."""
    if not assignment.release.is_file():
        raise CourseError(
            "not-released",
            f"{assignment.name} has not been released",
            where=str(assignment.release),
            next="release it, or name the assignments to publish",
        )
    return dict(_below(assignment.release.parent))


def is_hidden(path: str) -> bool:
    """Such as `.ipynb_checkpoints/…`: what programs leave beside a notebook."""
    return any(part.startswith(".") or part == "__pycache__" for part in path.split("/"))


def _below(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_symlink():
            raise CourseError(
                "publish-link",
                f"this is a symbolic link, to {path.readlink()}: only files are published",
                where=str(path),
                next="put the file itself there, if students may have it",
            )
        if path.is_file():
            yield path.relative_to(folder).as_posix(), _read(path)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CourseError(
            "publish-unreadable",
            f"this file cannot be read: {error.strerror}",
            where=str(path),
            next="check its permissions",
        ) from None
