"""A git repository per student: each commit that changed the notebook is an attempt.

Nothing is ever checked out, so no hook, filter, LFS or submodule of a student's runs or is fetched:
a bare repository of ours fetches the one branch, and files are read out of it. Only https and ssh
are spoken to addresses on lists; git never asks for a password.

A commit's date is what the clock of the student's machine said, or what the student told it to say.
So each collecting notes when it looked: a commit that claims to be older than a look that did not
see it is reported. Times of pushes, from the host, count instead where they are given (--times).
"""

from __future__ import annotations

import csv
import io
import os
import re
import resource
import signal
import stat
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path

from autograder.collect.entries import MAX_FILE_BYTES, Entry
from autograder.collect.layouts import HandIn
from autograder.collect.people import Clue
from autograder.collect.refusal import Refused
from autograder.course import Student
from autograder.course.roster import roster_bytes, roster_text
from autograder.errors import AutograderError, CourseError, UsageError

FETCH_S = 180.0
MAX_REPOSITORY_BYTES = _LIMIT = 1 << 30  # of what one fetch may write
MAX_COMMITS = 100  # that changed the notebook, the newest ones
CLOCKS_DIFFER = timedelta(minutes=5)
BRANCH = "refs/heads/collected"

_ADDRESS = re.compile(r"https://\S+|ssh://\S+|[\w.-]+@[\w.-]+:\S+")
_SAFE = (
    *("core.hooksPath=/dev/null", "core.fsmonitor=false", "core.askPass=", "gc.auto=0"),
    *("fetch.recurseSubmodules=false", "submodule.recurse=false"),
    *("protocol.allow=never", "protocol.https.allow=always", "protocol.ssh.allow=always"),
)
_LOCAL = ("protocol.file.allow=always",)
_NOT_GITS = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_EXTERNAL_DIFF", "GIT_PAGER")


@dataclass(frozen=True, slots=True)
class Repository:
    clue: Clue
    address: str  # a URL, or a folder on this machine
    local: bool = False  # the instructor named the folder itself


def listed(students: Sequence[Student]) -> list[Repository]:
    """Of the roster's column `git`. raises UsageError if nobody has one"""
    having = [one for one in students if one.git]
    found = [Repository(Clue(shown=one.id, ids=(("id", one.id),)), one.git) for one in having]
    if not found:
        raise UsageError(
            "no-repositories",
            "no student of the roster has a repository",
            next="add a column `git` to the roster, or name a CSV file `student,git`",
        )
    return found


def listed_in(path: Path) -> list[Repository]:
    """Of a CSV file with the columns `student` and `git`. raises UsageError"""
    try:
        reader = csv.DictReader(io.StringIO(roster_text(roster_bytes(path), path), newline=""))
        names = {name.strip().lower(): name for name in reader.fieldnames or ()}
        who = next((names[n] for n in ("student", "id", "email", "name") if n in names), None)
        where = next((names[n] for n in ("git", "url", "repository") if n in names), None)
        if who is None or where is None:
            raise UsageError(
                "repositories-broken",
                "the list of repositories does not name the columns `student` and `git`",
                where=f"{path}, line 1",
                next="the first line of the CSV file is `student,git`",
            )
        rows = [(row[who] or "", row[where] or "") for row in reader]
    except (csv.Error, CourseError) as error:
        what = "it is no CSV in UTF-8"
        raise UsageError("repositories-broken", what, where=str(path), next=str(error)) from None
    return [
        Repository(Clue(shown=student.strip(), texts=(student.strip(),)), address.strip())
        for student, address in rows
        if student.strip() and address.strip()
    ]


def lying_in(folder: Path) -> list[Repository]:
    """Clones in a folder, each called like its student, or `lab1-STUDENT`."""
    found = [path for path in sorted(folder.iterdir()) if is_repository(path)]
    return [Repository(_named(path), str(path.resolve()), local=True) for path in found]


def _named(path: Path) -> Clue:
    return Clue(shown=path.name, texts=(path.name.removesuffix(".git"),))


def is_repository(path: Path) -> bool:
    bare = (path / "HEAD").is_file() and (path / "objects").is_dir()
    return not path.is_symlink() and path.is_dir() and ((path / ".git").exists() or bare)


def hand_in(
    repository: Repository, cache: Path, paths: Sequence[str], stem: str, now: datetime
) -> tuple[list[HandIn], list[str]]:
    """(a hand-in for each commit that changed the notebook, oldest first; remarks)

    cache   folder of our bare repositories
    paths   where the notebook may lie, the first that exists counts; else the only STEM.ipynb
    raises  Refused if the repository cannot be had, or has no such notebook
    """
    bare = _Bare(cache / f"{sha256(repository.address.encode()).hexdigest()[:24]}.git")
    looked, known = bare.last_look()
    bare.fetch(repository, now)
    path = bare.path_of(paths, stem)
    made: list[HandIn] = []
    remarks: list[str] = []
    before = datetime.fromtimestamp(0, UTC)
    for order, (commit, when) in bare.commits(path):
        if looked and commit not in known and when < looked - CLOCKS_DIFFER:
            remarks.append(
                f"commit {commit[:10]} says {when:%Y-%m-%d %H:%M} UTC, but was not there when "
                f"this was collected at {looked:%Y-%m-%d %H:%M} UTC: pushed later, or dated back"
            )
        elif when < before - CLOCKS_DIFFER:
            remarks.append(f"commit {commit[:10]} is dated before the commit that it builds on")
        before = max(before, when)
        name = path.rpartition("/")[2]
        entry = Entry(parts=(commit[:10], name), read=partial(bare.read, commit, path))
        made.append(
            HandIn(
                clue=repository.clue,
                entries=[entry],
                order=order,
                time=when.isoformat(),
                commit=commit,
            )
        )
    return made, remarks


class _Bare:
    """Our bare repository of one student; only ever read with commands that execute nothing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._looked = folder / "collected-at"

    def last_look(self) -> tuple[datetime | None, frozenset[str]]:
        """When it was fetched last, and the commits that were there."""
        try:
            when = datetime.fromisoformat(self._looked.read_text().strip())
        except (OSError, ValueError):
            return None, frozenset()
        return when, frozenset(self._run("rev-list", BRANCH).decode().split())

    def fetch(self, repository: Repository, now: datetime) -> None:
        address = repository.address
        if not repository.local and not _ADDRESS.fullmatch(address):
            raise Refused(f"{address}: expected an address that begins with https:// or ssh://")
        if not (self._folder / "HEAD").is_file():
            self._folder.mkdir(parents=True, exist_ok=True)
            self._run("init", "--quiet", "--bare", "--template=", str(self._folder))
        self._run(
            *("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules"),
            *("--", address, f"+HEAD:{BRANCH}"),
            local=repository.local,
        )
        self._looked.write_text(now.astimezone(UTC).isoformat())

    def path_of(self, paths: Sequence[str], stem: str) -> str:
        tree = dict(self._tree())
        found = next((path for path in paths if path in tree), None)
        if found is None:
            same = [path for path in tree if path.rpartition("/")[2] == f"{stem}.ipynb"]
            if len(same) != 1:
                what = f"{len(same)} of them" if same else "no such notebook"
                raise Refused(f"{stem}.ipynb: {what} in the repository")
            found = same[0]
        if not stat.S_ISREG(tree[found]):
            raise Refused(f"{found} is no regular file")
        return found

    def _tree(self) -> Iterator[tuple[str, int]]:
        """(path, mode) of every file of the newest commit."""
        listing = self._run("ls-tree", "-r", "-z", "--full-tree", BRANCH)
        for row in filter(None, listing.split(b"\0")):
            mode, _, path = row.partition(b"\t")
            yield path.decode("utf-8", "replace"), int(mode.split()[0], 8)

    def commits(self, path: str) -> list[tuple[int, tuple[str, datetime]]]:
        """(number from the first, (commit, its committer's date)) of those that changed a file."""
        form = ("--topo-order", "--format=%H %ct", BRANCH, "--", f":(literal){path}")
        rows = self._run("log", "--no-show-signature", "--no-textconv", *form).decode().split("\n")
        oldest_first = [row.split() for row in rows if row][::-1]
        numbered = list(enumerate(oldest_first))[-MAX_COMMITS:]
        return [
            (order, (commit, datetime.fromtimestamp(min(int(when), 1 << 35), UTC)))
            for order, (commit, when) in numbered
        ]

    def read(self, commit: str, path: str) -> bytes:
        listing = self._run("ls-tree", "-z", "--full-tree", commit, "--", path)
        mode, kind, blob = listing.partition(b"\t")[0].decode().split() if listing else ("", "", "")
        if kind != "blob" or not stat.S_ISREG(int(mode, 8)):
            raise Refused("it was removed with this commit, or is no regular file")
        size = int(self._run("cat-file", "-s", blob))
        if size > MAX_FILE_BYTES:
            raise Refused(f"it has {size >> 20} MiB; {MAX_FILE_BYTES >> 20} are allowed")
        return self._run("cat-file", "blob", blob)

    def _run(self, *arguments: str, local: bool = False) -> bytes:
        settings = [word for one in (*_SAFE, *(_LOCAL if local else ())) for word in ("-c", one)]
        try:
            process = subprocess.Popen(
                ["git", f"--git-dir={self._folder}", *settings, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=_environment(),
                start_new_session=True,
            )
            # Before it has written a byte: what it fetches first is a list of branches.
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (_LIMIT, _LIMIT))
        except FileNotFoundError:
            raise UsageError(
                "git-missing", "there is no git on this machine", next="install git"
            ) from None
        try:
            out, err = process.communicate(timeout=FETCH_S)
        except subprocess.TimeoutExpired:
            raise Refused(f"the repository did not answer within {FETCH_S:g} s") from None
        finally:
            _end(process)
        if process.returncode == -signal.SIGXFSZ:
            raise Refused(f"the repository has more than {MAX_REPOSITORY_BYTES >> 30} GiB")
        if process.returncode:
            lines = err.decode("utf-8", "replace").strip().splitlines() or ["no reason given"]
            raise Refused(f"git {arguments[0]}: {lines[0].removeprefix('fatal: ')}")
        return out


def _end(process: subprocess.Popen[bytes]) -> None:
    """With what it has started, such as ssh."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in _NOT_GITS}
    return kept | {
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "true",
        "GIT_LFS_SKIP_SMUDGE": "1",
        "GIT_SSH_COMMAND": "ssh -o BatchMode=yes",
        "GIT_NO_LAZY_FETCH": "1",
        "LC_ALL": "C",
    }


def cannot_be_written(error: OSError, cache: Path) -> AutograderError:
    return AutograderError(
        "not-written",
        f"repositories cannot be kept: {error.strerror or error}",
        where=str(error.filename or cache),
        next="make room or correct the permissions, and run the command again",
    )
