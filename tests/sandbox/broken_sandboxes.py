"""Sandboxes that are broken on purpose, in memory: the contract has to find each of them out.

They know the suites' tests from reading them, execute nothing, and never raise.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from autograder.course import Assignment
from autograder.report import Outcome
from autograder.sandbox import Suite
from autograder.wire import Graded, GradedTest, TestInfo

Verdict = tuple[Outcome, str]  # and the message


class Broken:
    """Decides about every test without running any.

    decides  (assignment, the student's cells by grade_id, test) → its outcome and message
    """

    def __init__(self, decides: Callable[[str, Mapping[str, str], TestInfo], Verdict]) -> None:
        self._decides = decides

    def open(self, assignment: Assignment) -> Suite:
        return Suite(_tests(assignment))

    def grade(
        self, notebook: bytes, assignment: Assignment, *, seed: int, tests: Sequence[str] = ()
    ) -> Graded:
        cells, results = _cells(notebook), []
        for test in _tests(assignment):
            outcome, message = self._decides(assignment.name, cells, test)
            points = test.points if outcome is Outcome.PASSED else 0.0
            results.append(
                GradedTest(test.name, test.cell, str(outcome), points, test.points, message)
            )
        return Graded(results, [], [])

    def close(self) -> None:
        pass


def says_always(outcome: Outcome, message: str = "") -> Broken:
    """The same about everything, with every word in it that a behaviour may wait for."""
    return Broken(lambda *_: (outcome, message or EVERY_WORD))


def has_no_walls(succeed: Iterable[str] | None = None) -> Broken:
    """Every attempt of student code succeeds, or those of these names; all else is right."""
    names = None if succeed is None else set(succeed)

    def decide(_: str, cells: Mapping[str, str], test: TestInfo) -> Verdict:
        attempts = attempts_of(cells.get("first", ""))
        ended = {n: "DONE" if names is None or n in names else "EPERM" for n in attempts}
        return Outcome.FAILED, "SAID" + json.dumps(ended)

    return Broken(decide)


def remembers_the_last_student() -> Broken:
    """What student code sees once it has been changed, it sees from then on."""
    seen = []

    def decide(_: str, cells: Mapping[str, str], test: TestInfo) -> Verdict:
        seen.append(cells.get("first", ""))
        changed = len(set(seen)) > 1
        return Outcome.FAILED, f"SAID{json.dumps('left' if changed else 'clean')}"

    return Broken(decide)


def says(answer: object) -> Broken:
    """Student code is said to have answered this, whatever it is."""
    return Broken(lambda *_: (Outcome.FAILED, f"SAID{json.dumps(answer)}"))


EVERY_WORD = (
    "no answer within; no end within; memory; too large; not implemented; does not allow; size; "
    "only this; no text; my own words; your code raised; keyerror"
)


def attempts_of(source: str) -> dict[str, str]:
    """The attempts that a student's cell makes, as the contract writes them down."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "ATTEMPTS":
            found: dict[str, str] = ast.literal_eval(node.value)
            return found
    return {}


def _cells(notebook: bytes) -> dict[str, str]:
    try:
        cells: Any = json.loads(notebook)["cells"]
        return {c["metadata"].get("nbgrader", {}).get("grade_id", ""): c["source"] for c in cells}
    except (ValueError, TypeError):
        return {}


def _tests(assignment: Assignment) -> tuple[TestInfo, ...]:
    return tuple(_tests_of(assignment.suite))


@cache
def _tests_of(suite: Path) -> list[TestInfo]:
    found = []
    for path in sorted(suite.glob("test_*.py")):
        tree = ast.parse(path.read_text())
        marks = {
            ast.unparse(node.targets[0]): node.value
            for node in tree.body
            if isinstance(node, ast.Assign) and "points" in ast.unparse(node.value)
        }
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                mark = node.decorator_list[0]
                mark = marks.get(ast.unparse(mark), mark)
                assert isinstance(mark, ast.Call)
                points, cell = ast.literal_eval(mark.args[0]), mark.keywords[0].value
                found.append(TestInfo(node.name, ast.literal_eval(cell), float(points), ""))
    return found
