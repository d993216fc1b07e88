"""Made-up classes: students with an ability, tests with a difficulty, and results in the store."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from autograder.course import Assignment, Course, load_course
from autograder.init import init
from autograder.origin import digests_of
from autograder.overview import Overview, gather, overview_of
from autograder.overview.gather import Gathered
from autograder.report import Outcome, Provenance, Report, Status, TestResult
from autograder.store import Store

NAME = "hello_tensors"
# cell, test, points, how hard (the ability with which half pass)
TESTS = (
    ("standardize", "test_everybody", 1.0, -99.0),
    ("standardize", "test_easy", 1.0, -1.5),
    ("standardize", "test_middling[float32]", 1.0, 0.0),
    ("standardize", "test_middling[float64]", 1.0, 0.1),
    ("standardize", "test_constant_rows", 1.0, 0.5),
    ("squared_distances", "test_pairs", 1.0, -0.3),
    ("squared_distances", "test_hard", 0.5, 1.2),
    ("squared_distances", "test_gradients", 1.0, 0.4),
    ("squared_distances", "test_nobody", 2.0, 99.0),
)
POINTS = sum(points for _, _, points, _ in TESTS)
MISTAKE = "variance_for_deviation"
CATALOGUE = '''"""Divides by the <variance> instead of the deviation.

cell: standardize
confuses: variance, with standard deviation
title.ko: 표준편차 대신 분산으로 나눕니다
feedback.en: Look at the units.
feedback.ko: 단위를 보세요.
question.en: a question?
question.ko: 질문?
source: made up
"""


def standardize(x):
    return x / x.var()
'''


def make_course(root: Path, *, language: str = "en", roster: str = "") -> Path:
    """The course of `autograder init` with one entry in its catalogue, and nothing handed in."""
    init(root, title="Deep learning")
    folder = root / "solutions" / NAME / "misconceptions"
    folder.mkdir()
    (folder / f"{MISTAKE}.py").write_text(CATALOGUE)
    settings = root / "course.yml"
    settings.write_text(settings.read_text().replace("language: en", f"language: {language}"))
    heads = "id,first_name,last_name,email\n"
    (root / "roster.csv").write_text(heads + roster, encoding="utf-8")
    for path in sorted((root / "submitted").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    return root


def reports(n: int, seed: int = 1) -> list[Report]:
    """The first left everything untouched, the second took far more of everything."""
    made = random.Random(seed)
    return [_one(f"s{i:04}", i, made) for i in range(n)]


def _one(student: str, i: int, made: random.Random) -> Report:
    ability = made.gauss(0.0, 1.0)
    passed = {t[1]: made.random() < 1 / (1 + math.exp(-2.5 * (ability - t[3]))) for t in TESTS}
    tests = [
        result(*test[:3], Outcome.PASSED if passed[test[1]] else Outcome.FAILED) for test in TESTS
    ]
    if not passed["test_middling[float32]"] and made.random() < 0.5:
        tests = [_mistaken(test) if "middling" in test.name else test for test in tests]
    changes: dict[str, Any] = {"duration_s": round(made.lognormvariate(-1.0, 0.1), 4)}
    memory = int(made.lognormvariate(math.log(30 << 20), 0.1))
    if i == 0:
        tests = [result(*test[:3], Outcome.ERROR) for test in TESTS]
        changes["untouched"] = ("standardize", "squared_distances")
    if i == 1:
        changes |= {"duration_s": 9.5, "flags": ("network-attempt",)}
        memory = 900 << 20
    return report(student, tests, memory_bytes=memory, **changes)


def result(cell: str, name: str, points: float, outcome: Outcome, **changes: Any) -> TestResult:
    got = points if outcome is Outcome.PASSED else 0.0
    return TestResult(
        name=name, cell=cell, outcome=outcome, points=got, max_points=points, **changes
    )


def _mistaken(test: TestResult) -> TestResult:
    if test.outcome is Outcome.PASSED:
        return test
    return result(test.cell, test.name, test.max_points, Outcome.FAILED, misconception=MISTAKE)


def report(
    student: str,
    tests: Iterable[TestResult],
    *,
    memory_bytes: int | None = 30 << 20,
    attempts: int = 1,
    origin: tuple[str, str, str] = ("", "", ""),
    **changes: Any,
) -> Report:
    """origin  digests of submission, suite and reference"""
    all_of_them = tuple(tests)
    values: dict[str, Any] = {
        "student": student,
        "assignment": NAME,
        "status": Status.GRADED,
        "score": sum(test.points for test in all_of_them),
        "max_score": sum(test.max_points for test in all_of_them),
        "duration_s": 0.3,
        "tests": all_of_them,
        "untouched": (),
    } | changes
    provenance = Provenance(
        sandbox="local",
        image="",
        torch="2.9.0",
        python="3.11.2",
        platform="0.1.0",
        device="cpu",
        seed=1,
        submission_sha256=origin[0],
        suite_sha256=origin[1],
        reference_sha256=origin[2],
        duration_s=values["duration_s"],
        worker="",
        attempts=attempts,
        graded_at="2026-09-30T12:00:00.000+00:00",
        memory_bytes=memory_bytes,
    )
    return Report(**values, provenance=provenance)


def keep(root: Path, some: Iterable[Report]) -> None:
    course = load_course(root)
    with Store(course.db_url, course=course.id, root=course.root) as store:
        for each in some:
            store.keep("a key", each)


def seen(root: Path) -> Overview:
    """What `autograder report` would see."""
    course = load_course(root)
    with Store(course.db_url, course=course.id, root=course.root) as store:
        return overview_of(gather(course, course.assignment(NAME), store))


def overview(root: Path, some: Iterable[Report], **changes: Any) -> Overview:
    """Of these reports, without a store: `root` holds the course."""
    course: Course = load_course(root)
    assignment: Assignment = course.assignment(NAME)
    values: dict[str, Any] = {
        "course": course,
        "assignment": assignment,
        "reports": tuple(some),
        "names": {},
        "roster": None,
        "marks": None,
        "entries": {},
    }
    return overview_of(Gathered(**values | changes))


def digests(root: Path) -> tuple[str, str]:
    """Of today's suite and reference."""
    found = digests_of(load_course(root).assignment(NAME))
    return found.suite, found.reference
