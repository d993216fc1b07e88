"""A small course with study groups, and its term, for tests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from autograder.course import Course, load_course
from autograder.peer.groups import StudyGroup, study_groups
from autograder.peer.plan import Plan, plan_path, plan_text
from autograder.peer.plan.planning import Made, make_plan
from autograder.peer.plan.term import read_term

SEOUL = ZoneInfo("Asia/Seoul")
BEFORE = datetime(2026, 8, 31, tzinfo=SEOUL)  # the terms here begin on Monday, 2026-09-07

TERM = 'start: 2026-09-07\ntime: "19:00"\nsessions: 8\n'
GROUPS = {"blue": ["ann", "ben", "cho", "dan"], "green": ["eva", "fay", "gil", "hue"]}


@dataclass
class World:
    """A course on disk; what is changed here is written when it is planned."""

    root: Path
    term: str = TERM
    groups: Mapping[str, Iterable[str]] = field(default_factory=lambda: dict(GROUPS))
    assignments: str = ""

    def course(self) -> Course:
        self.root.mkdir(parents=True, exist_ok=True)
        head = "id: c\ntitle: A course\ntimezone: Asia/Seoul\n"
        (self.root / "course.yml").write_text(head + self.assignments, encoding="utf-8")
        rows = [f"{name},{who}" for name, members in self.groups.items() for who in members]
        (self.root / "groups.csv").write_text("\n".join(["group,student", *rows]), encoding="utf-8")
        (self.root / "peer.yml").write_text(self.term, encoding="utf-8")
        return load_course(self.root)

    def study_groups(self) -> tuple[StudyGroup, ...]:
        return study_groups(self.course())

    def make(self, earlier: Plan | None = None, now: datetime = BEFORE, seed: int = 1) -> Made:
        course = self.course()
        groups = study_groups(course)
        term = read_term(course, groups)
        return make_plan(course, groups, term, earlier, now=now, seed=seed, language="en")

    def plan(self, earlier: Plan | None = None, now: datetime = BEFORE, seed: int = 1) -> Plan:
        return self.make(earlier, now, seed).plan

    def with_assignment(self, name: str, settings: str) -> None:
        reference = self.root / "solutions" / name / f"{name}.ipynb"
        reference.parent.mkdir(parents=True, exist_ok=True)
        reference.write_text("{}")
        self.assignments += "" if self.assignments else "assignments:\n"
        self.assignments += f"  {name}: {settings}\n"

    def write(self, plan: Plan) -> Path:
        path = plan_path(self.course())
        path.parent.mkdir(exist_ok=True)
        path.write_text(plan_text(plan), encoding="utf-8")
        return path
