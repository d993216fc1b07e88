"""What one new grading means for its student, beside what was before."""

from __future__ import annotations

from dataclasses import replace

from autograder.errors import UsageError
from autograder.regrade.change import Change, Fate, SymbolChange
from autograder.regrade.compare import maxima_by_cell, points_by_cell, test_changes
from autograder.regrade.effect import autos_of, by_hand, marks_of, score_after
from autograder.regrade.scope import Past, Scope, in_past
from autograder.report import Report
from autograder.store import Trial


def change_of(scope: Scope, past: Past, trial: Trial, *, never_lower: bool) -> Change:
    """raises  UsageError if a score is to be kept that is out of other points"""
    report, grades = trial.report, past.grades
    after = score_after(grades, report)
    source = past.source if past.was_graded(scope.symbols) else ""
    late_s = grades.late_s if grades is not None else 0.0
    change = in_past(
        Change(
            student=report.student,
            fate=Fate.CHANGED,
            after=after,
            suite_after=report.score,
            by_hand=by_hand(grades, report),
            unsteady=trial.unsteady or (),
            before_from=source,
            seed=trial.seed,
            key=trial.key,
            before_at=_graded_at(past),
            marks=marks_of(grades),
        ),
        past,
    )
    penalty = scope.reader.penalty(scope.name, report.student, after, late_s)
    change = replace(change, penalty_after=penalty)
    if source == "":
        return replace(change, fate=Fate.NEW, before=None)
    if source == "results":
        change = _test_by_test(change, past, report)
    else:
        change = _by_symbols(change, past, report)
    if change.gain == 0:
        return replace(change, fate=Fate.SAME)
    if never_lower and change.gain < 0:
        return _kept_higher(scope, change, past, report)
    return change


def _kept_higher(scope: Scope, change: Change, past: Past, report: Report) -> Change:
    """raises UsageError where two scores out of different points would be compared"""
    earlier = past.kept.report if past.kept is not None else None
    if earlier is not None and maxima_by_cell(earlier) != maxima_by_cell(report):
        raise UsageError(
            "points-changed",
            "the corrected suite has other points, and a score out of the old ones cannot be "
            "kept beside scores out of the new ones",
            where=str(scope.course.assignment(scope.name).suite),
            next="leave out --never-lower, and raise single scores by hand in formgrader",
        )
    message = "keeps what it had, which is more"
    if change.before_from != "results":
        message += "; `autograder grade` would lower it, since there is no earlier result"
    return replace(change, fate=Fate.KEPT, penalty_after=change.penalty_before, message=message)


def _test_by_test(change: Change, past: Past, report: Report) -> Change:
    assert past.kept is not None
    earlier = past.kept.report
    return replace(
        change,
        tests=test_changes(earlier, report),
        flags_gained=tuple(sorted({*report.flags} - {*earlier.flags})),
        flags_lost=tuple(sorted({*earlier.flags} - {*report.flags})),
    )


def _by_symbols(change: Change, past: Past, report: Report) -> Change:
    before = autos_of(past.grades, report)
    symbols = tuple(
        SymbolChange(cell=cell, before=before.get(cell) or 0.0, after=points)
        for cell, points in points_by_cell(report).items()
        if (before.get(cell) or 0.0) != points
    )
    return replace(change, symbols=symbols, message="compared with the gradebook, symbol by symbol")


def differs(change: Change) -> bool:
    """By a verdict, and not only by what a test is worth."""
    return bool(change.symbols) or any(
        test.before is not None
        and test.after is not None
        and test.before.outcome != test.after.outcome
        for test in change.tests
    )


def _graded_at(past: Past) -> str:
    origin = past.kept.report.provenance if past.kept is not None else None
    return origin.graded_at if origin is not None else ""
