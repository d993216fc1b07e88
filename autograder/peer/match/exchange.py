"""What two students can explain to each other, and what that is worth."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.peer.match.strengths import Strengths


@dataclass(frozen=True, slots=True)
class Lesson:
    """What somebody can explain: a symbol, and kinds of its behaviour. No test, no score."""

    symbol: str
    categories: tuple[str, ...]  # empty where the suite names none


@dataclass(frozen=True, slots=True)
class Exchange:
    """Between a first and a second student."""

    to_second: tuple[Lesson, ...]  # what the first explains
    to_first: tuple[Lesson, ...]
    given: int  # what the second learns, in thousandths of a point
    received: int

    @property
    def worth(self) -> tuple[int, int]:
        """The lesser side first: two who both give are better than one who only receives."""
        return min(self.given, self.received), self.given + self.received


def exchange_between(first: Strengths, second: Strengths) -> Exchange:
    return Exchange(
        to_second=_lessons(first, second),
        to_first=_lessons(second, first),
        given=_worth(first, second),
        received=_worth(second, first),
    )


def _teachable(teacher: Strengths, learner: Strengths) -> list[str]:
    """Tests that hold for the one and fail for the other."""
    return [key for key in learner.fails if key in teacher.holds]


def _worth(teacher: Strengths, learner: Strengths) -> int:
    """The points of these tests; half as much again where the mistake is known by name.

    Of such a failure the learner has read what the misconception is: there is something to talk
    about.
    """
    keys = _teachable(teacher, learner)
    whole = sum(2 * learner.fails[key].worth for key in keys)
    return whole + sum(learner.fails[key].worth for key in keys if key in learner.recognised)


def _lessons(teacher: Strengths, learner: Strengths) -> tuple[Lesson, ...]:
    found: dict[str, dict[str, None]] = {}
    for key in _teachable(teacher, learner):
        behaviour = learner.fails[key]
        categories = found.setdefault(behaviour.symbol, {})
        if behaviour.category:
            categories[behaviour.category] = None
    return tuple(Lesson(symbol, tuple(categories)) for symbol, categories in found.items())
