"""A git repository per student, by the real git."""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from autograder.collect import repositories
from autograder.errors import UsageError
from tests.collect.exports import (
    NOW,
    by_student,
    make_course,
    notebook,
    run,
    statuses,
    submitted,
    timestamp,
)


def git(folder: Path, *arguments: str, date: str = "2026-09-30T17:00:00+09:00") -> str:
    env = os.environ | {
        "GIT_AUTHOR_DATE": date,
        "GIT_COMMITTER_DATE": date,
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CONFIG_NOSYSTEM": "1",
    }
    who = ("-c", "user.name=S", "-c", "user.email=s@example.org", "-c", "init.defaultBranch=main")
    done = subprocess.run(
        ["git", *who, *arguments], cwd=folder, env=env, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def commit(folder: Path, saying: str, date: str, file: str = "doubling.ipynb") -> str:
    """A commit of the notebook at a time; its name."""
    if not folder.exists():
        folder.mkdir(parents=True)
        git(folder, "init", "-q")
    (folder / file).parent.mkdir(parents=True, exist_ok=True)
    (folder / file).write_bytes(notebook(saying))
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", saying, date=date)
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def course(tmp_path: Path) -> Path:
    return make_course(tmp_path / "course")


@pytest.fixture
def clones(tmp_path: Path) -> Path:
    """kim: on time and late; lee, under the name on the host; ada: without the notebook."""
    top = tmp_path / "clones"
    commit(top / "kim", "early", "2026-09-29T10:00:00+09:00")
    commit(top / "kim", "on time", "2026-09-30T17:59:00+09:00")
    commit(top / "kim", "late", "2026-09-30T18:01:00+09:00")
    commit(top / "lab1-minsu-k", "?", "2026-09-30T10:00:00+09:00", "elsewhere/doubling.ipynb")
    commit(top / "ada", "wrong file", "2026-09-30T10:00:00+09:00", "README.md")
    return top


def test_the_last_commit_before_the_deadline_counts(course: Path, clones: Path) -> None:
    result = run(course, clones)
    assert submitted(course) == {"kim": notebook("on time")}
    assert timestamp(course, "kim") == "2026-09-30 08:59:00 UTC"
    assert statuses(result)["ada"] == "refused"
    rows = [row for row in result.rows if row.student == "kim"]
    assert rows[0].attempts == 4, "of both repositories, since the roster says that both are kim's"


def test_a_list_of_addresses(course: Path, tmp_path: Path) -> None:
    addresses = tmp_path / "repos.csv"
    addresses.write_text(
        "student,git\nkim,/etc\nlee,ext::sh -c true\nada,--upload-pack=touch /tmp/x\n"
        "brook,file:///home\n"
    )
    result = run(course, addresses)
    assert {row.status for row in result.open} == {"refused"}
    assert len(result.open) == 4
    assert all("https:// or ssh://" in row.why for row in result.open)


def test_without_a_list_the_rosters_column_is_one(tmp_path: Path) -> None:
    course = make_course(tmp_path / "a", roster="id,git\nkim,nonsense\nlee,\n")
    assert [row.student for row in run(course).open] == ["kim"]
    course = make_course(tmp_path / "b")
    with pytest.raises(UsageError, match="no student of the roster has a repository"):
        run(course)


def test_nothing_of_a_repository_is_executed(course: Path, tmp_path: Path) -> None:
    sign = tmp_path / "executed"
    clone = tmp_path / "clones" / "kim"
    commit(clone, "kim", "2026-09-30T10:00:00+09:00")
    script = clone / "run.sh"
    script.write_text(f"#!/bin/sh\ntouch {sign}\ncat\n")
    script.chmod(0o755)
    for hook in ("post-checkout", "reference-transaction", "pre-auto-gc", "post-merge"):
        (clone / ".git" / "hooks" / hook).parent.mkdir(exist_ok=True)
        os.symlink(script, clone / ".git" / "hooks" / hook)
    for key in ("core.fsmonitor", "uploadpack.packObjectsHook", "filter.x.smudge", "core.pager"):
        git(clone, "config", key, str(script))
    (clone / ".gitattributes").write_text("*.ipynb filter=x\n")
    (clone / ".gitmodules").write_text('[submodule "s"]\npath = s\nurl = ext::sh -c touch\n')
    subprocess.run(["git", "-c", "filter.x.clean=cat", "add", "."], cwd=clone, check=False)
    git(clone, "-c", "core.fsmonitor=false", "commit", "-q", "-m", "x", "--no-verify")
    sign.unlink(missing_ok=True)

    run(course, clone.parent)

    assert submitted(course) == {"kim": notebook("kim")}
    assert not sign.exists()


def test_a_symbolic_link_in_a_repository_is_not_followed(course: Path, tmp_path: Path) -> None:
    clone = tmp_path / "clones" / "kim"
    clone.mkdir(parents=True)
    git(clone, "init", "-q")
    (clone / "doubling.ipynb").symlink_to("/etc/passwd")
    git(clone, "add", "-A")
    git(clone, "commit", "-q", "-m", "x")
    (row,) = run(course, clone.parent).open
    assert "no regular file" in row.why


def test_a_commit_that_claims_to_be_older_than_a_look_that_did_not_see_it(
    course: Path, tmp_path: Path
) -> None:
    clone = tmp_path / "clones" / "kim"
    commit(clone, "first", "2026-09-29T10:00:00+09:00")
    at_the_deadline = datetime(2026, 9, 30, 9, 1, tzinfo=UTC)
    assert not run(course, clone.parent, now=at_the_deadline).remarks
    commit(clone, "dated back", "2026-09-30T17:00:00+09:00")

    (remark,) = run(course, clone.parent, now=at_the_deadline + timedelta(days=1)).remarks

    assert "pushed later, or dated back" in remark
    assert submitted(course) == {"kim": notebook("dated back")}, "a person decides about it"


def test_times_of_pushes_count_before_the_commits_own(
    course: Path, clones: Path, tmp_path: Path
) -> None:
    pushed = tmp_path / "pushes.csv"
    name = git(clones / "kim", "rev-parse", "HEAD~1")
    pushed.write_text(f"commit,time\n{name[:12]},2026-10-01T00:00:00Z\n")
    rows = by_student(run(course, clones, times=pushed))
    assert submitted(course)["kim"] in (notebook("early"), notebook("?"))
    assert rows["kim"].late is False


def test_history_that_was_rewritten_takes_no_attempt_away(course: Path, tmp_path: Path) -> None:
    clone = tmp_path / "clones" / "kim"
    commit(clone, "first", "2026-09-29T10:00:00+09:00")
    run(course, clone.parent)
    git(clone, "checkout", "-q", "--orphan", "new")
    commit(clone, "after", "2026-10-02T10:00:00+09:00")
    git(clone, "branch", "-q", "-D", "main")
    rows = by_student(run(course, clone.parent))
    assert rows["kim"].attempts == 2
    assert submitted(course) == {"kim": notebook("first")}


def test_commits_of_one_moment_are_in_the_historys_order(course: Path, tmp_path: Path) -> None:
    clone = tmp_path / "clones" / "kim"
    for saying in ("a", "b", "c"):  # as a rebase leaves them
        commit(clone, saying, "2026-09-29T10:00:00+09:00")
    run(course, clone.parent)
    assert submitted(course) == {"kim": notebook("c")}


def test_a_repository_that_cannot_be_had_costs_its_own_student(
    course: Path, clones: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (clones / "lee" / ".git").mkdir(parents=True)
    result = run(course, clones)
    assert statuses(result)["lee"] == "refused"
    assert submitted(course) == {"kim": notebook("on time")}


def test_a_second_run_changes_nothing(course: Path, clones: Path) -> None:
    run(course, clones)
    again = run(course, clones, now=NOW + timedelta(days=1))
    assert by_student(again)["kim"].status == "unchanged"
    assert again.new_attempts == 0


def test_git_itself_is_asked_for(
    course: Path, clones: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(UsageError, match="no git"):
        run(course, clones)
    assert repositories.MAX_COMMITS >= 50
