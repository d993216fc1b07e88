"""Two gradings of one submission, test by test."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from autograder.regrade.change import Side, SuiteChange, TestChange
from autograder.report import Report, TestResult

Name = tuple[str, str]  # cell, test


def pairs_of(before: Report, after: Report) -> list[tuple[TestResult | None, TestResult | None]]:
    """Each test with what it was before; None: it is new, or it is gone.

    A test that has another name now is still the same one if it says of the same symbol what one
    test that is gone said, and no other of either suite says it.
    """
    old = {_name(test): test for test in before.tests}
    new = {_name(test): test for test in after.tests}
    renamed = _renamed(
        [test for name, test in old.items() if name not in new],
        [test for name, test in new.items() if name not in old],
    )
    pairs: list[tuple[TestResult | None, TestResult | None]] = [
        (old.get(name) or renamed.get(name), test) for name, test in new.items()
    ]
    met = {_name(test) for test, _ in pairs if test is not None}
    return pairs + [(test, None) for name, test in old.items() if name not in met]


def test_changes(before: Report, after: Report) -> tuple[TestChange, ...]:
    """The tests that come out otherwise; what was lost first."""
    found = [_change(one, other) for one, other in pairs_of(before, after)]
    return tuple(sorted((c for c in found if c.before != c.after), key=lambda change: change.gain))


def suite_changes(before: Report, after: Report) -> list[SuiteChange]:
    """What differs between the two suites themselves."""
    changes = [
        SuiteChange(
            cell=change.cell,
            name=change.name,
            description=change.description,
            was=change.was,
            points_before=change.before.max_points if change.before else None,
            points_after=change.after.max_points if change.after else None,
        )
        for change in (_change(one, other) for one, other in pairs_of(before, after))
    ]
    return [c for c in changes if c.was or c.points_before != c.points_after]


def unsteady(first: Report, second: Report) -> tuple[str, ...]:
    """The tests, as CELL/NAME, that came out otherwise in two gradings of the same."""
    return tuple(
        f"{change.cell}/{change.name}"
        for change in test_changes(first, second)
        if _verdict(change.before) != _verdict(change.after)
    )


def points_by_cell(report: Report) -> dict[str, float]:
    return _sums((test.cell, test.points) for test in report.tests)


def maxima_by_cell(report: Report) -> dict[str, float]:
    return _sums((test.cell, test.max_points) for test in report.tests)


def _renamed(gone: list[TestResult], come: list[TestResult]) -> dict[Name, TestResult]:
    """By the new name, the test that it was."""
    said = Counter((test.cell, test.description) for test in gone)
    says = Counter((test.cell, test.description) for test in come)
    was = {(test.cell, test.description): test for test in gone if test.description}
    return {
        _name(test): was[what]
        for test in come
        if (what := (test.cell, test.description)) in was and said[what] == says[what] == 1
    }


def _change(before: TestResult | None, after: TestResult | None) -> TestChange:
    now = after or before
    assert now is not None
    renamed = before is not None and after is not None and before.name != after.name
    return TestChange(
        cell=now.cell,
        name=now.name,
        description=now.description,
        was=before.name if before is not None and renamed else "",
        before=_side(before),
        after=_side(after),
    )


def _side(test: TestResult | None) -> Side | None:
    if test is None:
        return None
    return Side(
        outcome=test.outcome.value,
        points=test.points,
        max_points=test.max_points,
        misconception=test.misconception,
    )


def _verdict(side: Side | None) -> tuple[str, float] | None:
    return None if side is None else (side.outcome, side.points)


def _name(test: TestResult) -> Name:
    return (test.cell, test.name)


def _sums(points: Iterable[tuple[str, float]]) -> dict[str, float]:
    sums: dict[str, float] = {}
    for cell, value in points:
        sums[cell] = sums.get(cell, 0.0) + value
    return sums
