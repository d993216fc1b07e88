"""Consent, and what becomes of packs when it is withdrawn."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from autograder.cli import app
from autograder.course import Course
from autograder.errors import AutograderError, CourseError
from autograder.peer.consent import Consent, consent_file, read_consent, write_consent
from autograder.peer.pack.files import Remade, stale_packs, take_out, write_pack
from autograder.peer.pack.manifest import Manifest, manifest_path, read_manifest, without_student
from tests.peer.pack.groups import ACourse, make_class
from tests.peer.pack.packs import BY_LOG, LOG, PLAIN, SHIFTED, a_manifest, a_pack


@pytest.fixture
def its(tmp_path: Path) -> ACourse:
    return make_class(tmp_path / "course")


def put(course: Course, manifest: Manifest | None = None) -> Path:
    """A pack that lies in the course; its page."""
    kept_at = manifest_path(course, "blue", "cross_entropy")
    folder = course.root / "peer" / "blue" / "sessions"
    return write_pack(manifest or a_manifest(), folder, kept_at).page


def texts(page: Path) -> str:
    return page.read_text() + page.with_suffix(".ipynb").read_text()


def has(page: Path, code: str) -> bool:
    line = code.strip().splitlines()[-1].strip()
    return line in texts(page)


def command(its: ACourse, *words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["peer", "consent", *words, "--course", str(its.root)])
    if isinstance(done.exception, AutograderError):
        return 2, done.stdout, str(done.exception)
    return done.exit_code, done.stdout, done.stderr


def test_an_answer_is_taken_out_of_the_packs_that_lie_there(its: ACourse) -> None:
    page = put(its.course)
    assert has(page, SHIFTED)
    status, _, told = command(its, "kim", "--withdraw")
    assert status == 0
    assert "taken out" in told
    assert "cannot be called back" in told
    assert not has(page, SHIFTED)
    assert has(page, BY_LOG)
    assert "Answer A" not in page.read_text()
    manifest = read_manifest(manifest_path(its.course, "blue", "cross_entropy"))
    assert manifest is not None
    assert not manifest.shows("kim")
    assert "kim" not in manifest.submissions
    assert not read_consent(its.course).shows("kim")


def test_what_another_symbol_of_theirs_was_used_for_goes_too(its: ACourse) -> None:
    page = put(its.course)
    command(its, "ada", "--withdraw")
    assert not has(page, LOG)
    assert not has(page, BY_LOG)


def test_an_answer_that_two_have_written_stays_until_both_have_withdrawn(its: ACourse) -> None:
    without_wrong = a_manifest(pack=a_pack(wrong=None))
    page = put(its.course, without_wrong)
    command(its, "ohm", "--withdraw")
    assert has(page, PLAIN)
    command(its, "zoe", "--withdraw")
    assert not has(page, PLAIN)


def test_one_answer_alone_is_not_shown(its: ACourse) -> None:
    page = put(its.course)
    for student in ("kim", "ada"):
        command(its, student, "--withdraw")
    assert "<article" not in page.read_text()
    assert "nothing to set side by side" in page.read_text()


def test_a_page_that_was_moved_away_is_told_and_made_nowhere(its: ACourse) -> None:
    page = put(its.course)
    page.unlink()
    page.with_suffix(".ipynb").unlink()
    status, _, told = command(its, "kim", "--withdraw")
    assert status == 0
    assert "no longer at" in told
    assert not page.exists()


def test_a_page_that_was_edited_is_replaced_all_the_same(its: ACourse) -> None:
    page = put(its.course)
    page.write_text(page.read_text() + "<!-- mine -->")
    command(its, "kim", "--withdraw")
    assert not has(page, SHIFTED)


def test_to_give_consent_again_puts_nothing_back_by_itself(its: ACourse) -> None:
    page = put(its.course)
    command(its, "kim", "--withdraw")
    status, listed, _ = command(its, "kim", "--give")
    assert status == 0
    assert "kim: may be shown" in listed
    assert not has(page, SHIFTED)


def test_a_pack_that_cannot_be_written_is_told_and_what_was_decided_stays(its: ACourse) -> None:
    page = put(its.course)
    os.rename(page, page.with_name("aside"))
    page.mkdir()
    (page / "x").write_text("a folder in the page's place")
    status, _, told = command(its, "kim", "--withdraw")
    assert status == 1
    assert "pack-refused" in told
    assert not read_consent(its.course).shows("kim")
    assert stale_packs(its.course, frozenset({"kim"})) == ["blue/cross_entropy"]


def test_a_manifest_that_cannot_be_read_is_told_and_the_others_are_looked_at(
    its: ACourse,
) -> None:
    page = put(its.course)
    broken = manifest_path(its.course, "aqua", "cross_entropy")
    broken.parent.mkdir(parents=True)
    broken.write_text("{")
    done = list(take_out(its.course, "kim"))
    assert [type(each) for each in done] == [CourseError, Remade]
    assert not has(page, SHIFTED)


def test_an_unknown_student_is_told_who_is_near(its: ACourse) -> None:
    status, _, told = command(its, "kimm", "--withdraw")
    assert status == 2
    assert "did you mean kim?" in told
    assert not consent_file(its.course).exists()


def test_without_arguments_it_lists_everybody_and_every_group(its: ACourse) -> None:
    command(its, "kim", "--withdraw")
    command(its, "--group", "blue", "--wrong-answers", "yes")
    status, listed, _ = command(its)
    assert status == 0
    assert "kim: is not shown" in listed
    assert "ada: may be shown" in listed
    assert "group blue: wrong answers" in listed
    status, listed, _ = command(its, "--json")
    assert '"kim":false' in listed
    assert '"blue":true' in listed


@pytest.mark.parametrize(
    "words",
    [
        ["--withdraw"],
        ["--wrong-answers", "yes"],
        ["--group", "blue", "--wrong-answers", "perhaps"],
        ["--group", "bleu", "--wrong-answers", "yes"],
    ],
)
def test_half_a_decision_changes_nothing(its: ACourse, words: list[str]) -> None:
    status, _, told = command(its, *words)
    assert status == 2
    assert told
    assert not consent_file(its.course).exists()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("who,what\n", 1),
        ("what,who,answer\nshown,kim\n", 2),
        ("what,who,answer\nshown,kim,perhaps\n", 2),
        ("what,who,answer\nshow,kim,no\n", 2),
        ("what,who,answer\nshown,,no\n", 2),
        ("what,who,answer\nshown,kim,no\nshown,kim,yes\n", 3),
        ("what,who,answer\n<<<<<<< HEAD\n", 2),
        ('what,who,answer\n"shown,kim,no\n', 2),
    ],
)
def test_a_file_that_cannot_be_read_shows_nobody_by_a_guess(
    its: ACourse, text: str, line: int
) -> None:
    path = consent_file(its.course)
    path.parent.mkdir(parents=True)
    path.write_text(text)
    with pytest.raises(CourseError, match="what people decided") as error:
        read_consent(its.course)
    assert f"line {line}" in error.value.where
    assert path.read_text() == text


def test_what_people_write_by_hand_is_read(its: ACourse) -> None:
    path = consent_file(its.course)
    path.parent.mkdir(parents=True)
    path.write_text("\ufeffwhat,who,answer\r\n\r\n shown , kim , No \r\nwrong-answers,blue,YES\r\n")
    found = read_consent(its.course)
    assert found == Consent(withdrawn=frozenset({"kim"}), wrong_answers=frozenset({"blue"}))
    write_consent(its.course, found)
    assert read_consent(its.course) == found


def test_without_one_student_nothing_else_changes() -> None:
    manifest = a_manifest()
    assert without_student(manifest, "nobody").pack == manifest.pack
    left = without_student(manifest, "kim").pack.contrasts[0]
    assert [each.label for each in left.answers] == ["B", "C"]
    assert [each.labels for each in left.differences] == [("B", "C")]
