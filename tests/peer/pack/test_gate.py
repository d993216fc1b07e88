"""Nothing is written that shows a trace of somebody, or anything hidden."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from autograder.course import FeedbackRules, load_course
from autograder.errors import CourseError
from autograder.feedback import view_of
from autograder.peer.pack import gate
from autograder.peer.pack.model import Difference, Pack, Shown
from autograder.peer.pack.page import page_of
from tests.peer.pack.groups import NAME, NOW, ROOT
from tests.peer.pack.packs import a_pack
from tests.peer.pack.test_concepts import failed, report

WORDS = frozenset({"xylander", "minsu kim", "kim@example.org"})
ALWAYS = view_of(FeedbackRules(), due=NOW, now=NOW)
SECRET = failed("softmax", "test_secret_case", visible="never", description="The secret case.")


@pytest.fixture(scope="module")
def hidden() -> gate.Hidden:
    course = load_course(ROOT)
    return gate.hidden_of(course, course.assignment(NAME), [(report(SECRET), ALWAYS)])


def suite_line() -> str:
    path = ROOT / "tests" / "hidden" / NAME / "test_softmax.py"
    return next(line.strip() for line in path.read_text().splitlines() if "huge_logits(" in line)


def reference_line() -> str:
    path = ROOT / "solutions" / NAME / "alternatives" / "one_hot_einsum.py"
    lines = [line.strip() for line in path.read_text().splitlines()]
    return next(line for line in lines if "einsum" in line and len(line) > 30)


def with_answer(code: str) -> Pack:
    pack = a_pack()
    contrast = pack.contrasts[0]
    shown = Shown(label="A", symbol="softmax", code=code)
    return replace(pack, contrasts=(replace(contrast, answers=(shown, *contrast.answers[1:])),))


def test_a_clean_pack_passes_with_its_members_in_the_form(hidden: gate.Hidden) -> None:
    gate.check(a_pack(), WORDS, hidden)
    assert "Minsu Kim" in page_of(a_pack())


LEAKS: list[tuple[str, Callable[[], Pack]]] = [
    ("a name in an answer", lambda: with_answer("def softmax(xylander):\n    return xylander")),
    ("an address in a comment", lambda: with_answer("x = 1  # kim@example.org")),
    (
        "a name in what tells answers apart",
        lambda: replace(
            a_pack(),
            contrasts=(
                replace(
                    a_pack().contrasts[0], differences=(Difference("Minsu Kim uses amax.", ("A",)),)
                ),
            ),
        ),
    ),
    ("a line of the suite in an answer", lambda: with_answer(suite_line())),
    ("the name of a test", lambda: with_answer("x = 1  # test_secret_case")),
    ("a behaviour that is never visible", lambda: with_answer('x = "The secret case."')),
    ("a place on this machine", lambda: with_answer(f'x = "{ROOT}"')),
    (
        "a line of a solution in what tells answers apart",
        lambda: replace(
            a_pack(),
            contrasts=(
                replace(a_pack().contrasts[0], differences=(Difference(reference_line(), ("A",)),)),
            ),
        ),
    ),
]


@pytest.mark.parametrize("leak", [make for _, make in LEAKS], ids=[name for name, _ in LEAKS])
def test_a_pack_is_refused_for(leak: Callable[[], Pack], hidden: gate.Hidden) -> None:
    with pytest.raises(CourseError) as error:
        gate.check(leak(), WORDS, hidden)
    assert error.value.code == "pack-leaks"


def test_a_right_answer_may_have_lines_of_the_solution_and_none_of_the_suite(
    hidden: gate.Hidden,
) -> None:
    gate.check(with_answer(reference_line()), WORDS, hidden)
    assert gate.hits_in_code(reference_line(), hidden) == ()
    assert gate.hits_in_code(suite_line(), hidden)
    assert gate.hits_in_code("test_secret_case", hidden)


def test_what_the_course_itself_says_is_no_trace() -> None:
    said = "\n".join(gate.said_by_the_course(a_pack()))
    assert "Concept 1" in said
    assert "Minsu" not in said
    assert "amax" not in said
