"""What is read before anything is graded, and so how much there is to do."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from autograder.course import Assignment
from autograder.verify.alternatives import files_of
from autograder.verify.answers import Answers
from autograder.verify.careless import KINDS as CARELESS
from autograder.verify.catalogued import Catalogue, read_all
from autograder.verify.equivalent import Marked, read_equivalent
from autograder.verify.mutants import Mutant, sample
from autograder.verify.mutation import all_mutants
from autograder.verify.trivial import KINDS

_TESTS = 30  # how many a suite may have; only the bar on a terminal depends on it


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    jobs: int = 1
    seed: int = 1  # of the reference's runs, and of the sample of mutants
    mutants: int | None = None  # how many to try; None: all
    accept: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    assignment: Assignment
    options: Options
    answers: Answers
    catalogue: Catalogue
    alternatives: tuple[Path, ...]
    marked: Marked
    every: tuple[Mutant, ...]  # all mutants
    mutants: tuple[Mutant, ...]  # those that are tried

    @property
    def untried(self) -> list[Mutant]:
        chosen = {mutant.id for mutant in self.mutants}
        return [mutant for mutant in self.every if mutant.id not in chosen]

    @property
    def ids(self) -> list[str]:
        """Of all wrong answers that there are."""
        simple = [f"{cell}:{kind}" for cell in self.answers.symbols for kind in (*KINDS, *CARELESS)]
        entries = [entry.id for entry in self.catalogue.entries]
        return [*simple, *entries, *(mutant.id for mutant in self.every)]

    @property
    def gradings(self) -> int:
        """About as many as there will be."""
        cells = len(self.answers.symbols)
        wrong = len(self.mutants) + len(self.catalogue.entries)
        kinds = len(KINDS) + (len(CARELESS) if self.options.mutants is None else 0)
        wrong += cells * kinds
        others = _TESTS + 10 + cells + len(self.alternatives)
        others += sum(len(entry.variants) for entry in self.catalogue.entries)
        return others + wrong * (2 if self.options.accept else 1)


def plan(assignment: Assignment, options: Options) -> Plan:
    """Raises CourseError if the reference cannot be read."""
    answers = Answers(assignment.reference)
    marked = read_equivalent(assignment)
    every = all_mutants(answers, assignment)
    return Plan(
        assignment=assignment,
        options=options,
        answers=answers,
        catalogue=read_all(assignment, answers.symbols),
        alternatives=tuple(files_of(assignment)),
        marked=marked,
        every=tuple(every),
        mutants=tuple(_chosen(every, marked, options)),
    )


def _chosen(every: list[Mutant], marked: Marked, options: Options) -> list[Mutant]:
    """A sample has what is marked equivalent too: that is soon tried, and may be wrong."""
    if options.mutants is None:
        return every
    picked = {mutant.id for mutant in sample(every, options.mutants, options.seed)}
    return [mutant for mutant in every if mutant.id in picked or mutant.id in marked.reasons]
