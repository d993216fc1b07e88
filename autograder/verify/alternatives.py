"""Honest solutions of another make get full marks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from autograder.course import Assignment
from autograder.errors import SubmissionError
from autograder.verify import places
from autograder.verify.answers import Answers
from autograder.verify.bench import Bench, Job, Marks
from autograder.verify.findings import Finding

FEWEST = 4


@dataclass(frozen=True, slots=True)
class Alternative:
    path: Path
    marks: Marks | None  # None: it could not be graded
    findings: tuple[Finding, ...]


def files_of(assignment: Assignment) -> list[Path]:
    return sorted((assignment.misconceptions.parent / "alternatives").glob("*.py"))


def check_alternatives(bench: Bench, answers: Answers, seed: int) -> list[Alternative]:
    """One for each file, in the order of their names."""
    paths = files_of(bench.as_students)
    return bench.map(lambda path: _graded(bench, answers, path, seed), paths)


def too_few(assignment: Assignment) -> list[Finding]:
    found = len(files_of(assignment))
    if found >= FEWEST:
        return []
    return [
        Finding(
            check="alternatives",
            what=f"there are {found} honest alternatives, and {FEWEST} are wanted",
            where=str(assignment.misconceptions.parent / "alternatives"),
            next="write whole solutions there that are right and truly different, one a file",
        )
    ]


def _graded(bench: Bench, answers: Answers, path: Path, seed: int) -> Alternative:
    try:
        text = path.read_text(encoding="utf-8")
        missing = answers.missing_from(text)
        notebook = answers.alternative(text)
    except SyntaxError as error:
        return _unusable(path, error.lineno or 1, f"is not Python: {error.msg}")
    except (OSError, ValueError) as error:
        return _unusable(path, 1, f"cannot be read: {error}")
    if missing:
        return _unusable(path, 1, f"does not define {', '.join(missing)}")
    try:
        marks = bench.grade(Job(notebook, seed), bench.as_students)
    except SubmissionError as error:
        return _unusable(path, 1, f"cannot be graded: {error.what}")
    return Alternative(path, marks, tuple(_judged(path, marks)))


def _judged(path: Path, marks: Marks) -> list[Finding]:
    findings = [_lost(path, cell, marks) for cell in dict.fromkeys(_cells(marks))]
    flags = [flag for flag in marks.flags if flag.startswith("forbidden-api")]
    if flags:
        findings.append(
            _finding(
                f"the alternative {path.name} is flagged {places.listed(flags)}",
                places.of_line(path),
                "let it do without, or take the name out of `forbidden` in course.yml",
            )
        )
    return findings


def _cells(marks: Marks) -> list[str]:
    return [test.cell for test in marks.lost.values()]


def _lost(path: Path, cell: str, marks: Marks) -> Finding:
    """All that it lost in one cell; the first test with what it said."""
    first, *others = marks.lost_in(cell).values()
    points = sum(test.max_points for test in (first, *others))
    what = f"the alternative {path.name} loses {points:g} points of {cell}: "
    what += f"{first.name}: {first.outcome}: {first.message}"
    if others:
        what += f"; and in {places.listed([test.name for test in others])}"
    step = "if it keeps the contract the test is unfair: mend the test; else mend this file"
    return _finding(what, places.of_line(path, _line_of(path, cell)), step)


def _unusable(path: Path, line: int, what: str) -> Alternative:
    step = "a file here is a whole solution: a definition for each graded symbol"
    return Alternative(
        path,
        None,
        (_finding(f"the alternative {path.name} {what}", places.of_line(path, line), step),),
    )


def _line_of(path: Path, symbol: str) -> int:
    lines = path.read_text(encoding="utf-8").splitlines()
    starts = (f"def {symbol}(", f"class {symbol}(", f"class {symbol}:")
    return next((i for i, text in enumerate(lines, start=1) if text.startswith(starts)), 1)


def _finding(what: str, where: str, step: str) -> Finding:
    return Finding(check="alternatives", what=what, where=where, next=step)
