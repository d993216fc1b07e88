"""The published folder's own repository: every object of it is searched, and commits hold published
files alone. The course's repository is never asked."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from autograder.errors import UsageError
from autograder.publish.folder import MANIFEST, Changes
from autograder.publish.search import Leak, leaks_in_content, leaks_in_name
from autograder.publish.secrets import Secrets

# Nothing of the person's or the folder's settings may run a program or change what is committed.
_QUIET = (
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "commit.gpgSign=false",
    "-c",
    "core.autocrlf=false",
)
_NOBODY = ("-c", "user.name=autograder publish", "-c", "user.email=publish@localhost")


def is_repository(folder: Path) -> bool:
    """Its own: not a folder within another repository."""
    return (folder / ".git").exists()


def leaks_in_history(folder: Path, secrets: Secrets) -> Iterator[Leak]:
    """Of every object, also of those that no branch leads to any more.

    raises  UsageError if git is not there, or cannot read the repository
    """
    names = _names(folder)
    for name in sorted(set(names.values())):
        yield from (Leak(f"git history, {each.where}", each.what) for each in leaks_in_name(name))
    for identity, kind, data in _objects(folder):
        if kind in ("blob", "commit", "tag"):
            called = f"git history, {kind} {identity[:10]} {names.get(identity, '')}".rstrip()
            yield from leaks_in_content(called, data, secrets)


def refuse_within_another(folder: Path) -> None:
    """raises  UsageError for a folder in somebody's repository that is not its own"""
    there = next((p for p in (folder, *folder.resolve().parents) if p.is_dir()), folder)
    if is_repository(folder) or not _is_in_repository(there):
        return
    raise UsageError(
        "git-inside",
        "the folder is part of another repository, to which nothing is committed from here",
        where=str(folder),
        next="commit there yourself, without --git, or run `git init` in the folder",
    )


def commit(folder: Path, files: Sequence[str], done: Changes, message: str) -> str:
    """Commit published files, and nothing else; returns the commit, or "" if nothing changed."""
    if not is_repository(folder):
        _git(folder, "init", "--quiet", "--initial-branch=main")
    _git(folder, "add", "--force", "--", MANIFEST, *files)
    tracked = set(_tracked(folder))
    paths = [MANIFEST, *files, *(name for name in done.removed if name in tracked)]
    if not _git(folder, "status", "--porcelain", "--untracked-files=no", "--", *paths).strip():
        return ""
    identity = () if _has_identity(folder) else _NOBODY
    _git(folder, *identity, "commit", "--quiet", "--message", message, "--only", "--", *paths)
    return _git(folder, "rev-parse", "HEAD").decode().strip()


def _names(folder: Path) -> dict[str, str]:
    """Object → a path that it has had in some commit."""
    lines = _git(folder, "rev-list", "--objects", "--all").decode("utf-8", "replace").splitlines()
    pairs = (line.partition(" ") for line in lines)
    return {identity: name for identity, _, name in pairs if name}


def _objects(folder: Path) -> Iterator[tuple[str, str, bytes]]:
    """(identity, kind, content) of all there are, decompressed by git."""
    command = _command(folder, "cat-file", "--batch-all-objects", "--batch", "--unordered")
    with subprocess.Popen(command, cwd=folder, env=_environment(), stdout=subprocess.PIPE) as git:
        assert git.stdout is not None
        while header := git.stdout.readline():
            identity, kind, size = header.decode().split()
            yield identity, kind, git.stdout.read(int(size))
            git.stdout.read(1)
    if git.returncode:
        raise _refused(folder, "cat-file", b"")


def _tracked(folder: Path) -> list[str]:
    return _git(folder, "ls-files", "-z").decode("utf-8", "replace").split("\0")


def _has_identity(folder: Path) -> bool:
    return bool(_git(folder, "config", "--default", "", "--get", "user.email").strip())


def _is_in_repository(folder: Path) -> bool:
    command = _command(folder, "rev-parse", "--is-inside-work-tree")
    done = _run(command, folder)
    return done.returncode == 0 and done.stdout.strip() == b"true"


def _git(folder: Path, *arguments: str) -> bytes:
    """raises  UsageError with git's own words"""
    done = _run(_command(folder, *arguments), folder)
    if done.returncode:
        raise _refused(folder, arguments[0], done.stderr)
    return done.stdout


def _run(command: Sequence[str], folder: Path) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            command, cwd=folder, env=_environment(), capture_output=True, check=False
        )
    except OSError as error:
        raise UsageError(
            "git-missing",
            f"git cannot be started: {error.strerror}",
            next="install git; the history of the folder has to be searched",
        ) from None


def _command(folder: Path, *arguments: str) -> list[str]:
    return ["git", *_QUIET, "-c", f"safe.directory={folder.resolve()}", *arguments]


def _environment() -> dict[str, str]:
    """Without what leads git to another repository than the folder's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return kept | {"LC_ALL": "C"}


def _refused(folder: Path, command: str, said: bytes) -> UsageError:
    words = said.decode("utf-8", "replace").strip().splitlines() or ["it gave no reason"]
    return UsageError(
        "git-refused",
        f"git {command} failed: {words[-1]}",
        where=str(folder),
        next="see `git status` there, or publish to a new folder",
    )
