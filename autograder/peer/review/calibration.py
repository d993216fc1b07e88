"""Answers of known quality, which reviewers read among the others without knowing which they are.

They are put together from wrong versions of the catalogue and from members' fully right answers,
made anonymous like everybody's. Never from the reference: a reviewer who meets it has the solution
from us, and it looks like no student's. What is known of their quality comes from grading them
(known.py). A right answer has its author in Item.author, so that whoever hands items out can keep
it from the author and the author's group; an item without any is of the catalogue alone.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from autograder.catalogue import Misconception, read_catalogue
from autograder.course import Assignment, Course, Student, students_of
from autograder.errors import UsageError
from autograder.notebook.stubs import stubbed
from autograder.peer.answers import anonymised_answer, forbidden_words, names_of
from autograder.peer.review.files import round_folder, write_json
from autograder.peer.review.known import CORRECT, EXTREMES, Known, known_scores
from autograder.peer.review.model import SCHEMA, Criterion, Item
from autograder.peer.review.right_answers import Right, right_answers
from autograder.sandbox import Sandbox
from autograder.verify.answers import Answers, stub
from autograder.verify.bench import Bench, Job

FILE = "calibration.json"
_SEED = 1  # of the tests' inputs: a wrong version is known by any
_PLAIN = 1 / 3  # a share: what is worth no more than this, a reviewer who looks can see
_SPARE = 2  # wrong versions that are graded for each that is needed: some can hardly be told

OpenSandbox = Callable[[], AbstractContextManager[Sandbox]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """One item, with what the organiser may know of it."""

    item: Item
    sources: Mapping[str, str]  # symbol → "catalogue ID" or "student ID"
    reasons: Mapping[str, str]  # criterion id → why its known score is what it is


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    made: tuple[Made, ...]
    schema: int = SCHEMA


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """One symbol of an item."""

    source: str
    code: str  # anonymised
    known: Mapping[str, Known]


def calibration_items(
    course: Course,
    assignment: Assignment,
    n: int,
    seed: int,
    rubric: Sequence[Criterion],
    *,
    open_sandbox: OpenSandbox | None = None,
) -> tuple[Item, ...]:
    """At most n items, a third of them right in all; fewer where there is too little for that.

    So of any half of them at least one has a fault: who gives everybody the best level is seen.
    What each is made of and why its scores are known is kept beside the round, for the organiser.

    open_sandbox  where wrong versions are graded; None: as the course says
    raises        UsageError "nothing-known" if there is nothing at all to make any of; CourseError,
                  SandboxUnavailable, AutograderError of the store
    """
    if n < 1:
        return ()
    maker = _Maker(course, assignment, seed, tuple(rubric))
    made = tuple(maker.items(n, open_sandbox or (lambda: _opened(course, assignment))))
    if not made:
        raise UsageError(
            "nothing-known",
            f"there is no answer to {assignment.name} whose quality is known",
            where=str(assignment.misconceptions),
            next="write wrong answers into the catalogue, or grade first: an answer with full "
            "marks serves too; and ask in the rubric what grading knows, by the ids "
            f"{CORRECT} or {EXTREMES}; or assign without calibration",
        )
    write_json(round_folder(course, assignment.name) / FILE, _Kept(made=made))
    return tuple(each.item for each in made)


@dataclass(slots=True)
class _Maker:
    course: Course
    assignment: Assignment
    seed: int
    rubric: tuple[Criterion, ...]
    answers: Answers = field(init=False)
    people: tuple[Student, ...] = field(init=False)
    chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.answers = Answers(self.assignment.reference)
        self.people = tuple(students_of(self.course)) if self.course.roster else ()
        self.chance = random.Random(f"{self.seed} calibration {self.assignment.name}")

    def items(self, n: int, open_sandbox: OpenSandbox) -> Iterator[Made]:
        right = self._right_parts(n)
        whole = [(False, each) for each in right[: n // 3]]
        wrong = self._wrong_parts(n - len(whole), open_sandbox)
        nobodys: tuple[str | None, dict[str, _Part]] = (None, {})
        bases = [*right[n // 3 :], *[nobodys] * n]  # what is wrong may be right in other symbols
        plans = [*whole, *((True, bases[at]) for at in range(n - len(whole)))]
        self.chance.shuffle(plans)
        number = 0
        for has_fault, (author, base) in plans:
            parts = self._with_faults(base, wrong) if has_fault else base
            if not any(part.known for part in parts.values()):
                continue
            mine = author if any(p.source.startswith("student") for p in parts.values()) else None
            number += 1
            yield self._made(f"K{number}", mine, parts)

    def _made(self, identity: str, author: str | None, parts: Mapping[str, _Part]) -> Made:
        ordered = {s: parts[s] for s in self.answers.symbols if s in parts}
        known = {name: k for part in ordered.values() for name, k in part.known.items()}
        return Made(
            item=Item(
                id=identity,
                author=author,
                code={symbol: part.code for symbol, part in ordered.items()},
                known={name: each.score for name, each in known.items()},
            ),
            sources={symbol: part.source for symbol, part in ordered.items()},
            reasons={name: each.why for name, each in known.items()},
        )

    def _with_faults(
        self, base: Mapping[str, _Part], wrong: Mapping[str, list[_Part]]
    ) -> dict[str, _Part]:
        """Some symbols of a right answer replaced, or all where there is no right one."""
        there = [symbol for symbol in self.answers.symbols if wrong.get(symbol)]
        if not there:
            return dict(base)
        chosen = there if not base else [s for s in there if self.chance.random() < 0.5]
        faults = {s: wrong[s].pop(0) for s in chosen or [self.chance.choice(there)]}
        return {**base, **faults}

    def _right_parts(self, n: int) -> list[tuple[str, dict[str, _Part]]]:
        """Of at most n students: every symbol of theirs, made anonymous for certain."""
        found = []
        for right in right_answers(self.course, self.assignment, self.chance):
            parts = self._parts_of(right)
            if parts is not None:
                found.append((right.student, parts))
            if len(found) == n:
                break
        return found

    def _parts_of(self, right: Right) -> dict[str, _Part] | None:
        words = forbidden_words(
            self.people,
            [right.notebook],
            assignment=self.assignment,
            reference=self.answers.reference,
        ) | {right.student}
        parts = {}
        for symbol in self.answers.symbols:
            known = known_scores(self.rubric, symbol, right.tests)
            part = self._part(right.notebook, symbol, f"student {right.student}", known, words)
            if part is None:
                return None
            parts[symbol] = part
        return parts

    def _wrong_parts(self, each: int, open_sandbox: OpenSandbox) -> dict[str, list[_Part]]:
        """By symbol, what is plainly wrong first; in another order for every seed."""
        entries = self._some_entries(each * _SPARE)
        if not entries:
            return {}
        jobs = [Job(self.answers.with_cells({e.cell: e.code}), _SEED) for e in entries]
        with open_sandbox() as sandbox:
            cores = self.course.sandbox.jobs or os.cpu_count() or 1
            bench = Bench(sandbox, self.assignment, jobs=cores, tick=lambda: None)
            marks = bench.grade_all(jobs)
        words = names_of(self.people)
        found: dict[str, list[_Part]] = {}
        for entry, got in zip(entries, marks, strict=True):
            known = known_scores(self.rubric, entry.cell, list(got.tests.values()))
            notebook = self._notebook_of(entry)
            part = self._part(notebook, entry.cell, f"catalogue {entry.id}", known, words)
            if part is not None and self._worst(part) < 1.0:
                found.setdefault(entry.cell, []).append(part)
        for parts in found.values():
            # Many mistakes are one corner's, which few reviewers will find.
            parts.sort(key=lambda part: self._worst(part) > _PLAIN)
        return found

    def _worst(self, part: _Part) -> float:
        """The lowest known score as a share; 1 if no fault of it is known to the rubric."""
        criteria = {criterion.id: criterion for criterion in self.rubric}
        shares = (criteria[name].share(known.score) for name, known in part.known.items())
        return min(shares, default=1.0)

    def _some_entries(self, most: int) -> list[Misconception]:
        entries = list(read_catalogue(self.assignment.misconceptions))
        self.chance.shuffle(entries)
        some: list[Misconception] = []
        for symbol in self.answers.symbols:
            some += [entry for entry in entries if entry.cell == symbol][:most]
        return some

    def _notebook_of(self, entry: Misconception) -> bytes:
        """With nothing of the reference's solution in it, whatever the version reaches for."""
        stubs = {
            symbol: stubbed(self.answers.source(symbol)) or stub(symbol)
            for symbol in self.answers.symbols
        }
        return self.answers.with_cells({**stubs, entry.cell: entry.code})

    def _part(
        self,
        notebook: bytes,
        symbol: str,
        source: str,
        known: Mapping[str, Known],
        words: frozenset[str],
    ) -> _Part | None:
        answer = anonymised_answer(
            notebook,
            self.assignment,
            self.answers.reference,
            symbol,
            forbidden_words=words,
        )
        return None if answer is None else _Part(source=source, code=answer.code, known=known)


def _opened(course: Course, assignment: Assignment) -> AbstractContextManager[Sandbox]:
    from autograder.sandbox.choice import choose

    choice = choose(course, course.sandbox.kind, names=[assignment.name])
    jobs = course.sandbox.jobs or os.cpu_count() or 1
    return choice.open(jobs=jobs)
