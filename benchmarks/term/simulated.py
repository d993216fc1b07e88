"""A made-up term: 60 students in 12 groups over 16 weeks, with absences and volunteers."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from autograder.course import load_course
from autograder.peer.groups import study_groups
from autograder.peer.plan.changes import Change, changes_between
from autograder.peer.plan.figures import Figures, figures_of
from autograder.peer.plan.model import Plan
from autograder.peer.plan.planning import make_plan
from autograder.peer.plan.term import read_term

GROUPS, MEMBERS, WEEKS = 12, 5, 16
START = datetime(2026, 9, 7, 19, tzinfo=UTC)  # a Monday
BEFORE, MIDTERM = START - timedelta(days=3), START + timedelta(weeks=8, hours=3)
MISSING = 0.03  # of all sessions of all students
VOLUNTEERS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    plan: Plan
    figures: Figures
    changes: tuple[Change, ...]  # since the plan before


@dataclass(slots=True)
class Term:
    """The course's folder, and who is in which group."""

    root: Path
    cross: int | None
    absences: bool
    seed: int
    groups: dict[str, list[str]]

    @classmethod
    def begin(cls, root: Path, *, cross: int | None, absences: bool, seed: int) -> Term:
        root.mkdir(parents=True, exist_ok=True)
        (root / "course.yml").write_text("id: simulated\ntitle: A simulated term\n")
        groups = {
            f"group{g:02}": [f"student{MEMBERS * g + n:02}" for n in range(MEMBERS)]
            for g in range(GROUPS)
        }
        return cls(root, cross, absences, seed, groups)

    def plan(self, earlier: Plan | None, now: datetime) -> Planned:
        self._write()
        course = load_course(self.root)
        groups = study_groups(course)
        term = read_term(course, groups)
        made = make_plan(course, groups, term, earlier, now=now, seed=self.seed, language="en")
        return Planned(
            plan=made.plan,
            figures=figures_of(made.plan, groups),
            changes=changes_between(earlier, made.plan),
        )

    def _write(self) -> None:
        rows = [f"{name},{who}" for name, members in self.groups.items() for who in members]
        (self.root / "groups.csv").write_text("\n".join(["group,student", *rows]))
        lines = [f"start: {START:%Y-%m-%d}", 'time: "19:00"', f"sessions: {WEEKS}"]
        lines += ["presenters: 2", f"cross: {self.cross or 'none'}"]
        if self.absences:
            lines += self._absences_and_volunteers()
        (self.root / "peer.yml").write_text("\n".join(lines))

    def _absences_and_volunteers(self) -> list[str]:
        lots = random.Random(f"{self.seed} absences")
        everybody = [f"student{n:02}" for n in range(GROUPS * MEMBERS)]
        here = {who for members in self.groups.values() for who in members}
        missing = {
            who: [week for week in range(WEEKS) if lots.random() < MISSING] for who in everybody
        }
        lines = ["absences:"]
        for who, weeks in missing.items():
            days = ", ".join(f"{START + timedelta(weeks=week):%Y-%m-%d}" for week in weeks)
            lines += [f"  {who}: [{days}]"] * (bool(weeks) and who in here)
        lines.append("volunteers:")
        for group in lots.sample(range(GROUPS), VOLUNTEERS):
            who, week = everybody[MEMBERS * group + 1], lots.randrange(WEEKS)
            free = week not in missing[who] and not (self.cross and (week + 1) % self.cross == 0)
            lines += [f"  {who}: [{{session: {week + 1}}}]"] * (free and who in here)
        return [
            line for n, line in enumerate(lines) if not line.endswith("s:") or n + 1 < len(lines)
        ]
