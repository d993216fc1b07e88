"""Every field of the JSON stands in docs/regrade.md."""

from __future__ import annotations

from pathlib import Path

from autograder.regrade.change import Fate
from autograder.regrade.shown import builtins_of

from .classes import DIM, SHAPE, Class

PAGE = Path(__file__).parents[2] / "docs" / "regrade.md"


def names_in(data: object) -> set[str]:
    if isinstance(data, dict):
        return set(data) | {name for value in data.values() for name in names_in(value)}
    if isinstance(data, (list, tuple)):
        return {name for value in data for name in names_in(value)}
    return set()


def test_every_field_and_fate_is_documented(graded: Class) -> None:
    graded.by_hand("min", lambda grades: setattr(grades["test_standardize"], "manual_score", 3.0))
    graded.box.suite["test_more"] = ("squared_distances", 0.0, "More.")
    graded.correct(kim={SHAPE}, min={SHAPE, DIM})
    shown = builtins_of(*graded.previewed())
    fields = names_in(shown) - names_in(shown["environment"]) - set(shown["summary"]["fates"])
    assert {"by_hand", "auto_before", "points_before", "largest_loss"} <= fields
    text = PAGE.read_text()
    assert not [name for name in sorted(fields | set(Fate)) if f"`{name}`" not in text]
