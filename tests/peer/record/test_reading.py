"""What people do to a record by hand: most of it is understood, the rest is told with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.errors import CourseError
from autograder.peer.record import Record, read_record
from tests.peer.record.written import DAY, PEOPLE, TEXT, read, record_with, write


def said(record: Record) -> tuple[object, ...]:
    """Everything but where it stands."""
    return (
        *(record.date, record.session, record.group, record.moderator, record.presenters),
        {(a.person, a.present, a.remark) for a in record.attendance},
        {(g.person, g.text, g.done) for g in record.goals},
        {(q.id, q.text, q.answered, q.notes) for q in record.questions},
        *([p.text for p in points] for points in (record.decisions, record.keep)),
        *([p.text for p in points] for points in (record.problems, record.tries)),
    )


def test_a_record_says_what_it_says(tmp_path: Path) -> None:
    record = read(tmp_path)
    assert (record.date, record.session, record.group) == (DAY, "cross_entropy", "blue")
    assert (record.moderator, record.presenters) == ("kim", ("ada",))
    assert (record.present, record.absent) == (("kim", "ada"), ("lee",))
    assert [(g.person, g.text, g.done) for g in record.goals] == [
        ("kim", "chapter 3", True),
        ("ada", "lecture 5", False),
        ("", "read the paper", False),
    ]
    assert [(q.id, q.text, q.answered, q.notes) for q in record.questions] == [
        ("q-1", "Why the mean?", False, ("look at it again next time",)),
        ("q-2", "What is a logit?", True, ("What goes into softmax.",)),
    ]
    assert [p.text for p in (*record.decisions, *record.keep, *record.problems)] == [
        "Meet on Tuesday.",
        "short talks",
        "We start late.",
    ]
    assert [(p.text, p.done) for p in record.tries] == [("start at six", False)]
    assert record.notes == "Any *text*, also\n\n    indented"
    assert record.further == ("room",)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\ufeff" + text,
        lambda text: "\n\n" + text,
        lambda text: text.replace("- [", "* ["),
        lambda text: text.replace("- [", "+ ["),
        lambda text: text.replace("- [", "1. ["),
        lambda text: text.replace("[x]", "[X]"),
        lambda text: text.replace("[x]", "[v]"),
        lambda text: text.replace("[ ]", "[]"),
        lambda text: text.replace("\n- ", "\n\n- "),
        lambda text: text.replace("## ", "# "),
        lambda text: text.replace("## Goals", "## GOALS:").replace("### Keep", "#### *keep*"),
        lambda text: text.replace("  - ada\n", "- ada\n"),
        lambda text: text.replace("presenters:\n  - ada\n", "presenters: [ada]\n"),
        lambda text: text.replace("presenters:\n  - ada\n", "presenters: ada,\n"),
        lambda text: text.replace("moderator: kim", "moderator: Minsu Kim"),
        lambda text: text.replace("- [x] kim\n", "- [x] Minsu\n"),
        lambda text: text.replace("kim: chapter", "**Kim**: chapter"),
        lambda text: text.replace("lee (ill)", "lee: ill"),
        lambda text: text.replace("lee (ill)", "@lee, ill"),
        lambda text: text.replace("lecture 5", "lecture\n  5"),
        lambda text: text.replace("Why the mean?", "Why\n    the mean?"),
        lambda text: text.replace("2026-10-07\n", "2026. 10. 7.\n"),
        lambda text: text.replace("2026-10-07\n", "2026/10/07\n"),
        lambda text: text.rstrip("\n"),
        lambda text: text.replace("## Questions\n", "## Questions\n\n### From the lecture\n"),
        lambda text: text.replace("- [x] kim\n", "- [x] kim\n- [ ] kim\n"),
    ],
)  # fmt: skip
def test_what_people_do_by_hand_means_the_same(tmp_path: Path, change: object) -> None:
    changed = change(TEXT)  # type: ignore[operator]
    assert changed != TEXT
    assert said(read(tmp_path, changed)) == said(read(tmp_path))


def test_sections_may_stand_in_any_order_and_twice(tmp_path: Path) -> None:
    head, *sections = TEXT.split("\n## ")
    turned = "\n## ".join([head, *reversed(sections)])
    assert said(read(tmp_path, turned)) == said(read(tmp_path))
    more = f"{TEXT}\n## Questions\n\n- Does it work twice?\n"
    assert [q.text for q in read(tmp_path, more).questions][-1] == "Does it work twice?"


def test_a_retrospective_may_be_a_list(tmp_path: Path) -> None:
    body = "## Retro\n- Keep: short talks\n- Problem\n  - We start late.\n- [x] Try: start at six\n"
    record = read(tmp_path, record_with(body))
    assert [p.text for p in (*record.keep, *record.problems)] == ["short talks", "We start late."]
    assert [(p.text, p.done) for p in record.tries] == [("start at six", True)]


def test_korean_headings_are_read_whatever_the_course_speaks(tmp_path: Path) -> None:
    korean = TEXT
    for english, word in (
        ("Attendance", "출석"),
        ("Goals", "목표"),
        ("Questions", "질문"),
        ("Decisions", "결정"),
        ("Retrospective", "회고"),
        ("Keep", "유지할 점"),
        ("Problem", "문제점"),
        ("Try", "시도할 점"),
        ("Notes", "메모"),
    ):
        assert f"# {english}\n" in korean
        korean = korean.replace(f"# {english}\n", f"# {word}\n")
    assert said(read(tmp_path, korean)) == said(read(tmp_path))


def test_what_stands_in_code_or_a_comment_is_neither_heading_nor_item(tmp_path: Path) -> None:
    body = "## Questions\n\n```\n## Goals\n- [ ] nobody: x\n```\n<!-- - [ ] no -->\n- [ ] yes?\n"
    record = read(tmp_path, record_with(body))
    assert [q.text for q in record.questions] == ["yes?"]
    assert not record.goals


def test_who_is_not_ticked_was_not_absent_before_somebody_is(tmp_path: Path) -> None:
    record = read(tmp_path, record_with("## Attendance\n- [ ] kim\n- [ ] ada\n"))
    assert (record.present, record.absent) == ((), ())


def test_a_guest_is_introduced_by_the_record_itself(tmp_path: Path) -> None:
    body = "## Attendance\n- [x] noor\n"
    record = read(tmp_path, record_with(body, "date: 2026-10-07\nsession: s\nguests: noor\n"))
    assert record.present == ("noor",)


@pytest.mark.parametrize(
    ("text", "code", "line", "words"),
    [
        ("", "record-broken", 1, "empty"),
        ("# Notes\n", "record-broken", 1, "no front matter"),
        ("---\ndate: 2026-10-07\n", "record-broken", 1, "does not end"),
        ("---\n---\n", "record-broken", 0, "nothing in the front matter"),
        ("---\ndate: [1\n---\n", "record-broken", 0, "front matter"),
        (record_with("", "date: 2026-10-07\n"), "record-broken", 1, "no session"),
        (record_with("", "session: s\n"), "record-date", 1, "no date"),
        (record_with("", "session: s\ndate: Tuesday\n"), "record-date", 3, '"Tuesday"'),
        (record_with("", "session: s\ndate: 2026-02-30\n"), "record-date", 3, "2026-02-30"),
        (record_with("", "session: s\ndate: 10/07/26\n"), "record-date", 3, "10/07/26"),
        (
            record_with("", "date: 2026-10-07\nsession: s\nmoderator: kim\nmoderator: ada\n"),
            "record-broken",
            5,
            "second time",
        ),
        (
            record_with("", "date: 2026-10-07\nsession: s\nmoderator: kmi\n"),
            "unknown-member",
            4,
            "kmi",
        ),
        (record_with("## Attendance\n- [x] kmi\n"), "unknown-member", 7, "kmi"),
        (record_with("## Attendance\n- kim\n"), "record-broken", 7, "here or not"),
        (record_with("## Attendance\n- [?] kim\n"), "record-broken", 7, "neither yes nor no"),
        (record_with("## Goals\n- [ ] kmi: x\n"), "unknown-member", 7, "kmi"),
        (
            record_with("## Questions\n- q-1: one?\n- q-1: another?\n"),
            "question-conflict",
            8,
            "q-1 is another question",
        ),
        (record_with("<<<<<<< HEAD\nx\n=======\ny\n>>>>>>> b\n"), "record-conflict", 6, "<<<<<<<"),
        (record_with("## Goals\n```\n- [ ] kim: x\n"), "record-broken", 7, "takes the rest"),
        (record_with("## Goals\n<!--\n- [ ] kim: x\n"), "record-broken", 7, "takes the rest"),
        (record_with("## Goals\n- [ ] kim: \x1b[31mx\n"), "record-broken", 7, "U+001B"),
        (record_with("## Notes\n").encode() + b"\xff", "record-broken", 7, "UTF-8"),
        (b"x" * (2 << 20), "record-broken", 0, "1 MiB"),
    ],
)  # fmt: skip
def test_where_meaning_would_be_lost_file_and_line_are_told(
    tmp_path: Path, text: str | bytes, code: str, line: int, words: str
) -> None:
    with pytest.raises(CourseError) as caught:
        read(tmp_path, text)
    error = caught.value
    assert (error.code, words in error.what) == (code, True), error
    assert error.next
    assert str(tmp_path) in error.where
    if line:
        assert error.where.endswith(f", line {line}")


def test_of_an_unknown_member_the_near_names_are_told(tmp_path: Path) -> None:
    with pytest.raises(CourseError) as caught:
        read(tmp_path, record_with("## Attendance\n- [x] kmi\n"))
    assert "did you mean kim?" in caught.value.next


def test_without_a_roster_nobody_is_unknown(tmp_path: Path) -> None:
    path = write(tmp_path, record_with("## Goals\n- [ ] noor: x\n## Attendance\n- [x] zoe\n"))
    record = read_record(path)
    assert (record.present, record.goals[0].person) == (("zoe",), "noor")
    assert PEOPLE.ids
