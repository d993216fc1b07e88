"""60 students in 12 groups over 16 weeks; benchmarks/term shows the same with more seeds."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.term import simulated
from benchmarks.term.run import changed_roles
from benchmarks.term.simulated import Term

WEEKLY = pytest.param(1, marks=pytest.mark.thorough)


@pytest.mark.parametrize("cross", [None, 4, WEEKLY])
def test_everybody_leads_and_presents_equally_often(tmp_path: Path, cross: int | None) -> None:
    term = Term.begin(tmp_path, cross=cross, absences=True, seed=3)
    planned = term.plan(None, simulated.BEFORE)
    figures = planned.figures
    assert len(figures.moderated) == 60
    assert sum(figures.moderated.values()) >= 12 * 16
    assert figures.moderated_spread <= 1
    assert figures.presented_spread <= 1
    assert figures.same_group == 0
    assert figures.in_a_row <= 3


@pytest.mark.thorough
@pytest.mark.parametrize("cross", [2])
def test_nobody_meets_anybody_twice(tmp_path: Path, cross: int) -> None:
    figures = (
        Term.begin(tmp_path, cross=cross, absences=True, seed=3)
        .plan(None, simulated.BEFORE)
        .figures
    )
    assert figures.repetitions == figures.least_repetitions == 0


@pytest.mark.thorough
def test_mixed_every_week_they_meet_again_a_little_more_often_than_they_have_to(
    tmp_path: Path,
) -> None:
    term = Term.begin(tmp_path, cross=1, absences=False, seed=3)
    figures = term.plan(None, simulated.BEFORE).figures
    assert 0 < figures.least_repetitions <= figures.repetitions <= 100  # of 1,680 meetings


@pytest.mark.parametrize("cross", [4])
@pytest.mark.parametrize("leaves", [True, False])
def test_in_mid_term_one_person_changes_little(
    tmp_path: Path, cross: int | None, leaves: bool
) -> None:
    term = Term.begin(tmp_path, cross=cross, absences=False, seed=3)
    first = term.plan(None, simulated.BEFORE)
    if leaves:
        term.groups["group03"].remove("student17")
    else:
        term.groups["group03"].append("newcomer")
    second = term.plan(first.plan, simulated.MIDTERM)
    coming, changed, roles, _ = changed_roles(first, second)
    assert coming >= 84
    assert 0 < changed <= 0.06 * roles
    assert second.figures.moderated_spread <= 1
    assert second.figures.presented_spread <= 1
    past = [each for each in first.plan.sessions if each.starts <= simulated.MIDTERM]
    assert past
    assert set(past) <= set(second.plan.sessions)
