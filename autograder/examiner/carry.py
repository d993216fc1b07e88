"""One mistake is charged once: what uses a wrong symbol is tested over the reference's version.

After all tests have run, those that a symbol lost are run again with stand-ins for the graded
symbols that it uses and that are wrong. See decisions/0005.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from msgspec import structs

from autograder import wire
from autograder.examiner.candidate import Candidate
from autograder.examiner.plugin import Verdict
from autograder.examiner.reference_server import Kind, serve_reference, stand_in_kinds
from autograder.examiner.upstream import Upstream
from autograder.notebook import Submission
from autograder.report import Outcome

Run = Callable[[Candidate, Sequence[str]], dict[int, Verdict]]  # tests as "cell/name"


@dataclass(frozen=True, slots=True)
class Pass:
    """Tests that run over the reference's versions of the same symbols."""

    upstream: tuple[str, ...]
    tests: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Carried:
    """All verdicts, some in place of the first ones, and a line for each symbol that has such."""

    verdicts: dict[int, Verdict]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Carrying:
    """What it takes to carry errors in the submissions of one assignment."""

    order: wire.OpenSuite
    symbols: tuple[str, ...]  # all graded ones, in the reference's order
    reference: Mapping[str, Any]  # the reference's global names

    def serve_reference(self, channel: wire.Channel[Any], asked: wire.ServeReference) -> None:
        serve_reference(channel, self.reference, asked.names, self.order)

    def carried(
        self,
        submission: Submission,
        first: Candidate,
        tests: Sequence[wire.TestInfo],
        verdicts: Mapping[int, Verdict],
        run: Run,
    ) -> Carried:
        """After the tests have run; `verdicts` by their places in `tests`."""
        todo = self.todo(submission, first, tests, verdicts)
        return carry(first, verdicts, tests, todo, self.over, run)

    def todo(
        self,
        submission: Submission,
        first: Candidate,
        tests: Sequence[wire.TestInfo],
        verdicts: Mapping[int, Verdict],
    ) -> list[Pass]:
        """What is to be run again after `first` has run these tests."""
        uses = {
            symbol: first.asked.get(symbol, set()).union(submission.uses.get(symbol, ()))
            for symbol in self.symbols
        }
        spared = {*submission.untouched, *first.forbidden}
        spared |= {symbol for symbol, found in submission.forbidden.items() if found}
        return passes(tests, verdicts, self.symbols, uses, self._kinds(), spared)

    def over(self, first: Candidate, each: Pass) -> Candidate:
        """The same notebook with stand-ins, whose calls the suite's process answers."""
        kinds = self._kinds()
        load = structs.replace(
            first.terms.load, stand_ins={name: kinds[name] for name in each.upstream}
        )
        return Candidate(
            replace(first.terms, load=load),
            ended=first.ended,
            upstream=Upstream(self.order.listen, each.upstream, first.terms.message_bytes),
        )

    def _kinds(self) -> dict[str, Kind]:
        return stand_in_kinds({name: self.reference.get(name) for name in self.symbols})


def passes(
    tests: Sequence[wire.TestInfo],
    verdicts: Mapping[int, Verdict],
    symbols: Sequence[str],
    uses: Mapping[str, Collection[str]],
    can_stand: Collection[str],
    spared: Collection[str] = (),
) -> list[Pass]:
    """What to run again, and over what.

    symbols    all graded ones, in the reference's order; only earlier ones are upstream
    uses       the symbols that a symbol uses itself; what those use is found by following
    can_stand  symbols whose reference can be called from a candidate
    spared     symbols that are not tested again: there is nothing to be gained
    """
    lost = [index for index, verdict in verdicts.items() if verdict.outcome is not Outcome.PASSED]
    wrong = {tests[index].cell for index in lost}
    groups: dict[tuple[str, ...], list[int]] = {}
    for symbol in symbols:
        own = [index for index in lost if tests[index].cell == symbol]
        below = _upstream(symbol, symbols, uses, wrong)
        chosen = tuple(other for other in symbols if other in below and other in can_stand)
        if own and chosen and symbol not in spared:
            groups.setdefault(chosen, []).extend(own)
    return [Pass(upstream, tuple(own)) for upstream, own in groups.items()]


def _upstream(
    symbol: str, symbols: Sequence[str], uses: Mapping[str, Collection[str]], wrong: set[str]
) -> set[str]:
    """The wrong ones that it reaches. A right one is the student's own, and is followed."""
    earlier = set(symbols[: symbols.index(symbol)])
    found: set[str] = set()
    waiting, seen = [symbol], {symbol}
    while waiting:
        for other in earlier.intersection(uses.get(waiting.pop(), ())) - seen:
            seen.add(other)
            (found.add if other in wrong else waiting.append)(other)
    return found


def carry(
    first: Candidate,
    verdicts: Mapping[int, Verdict],
    tests: Sequence[wire.TestInfo],
    todo: Iterable[Pass],
    over: Callable[[Candidate, Pass], Candidate],
    run: Run,
) -> Carried:
    """Run the passes within the time that `first` left of the notebook's."""
    better: dict[int, Verdict] = {}
    notes: dict[str, None] = {}
    for each in todo:
        if time.monotonic() >= first.ended:
            break
        candidate = over(first, each)
        try:
            found = run(candidate, [f"{tests[i].cell}/{tests[i].name}" for i in each.tests])
        finally:
            candidate.close()
            if candidate.upstream is not None:
                candidate.upstream.close()
            _absorb(first, candidate)
        words = listed(each.upstream)
        for index in each.tests:
            if index in found and not _ran_out(found[index], candidate):
                better[index] = told(found[index], tests[index].cell, words)
                notes[f"`{tests[index].cell}` was tested over the reference's {words}"] = None
    return Carried({**verdicts, **better}, tuple(notes))


def _absorb(first: Candidate, other: Candidate) -> None:
    """What was seen of the notebook's code counts wherever it was seen."""
    first.flags |= other.flags
    first.memory_bytes = max(first.memory_bytes or 0, other.memory_bytes or 0)
    for symbol, names in other.forbidden.items():
        first.forbidden[symbol] = names | first.forbidden.get(symbol, {})


def _ran_out(verdict: Verdict, candidate: Candidate) -> bool:
    """Of the notebook's time, which says nothing about the symbol: the first verdict stays."""
    return verdict.outcome is Outcome.TIMEOUT and time.monotonic() >= candidate.ended


def told(verdict: Verdict, cell: str, upstream: str) -> Verdict:
    """What a second run says; `upstream` as `listed` gives it."""
    if verdict.outcome is Outcome.PASSED:
        why = f"counted over the reference's {upstream}, because your own is wrong"
        return replace(verdict, message=why)
    where = f"(with the reference's {upstream} in place of your own: this is about `{cell}` alone)"
    return replace(verdict, message=f"{verdict.message}\n{where}")


def listed(names: Sequence[str]) -> str:
    quoted = [f"`{name}`" for name in names]
    return " and ".join(filter(None, [", ".join(quoted[:-1]), quoted[-1]]))
