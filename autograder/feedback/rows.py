"""From the tests of a graded symbol to the rows that a student reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from autograder.feedback.explanations import Explanation
from autograder.feedback.sentences import in_words_of
from autograder.feedback.text import clean_text, one_line
from autograder.feedback.words import Words
from autograder.report import Outcome, TestResult

SYMBOLS = {
    Outcome.PASSED: "✓",
    Outcome.FAILED: "✗",
    Outcome.ERROR: "!",
    Outcome.TIMEOUT: "⏱",
    Outcome.CRASHED: "‼",
}
MESSAGES_PER_ROW = 3
_SEVERITY = list(SYMBOLS)  # in the order above, from harmless to worst


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One behaviour: a test, or all parameter sets of a parametrised one."""

    behaviour: str
    outcome: Outcome  # the worst of its cases
    passed: int
    total: int
    points: float
    max_points: float
    messages: tuple[str, ...]  # distinct, cleaned, each cut
    explained_by: tuple[int, ...] = ()  # numbers of explanations
    category: str = ""  # in the reader's language
    visible: str = ""  # to students, where that is not always

    @property
    def symbol(self) -> str:
        return SYMBOLS[self.outcome]


def rows_of(
    tests: Iterable[TestResult],
    words: Words,
    explanations: Mapping[str, Explanation] | None = None,
    *,
    without: str = "",
) -> tuple[Row, ...]:
    """The tests as rows, in the order in which each behaviour came first.

    explanations  by misconception, as a test names it
    without       a line of messages that is said elsewhere
    """
    cases: dict[str, list[TestResult]] = {}
    for test in tests:
        cases.setdefault(_function(test), []).append(test)
    return tuple(_row(group, words, explanations or {}, without) for group in cases.values())


def _row(
    cases: list[TestResult], words: Words, explanations: Mapping[str, Explanation], without: str
) -> Row:
    named = dict.fromkeys(case.misconception for case in cases if case.misconception)
    return Row(
        behaviour=_behaviour(cases[0], words),
        outcome=max((case.outcome for case in cases), key=_SEVERITY.index),
        passed=sum(case.outcome is Outcome.PASSED for case in cases),
        total=len(cases),
        points=sum(case.points for case in cases),
        max_points=sum(case.max_points for case in cases),
        messages=_messages(cases, words, without),
        explained_by=tuple(explanations[name].number for name in named if name in explanations),
        category=category_text(cases[0].category, words),
        visible=cases[0].visible,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """Tests of one category whose outcome shows later."""

    category: str  # empty: the suite does not say
    count: int
    max_points: float


def later_of(tests: Iterable[TestResult], words: Words) -> tuple[Later, ...]:
    """By category, in the order in which each came first."""
    groups: dict[str, list[TestResult]] = {}
    for test in tests:
        groups.setdefault(test.category, []).append(test)
    return tuple(
        Later(
            category=category_text(category, words),
            count=len(group),
            max_points=sum(test.max_points for test in group),
        )
        for category, group in groups.items()
    )


def category_text(category: str, words: Words) -> str:
    return one_line(words.categories.get(category, category), 40)


def _messages(cases: list[TestResult], words: Words, without: str) -> tuple[str, ...]:
    told = ("\n".join(_lines(case.message, without)) for case in cases)
    raw = dict.fromkeys(message for message in told if message)
    distinct = list(
        dict.fromkeys(clean_text(in_words_of(message, words), cut=words.cut) for message in raw)
    )
    shown = distinct[:MESSAGES_PER_ROW]
    if len(distinct) > len(shown):
        shown.append(words.other_cases.format(count=len(distinct) - len(shown)))
    return tuple(shown)


def _lines(message: str, without: str) -> list[str]:
    return [line for line in message.split("\n") if not without or line != without]


def _function(test: TestResult) -> str:
    return test.name.partition("[")[0]


def _behaviour(test: TestResult, words: Words) -> str:
    """Never the test's name, which may say more than a suite wants to."""
    return one_line(test.description or words.undescribed)
