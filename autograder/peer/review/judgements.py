"""What an instructor has said about items: scores by criterion, which then are the known ones.

A spot check and the decision about an appeal say the same kind of thing. Each is kept as it was
said; of two about one criterion the later counts, and an appeal's is final.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from autograder.errors import UsageError
from autograder.peer.review.model import Criterion, Item, Round
from autograder.peer.review.reliability import Judged

MOST_CHARS = 2000  # of a note, or of the reason of an appeal


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    item: str
    scores: Mapping[str, float]  # criterion id → the score that counts
    note: str
    by: str  # user@host
    at: datetime  # with a time zone


def judged_by(judgements: Iterable[Judgement]) -> Judged:
    """The last word about each criterion of each item."""
    found: dict[str, dict[str, float]] = {}
    for each in judgements:
        found.setdefault(each.item, {}).update(each.scores)
    return found


def item_at(made: Round, identity: str) -> Item:
    """raises  UsageError "unknown-item" """
    for item in made.items:
        if item.id == identity:
            return item
    raise UsageError(
        "unknown-item",
        f'the reviews of {made.assignment} have no item "{identity}"',
        next=f"autograder peer review spotcheck {made.assignment}: lists those to look at",
    )


def scores_from(written: Sequence[str], criteria: Sequence[Criterion]) -> dict[str, float]:
    """What stands after --score: "softmax.correct=2", or "correct=2" where that is plain.

    raises  UsageError "score-unclear", "score-out-of-range", "unknown-criterion", "no-score"
    """
    if not written:
        raise UsageError(
            "no-score",
            "it is not said which score it is to have",
            next=f"--score CRITERION=SCORE, of {', '.join(each.id for each in criteria)}",
        )
    found: dict[str, float] = {}
    for text in written:
        name, _, value = text.partition("=")
        criterion = _criterion(name.strip(), criteria)
        found[criterion.id] = _score(value.strip(), criterion)
    return found


def checked_words(words: str, *, what: str) -> str:
    """A note or a reason. raises  UsageError "too-long", "nothing-said" """
    text = words.strip()
    if not text:
        raise UsageError("nothing-said", f"{what} is empty", next="say in a sentence why")
    if len(text) > MOST_CHARS:
        raise UsageError(
            "too-long",
            f"{what} has {len(text)} characters",
            next=f"at most {MOST_CHARS}: say what matters, and where to read the rest",
        )
    return text


def _criterion(name: str, criteria: Sequence[Criterion]) -> Criterion:
    exact = [each for each in criteria if each.id == name]
    found = exact or [each for each in criteria if each.id.endswith(f".{name}")]
    if len(found) == 1:
        return found[0]
    names = [each.id for each in (found or criteria)]
    near = difflib.get_close_matches(name, names, n=3, cutoff=0.5) if not found else names
    raise UsageError(
        "score-unclear" if found else "unknown-criterion",
        f'"{name}" is the end of several criteria'
        if found
        else f'there is no criterion "{name}" here',
        next=f"one of {', '.join(near or names)}",
    )


def _score(value: str, criterion: Criterion) -> float:
    lowest, highest = criterion.values[0], criterion.values[-1]
    try:
        score = float(value)
    except ValueError:
        score = float("nan")
    if not lowest <= score <= highest:  # also what is no number at all
        raise UsageError(
            "score-out-of-range",
            f'"{value}" is no score of {criterion.id}',
            next=f"a number from {lowest} to {highest}",
        )
    return score
