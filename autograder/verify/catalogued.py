"""Known misconceptions lose points in their own cell and are recognised as themselves."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from autograder.catalogue import Misconception, Variant, read_misconception
from autograder.course import Assignment
from autograder.errors import CourseError
from autograder.verify import places
from autograder.verify.answers import Answers
from autograder.verify.bench import Bench, Job, Marks
from autograder.verify.findings import Finding, of_error

RECOGNISES = True  # whether gradings compare failures with the catalogue


@dataclass(frozen=True, slots=True)
class Catalogue:
    entries: tuple[Misconception, ...]
    findings: tuple[Finding, ...]

    @property
    def broken(self) -> bool:
        return bool(self.findings)


def read_all(assignment: Assignment, symbols: tuple[str, ...]) -> Catalogue:
    """Every file of the catalogue; each that cannot be used is a finding of its own."""
    entries, findings = [], []
    for path in sorted(assignment.misconceptions.glob("*.py")):
        try:
            entry = read_misconception(path)
        except CourseError as error:
            findings.append(of_error("files", error))
            continue
        entries.append(entry)
        if entry.cell not in symbols:
            findings.append(_unknown_cell(entry, symbols))
    return Catalogue(tuple(entries), tuple(findings))


def misconception_job(answers: Answers, entry: Misconception, seed: int, code: str = "") -> Job:
    """code  of one of its variants; else the entry's own"""
    return Job(answers.with_cells({entry.cell: code or entry.code}), seed)


def check_misconceptions(bench: Bench, graded: list[tuple[Misconception, Marks]]) -> list[Finding]:
    """One that loses nothing, that is not recognised, or that is taken for another."""
    findings = []
    for entry, marks in graded:
        findings += _judged(entry, entry.versions[0], marks)
    if not graded:
        findings.append(_empty(bench.as_students))
    return findings


def check_variants(graded: list[tuple[Misconception, Variant, Marks]]) -> list[Finding]:
    """The same of further versions: each is recognised as its entry and as nothing else."""
    return [finding for each in graded for finding in _judged(*each)]


def recognised(marks: Marks) -> set[str]:
    """The ids that an answer's failures were recognised as."""
    return {test.misconception for test in marks.tests.values() if test.misconception}


def _judged(entry: Misconception, version: Variant, marks: Marks) -> list[Finding]:
    where = places.of_line(entry.path, version.first_line)
    called = f'"{entry.id}"' + (f" (variant: {version.why})" if version.why else "")
    if not marks.lost:
        return [
            _finding(
                f"{called} passes every test: it does not change what the symbol does, or no "
                "test looks at what it changes",
                where,
                "compare it with the reference; then correct this file, or add a test",
            )
        ]
    if not marks.lost_in(entry.cell):
        elsewhere = places.listed([test.name for test in marks.lost.values()], 3)
        return [
            _finding(
                f"{called} loses nothing in its own cell {entry.cell}, only in {elsewhere}",
                where,
                f"add a test of {entry.cell} that it fails",
            )
        ]
    if not RECOGNISES:
        return []
    return _misread(entry, marks, called, where)


def _misread(entry: Misconception, marks: Marks, called: str, where: str) -> list[Finding]:
    others = recognised(marks) - {entry.id}
    own = {test.misconception for test in marks.lost_in(entry.cell).values()}
    findings = []
    if entry.id not in own:
        findings.append(
            _finding(
                f"{called} is not recognised in any test that it fails",
                where,
                "some test has to call the symbol where this answer differs from the reference "
                "and from every other entry",
            )
        )
    if others:
        findings.append(
            _finding(
                f"{called} is taken for {places.listed(sorted(others))}",
                where,
                "join entries that give the same results, or add a test that tells them apart",
            )
        )
    return findings


def _unknown_cell(entry: Misconception, symbols: tuple[str, ...]) -> Finding:
    return Finding(
        check="files",
        what=f'"{entry.id}" is for the cell "{entry.cell}", and no graded symbol is called so',
        where=places.of_line(entry.path, line_of(entry.path, "cell:")),
        next=f"use one of: {', '.join(symbols)}",
    )


def _empty(assignment: Assignment) -> Finding:
    return _finding(
        "there is no catalogue of misconceptions",
        str(assignment.misconceptions),
        "write a file for each wrong answer that students give; see docs/verify.md for the form "
        "of a catalogue file",
    )


def line_of(path: Path, start: str) -> int:
    """The first line that begins so; 1 if there is none."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return next((i for i, text in enumerate(lines, start=1) if text.startswith(start)), 1)


def _finding(what: str, where: str, step: str) -> Finding:
    return Finding(check="misconceptions", what=what, where=where, next=step)
