"""Who is proposed to whom, and what is said about it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from autograder.course import Student, load_course
from autograder.errors import AutograderError
from autograder.peer.consent import read_consent, write_consent
from autograder.peer.groups import StudyGroup
from autograder.peer.match import Pair, Proposal, exchange_between, propose, strengths_of
from autograder.report import Outcome, Report, Status, TestResult
from tests.overview.classes import NAME, keep, make_course
from tests.overview.classes import report as kept_report
from tests.peer import commands

TESTS = ("rows", "large", "mean", "sum")
CELLS = {"rows": "softmax", "large": "softmax", "mean": "loss", "sum": "loss"}
KINDS = {"rows": "values", "large": "extremes", "mean": "values", "sum": ""}


def results(passed: str, *, visible: str = "", mistaken: str = "") -> tuple[TestResult, ...]:
    """passed  the tests that hold, by name"""
    return tuple(
        TestResult(
            name=f"test_hidden_{name}",
            cell=CELLS[name],
            outcome=Outcome.PASSED if name in passed.split() else Outcome.FAILED,
            points=float(name in passed.split()),
            max_points=1.0,
            category=KINDS[name],
            visible=visible,
            misconception="known" if name == mistaken else None,
        )
        for name in TESTS
    )


def report(student: str, passed: str, **words: str) -> Report:
    return Report(
        student=student,
        assignment="a",
        status=Status.GRADED,
        score=0.0,
        max_score=4.0,
        duration_s=0.1,
        tests=results(passed, **words),
    )


def group(name: str, *members: str) -> StudyGroup:
    return StudyGroup(name=name, members=tuple(Student(id=each) for each in members))


def proposal(passed: dict[str, str], *groups: StudyGroup, **words: bool) -> Proposal:
    reports = {student: report(student, tests) for student, tests in passed.items()}
    return propose("a", reports, groups, across=words.get("across", False))


def members(found: Proposal) -> list[tuple[str, ...]]:
    return [pair.members for pair in found.pairs]


BLUE = group("blue", "kim", "ada", "lee", "zoe")


def test_those_who_complement_each_other_are_put_together() -> None:
    found = proposal(
        {"kim": "rows large", "ada": "rows", "lee": "mean sum", "zoe": "large mean sum"}, BLUE
    )
    assert members(found) == [("ada", "zoe"), ("kim", "lee")]
    assert not found.alone


def test_it_is_said_what_each_explains_by_symbol_and_kind_alone() -> None:
    (pair,) = proposal({"kim": "rows large", "ada": "mean sum"}, BLUE).pairs
    said = {
        (e.teacher, e.learner): [(x.symbol, x.categories) for x in e.lessons] for e in pair.explains
    }
    assert said == {
        ("ada", "kim"): [("loss", ("values",))],
        ("kim", "ada"): [("softmax", ("values", "extremes"))],
    }


def test_a_group_of_three_is_one_trio() -> None:
    found = proposal({"kim": "rows", "ada": "mean", "lee": "sum"}, BLUE)
    assert members(found) == [("ada", "kim", "lee")]
    assert [(one.student, one.why) for one in found.alone] == [("zoe", "no-result")]


def test_who_has_nothing_to_exchange_is_told_and_not_paired() -> None:
    everything = " ".join(TESTS)
    found = proposal({"kim": everything, "ada": everything, "lee": everything}, BLUE)
    assert not found.pairs
    assert {one.why for one in found.alone} == {"no-result", "nothing-to-exchange"}


def test_a_group_of_one_and_a_group_without_results_are_words() -> None:
    found = proposal({"kim": "rows"}, group("one", "kim"), group("none", "ada"))
    assert [(one.group, one.student, one.why) for one in found.alone] == [
        ("one", "kim", "nothing-to-exchange"),
        ("none", "ada", "no-result"),
    ]


def test_across_groups_no_two_of_one_group_are_put_together() -> None:
    groups = [group(f"g{i}", *(f"s{i}{j}" for j in range(4))) for i in range(3)]
    people = [one for each in groups for one in each.ids]
    passed = {one: " ".join(TESTS[i % 4 :: 2]) for i, one in enumerate(people)}
    found = proposal(passed, *groups, across=True)
    assert found.pairs
    for pair in found.pairs:
        assert len({one[1] for one in pair.members}) == len(pair.members), pair


def test_of_tests_that_students_never_see_nothing_is_said() -> None:
    secret = {
        "kim": report("kim", "rows", visible="never"),
        "ada": report("ada", "mean", visible="never"),
    }
    assert not propose("a", secret, [BLUE]).pairs


def test_a_recognised_mistake_weighs_half_as_much_again() -> None:
    teacher, learner = strengths_of(report("kim", "rows")), strengths_of(report("ada", ""))
    mistaken = strengths_of(report("ada", "", mistaken="rows"))
    assert exchange_between(teacher, learner).given == 2000
    assert exchange_between(teacher, mistaken).given == 3000


def test_who_has_opted_out_is_in_no_pair() -> None:
    reports = {who: report(who, tests) for who, tests in (("kim", "rows"), ("ada", "mean"))}
    found = propose("a", reports, [group("blue", "kim", "ada")], withdrawn={"ada"})
    assert not found.pairs
    assert {one.student: one.why for one in found.alone}["ada"] == "opted-out"


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    now = datetime(2026, 11, 1, tzinfo=UTC)
    monkeypatch.setattr("autograder.cli.peer.match.this_moment", lambda: now)
    names = ("kim", "ada", "lee")
    root = make_course(tmp_path / "c", roster="".join(f"{each},,,\n" for each in names))
    (root / "groups.csv").write_text("group,student\nblue,kim\nblue,ada\nblue,lee\n")
    keep(
        root,
        (kept_report(who, results(t)) for who, t in (("kim", "rows large"), ("ada", "mean sum"))),
    )
    return root


def match(course: Path, *words: str, status: int) -> str:
    return commands.peer("match", NAME, *words, "--course", course, status=status)


@pytest.mark.parametrize(
    ("language", "words"), [("en", "kim can explain to ada: softmax"), ("ko", "극단적인 입력")]
)
def test_the_command_names_pairs_and_no_test_or_score(
    course: Path, language: str, words: str
) -> None:
    out = match(course, "--language", language, status=1)
    assert words in out
    assert "test_" not in out
    assert match(course, "--language", language, status=1) == out


def test_the_json_has_everybody_and_the_csv_the_pairs(course: Path, tmp_path: Path) -> None:
    file = tmp_path / "pairs.csv"
    lines = match(course, "--json", "--out", str(file), status=1).splitlines()
    assert [(row["members"], row["why"]) for row in map(json.loads, lines)] == [
        (["ada", "kim"], None),
        (["lee"], "no-result"),
    ]
    assert file.read_text().splitlines()[1] == f"{NAME},blue,ada,kim,"
    assert "test_" not in "".join(lines)


def test_before_the_deadline_nobody_is_told_what_others_can(course: Path) -> None:
    settings = course / "course.yml"
    text = settings.read_text()
    rest = text.partition("assignments:")[0]
    settings.write_text(f"{rest}assignments:\n  {NAME}:\n    due: 2026-11-05\n")
    with pytest.raises(AutograderError) as caught:
        match(course, status=2)
    assert caught.value.code == "before-deadline"
    assert "2026-11-05" in caught.value.where


def test_who_withdraws_consent_is_left_out(course: Path) -> None:
    here = load_course(course)
    write_consent(here, read_consent(here).of_student("ada", shown=False))
    assert "ada" not in match(course, status=1)


def test_pairs_are_the_same_whoever_asks() -> None:
    some = {"kim": "rows", "ada": "mean", "lee": "sum", "zoe": "large"}
    backwards = dict(reversed(some.items()))
    first, second = proposal(some, BLUE), proposal(backwards, group("blue", *reversed(BLUE.ids)))
    assert first.pairs == second.pairs
    assert isinstance(first.pairs[0], Pair)
