"""The commands, from a course without a record to the overview of a term."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from autograder.errors import AutograderError
from autograder.init import init
from autograder.peer.record import read_records
from tests.peer import commands
from tests.peer.record.written import TEXT, record_with

GROUPS = "group,student\nblue,kim\nblue,ada\nblue,lee\nred,zoe\nred,pat\n"
ROSTER = "id,first_name,last_name,email\n" + "".join(
    f"{each},{each.title()},,{each}@example.org\n" for each in ("kim", "ada", "lee", "zoe", "pat")
)
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("autograder.cli.peer.record.this_moment", lambda: NOW)
    root = tmp_path / "course"
    init(root, title="Deep learning")
    (root / "groups.csv").write_text(GROUPS)
    (root / "roster.csv").write_text(ROSTER)
    return root


def peer(course: Path, *words: str, status: int = 0) -> str:
    """Its standard output."""
    option = [] if "--folder" in words else ["--course", str(course)]
    return commands.peer(*words, *option, status=status)


def refused(course: Path, *words: str) -> AutograderError:
    with pytest.raises(AutograderError) as caught:
        peer(course, *words)
    return caught.value


def blue(course: Path, *words: str) -> Path:
    return Path(peer(course, "record", "--group", "blue", *words).strip())


def the_term(course: Path) -> Path:
    blue(
        course,
        *("cross_entropy", "--date", "2026-10-07", "--moderator", "kim", "--presenters", "ada,lee"),
        *("--present", "kim,ada,lee", "--goal", "kim: chapter 3", "--goal", "ada: lecture 5"),
        *("--question", "Why the mean?", "--problem", "We start late.", "--try", "start at six"),
    )
    return blue(
        course,
        *("lstm_cell", "--date", "2026-10-14", "--moderator", "ada", "--absent", "lee"),
        *("--done", "kim: chapter", "--question", "<b>What</b>?", "--problem", "we start late"),
        *("--decision", "Meet on Tuesday."),
    )


def test_a_record_is_made_with_members_and_what_was_left_open(course: Path) -> None:
    path = the_term(course)
    assert path == course / "peer/blue/records/2026-10-14-lstm_cell.md"
    text = path.read_text()
    for line in (
        "- [x] kim\n- [x] ada\n- [ ] lee\n",
        "- [x] kim: chapter 3\n- [ ] ada: lecture 5\n",
        ": Why the mean?\n",
        "- [ ] start at six\n",
    ):
        assert line in text
    assert (path.parent / ".gitattributes").read_text() == "*.md merge=union\n"


def test_an_answer_closes_a_question_of_an_earlier_session_and_it_can_be_reopened(
    course: Path,
) -> None:
    path = the_term(course)
    first = json.loads(peer(course, "summary", "--group", "blue", "--json"))["open"][0]
    assert (first["text"], first["days"]) == ("Why the mean?", 25)
    short = first["id"][2:6]
    blue(course, "lstm_cell", "--answer", f"{short}: Because.")
    found = json.loads(peer(course, "summary", "--group", "blue", "--json"))
    assert [q["text"] for q in found["open"]] == ["<b>What</b>?"]
    assert [(q["answered"], q["answers"]) for q in found["answered"]] == [
        ("2026-10-14", ["Because."])
    ]
    blue(course, "--date", "2026-10-21", "later", "--reopen", first["id"])
    found = json.loads(peer(course, "summary", "--group", "blue", "--json"))
    assert {q["text"] for q in found["open"]} == {"Why the mean?", "<b>What</b>?"}
    assert path.exists()


def test_what_is_closed_is_not_carried_over(course: Path) -> None:
    the_term(course)
    asked = json.loads(peer(course, "summary", "--group", "blue", "--json"))["open"][0]["id"]
    blue(course, "lstm_cell", "--answer", f"{asked}: Because.")
    assert asked not in blue(course, "next", "--date", "2026-10-21").read_text()


def test_a_name_alone_means_the_session_that_was_held(course: Path) -> None:
    path = the_term(course)
    assert blue(course, "lstm_cell", "--keep", "short talks") == path
    assert blue(course, "--date", "2026-10-14") == path
    assert blue(course).name == "2026-11-01-session.md"


@pytest.mark.parametrize(
    ("words", "code", "advice"),
    [
        (("--moderator", "kmi"), "unknown-member", "did you mean kim?"),
        (("--goal", "kmi: x"), "unknown-member", "did you mean kim?"),
        (("--goal", "x"), "whose-goal", "all: x"),
        (("--answer", "q-zzz: x"), "unknown-question", "open are"),
        (("--answer", "x"), "whose-answer", "ID: the answer"),
        (("--decision", " \t "), "nothing-said", "say something"),
        (("--note", "x" * 5000), "too-long", "shorten"),
        (("--date", "tomorrow"), "unknown-date", "2026-10-07"),
        (("../up",), "session-name", "letters"),
        (("--from", "nowhere.md"), "record-broken", "permissions"),
    ],
)
def test_what_cannot_be_understood_is_refused_and_nothing_is_written(
    course: Path, words: tuple[str, ...], code: str, advice: str
) -> None:
    the_term(course)
    before = {path: path.read_bytes() for path in course.rglob("*.md")}
    error = refused(course, "record", "--group", "blue", *words)
    assert (error.code, advice in error.next) == (code, True), error
    assert {path: path.read_bytes() for path in course.rglob("*.md")} == before


def test_of_several_groups_one_has_to_be_named(course: Path) -> None:
    error = refused(course, "record")
    assert (error.code, "blue, red" in error.next) == ("which-group", True)


def test_a_broken_record_stops_additions_and_is_told_by_the_summary(course: Path) -> None:
    path = the_term(course)
    broken = path.with_name("2026-10-20-x.md")
    broken.write_text("<<<<<<< mine\n")
    assert refused(course, "record", "--group", "blue").code == "record-conflict"
    found = json.loads(peer(course, "summary", "--group", "blue", "--json", status=1))
    assert len(found["sessions"]) == 2
    assert "2026-10-20-x.md" in found["unreadable"][0]


def test_what_a_page_has_saved_is_taken_in_and_nothing_is_lost(course: Path) -> None:
    saved = course / "saved.md"
    saved.write_text(TEXT)
    path = blue(course, "--from", str(saved))
    assert path.name == "2026-10-07-cross_entropy.md"
    assert path.read_text() == TEXT, "there was no record: it is this one"
    blue(course, "cross_entropy", "--decision", "Ours.", "--present", "lee")
    saved.write_text(TEXT.replace("- [ ] q-1:", "- [x] q-1:").replace("Snacks", "Drinks"))
    after = blue(course, "--from", str(saved)).read_text()
    for line in ("- Ours.\n", "- [x] lee (ill)\n", "- [x] q-1: Why the mean?\n", "## Drinks\n"):
        assert line in after
    assert blue(course, "--from", str(saved)).read_text() == after, "twice is once"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("moderator: kim", "moderator: ada"), "record-conflict"),
        (("q-1: Why the mean?", "q-1: Why not?"), "question-conflict"),
        (("group: blue", "group: red"), "other-session"),
        (("- [x] kim\n", "- [x] kmi\n"), "unknown-member"),
        (("## Goals", "## Goals\n\x1b[2J"), "record-broken"),
    ],
)
def test_what_contradicts_the_record_is_told_and_not_taken(
    course: Path, change: tuple[str, str], code: str
) -> None:
    saved = course / "saved.md"
    saved.write_text(TEXT)
    path = blue(course, "--from", str(saved))
    saved.write_text(TEXT.replace(*change))
    assert refused(course, "record", "--group", "blue", "--from", str(saved)).code == code
    assert path.read_text() == TEXT


def test_two_files_of_one_session_are_one_unless_they_contradict(course: Path) -> None:
    folder = course / "peer/blue/records"
    folder.mkdir(parents=True)
    (folder / "2026-10-07-cross_entropy.md").write_text(TEXT)
    other = folder / "2026-10-07-copy.md"
    front = "date: 2026-10-07\nsession: cross_entropy\n"
    other.write_text(record_with("## Decisions\n- More.\n", front))
    found = read_records(folder)
    assert not found.problems
    (record,) = found.records
    assert {p.text for p in record.decisions} == {"More.", "Meet on Tuesday."}
    other.write_text(record_with("", f"{front}moderator: ada\n"))
    (problem,) = read_records(folder).problems
    assert (problem.code, "moderator" in problem.what) == ("record-conflict", True)


def test_one_question_with_two_texts_in_two_records_is_told(course: Path) -> None:
    folder = course / "peer/blue/records"
    folder.mkdir(parents=True)
    (folder / "a.md").write_text(TEXT)
    front = "date: 2026-10-14\nsession: s\n"
    (folder / "b.md").write_text(record_with("## Questions\n- q-1: Another?\n", front))
    (problem,) = read_records(folder).problems
    assert problem.code == "question-conflict"
    assert problem.where == f"{folder / 'b.md'}, line 7"


def test_a_group_without_a_course_keeps_its_records_in_its_folder(tmp_path: Path) -> None:
    words = ("--folder", str(tmp_path), "--date", "2026-10-07", "--language", "ko")
    path = Path(peer(tmp_path, "record", "scrum", *words, "--present", "kim,zoe").strip())
    assert path == tmp_path / "records/2026-10-07-scrum.md"
    assert "## 출석\n" in path.read_text()
    peer(tmp_path, "summary", "--folder", str(tmp_path))
    assert "kim" in (tmp_path / "summary.html").read_text()


def test_the_summary_counts_what_the_records_say(course: Path) -> None:
    the_term(course)
    found = json.loads(peer(course, "summary", "--group", "blue", "--json"))
    rows = {row["person"]: row for row in found["people"]}
    assert [rows[who]["present"] for who in ("kim", "ada", "lee")] == [2, 2, 1]
    assert [rows[who]["moderated"] for who in ("kim", "ada", "lee")] == [1, 1, 0]
    assert (found["moderator_difference"], found["presenter_difference"]) == (1, 1)
    assert (found["goals"], found["goals_done"]) == (2, 1), "a goal carried over is one goal"
    (problem,) = found["problems"]
    assert (problem["date"], problem["again"]) == ("2026-10-07", ["2026-10-14"])
    assert [tried["text"] for tried in problem["tries"]] == ["start at six"]
    assert [each["text"] for each in found["decisions"]] == ["Meet on Tuesday."]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_page_needs_nothing_from_elsewhere_and_shows_text_as_text(
    course: Path, language: str
) -> None:
    the_term(course)
    peer(course, "summary", "--language", language)
    for path in (course / "peer/summary.html", course / "peer/blue/summary.html"):
        page = path.read_text()
        assert "&lt;b&gt;What&lt;/b&gt;?" in page
        assert "<b>What" not in page
        assert "default-src 'none'" in page
        assert f'lang="{language}"' in page
        assert "http://" not in page
        assert "https://" not in page
    assert 'href="blue/summary.html"' in (course / "peer/summary.html").read_text()


def test_a_term_without_a_session_is_words_and_no_division(course: Path) -> None:
    out = peer(course, "summary")
    assert "blue" in out
    assert "No session that has a record" in (course / "peer/summary.html").read_text()
    found = json.loads(peer(course, "summary", "--group", "red", "--json"))
    assert (found["sessions"], found["open"], found["goals"]) == ([], [], 0)


def test_a_record_of_a_day_to_come_is_no_session_held(course: Path) -> None:
    blue(course, "later", "--date", "2999-12-01", "--question", "What is to come?")
    found = json.loads(peer(course, "summary", "--group", "blue", "--json"))
    assert found["sessions"] == []
    peer(course, "summary", "--group", "blue")
    page = (course / "peer/blue/summary.html").read_text()
    assert "No session that has a record" in page
    assert "What is to come?" in page
