"""Two people write into one record, each in a branch of their own: git puts both together."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from autograder.errors import CourseError
from autograder.peer.record import (
    Additions,
    Goal,
    Point,
    Record,
    question_id,
    read_record,
    with_additions,
)
from autograder.peer.record.model import Asked
from autograder.peer.record.place import write_record
from tests.peer.record.written import NAME, PEOPLE, TEXT


def git(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    settings = {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        **{f"GIT_{who}_NAME": "a" for who in ("AUTHOR", "COMMITTER")},
        **{f"GIT_{who}_EMAIL": "a@example.org" for who in ("AUTHOR", "COMMITTER")},
    }
    return subprocess.run(
        ["git", "-C", str(folder), *words],
        env={"PATH": os.environ["PATH"], "HOME": str(folder), **settings},
        capture_output=True,
        text=True,
        check=False,
    )


def merged(
    folder: Path, mine: Additions, theirs: Additions, *, union: bool = True
) -> tuple[subprocess.CompletedProcess[str], Path]:
    path = folder / NAME
    write_record(path, TEXT, None)
    if not union:
        (folder / ".gitattributes").write_text("")
    git(folder, "init", "-q", "-b", "main")
    for branch, additions in (("theirs", theirs), ("main", mine)):
        if branch == "theirs":
            git(folder, "add", "-A")
            assert git(folder, "commit", "-qm", "a record").returncode == 0
        git(folder, "checkout", "-q", *(["-b"] if branch == "theirs" else []), branch)
        text = path.read_text()
        write_record(path, with_additions(text, path, additions, people=PEOPLE), text)
        assert git(folder, "commit", "-qam", branch).returncode == 0
    return git(folder, "merge", "-q", "theirs", "-m", "together"), path


def both(folder: Path, mine: Additions, theirs: Additions) -> Record:
    result, path = merged(folder, mine, theirs)
    assert result.returncode == 0, result.stdout
    return read_record(path, PEOPLE)


def test_two_who_ask_at_the_same_place_are_both_heard(tmp_path: Path) -> None:
    record = both(
        tmp_path,
        Additions(questions=(Asked(id="q-8", text="Mine?", answered=False),)),
        Additions(questions=(Asked(id="q-9", text="Theirs?", answered=False),)),
    )
    assert {q.id for q in record.questions} == {"q-1", "q-2", "q-8", "q-9"}


def test_goals_ticks_and_decisions_of_both_are_there(tmp_path: Path) -> None:
    record = both(
        tmp_path,
        Additions(
            present=("lee",),
            goals=(Goal(text="mine", person="kim"),),
            decisions=(Point(text="ours"),),
            tries=(Point(text="one"),),
        ),
        Additions(
            goals=(Goal(text="lecture 5", person="ada", done=True), Goal(text="x", person="lee")),
            decisions=(Point(text="theirs"),),
            tries=(Point(text="two"),),
        ),
    )
    assert record.present == ("kim", "ada", "lee")
    assert {(g.person, g.text, g.done) for g in record.goals} >= {
        ("kim", "mine", False),
        ("lee", "x", False),
        ("ada", "lecture 5", True),
    }
    assert [p.text for p in record.decisions] == ["Meet on Tuesday.", "ours", "theirs"]
    assert {p.text for p in record.tries} == {"start at six", "one", "two"}


def test_an_answer_stays_with_its_question_whatever_is_added_beside_it(tmp_path: Path) -> None:
    answer = Additions(questions=(Asked(id="q-2", text="", answered=True, notes=("Again.",)),))
    other = Additions(
        questions=(
            Asked(id="q-9", text="New?", answered=False),
            Asked(id="q-1", text="", answered=True, notes=("So.",)),
        )
    )
    for number, pair in enumerate([(answer, other), (other, answer)]):
        folder = tmp_path / str(number)
        record = both(folder, *pair)
        found = {q.id: (q.answered, q.notes) for q in record.questions}
        assert found["q-2"] == (True, ("What goes into softmax.", "Again."))
        assert found["q-1"][0]
        assert "So." in found["q-1"][1]
        assert found["q-9"] == (False, ())


def test_two_answers_to_one_question_are_both_kept(tmp_path: Path) -> None:
    mine, theirs = (
        Additions(questions=(Asked(id="q-1", text="", answered=True, notes=(words,)),))
        for words in ("One.", "Another.")
    )
    record = both(tmp_path, mine, theirs)
    asked = {q.id: q for q in record.questions}["q-1"]
    assert asked.answered
    assert {"One.", "Another."} <= {*asked.notes}


def test_two_moderators_are_told_with_the_line(tmp_path: Path) -> None:
    result, path = merged(tmp_path, Additions(moderator="ada"), Additions(moderator="lee"))
    assert result.returncode == 0
    with pytest.raises(CourseError) as caught:
        read_record(path, PEOPLE)
    assert '"moderator" is here a second time' in caught.value.what
    assert caught.value.where.endswith(", line 6")


def test_without_the_folders_attributes_git_leaves_a_conflict_that_is_named(tmp_path: Path) -> None:
    mine, theirs = (Additions(decisions=(Point(text=words),)) for words in ("mine", "theirs"))
    result, path = merged(tmp_path, mine, theirs, union=False)
    assert result.returncode != 0
    with pytest.raises(CourseError) as caught:
        read_record(path, PEOPLE)
    assert caught.value.code == "record-conflict"


def test_two_who_both_begin_the_record_of_one_session_have_one_record(tmp_path: Path) -> None:
    path = tmp_path / NAME
    git(tmp_path, "init", "-q", "-b", "main")
    assert git(tmp_path, "commit", "-qm", "empty", "--allow-empty").returncode == 0
    for branch, words in (("theirs", "New from them?"), ("main", "New from me?")):
        git(tmp_path, "checkout", "-q", *(["-b"] if branch == "theirs" else []), branch)
        asked = Asked(id=question_id(words), text=words, answered=False)
        write_record(path, with_additions(TEXT, path, Additions(questions=(asked,))), None)
        git(tmp_path, "add", "-A")
        assert git(tmp_path, "commit", "-qm", branch).returncode == 0
    result = git(tmp_path, "merge", "-q", "theirs", "-m", "together")
    assert result.returncode == 0, result.stdout
    record = read_record(path, PEOPLE)
    assert {q.text for q in record.questions} >= {"New from them?", "New from me?"}
    assert path.read_text().count("## Goals") == 1
