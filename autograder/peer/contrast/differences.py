"""In what answers differ, as facts that hold on any machine and after any noise.

A figure is said where it is far beyond what chance or a busy machine can make of it, and rounded
so that it stays true.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from autograder.peer.contrast.model import Measured
from autograder.peer.contrast.operators import in_place, telling
from autograder.peer.contrast.words import WORDS, Kind, Words

_MOST_NAMES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something that holds of one answer and not of the others that are named."""

    kind: Kind
    label: str
    others: tuple[str, ...]
    names: tuple[str, ...] = ()
    times: float = 0.0  # rounded
    more: int = 0
    fewer: int = 0


@dataclass(frozen=True, slots=True)
class _Figure:
    """Of which a ratio is said: from `least` on, between figures larger than `small`.

    Operators and bytes are counted, and the same every time; a ratio of times may be half or double
    of what it is on another day.
    """

    kind: Kind
    of: Callable[[Measured], float]
    least: float
    small: float


_FIGURES = (
    _Figure("calls", lambda each: each.calls, 3.0, 0),
    _Figure("memory", lambda each: each.peak_bytes, 1.5, 512),
    # A clock and a call of a function take microseconds themselves.
    _Figure("speed", lambda each: 1 / max(each.duration_s, 5e-6), 2.0, 0),
    _Figure("length", lambda each: each.form.statements, 2.0, 3),
)


def facts(measured: Mapping[str, Measured], labels: Sequence[str]) -> tuple[Fact, ...]:
    """What tells most first. Of figures only the largest and the smallest are compared."""
    among = {label: measured[label] for label in labels}
    if len(among) < 2:
        return ()
    found = [*_only(among)]
    found += _unlike_others("in_place", among, _changes)
    found += _unlike_others("loop", among, lambda each: each.form.loops)
    found += _unlike_others(
        "comprehension", among, lambda each: each.form.loops + each.form.comprehensions
    )
    found += [fact for figure in _FIGURES for fact in _ratio(figure, among)]
    found += _unlike_others("helpers", among, lambda each: each.form.helpers)
    looped = {fact.label for fact in found if fact.kind == "loop"}
    return tuple(f for f in found if f.kind != "comprehension" or f.label not in looped)


def how_they_differ(
    measured: Mapping[str, Measured], labels: Sequence[str], language: str = "en"
) -> tuple[str, ...]:
    """A sentence for each fact.

    labels    what the answers are called on the page, in its order
    language  "en" or "ko"
    """
    words = WORDS[language]
    return tuple(in_words(fact, words) for fact in facts(measured, labels))


def in_words(fact: Fact, words: Words) -> str:
    names = [*fact.names[:_MOST_NAMES], *(["…"] if len(fact.names) > _MOST_NAMES else [])]
    return words.sentences[fact.kind].format(
        a=fact.label,
        b=words.joint.join(fact.others),
        names=", ".join(names),
        times=_times(fact.times, words),
        more=fact.more,
        fewer=fact.fewer,
    )


def rounded(ratio: float) -> float:
    """2.6 → 2.5, 7.8 → 8, 34 → 30, 1234 → 1000: one digit, halves below three."""
    if ratio < 3:
        return round(2 * ratio) / 2
    step = 10.0 ** math.floor(math.log10(ratio))
    return round(ratio / step) * step


def _times(times: float, words: Words) -> str:
    return words.twice if times == 2 else words.times.format(times=f"{times:,.10g}")


def _only(among: Mapping[str, Measured]) -> Iterator[Fact]:
    """What a reader finds in one answer, and in no other neither in the code nor below it."""
    for label, each in among.items():
        others = tuple(other for other in among if other != label)
        theirs = telling(
            name
            for other in others
            for form in [among[other].form]
            for name in (*among[other].operators, *form.calls, *form.names)
        )
        names = _seen(each) - theirs
        if names:
            yield Fact(kind="only", label=label, others=others, names=tuple(sorted(names)))


def _seen(answer: Measured) -> set[str]:
    """What its code names and its run asks torch for, and what it calls by name."""
    form = answer.form
    return (telling(answer.operators) & telling(form.names)) | telling(form.calls)


def _changes(answer: Measured) -> set[str]:
    """Operators that the code itself has change something; functions of torch do so inside too."""
    return in_place(answer.operators) & in_place(answer.form.names)


def _unlike_others(
    kind: Kind, among: Mapping[str, Measured], of: Callable[[Measured], int | Iterable[str]]
) -> Iterator[Fact]:
    """For each answer that has some, those that have none."""
    without = tuple(label for label, each in among.items() if not of(each))
    for label, each in among.items():
        there = of(each)
        if there and without:
            names = () if isinstance(there, int) else tuple(sorted(there))
            more = there if isinstance(there, int) else len(names)
            yield Fact(kind=kind, label=label, others=without, names=names, more=more)


def _ratio(figure: _Figure, among: Mapping[str, Measured]) -> Iterator[Fact]:
    of = {label: figure.of(each) for label, each in among.items()}
    most, least = max(of, key=lambda label: of[label]), min(of, key=lambda label: of[label])
    if of[least] <= figure.small or of[most] < figure.least * of[least]:
        return
    times = rounded(of[most] / of[least])
    more, fewer = int(of[most]), int(of[least])
    yield Fact(kind=figure.kind, label=most, others=(least,), times=times, more=more, fewer=fewer)
