"""peer.yml: what it may say, and how it is refused."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path

import pytest

from autograder.course.problems import BrokenCourse
from autograder.errors import CourseError, UsageError
from autograder.peer.plan.dates import common_dates
from autograder.peer.plan.example import write_example
from autograder.peer.plan.term import Term, read_term
from tests.peer.plan.terms import TERM, World


def term_of(root: Path, more: str = "", term: str = TERM) -> Term:
    world = World(root, term + more)
    return read_term(world.course(), world.study_groups())


def test_what_is_not_said_has_its_default(tmp_path: Path) -> None:
    term = term_of(tmp_path)
    assert (term.start, term.time) == (date(2026, 9, 7), time(19))
    assert (term.minutes, term.presenters, term.cross) == (90, 1, None)
    assert (term.every.days, term.timezone) == (7, "Asia/Seoul")


@pytest.mark.parametrize(
    ("line", "line_number", "what"),
    [
        ("sessions: 0", 3, "a term of 0 sessions has nothing to plan"),
        ("sessions: many", 3, "expected a whole number from 1 to 200"),
        ("start: 7.9.2026", 3, 'expected a date such as "2026-09-07"'),
        ('time: "25:00"', 3, 'expected a time of day such as "19:00"'),
        ("every: month", 4, 'expected "day", "weekday", "week"'),
        ("presenters: 4", 4, 'more than the 4 members of the group "blue"'),
        ("presenters: -1", 4, "expected a whole number from 0"),
        ("cross: 0", 4, r"expected a whole number from 1 to 200 \(every n-th session\)"),
        ("timezone: Mars", 4, "the name of a time zone"),
        ("minutes: 1", 4, "a whole number from 5 to 600"),
        ("skip: [2026-09-10 .. 2026-09-01]", 4, "expected the earlier date first"),
        ("skip: 2026-09-10", 4, "expected a list"),
        ("holidays: []", 4, 'there is no key "holidays" here'),
        ("groups: {bleu: {}}", 4, 'there is no study group "bleu"'),
        ("groups: {blue: {size: 3}}", 4, 'there is no key "size" here'),
        ("every: 3 days\ngroups: {blue: {day: friday}}", 5, "only where sessions are weeks apart"),
        ("groups: {blue: {day: someday}}", 4, "expected a day of the week"),
        ("absences: {zoe: [2026-09-07]}", 4, '"zoe" is in no study group'),
        ("absences: {ann: [soon]}", 4, "expected a date such as"),
        ("volunteers: {ann: [{session: 9}]}", 4, "there is no session 9: the term has 8"),
        ("volunteers: {ann: [{session: 1, role: king}]}", 4, 'expected "moderator" or "presenter"'),
        (
            "volunteers:\n  ann: [{session: 1}]\n  ben: [{session: 1}]",
            6,
            "ann and ben volunteer as moderator of session 1",
        ),
        ("topics: one", 4, "expected a list"),
        ("minutes: [", 4, "YAML"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(
    tmp_path: Path, line: str, line_number: int, what: str
) -> None:
    key = line.partition(":")[0]
    kept = [old for old in TERM.splitlines() if not old.startswith(f"{key}:")]
    with pytest.raises(BrokenCourse, match=what) as error:
        term_of(tmp_path, term="\n".join([*kept, line]))
    assert f"peer.yml, line {line_number}" in str(error.value)


def test_everything_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(BrokenCourse) as error:
        term_of(tmp_path, "minutes: no\ncross: never\nnothing: 1\n")
    assert str(error.value).count("error[") == 3


@pytest.mark.parametrize("missing", ["start", "time", "sessions"])
def test_what_has_to_be_said_is_asked_for(tmp_path: Path, missing: str) -> None:
    kept = [line for line in TERM.splitlines() if not line.startswith(missing)]
    with pytest.raises(BrokenCourse, match=f'the key "{missing}" is required'):
        term_of(tmp_path, term="\n".join(kept))


def test_a_single_group_cannot_be_mixed(tmp_path: Path) -> None:
    world = World(tmp_path, TERM + "cross: 2\n", {"blue": ["ann", "ben"]})
    with pytest.raises(BrokenCourse, match="nobody to mix it with"):
        read_term(world.course(), world.study_groups())


def test_bytes_that_are_no_text_are_told_with_their_line(tmp_path: Path) -> None:
    world = World(tmp_path)
    course, groups = world.course(), world.study_groups()
    (tmp_path / "peer.yml").write_bytes(TERM.encode() + "skip: [김]\n".encode("cp949"))
    with pytest.raises(BrokenCourse, match="not UTF-8") as error:
        read_term(course, groups)
    assert "line 4" in str(error.value)


def test_a_mark_of_a_spreadsheet_or_editor_is_no_part_of_it(tmp_path: Path) -> None:
    assert term_of(tmp_path, term="\ufeff" + TERM).sessions == 8


def test_without_it_there_is_advice(tmp_path: Path) -> None:
    world = World(tmp_path)
    course, groups = world.course(), world.study_groups()
    (tmp_path / "peer.yml").unlink()
    with pytest.raises(CourseError, match=r"there is no peer\.yml") as error:
        read_term(course, groups)
    assert "--init" in error.value.next


def test_the_example_can_be_read_and_never_replaces_one(tmp_path: Path) -> None:
    world = World(tmp_path)
    course, groups = world.course(), world.study_groups()
    (tmp_path / "peer.yml").unlink()
    path = write_example(course, groups, date(2026, 9, 2))
    term = read_term(course, groups)
    assert (term.start, term.sessions, term.presenters) == (date(2026, 9, 7), 16, 2)
    text = path.read_text()
    commented = [line for line in text.splitlines() if line.startswith(("# topics", "# skip"))]
    path.write_text(
        text.replace("skip: []\n# skip", "skip")
        .replace("\n# groups", "\ngroups")
        .replace("\n#   ", "\n  ")
        .replace("\n# absences", "\nabsences")
        .replace("\n# volunteers", "\nvolunteers")
        .replace("\n# topics", "\ntopics")
    )
    assert commented
    full = read_term(course, groups)
    assert full.topics
    assert full.skip
    assert full.absences
    assert len(full.volunteers) == 2
    assert full.groups["blue"].weekday == 3
    with pytest.raises(UsageError, match=r"there is a peer\.yml already"):
        write_example(course, groups, date(2026, 9, 2))


@pytest.mark.parametrize(
    ("every", "dates"),
    [
        ("day", ["09-07", "09-08", "09-09", "09-11", "09-12"]),
        ("weekday", ["09-07", "09-08", "09-09", "09-11", "09-14"]),
        ("week", ["09-07", "09-14", "09-21", "09-28", "10-05"]),
        ("2 weeks", ["09-07", "09-21", "10-05", "10-19", "11-02"]),
        ("3 days", ["09-07", "09-13", "09-16", "09-19", "09-22"]),
    ],
)
def test_dates_follow_the_rhythm_and_leave_out_what_is_skipped(
    tmp_path: Path, every: str, dates: list[str]
) -> None:
    term = term_of(tmp_path, f"every: {every}\nskip: [2026-09-10]\n")
    assert [f"{when:%m-%d}" for when in common_dates(term, None, 5)] == dates


def test_who_has_left_is_told_what_to_do_about_their_lines(tmp_path: Path) -> None:
    with pytest.raises(BrokenCourse) as error:
        term_of(tmp_path, "absences: {zoe: [2026-09-07]}\n")
    assert error.value.next == "remove the line if they have left"
    with pytest.raises(BrokenCourse) as error:
        term_of(tmp_path, "absences: {anna: [2026-09-07]}\n")
    assert error.value.next == 'did you mean "ann"?'
