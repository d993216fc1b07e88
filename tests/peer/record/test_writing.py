"""Additions to a record: what was asked for is there, and everything else to the byte as before."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.errors import UsageError
from autograder.feedback.text import one_line
from autograder.peer.record import Additions, Goal, Point, Record, question_id, with_additions
from autograder.peer.record.model import Asked
from autograder.peer.record.questions import same
from autograder.peer.record.reading import parse_record
from tests.peer.record.written import PEOPLE, TEXT, record_with

PATH = Path("record.md")
EXTRAS = (
    "a line of text\n",
    "\n",
    "```\n## Goals\n- [ ] kim: not one\n```\n",
    "<!-- a comment -->\n",
    "## Our own\n",
    "- an item\n",
    "  deeper text\n",
    "\ttabs and trailing spaces  \n",
    "1. numbered\n",
)
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1).map(
    one_line
)
SAID = WORDS.filter(lambda text: bool(same(text)))


def added(text: str, additions: Additions, language: str = "en") -> str:
    return with_additions(text, PATH, additions, people=PEOPLE, language=language)


def read(text: str) -> Record:
    return parse_record(text, PATH, PEOPLE).record


def lines_of(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def is_inside(old: list[str], new: list[str]) -> bool:
    """All old lines in their order, with others between them."""
    rest = iter(new)
    return all(line in rest for line in old)


def messed_up(made: random.Random) -> str:
    """A record after many hands: lines of other things between those of TEXT, other ends."""
    head, body = TEXT.split("\n---\n", 1)
    lines = lines_of(body)
    for _ in range(made.randrange(8)):
        # Among those who were there, only who was there may stand.
        first = lines.index("## Goals\n")
        lines.insert(made.randrange(first + 1, len(lines) + 1), made.choice(EXTRAS))
    text = f"{head}\n---\n{''.join(lines)}"
    text = text.rstrip("\n") if made.random() < 0.3 else text
    text = text.replace("\n", "\r\n") if made.random() < 0.3 else text
    return "\ufeff" + text if made.random() < 0.3 else text


@pytest.mark.parametrize("seed", range(25))
def test_lines_are_added_and_no_other_line_is_touched(seed: int) -> None:
    made = random.Random(seed)
    text = messed_up(made)
    before = read(text)
    new = Additions(
        goals=(Goal(text="chapter 4", person="lee"),),
        questions=(Asked(id="q-77", text="Is it so?", answered=False),),
        decisions=(Point(text="[x] no box"),),
        keep=(Point(text="this"),),
        problems=(Point(text="that"),),
        tries=(Point(text="other"),),
    )
    after = added(text, new)
    ends = "\r\n" if "\r\n" in text else "\n"
    assert is_inside(text.split(ends)[:-1], after.split(ends))
    assert after.replace("\r\n", "").count("\n") == (0 if ends == "\r\n" else after.count("\n"))
    record = read(after)
    assert [g.text for g in record.goals if g.person == "lee"][-1] == "chapter 4"
    assert ("q-77", "Is it so?") in [(q.id, q.text) for q in record.questions]
    assert "[x] no box" in [p.text for p in record.decisions]
    assert len(record.questions) == len(before.questions) + 1
    assert len(record.goals) == len(before.goals) + 1
    assert (record.attendance, record.presenters) == (before.attendance, before.presenters)
    assert added(after, new) == after, "a second time changes nothing"


@pytest.mark.parametrize("seed", range(10))
def test_adding_nothing_changes_no_byte(seed: int) -> None:
    text = messed_up(random.Random(seed))
    assert added(text, Additions()) == text


@settings(max_examples=25, deadline=None, derandomize=True, database=None)
@given(st.lists(SAID, max_size=4), SAID, SAID, SAID)
def test_whatever_is_said_is_read_as_it_was_said(
    texts: list[str], goal: str, question: str, answer: str
) -> None:
    points = tuple(Point(text=text) for text in texts)
    asked = Asked(id="q-new", text=question, answered=True, notes=(answer,))
    after = added(
        TEXT,
        Additions(
            goals=(Goal(text=goal, person="kim"),),
            questions=(asked,),
            decisions=points,
            tries=points,
            topic=question,
        ),
    )
    record = read(after)
    wanted = {same(text) for text in texts}
    assert {same(p.text) for p in record.decisions} == wanted | {"meet on tuesday"}
    assert {same(p.text) for p in record.tries} == wanted | {"start at six"}
    assert same(goal) in [same(g.text) for g in record.goals if g.person == "kim"]
    assert ("q-new", question, True, (answer,)) in [
        (q.id, q.text, q.answered, q.notes) for q in record.questions
    ]
    assert record.topic == question
    assert is_inside(lines_of(TEXT), lines_of(after))


def changed_lines(before: str, after: str) -> list[tuple[str, str]]:
    old, new = lines_of(before), lines_of(after)
    assert len(old) == len(new)
    return [(a, b) for a, b in zip(old, new, strict=True) if a != b]


@pytest.mark.parametrize(
    ("additions", "change"),
    [
        (Additions(present=("lee",)), ("- [ ] lee (ill)\n", "- [x] lee (ill)\n")),
        (Additions(absent=("kim",)), ("- [x] kim\n", "- [ ] kim\n")),
        (Additions(moderator="ada"), ("moderator: kim\n", "moderator: ada\n")),
        (Additions(presenters=("lee",)), ("  - ada\n", "  - lee\n")),
        (
            Additions(goals=(Goal(text="lecture", person="ada", done=True),)),
            ("- [ ] ada: lecture 5\n", "- [x] ada: lecture 5\n"),
        ),
        (Additions(reopened=("q-2",)), ("- [x] q-2: What", "- [ ] q-2: What")),
        (
            Additions(tries=(Point(text="start at six", done=True),)),
            ("- [ ] start at six\n", "- [x] start at six\n"),
        ),
    ],
)
def test_a_tick_or_a_name_changes_one_line(additions: Additions, change: tuple[str, str]) -> None:
    after = added(TEXT, additions)
    (one,) = changed_lines(TEXT, after)
    assert all(line.startswith(words) for line, words in zip(one, change, strict=True))


def test_an_answer_ticks_its_question_and_stands_below_it() -> None:
    asked = Asked(id="q-1", text="", answered=True, notes=("Because.",))
    after = added(TEXT, Additions(questions=(asked,)))
    assert "- [x] q-1: Why the mean?\n  - look at it again next time\n  - q-1: Because.\n" in after


def test_a_question_without_an_id_gets_the_one_of_its_text_when_it_is_answered() -> None:
    text = record_with("## Questions\n\n1. Why   not?\n")
    own = question_id("Why not?")
    assert read(text).questions[0].id == own
    after = added(text, Additions(questions=(Asked(id=own, text="", answered=True, notes=("!",)),)))
    assert f"1. [x] {own}: Why   not?\n   - {own}: !\n" in after
    assert read(after).questions[0].answered


@pytest.mark.parametrize(("language", "heading"), [("en", "### Try"), ("ko", "### 시도할 점")])
def test_sections_that_are_missing_are_made_where_they_belong(language: str, heading: str) -> None:
    text = record_with("Only words.\n")
    after = added(text, Additions(tries=(Point(text="x"),), goals=(Goal(text="y"),)), language)
    assert after.startswith(text)
    assert f"{heading}\n\n- [ ] x\n" in after
    assert after.index("- [ ] y") < after.index("- [ ] x")
    assert read(after).tries[0].text == "x"


def test_a_missing_heading_is_in_the_language_of_the_others() -> None:
    after = added(record_with("## 질문\n\n- 왜?\n"), Additions(decisions=(Point(text="x"),)))
    assert "## 결정\n" in after


def test_a_done_goal_that_may_be_two_is_refused() -> None:
    text = record_with("## Goals\n- [ ] kim: chapter 3\n- [ ] kim: chapter 4\n")
    with pytest.raises(UsageError, match="may mean 2 goals"):
        added(text, Additions(goals=(Goal(text="chapter", person="kim", done=True),)))


def test_a_goal_of_somebody_else_is_another_goal() -> None:
    goal = Goal(text="chapter 3", person="ada")
    goals = read(added(TEXT, Additions(goals=(goal,)))).goals
    assert [replace(g, line=0) for g in goals if g.text == "chapter 3"] == [
        Goal(text="chapter 3", person="kim", done=True),
        goal,
    ]
