"""Which known mistake a student's code makes: the catalogue's wrong versions, asked the same.

A wrong version is named for a failed test if it answers every recorded question of that test as
the student's code did, and the reference does not. It is named for no test of a symbol if it
answers any test of that symbol otherwise than the student's code, also one that passed; and two
that both remain are told apart or not named. See docs/diagnosis.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from autograder import wire
from autograder.examiner.likeness import alike, alike_exceptions, of_one_form
from autograder.examiner.replay import Astray, Replay
from autograder.examiner.transcript import Step, Transcript
from autograder.replicas import Replica
from autograder.report import Outcome

_FAILED = (Outcome.FAILED, Outcome.ERROR)
# What code raises that is not there yet, or not Python: no idea that went wrong.
_UNFINISHED = {"NotImplementedError", "NameError", "SyntaxError", "IndentationError"}


class Likeness(Enum):
    """How a wrong version compares with the student's code in one test."""

    EXPLAINS = auto()  # the same answers, where the reference has others
    RAISES = auto()  # the same exception, where the reference has an answer: so do many mistakes
    AGREES = auto()  # the same answers, and nothing that only this mistake brings about
    UNKNOWN = auto()  # other random numbers
    CONTRADICTS = auto()


@dataclass(frozen=True, slots=True)
class _Departure:
    """Where the reference stops to answer as the student's code does."""

    step: int
    reply: wire.Reply | None


@dataclass(frozen=True, slots=True)
class Course:
    """The code of the course that a student's is compared with."""

    reference: Mapping[str, Any]
    mistakes: tuple[Replica, ...]
    limit_bytes: int  # of an answer


def diagnose(
    course: Course,
    tests: Sequence[wire.TestInfo],
    outcomes: Mapping[int, Outcome],
    transcripts: Mapping[int, Transcript],
    uses: Mapping[str, Collection[str]],
) -> dict[int, str]:
    """Place of a failed test in `tests` → id of the mistake that explains it.

    outcomes     of the tests that were run, by their place
    transcripts  of those that have one; the others are no evidence for anything
    uses         symbol → the graded symbols that the student's code of it calls by itself
    """
    found: dict[int, str] = {}
    wrong = {tests[p].cell for p, outcome in outcomes.items() if outcome is not Outcome.PASSED}
    for cell in {tests[place].cell for place, outcome in outcomes.items() if outcome in _FAILED}:
        of_cell = [
            place
            for place in outcomes
            if tests[place].cell == cell
            and place in transcripts
            and not _rests_on(wrong, cell, transcripts[place], uses)
        ]
        failed = [
            place
            for place in of_cell
            if outcomes[place] in _FAILED and _finished(transcripts[place])
        ]
        passed = [p for p in of_cell if outcomes[p] is Outcome.PASSED]
        mistakes = [each for each in course.mistakes if each.cell == cell]
        known = _Cell(course, transcripts, [f"{test.cell}/{test.name}" for test in tests])
        found |= known.explain(mistakes, failed, passed)
    return found


class _Cell:
    """keys  "cell/test" for each place"""

    def __init__(
        self, course: Course, transcripts: Mapping[int, Transcript], keys: Sequence[str]
    ) -> None:
        self._course = course
        self._transcripts = transcripts
        self._keys = keys
        self._departures: dict[int, _Departure | None] = {}

    def explain(
        self, mistakes: Sequence[Replica], failed: Sequence[int], passed: Sequence[int]
    ) -> dict[int, str]:
        failed = sorted(failed, key=lambda place: self._transcripts[place].cost)
        explained: dict[str, set[int]] = {}
        for group in self._in_turn(mistakes, failed, passed):
            for mistake in group:
                by = self._explained_by(mistake, failed, passed)
                if by:  # an entry may have several versions
                    explained[mistake.id] = by | explained.get(mistake.id, set())
            if explained:
                break
        found = {}
        for place in failed:
            candidates = {each: by for each, by in explained.items() if place in by}
            best = [
                each
                for each, by in candidates.items()
                if all(by > other for name, other in candidates.items() if name != each)
            ]
            if len(best) == 1:
                found[place] = best[0]
        return found

    def _in_turn(
        self, mistakes: Sequence[Replica], failed: Sequence[int], passed: Sequence[int]
    ) -> Iterator[list[Replica]]:
        """Those first that are known to fail just these tests, and entries of which nothing is
        known. Of the others, one that is known to fail other tests is no candidate: it would be
        contradicted, and a replay costs time. An entry's further versions are asked last."""
        known = {test for each in mistakes for test in each.fails}  # not those that are new
        entries = {each.id for each in mistakes if each.fails}
        lost = {self._keys[place] for place in failed} & known
        held = {self._keys[place] for place in passed}
        chance = max(2, len(lost) // 4)  # a test may notice it under some seeds only
        first, then = [], []
        for each in mistakes:
            apart = len(lost - each.fails) + len(each.fails & held)
            if each.id not in entries or (each.fails and not apart):
                first.append(each)
            elif not each.fails or apart <= chance:
                then.append(each)
        yield first
        yield then

    def _explained_by(
        self, mistake: Replica, failed: Sequence[int], passed: Sequence[int]
    ) -> set[int]:
        """The failed tests that it explains; none if anything speaks against it."""
        seen: dict[int, Likeness] = {}
        for place in failed:
            seen[place] = self._likeness(mistake, place)
            if seen[place] is Likeness.CONTRADICTS:
                return set()
        explained = {place for place, likeness in seen.items() if likeness is Likeness.EXPLAINS}
        if not explained:
            return set()
        # Many mistakes raise alike: where nothing else is seen of one, all else has to agree.
        only_raised = all(_ends_raising(self._transcripts[place]) for place in explained)
        for place in passed:
            if mistake.fails and not only_raised and self._keys[place] not in mistake.fails:
                continue  # it is right there, as the student's code is
            followed = self._followed(mistake, place)
            seen[place] = followed if isinstance(followed, Likeness) else Likeness.AGREES
            if seen[place] is Likeness.CONTRADICTS:
                return set()
        raised = {place for place in failed if seen[place] is Likeness.RAISES}
        if only_raised and (
            Likeness.UNKNOWN in seen.values() or self._same_words(explained, raised)
        ):
            return set()
        return explained | raised

    def _same_words(self, places: Iterable[int], others: Iterable[int]) -> bool:
        """Whether what was raised in some tests was raised in others too, so that it is not about
        what is different in the first."""
        here, there = (
            {_raised(self._transcripts[place]) for place in group} for group in (places, others)
        )
        return bool(here & there)

    def _likeness(self, mistake: Replica, place: int) -> Likeness:
        followed = self._followed(mistake, place)
        if isinstance(followed, Likeness):
            return followed
        raising = _ends_raising(self._transcripts[place])
        known = self._keys[place] in mistake.fails
        if known and not raising and self._word_for_word(followed, place):
            return Likeness.EXPLAINS  # where the reference passes
        if place not in self._departures:
            self._departures[place] = self._departure(self._transcripts[place])
        departure = self._departures[place]
        if departure is None:
            return Likeness.AGREES
        theirs = self._transcripts[place].steps[departure.step].reply
        mine = followed[departure.step]
        same = alike(theirs, mine) or _asserted(mine)
        if not same or alike(mine, departure.reply):
            return Likeness.AGREES
        step = self._transcripts[place].steps[departure.step]
        return Likeness.RAISES if _only_raises(step, mine, departure) else Likeness.EXPLAINS

    def _word_for_word(self, answers: Sequence[wire.Reply | None], place: int) -> bool:
        steps = self._transcripts[place].steps
        return all(
            not isinstance(mine, wire.Raised) or alike(step.reply, mine)
            for step, mine in zip(steps, answers, strict=True)
        )

    def _followed(self, mistake: Replica, place: int) -> list[wire.Reply | None] | Likeness:
        """What it answers, if that is all as the student's code did."""
        transcript = self._transcripts[place]
        replay = self._replay(mistake.names, transcript)
        answers = []
        try:
            for step in transcript.steps:
                mine = replay.answer(step.request, step.reply)
                if not (alike(step.reply, mine) or alike_exceptions(step.reply, mine)):
                    by_chance = replay.drew() and of_one_form(step.reply, mine)
                    return Likeness.UNKNOWN if by_chance else Likeness.CONTRADICTS
                replay.follow(step.request, step.reply, mine)
                answers.append(mine)
        except Astray:
            return Likeness.CONTRADICTS
        return answers

    def _departure(self, transcript: Transcript) -> _Departure | None:
        replay = self._replay(self._course.reference, transcript)
        for i, step in enumerate(transcript.steps):
            try:
                mine = replay.answer(step.request, step.reply)
                if not (alike(step.reply, mine) or alike_exceptions(step.reply, mine)):
                    return _Departure(i, mine)
                replay.follow(step.request, step.reply, mine)
            except Astray:
                return _Departure(i, None)
        return None

    def _replay(self, names: Mapping[str, Any], transcript: Transcript) -> Replay:
        return Replay(names, transcript.seed, limit_bytes=self._course.limit_bytes)


def _rests_on(
    wrong: Collection[str],
    cell: str,
    transcript: Transcript,
    uses: Mapping[str, Collection[str]],
) -> bool:
    """Whether a symbol was tested over a wrong one of the student's own, by its own call of it or
    by the test's: what it answered then may look like another mistake of its own."""
    waiting = [{cell}, {name for name in transcript.asked_for() if name != cell}]
    seen = {cell}
    while waiting:
        for other in waiting.pop() - transcript.over:
            if other in wrong and other != cell:
                return True
            seen.add(other)
            waiting.append(set(uses.get(other, ())) - seen)
    return False


def _finished(transcript: Transcript) -> bool:
    replies = (step.reply for step in transcript.steps)
    return not any(isinstance(r, wire.Raised) and _UNFINISHED & set(r.types) for r in replies)


def _ends_raising(transcript: Transcript) -> bool:
    return bool(transcript.steps) and isinstance(transcript.steps[-1].reply, wire.Raised)


def _raised(transcript: Transcript) -> tuple[str, str]:
    last = transcript.steps[-1].reply
    assert isinstance(last, wire.Raised)
    return last.types[0], last.message


def _only_raises(step: Step, mine: wire.Reply | None, departure: _Departure) -> bool:
    """Whether an exception is all that tells a mistake from the reference, and it could be
    anybody's. On the second device it is about that device; and where the reference raises one
    itself, which one it is is the answer."""
    elsewhere = isinstance(step.request, wire.Call) and step.request.elsewhere
    both = isinstance(departure.reply, wire.Raised)
    return isinstance(mine, wire.Raised) and not elsewhere and not both


def _asserted(reply: wire.Reply | None) -> bool:
    """An assertion has the words of whoever wrote it."""
    return isinstance(reply, wire.Raised) and reply.types[:1] == ["AssertionError"]
