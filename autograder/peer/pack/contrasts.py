"""Right answers of a group that work differently, anonymous, harmless, and still right as shown.

Whose they are decides nothing here: they are known by a hash of their code, and stand in an order
of such hashes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from autograder.course import Assignment
from autograder.errors import SubmissionError
from autograder.notebook import Reference, read_reference
from autograder.peer.answers import Answer, anonymised_answer, notebook_with, traces
from autograder.peer.contrast import distance, how_they_differ, measure, most_contrasting
from autograder.peer.contrast.model import Measured
from autograder.peer.experiments import Discussion, probes_of
from autograder.peer.pack.harmless import fits_into_a_function, is_harmless
from autograder.peer.pack.manifest import Owner
from autograder.peer.pack.model import Contrast, Difference, Language, Needed, Probed, Shown
from autograder.peer.pack.notebook import in_a_function
from autograder.peer.pack.results import Result
from autograder.peer.pack.words import WORDS
from autograder.report import Outcome, Report
from autograder.sandbox import Sandbox, SandboxFailure

MOST_ANSWERS = 3  # of one symbol, on a page
MOST_SYMBOLS = 2
MOST_PROBES = 2  # for all answers to a symbol, in the notebook
MOST_DIFFERENCES = 6  # sentences about the answers to one symbol
LETTERS = "ABCDEFGH"
_MOST_LINES = 120  # of an answer: more than that nobody reads aloud
# What code tried while it was graded, and was refused: nobody else is to run it.
_TRIED = ("-attempt", "native-code")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An answer that may be shown."""

    key: str  # of its code
    answer: Answer
    needs: tuple[Needed, ...]
    students: tuple[str, ...]  # more than one where their code is the same
    submissions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    contrasts: tuple[Contrast, ...]
    owners: tuple[Owner, ...]
    remarks: tuple[str, ...] = ()  # for who organises


def right_symbols(report: Report, symbols: Iterable[str]) -> tuple[str, ...]:
    """Of which every test passed, and which no other member's machine need be afraid of."""
    if any(flag.partition(":")[0].endswith(_TRIED) for flag in report.flags):
        return ()
    outcomes: dict[str, set[Outcome]] = {}
    for test in report.tests:
        outcomes.setdefault(test.cell, set()).add(test.outcome)
    return tuple(s for s in symbols if outcomes.get(s) == {Outcome.PASSED})


def candidates_of(
    results: Iterable[Result],
    assignment: Assignment,
    reference: Reference,
    words: frozenset[str],
    remarks: list[str],
) -> dict[str, list[Candidate]]:
    """By symbol, without what cannot be made anonymous, is not harmless, or is too long.

    results  of members who may be shown
    words    what would say whose it is
    """
    found: dict[str, dict[str, Candidate]] = {symbol: {} for symbol in reference.symbols}
    for result in results:
        right = right_symbols(result.report, reference.symbols)
        answers: dict[str, Answer] = {}
        for symbol in right:
            made = _anonymous(result.data, assignment, reference, symbol, words)
            if made is None:
                remarks.append(f"{result.student}: {symbol} is not shown: not surely anonymous")
            elif not _is_showable(made):
                remarks.append(
                    f"{result.student}: {symbol} is not shown: it does more than a page can show, "
                    "or reaches for something that other people's machines should not run"
                )
            else:
                answers[symbol] = made
        for symbol, answer in answers.items():
            needs = _needed(answer, answers, {symbol})
            if needs is not None:
                _add(found[symbol], answer, needs, result)
    return {symbol: list(by_key.values()) for symbol, by_key in found.items()}


def still_right(
    candidates: Iterable[Candidate],
    assignment: Assignment,
    sandbox: Sandbox,
    seed: int,
    remarks: list[str],
) -> list[Candidate]:
    """Those that pass every test of their symbol as they are shown."""
    alone = replace(assignment, carry_errors=False)  # right by itself, or not at all
    kept = []
    for candidate in candidates:
        symbol = candidate.answer.symbol
        try:
            graded = sandbox.grade(measured_notebook(candidate, assignment), alone, seed=seed)
        except (SubmissionError, SandboxFailure):
            graded = None
        own = [test.outcome for test in graded.tests if test.cell == symbol] if graded else []
        if own and all(outcome == Outcome.PASSED for outcome in own):
            kept.append(candidate)
        else:
            who = " and ".join(candidate.students)
            remarks.append(f"{who}: {symbol} is not shown: made anonymous, it is no longer right")
    return kept


def choose(
    candidates: Mapping[str, Sequence[Candidate]],
    assignment: Assignment,
    sandbox: Sandbox,
    *,
    prefer: Iterable[str],
    discussion: Discussion,
    language: Language,
    seed: int,
) -> Chosen:
    """For the one or two symbols whose answers are furthest apart.

    prefer  symbols with a concept: they come before all others
    """
    wanted = set(prefer)
    ranked: list[tuple[bool, float, str]] = []
    measured: dict[str, dict[str, Measured]] = {}
    remarks: list[str] = []
    for symbol, some in candidates.items():
        if len(some) < 2:
            continue
        told = measure(
            {each.key: measured_notebook(each, assignment) for each in some},
            assignment,
            sandbox,
            symbol=symbol,
            codes={each.key: each.answer.code for each in some},
            seed=seed,
        )
        remarks += [f"{symbol}: an answer was not measured: {w}" for w in told.left_out.values()]
        chosen = most_contrasting(told.measured, most=MOST_ANSWERS)
        if len(chosen) >= 2:
            measured[symbol] = {key: told.measured[key] for key in chosen}
            ranked.append((symbol not in wanted, -_nearest(measured[symbol]), symbol))
    shown = {symbol for _, _, symbol in sorted(ranked)[:MOST_SYMBOLS]}
    contrasts, owners = [], []
    for symbol in (each for each in candidates if each in shown):
        by_key = {each.key: each for each in candidates[symbol]}
        ordered = sorted(measured[symbol], key=lambda key: _hash(f"{seed} order {key}"))
        labelled = dict(zip(LETTERS, ordered, strict=False))
        chosen_ones = {label: by_key[key] for label, key in labelled.items()}
        facts = {label: measured[symbol][key] for label, key in labelled.items()}
        contrasts.append(_contrast(symbol, chosen_ones, facts, assignment, discussion, language))
        owners += [
            Owner(symbol=symbol, label=label, students=each.students, submissions=each.submissions)
            for label, each in chosen_ones.items()
        ]
    return Chosen(contrasts=tuple(contrasts), owners=tuple(owners), remarks=tuple(remarks))


def traces_in(candidate: Candidate, words: Iterable[str]) -> tuple[str, ...]:
    code = [candidate.answer.code, *(each.code for each in _flat(candidate.needs))]
    return traces("\n".join(code), words)


def _contrast(
    symbol: str,
    some: Mapping[str, Candidate],
    measured: Mapping[str, Measured],
    assignment: Assignment,
    discussion: Discussion,
    language: Language,
) -> Contrast:
    probes = [each for each in probes_of(assignment, symbol) if not each.raises]
    return Contrast(
        symbol=symbol,
        answers=tuple(
            Shown(label=label, symbol=symbol, code=each.answer.code, needs=each.needs)
            for label, each in some.items()
        ),
        differences=tuple(_differences(measured, language)),
        questions=tuple(each[language] for each in discussion.of(symbol).compare),
        probes=tuple(
            Probed(code=each.code, name=each.name, ask=each.ask[language])
            for each in probes[:MOST_PROBES]
        ),
    )


def _differences(measured: Mapping[str, Measured], language: Language) -> Iterator[Difference]:
    words = WORDS[language]
    pairs = list(combinations(measured, 2))
    for pair in pairs:
        called = {words.answer.format(label=label): measured[label] for label in pair}
        told = how_they_differ(called, list(called), language)  # what tells most first
        for text in told[: MOST_DIFFERENCES // len(pairs)]:
            yield Difference(text, pair)


def _anonymous(
    data: bytes,
    assignment: Assignment,
    reference: Reference,
    symbol: str,
    words: frozenset[str],
) -> Answer | None:
    try:
        return anonymised_answer(data, assignment, reference, symbol, forbidden_words=words)
    except SubmissionError:
        return None


def _is_showable(answer: Answer) -> bool:
    code = answer.code
    short = code.count("\n") <= _MOST_LINES
    return short and is_harmless(code) and fits_into_a_function(code)


def _needed(
    answer: Answer, own: Mapping[str, Answer], above: set[str]
) -> tuple[Needed, ...] | None:
    """The graded symbols that it uses, all of them the same member's; None: one is missing."""
    found = []
    for symbol in answer.needs:
        if symbol not in own or symbol in above:
            return None
        below = _needed(own[symbol], own, above | {symbol})
        if below is None:
            return None
        found.append(Needed(symbol, own[symbol].code, below))
    return tuple(found)


def _add(
    found: dict[str, Candidate], answer: Answer, needs: tuple[Needed, ...], result: Result
) -> None:
    key = _hash("\0".join((answer.code, *(each.code for each in _flat(needs)))))
    known = found.get(key)
    if known is None:
        found[key] = Candidate(
            key=key,
            answer=answer,
            needs=needs,
            students=(result.student,),
            submissions=(result.digest,),
        )
        return
    found[key] = replace(
        known,
        students=(*known.students, result.student),
        submissions=(*known.submissions, result.digest),
    )


def _flat(needs: Iterable[Needed]) -> list[Needed]:
    return [one for each in needs for one in (each, *_flat(each.needs))]


def measured_notebook(candidate: Candidate, assignment: Assignment) -> bytes:
    symbol, code = candidate.answer.symbol, candidate.answer.code
    codes = {symbol: code}
    if candidate.needs:
        # Helpers of several answers may have the same name once they are made anonymous.
        codes |= {each.symbol: each.code for each in _flat(candidate.needs)}
        codes = {name: in_a_function(name, name, source) for name, source in codes.items()}
    if assignment.release.is_file():
        return notebook_with(assignment.release, codes)
    # Nothing of the reference may be where a student's code runs: its other cells are emptied.
    symbols = read_reference(assignment.reference).symbols
    return notebook_with(assignment.reference, dict.fromkeys(symbols, "") | codes)


def _nearest(measured: Mapping[str, Measured]) -> float:
    some = list(measured.values())
    return min(distance(a, b) for at, a in enumerate(some) for b in some[at + 1 :])


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
