"""What determines a result, hashed: the key under which it is kept.

Two gradings with one key differ in nothing that could change the score but the seed.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.course import Assignment
from autograder.errors import CourseError
from autograder.report import Environment

# What tools leave in a suite's folder, and no test reads.
_LEFTOVERS = ("__pycache__", ".pytest_cache", ".ipynb_checkpoints", ".DS_Store")


@dataclass(frozen=True, slots=True)
class Digests:
    """SHA-256 of an assignment's trusted side, as hexadecimal digits."""

    suite: str
    reference: str
    misconceptions: str = ""


def digests_of(assignment: Assignment) -> Digests:
    """As the files lie on disk now.

    raises  CourseError if one cannot be read
    """
    try:
        return Digests(
            suite=_folder_digest(assignment.suite),
            reference=sha256(assignment.reference.read_bytes()),
            misconceptions=_catalogue_digest(assignment.misconceptions, assignment.proof),
        )
    except OSError as error:
        raise CourseError(
            "suite-unreadable",
            f"the hidden suite or the reference cannot be read: {error.strerror or error}",
            where=str(error.filename or assignment.suite),
            next="check the file and its permissions",
        ) from None


def key_of(
    submission_sha256: str,
    assignment: Assignment,
    digests: Digests,
    environment: Environment,
    *,
    language: str,
    remarks: tuple[str, ...] = (),
) -> str:
    """Hash of all that determines a result and its feedback, the seed apart.

    remarks  what was noticed about the submission's folder: it is in the report too
    """
    settings = (
        submission_sha256,
        digests,
        environment,
        language,
        assignment.name,
        assignment.device,
        assignment.forbidden,
        assignment.execute,
        assignment.carry_errors,
        assignment.limits,
        remarks,
    )
    return sha256(repr(settings).encode("utf-8", "surrogatepass"))


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _folder_digest(folder: Path) -> str:
    """Of every file below a folder: tests read data files too."""
    digest = hashlib.sha256()
    for path in sorted(_files(folder)):
        name = path.relative_to(folder).as_posix()
        # Fixed lengths: no file can pass for the end of one and the beginning of another.
        digest.update(hashlib.sha256(os.fsencode(name)).digest())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _catalogue_digest(folder: Path, proof: Path | None) -> str:
    """Of its files, and of what is known about which tests they fail."""
    known = sha256(proof.read_bytes()) if proof is not None and proof.exists() else ""
    return sha256(f"{_folder_digest(folder)} {known}".encode())


def _files(folder: Path) -> Iterator[Path]:
    for place, inner, names in os.walk(folder):
        inner[:] = [name for name in inner if name not in _LEFTOVERS]
        for name in names:
            path = Path(place, name)
            if name not in _LEFTOVERS and not name.endswith(".pyc") and path.is_file():
                yield path
