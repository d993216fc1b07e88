"""Scores, spot checks, appeals and credit for people: tables on a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from autograder.feedback import clean_text
from autograder.feedback.text import one_line
from autograder.peer.review.aggregate import ItemScore
from autograder.peer.review.appeals import Appeal
from autograder.peer.review.judged_round import JudgedRound
from autograder.peer.review.judgements import Judgement
from autograder.peer.review.model import Item
from autograder.peer.review.spotchecks import Candidate

if TYPE_CHECKING:
    from autograder.peer.review.credit import Credit  # which knows nbgrader: two seconds

_MOST_LINES = 400  # of one symbol's code

_FATES = {
    "new": "",
    "changed": "in place of what was given before",
    "same": "as it is",
    "taken-away": "somebody took it away by hand; --again gives it again",
    "no-submission": "the gradebook has no submission",
    "no-score": "the gradebook has no score to put it on: grade first",
}


def show_scores(standing: JudgedRound) -> None:
    """Who got what, and how far each reviewer was trusted."""
    received = _table("student", "item", ">score", ">± ", ">reviews", "remarks")
    for score in sorted(standing.scores, key=lambda each: each.author):
        received.add_row(
            _name(score.author),
            score.item,
            _percent(score.share),
            _percent(score.uncertainty),
            str(score.reviews),
            escape(_remarks(score)),
        )
    given = _table("reviewer", ">done", ">known", ">error", ">bias", ">weight", "pool")
    for reviewer, trust in sorted(standing.trust.items()):
        work = standing.work[reviewer]
        given.add_row(
            _name(reviewer),
            f"{work.done:g}/{work.asked}",
            str(trust.items),
            _percent(trust.error),
            f"{trust.bias:+.0%}",
            f"{trust.weight:.2f}",
            trust.pool,
        )
    console = Console(highlight=False)
    console.print(received)
    console.print()
    console.print(given)


def show_spotchecks(standing: JudgedRound, candidates: Iterable[Candidate]) -> None:
    """Each item with its code and what reviewers said about it; not whose it is."""
    console = Console(highlight=False)
    scores = {score.item: score for score in standing.scores}
    for candidate in candidates:
        doubt = "" if candidate.uncertainty is None else f", ± {candidate.uncertainty:.0%}"
        console.print(f"[bold]{escape(candidate.item)}[/]: {candidate.reason}{doubt}")
        _show_item(console, standing.made.item(candidate.item))
        console.print(_review_table(standing, candidate.item, scores.get(candidate.item)))
        _show_comments(console, standing, candidate.item)
        console.print()


def show_judgement(judgement: Judgement) -> None:
    scores = ", ".join(f"{name} = {score:g}" for name, score in judgement.scores.items())
    _line(Console(highlight=False), f"{judgement.item}: {scores}")


def show_appeals(appeals: Sequence[Appeal]) -> None:
    shown = _table("appeal", "student", "item", "made", "why", "decision")
    for appeal in appeals:
        decided = appeal.decision
        words = "open"
        if decided is not None:
            scores = ", ".join(f"{name} = {score:g}" for name, score in decided.scores.items())
            words = f"{scores}: {one_line(decided.note, 200)}"
        shown.add_row(
            appeal.id,
            _name(appeal.student),
            appeal.item,
            f"{appeal.at:%Y-%m-%d %H:%M}",
            escape(one_line(appeal.why, 400)),
            escape(words),
        )
    Console(highlight=False).print(shown)


def show_credit(found: Iterable[Credit]) -> None:
    shown = _table("student", ">done", ">quality", ">credit", ">extra credit", "remarks")
    for each in found:
        shown.add_row(
            _name(each.student),
            f"{each.done:g}/{each.asked}" if each.asked else "not asked",
            _percent(each.quality),
            f"{each.points:g}",
            f"{_number(each.extra_before)} → {_number(each.extra_after)}",
            _FATES[each.fate],
        )
    Console(highlight=False).print(shown)


def _show_item(console: Console, item: Item) -> None:
    for symbol, code in item.code.items():
        _line(console, f"  {symbol}")
        for line in clean_text(code, 100_000, lines=_MOST_LINES).split("\n"):
            _line(console, f"    {line}")


def _review_table(standing: JudgedRound, item: str, score: ItemScore | None) -> Table:
    reviews = [review for review in standing.reviews if review.item == item]
    shown = _table("criterion", *(f">{_name(r.reviewer)}" for r in reviews), ">together", ">± ")
    for criterion in standing.made.criteria_of(standing.made.item(item)):
        together = score.criteria.get(criterion.id) if score is not None else None
        said = [review.scores.get(criterion.id) for review in reviews]
        shown.add_row(
            escape(criterion.id),
            *("—" if one is None else str(one) for one in said),
            "—" if together is None else f"{together.score:.2f}",
            _percent(None if together is None else together.uncertainty),
        )
    return shown


def _show_comments(console: Console, standing: JudgedRound, item: str) -> None:
    for review in standing.reviews:
        if review.item == item:
            for criterion, comment in review.comments.items():
                words = one_line(comment, 500)
                _line(console, f"  {one_line(review.reviewer, 40)} on {criterion}: {words}")


def _remarks(score: ItemScore) -> str:
    if score.state == "withdrawn":
        return "withdrawn by its author"
    if score.missing:
        some = f" of {', '.join(score.missing)}" if score.criteria else ""
        return f"too few reviews{some}"
    decided = sum(each.by == "instructor" for each in score.criteria.values())
    return f"{decided} of {len(score.criteria)} by an instructor" if decided else ""


def _table(*headings: str) -> Table:
    """A heading that begins with > is of numbers."""
    shown = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        numbers = heading.startswith(">")
        shown.add_column(
            heading.removeprefix(">"),
            justify="right" if numbers else "left",
            overflow="fold",
        )
    return shown


def _line(console: Console, text: str) -> None:
    console.print(escape(text), soft_wrap=True)


def _name(student: str) -> str:
    return escape(one_line(student, 40))


def _percent(share: float | None) -> str:
    return "—" if share is None else f"{share:.0%}"


def _number(points: float | None) -> str:
    return "—" if points is None else f"{points:g}"
