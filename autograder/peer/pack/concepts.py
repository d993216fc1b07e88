"""What went wrong in a group, as things to work through: never who, never how many.

Mistakes that were recognised come in the words of the catalogue; failed behaviours without a
diagnosis in the words that feedback has for students, and only those that students may see now.
The order is that of the notebook and the catalogue, whoever and however many it was.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from autograder.catalogue import Misconception, read_catalogue
from autograder.course import Assignment
from autograder.feedback import View, words_in
from autograder.feedback.rows import category_text
from autograder.feedback.text import one_line
from autograder.peer.pack.model import Behaviour, Concept, Language, Trial
from autograder.peer.pack.words import WORDS
from autograder.report import Outcome, Report, TestResult

FORBIDDEN = "forbidden-api:"
TrialOf = Callable[[Misconception], Trial | None]


@dataclass(slots=True)
class _Found:
    """Of one symbol."""

    mistakes: set[str] = field(default_factory=set)
    behaviours: dict[tuple[str, str], int] = field(default_factory=dict)  # → place in the suite
    forbidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Concepts:
    """entries  of the catalogue that are among them, in their order, by the concept's id"""

    all: tuple[Concept, ...]
    entries: Mapping[str, Misconception]


def concepts_of(
    reports: Iterable[tuple[Report, View]],
    assignment: Assignment,
    symbols: Sequence[str],
    language: Language,
    trial_of: TrialOf = lambda entry: None,
) -> Concepts:
    """
    reports  of the members, each with what its student may see of it now
    symbols  of the assignment, in the notebook's order
    raises   CourseError "catalogue-broken"
    """
    found = {symbol: _Found() for symbol in symbols}
    catalogue = {entry.id: entry for entry in read_catalogue(assignment.misconceptions)}
    for report, view in reports:
        _add(report, view, found, catalogue)
    concepts: list[Concept] = []
    entries: dict[str, Misconception] = {}
    for symbol in symbols:
        for name in sorted(found[symbol].mistakes):
            concept = _mistake(catalogue[name], language, trial_of)
            entries[concept.id] = catalogue[name]
            concepts.append(concept)
        concepts += _undiagnosed(symbol, found[symbol], language)
        concepts += _not_allowed(symbol, found[symbol], language)
    return Concepts(all=tuple(concepts), entries=entries)


def shared_out(
    concepts: Sequence[Concept], most: int
) -> tuple[tuple[Concept, ...], tuple[Concept, ...]]:
    """(what there is time for, the rest), both in the given order; each symbol gets its turn."""
    by_symbol: dict[str, list[int]] = {}
    for at, concept in enumerate(concepts):
        by_symbol.setdefault(concept.symbol, []).append(at)
    turns = [
        own[turn]
        for turn in range(max(map(len, by_symbol.values()), default=0))
        for own in by_symbol.values()
        if turn < len(own)
    ]
    now = set(turns[:most])
    chosen = tuple(each for at, each in enumerate(concepts) if at in now)
    return chosen, tuple(each for at, each in enumerate(concepts) if at not in now)


def uses_what_is_forbidden(test: TestResult, report: Report) -> bool:
    """Were the test's points lost to a function that is not allowed, whatever the answer was?"""
    uses = any(flag.startswith(FORBIDDEN) for flag in report.flags)
    return uses and test.message.startswith(f"`{test.cell}` uses ")


def _add(
    report: Report, view: View, found: Mapping[str, _Found], catalogue: Mapping[str, Misconception]
) -> None:
    if view.next_answer is not None:  # its student reads points alone, until then
        return
    for place, test in enumerate(report.tests):
        own = found.get(test.cell)
        if own is None or test.outcome is Outcome.PASSED or view.of(test) != "now":
            continue
        if test.cell in (report.untouched or ()):
            continue  # not begun is no concept
        entry = catalogue.get(test.misconception or "")
        if entry is not None and entry.cell in found:
            found[entry.cell].mistakes.add(entry.id)
        elif uses_what_is_forbidden(test, report):
            own.forbidden = True
        elif test.description:
            own.behaviours.setdefault((test.category, test.description), place)


def _mistake(entry: Misconception, language: Language, trial_of: TrialOf) -> Concept:
    return Concept(
        symbol=entry.cell,
        id=_id_of(entry.cell, entry.id),
        title=_sentence(entry.title[language]),
        text=one_line(entry.feedback[language], 5_000),
        question=one_line(entry.question[language], 5_000),
        trial=trial_of(entry),
    )


def _undiagnosed(symbol: str, found: _Found, language: Language) -> list[Concept]:
    if not found.behaviours:
        return []
    words = WORDS[language]
    ordered = sorted(found.behaviours, key=lambda pair: (found.behaviours[pair], pair))
    behaviours = tuple(
        Behaviour(
            category=category_text(category, words_in(language)),
            text=one_line(description),
        )
        for category, description in ordered
    )
    return [
        Concept(
            symbol=symbol,
            id=_id_of(symbol, "behaviours"),
            title=words.behaviours_title.format(symbol=symbol),
            text=words.behaviours_text,
            question=words.behaviours_question,
            behaviours=behaviours,
        )
    ]


def _not_allowed(symbol: str, found: _Found, language: Language) -> list[Concept]:
    if not found.forbidden:
        return []
    words = WORDS[language]
    return [
        Concept(
            symbol=symbol,
            id=_id_of(symbol, "forbidden"),
            title=words.forbidden_title.format(symbol=symbol),
            text=words.forbidden_text,
            question=words.forbidden_question,
        )
    ]


def _sentence(title: str) -> str:
    return one_line(title, 300).removesuffix(".")


def _id_of(symbol: str, name: str) -> str:
    """Names of the catalogue's files are not for students."""
    return f"{symbol}-{hashlib.sha256(f'{symbol} {name}'.encode()).hexdigest()[:8]}"
