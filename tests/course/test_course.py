"""A course.yml that is right becomes a Course."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from autograder.course import (
    Course,
    Group,
    LatePolicy,
    Limits,
    SandboxDefaults,
    find_course,
    load_course,
)
from autograder.errors import UsageError

Load = Callable[[str], Course]
HEAD = "id: dl\ntitle: Deep Learning\n"


def add_reference(root: Path, name: str) -> None:
    notebook = root / "solutions" / name / f"{name}.ipynb"
    notebook.parent.mkdir(parents=True)
    notebook.write_text("{}")


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Writes the text as the course.yml of a course with references "rnn" and "softmax"."""
    add_reference(tmp_path, "softmax")
    add_reference(tmp_path, "rnn")

    def load_text(text: str) -> Course:
        (tmp_path / "course.yml").write_text(text, encoding="utf-8")
        return load_course(tmp_path)

    return load_text


def test_two_lines_make_a_course(load: Load, tmp_path: Path) -> None:
    course = load(HEAD)
    assert (course.id, course.title, course.language) == ("dl", "Deep Learning", "en")
    assert course.root == tmp_path
    assert course.sandbox == SandboxDefaults(kind="auto", jobs=None)
    assert course.roster is None
    assert course.groups == ()
    assert course.db_url == f"sqlite:///{tmp_path}/.autograder/results.db"


def test_without_a_list_every_folder_with_a_reference_is_an_assignment(
    load: Load, tmp_path: Path
) -> None:
    (tmp_path / "solutions" / "pictures").mkdir()
    course = load(HEAD)
    assert [assignment.name for assignment in course.assignments] == ["rnn", "softmax"]


def test_a_list_says_which_assignments_there_are_and_in_which_order(load: Load) -> None:
    course = load(HEAD + "assignments:\n  softmax:\n  rnn: {title: RNNs}\n")
    assert [assignment.title for assignment in course.assignments] == ["Softmax", "RNNs"]
    assert load(HEAD + "assignments: {rnn: }").assignments[0].name == "rnn"


def test_an_assignment_knows_its_files(load: Load, tmp_path: Path) -> None:
    rnn = load(HEAD).assignment("rnn")
    assert rnn.reference == tmp_path / "solutions/rnn/rnn.ipynb"
    assert rnn.suite == tmp_path / "tests/hidden/rnn"
    assert rnn.release == tmp_path / "assignments/rnn/rnn.ipynb"


def test_an_unknown_assignment_is_answered_with_near_names(load: Load) -> None:
    with pytest.raises(UsageError) as caught:
        load(HEAD).assignment("sofmax")
    assert caught.value.code == "unknown-assignment"
    assert "softmax" in caught.value.next


def test_an_assignment_overrides_the_defaults_key_by_key(load: Load) -> None:
    course = load(
        HEAD
        + """\
defaults:
  device: cuda
  forbidden: [torch.nn.RNN]
  limits: {call: 2s, memory: 4 GiB}
  late: {penalty_per_day: 10%, cutoff: 3 days}
assignments:
  softmax: {device: cpu, forbidden: [], late: none, limits: {call: 500 ms}}
  rnn:
    execute: all
"""
    )
    softmax, rnn = course.assignments
    assert (softmax.device, softmax.forbidden, softmax.late) == ("cpu", (), None)
    assert softmax.limits == Limits(call_s=0.5, memory_bytes=4 << 30)
    assert (rnn.device, rnn.forbidden, rnn.execute) == ("cuda", ("torch.nn.RNN",), "all")
    assert rnn.limits == Limits(call_s=2.0, memory_bytes=4 << 30)
    assert rnn.late == LatePolicy(penalty_per_day=0.1, cutoff_s=3 * 86400.0)


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("5s", 5), ("5 s", 5), ("1.5 min", 90), ("250ms", 0.25), ("2 hours", 7200), ("1 D", 86400)],
)
def test_times_are_read_with_their_unit(load: Load, written: str, seconds: float) -> None:
    course = load(HEAD + f"defaults: {{limits: {{notebook: {written}}}}}")
    assert course.assignments[0].limits.notebook_s == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("written", "size"),
    [("2 GiB", 2 << 30), ("2GB", 2 * 10**9), ("64 mib", 64 << 20), ("1.5 KiB", 1536), ("1 B", 1)],
)
def test_sizes_are_read_with_their_unit(load: Load, written: str, size: int) -> None:
    course = load(HEAD + f"defaults: {{limits: {{scratch: {written}}}}}")
    assert course.assignments[0].limits.scratch_bytes == size


@pytest.mark.parametrize(
    ("written", "due"),
    [
        ("2026-03-31 18:00", datetime(2026, 3, 31, 9, tzinfo=UTC)),
        ("2026-03-31", datetime(2026, 3, 31, 14, 59, 59, tzinfo=UTC)),
        ("2026-03-31 18:00+01:00", datetime(2026, 3, 31, 17, tzinfo=UTC)),
        ("2026-03-31T18:00:00Z", datetime(2026, 3, 31, 18, tzinfo=UTC)),
    ],
)
def test_a_date_without_a_zone_is_in_the_courses_own(
    load: Load, written: str, due: datetime
) -> None:
    head = HEAD + "timezone: Asia/Seoul\n"
    course = load(head + f"assignments: {{rnn: {{due: '{written}'}}}}")
    assert course.assignments[0].due == due
    plain = load(head + f"assignments:\n  rnn:\n    due: {written}\n")
    assert plain.assignments[0].due == due


def test_the_time_zone_is_utc_unless_said_otherwise(load: Load) -> None:
    due = load(HEAD + "defaults: {due: 2026-03-31}").assignments[0].due
    assert due is not None
    assert due.utcoffset() == timedelta(0)


def test_words_mean_what_they_look_like(load: Load) -> None:
    course = load("id: 007\ntitle: no\ngroups: {on: [1e3, '~']}\n")
    assert (course.id, course.title) == ("007", "no")
    assert course.groups == (Group(name="on", members=("1e3", "~")),)


def test_roster_sandbox_and_database_are_taken_from_the_file(load: Load, tmp_path: Path) -> None:
    (tmp_path / "roster.csv").touch()
    course = load(
        HEAD
        + "language: ko\nroster: roster.csv\n"
        + "sandbox: {kind: docker, jobs: 4, image: dl, recycle_after: 1}\n"
        + "database: sqlite:///results.db\n"
    )
    assert course.language == "ko"
    assert course.roster == tmp_path / "roster.csv"
    assert course.sandbox == SandboxDefaults(kind="docker", jobs=4, image="dl", recycle_after=1)
    assert course.db_url == f"sqlite:///{tmp_path}/results.db"


@pytest.mark.parametrize(
    "url", ["sqlite:////var/results.db", "sqlite:///:memory:", "postgresql+psycopg://host/db"]
)
def test_a_database_elsewhere_is_left_as_it_is(load: Load, url: str) -> None:
    assert load(HEAD + f"database: '{url}'").db_url == url


def test_a_key_with_nothing_behind_it_means_its_default(load: Load) -> None:
    course = load(HEAD + "language:\ndefaults:\n  late: ~\n  limits:\nsandbox: null\n")
    assert course == load(HEAD)


def test_a_file_may_have_a_byte_order_mark_and_windows_line_ends(
    load: Load, tmp_path: Path
) -> None:
    (tmp_path / "course.yml").write_bytes(b"\xef\xbb\xbfid: dl\r\ntitle: Deep Learning\r\n")
    assert load_course(tmp_path / "course.yml") == load(HEAD)


def test_the_course_is_found_from_any_folder_inside_it(load: Load, tmp_path: Path) -> None:
    load(HEAD)
    assert find_course(tmp_path / "solutions" / "rnn") == tmp_path
    assert find_course(tmp_path) == tmp_path
    assert find_course(Path("/")) is None
