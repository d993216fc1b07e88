"""From what was gathered to what it says; nothing is read here."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from autograder.overview import measures
from autograder.overview.gather import Gathered
from autograder.overview.model import (
    BINS,
    CellRow,
    FlagRow,
    MisconceptionRow,
    Outlier,
    Overview,
    StudentRow,
    TestRow,
)
from autograder.report import Outcome, Report, TestResult

NOBODY, EVERYBODY, NEGATIVE, WEAK = "nobody passes", "everybody passes", "negative", "weak"
_WEAK = 0.2  # below this a test tells little, Ebel & Frisbie 1991

Key = tuple[str, str]  # cell, name


def overview_of(found: Gathered) -> Overview:
    """found.reports has at least one"""
    reports = found.reports
    results = [{(t.cell, t.name): t for t in report.tests} for report in reports]
    keys = list(dict.fromkeys(key for tests in results for key in tests))
    scores = [report.score or 0.0 for report in reports]
    most = max(report.max_score or 0.0 for report in reports)
    times = {report.student: report.duration_s for report in reports}
    memory = {r.student: m for r in reports if (m := _memory(r)) is not None}
    marks = found.marks.by_student if found.marks is not None else {}
    final = [marks[report.student].score for report in reports if report.student in marks]
    students = tuple(_student(r, t, keys, found) for r, t in zip(reports, results, strict=True))
    graded = {report.student for report in reports}
    return Overview(
        course=found.course.title,
        assignment=found.assignment.name,
        title=found.assignment.title,
        language=found.course.language,
        last_graded=max(student.graded_at for student in students),
        graded=len(reports),
        max_score=most,
        scores=_certain(scores),
        bins=_bins(reports),
        full_marks=sum(score == most for score in scores),
        no_points=sum(score == 0.0 for score in scores),
        final_max=found.marks.max_score if found.marks is not None else None,
        final=measures.spread(final),
        alpha=_alpha(results, keys),
        tests=tuple(_test(n, key, results, scores) for n, key in enumerate(keys, start=1)),
        cells=_cells(students, results, keys),
        misconceptions=_misconceptions(found),
        time=_certain(list(times.values())),
        memory=measures.spread([float(size) for size in memory.values()]),
        memory_limit=found.assignment.limits.memory_bytes,
        outliers=(*_outliers("time", times), *_outliers("memory", memory)),
        flags=_flags(reports),
        retried=tuple(s.student for s in students if s.attempts > 1),
        not_graded=found.not_graded,
        not_submitted=_not_submitted(found, graded),
        changed=found.changed,
        outdated=found.outdated,
        unrecorded=sum(s.untouched is None for s in students),
        students=students,
    )


def _certain(values: Sequence[float]) -> measures.Spread:
    found = measures.spread(values)
    assert found is not None, "there is at least one report"
    return found


def _memory(report: Report) -> int | None:
    return report.provenance.memory_bytes if report.provenance is not None else None


def _bins(reports: Sequence[Report]) -> tuple[int, ...]:
    bins = [0] * BINS
    for report in reports:
        share = (report.score or 0.0) / report.max_score if report.max_score else 0.0
        bins[min(int(share * BINS + 1e-9), BINS - 1)] += 1
    return tuple(bins)


def _alpha(results: Sequence[dict[Key, TestResult]], keys: Sequence[Key]) -> measures.Figure:
    whole = [tests for tests in results if len(tests) == len(keys)]
    if len(whole) < len(results):
        return measures.Figure(None, "not all were graded with the same tests")
    return measures.alpha([[tests[key].points for key in keys] for tests in whole])


def _test(
    number: int, key: Key, results: Sequence[dict[Key, TestResult]], scores: Sequence[float]
) -> TestRow:
    own = [
        (tests[key], score) for tests, score in zip(results, scores, strict=True) if key in tests
    ]
    passed = [test.outcome is Outcome.PASSED for test, _ in own]
    figure = measures.discrimination(passed, [score - test.points for test, score in own])
    share = sum(passed) / len(passed)
    counts = Counter(test.outcome for test, _ in own)
    return TestRow(
        number=number,
        cell=key[0],
        name=key[1],
        description=own[0][0].description,
        max_points=own[0][0].max_points,
        n=len(own),
        outcomes={str(outcome): counts[outcome] for outcome in Outcome},
        difficulty=share,
        discrimination=figure,
        remark=_remark(share, figure, len(own)),
    )


def _remark(share: float, figure: measures.Figure, n: int) -> str:
    if share == 0.0:
        return NOBODY
    if share == 1.0 and n > 1:
        return EVERYBODY
    if figure.value is None:
        return ""
    if figure.value < 0.0:
        return NEGATIVE
    return WEAK if figure.value < _WEAK else ""


def _student(
    report: Report, tests: dict[Key, TestResult], keys: Sequence[Key], found: Gathered
) -> StudentRow:
    mark = found.marks.by_student.get(report.student) if found.marks is not None else None
    points: dict[str, float] = defaultdict(float)
    for test in report.tests:
        points[test.cell] += test.points
    named = dict.fromkeys(t.misconception for t in report.tests if t.misconception)
    origin = report.provenance
    return StudentRow(
        student=report.student,
        name=found.names.get(report.student, ""),
        score=report.score or 0.0,
        final=mark.score if mark is not None else None,
        penalty=mark.penalty if mark is not None else None,
        waiting=mark.ungraded_cells if mark is not None else 0,
        cells=dict(points),
        passed=sum(test.outcome is Outcome.PASSED for test in report.tests),
        tests=len(report.tests),
        outcomes=tuple(str(tests[key].outcome) if key in tests else "" for key in keys),
        misconceptions=tuple(named),
        untouched=report.untouched,
        flags=report.flags,
        duration_s=report.duration_s,
        memory_bytes=_memory(report),
        attempts=origin.attempts if origin is not None else 1,
        graded_at=origin.graded_at if origin is not None else "",
    )


def _cells(
    students: Sequence[StudentRow],
    results: Sequence[dict[Key, TestResult]],
    keys: Sequence[Key],
) -> tuple[CellRow, ...]:
    rows = []
    for symbol in dict.fromkeys(cell for cell, _ in keys):
        points = [s.cells[symbol] for s in students if symbol in s.cells]
        most = max(
            sum(test.max_points for (cell, _), test in tests.items() if cell == symbol)
            for tests in results
        )
        rows.append(
            CellRow(
                symbol=symbol,
                max_points=most,
                n=len(points),
                mean=sum(points) / len(points),
                full=sum(p == most for p in points),
                none=sum(p == 0.0 for p in points),
                untouched=tuple(s.student for s in students if symbol in (s.untouched or ())),
            )
        )
    return tuple(rows)


def _misconceptions(found: Gathered) -> tuple[MisconceptionRow, ...]:
    """The most frequent first."""
    students: dict[str, dict[str, None]] = defaultdict(dict)
    tests: dict[str, dict[str, None]] = defaultdict(dict)
    points: dict[str, float] = defaultdict(float)
    for report in found.reports:
        for test in report.tests:
            if test.misconception:
                students[test.misconception][report.student] = None
                tests[test.misconception][f"{test.cell}/{test.name}"] = None
                points[test.misconception] += test.max_points - test.points
    rows = [
        MisconceptionRow(
            id=name,
            cell=found.entries.get(name, ("", ""))[0],
            title=found.entries.get(name, ("", name))[1],
            students=tuple(who),
            share=len(who) / len(found.reports),
            tests=tuple(tests[name]),
            points=points[name],
        )
        for name, who in students.items()
    ]
    return tuple(sorted(rows, key=lambda row: (-len(row.students), row.id)))


def _outliers(what: str, values: dict[str, float] | dict[str, int]) -> list[Outlier]:
    given = {student: float(value) for student, value in values.items()}
    far = measures.outliers(given)
    return [
        Outlier(student=student, what=what, value=given[student], times=far[student])
        for student in sorted(far, key=far.__getitem__, reverse=True)
    ]


def _flags(reports: Sequence[Report]) -> tuple[FlagRow, ...]:
    students: dict[str, list[str]] = defaultdict(list)
    for report in reports:
        for flag in dict.fromkeys(report.flags):
            students[flag].append(report.student)
    rows = [FlagRow(flag=flag, students=tuple(who)) for flag, who in students.items()]
    return tuple(sorted(rows, key=lambda row: (-len(row.students), row.flag)))


def _not_submitted(found: Gathered, graded: set[str]) -> tuple[str, ...] | None:
    if found.roster is None:
        return None
    there = graded | {one.student for one in found.not_graded}
    return tuple(student for student in found.roster if student not in there)
