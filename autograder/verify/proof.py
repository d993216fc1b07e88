"""solutions/NAME/proof.json: what a suite was seen to notice when an instructor accepted it.

    checks    per file and function of the suite, the statements that can find a fault
    stops     per test, per statement of it: the wrong answers that it stopped, by id

Small, sorted, a line for each statement, so that a change of it can be read as a diff.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from autograder.course import Assignment
from autograder.errors import CourseError
from autograder.report import Outcome
from autograder.verify import places
from autograder.verify.bench import Marks
from autograder.verify.inventory import Inventory

SEEDS = (1, 2)  # under both of which a test has to stop an answer to be held to it
ELSEWHERE = "elsewhere"  # an answer raised where the test makes no check
_SEEN = (Outcome.FAILED, Outcome.ERROR)  # what took too long or crashed depends on the host

Stops = Mapping[str, Mapping[str, str]]  # wrong answer → test → statement


@dataclass(frozen=True, slots=True)
class Proof:
    checks: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    stops: Stops = field(default_factory=dict)


def path_of(assignment: Assignment) -> Path:
    return assignment.proof or assignment.misconceptions.parent / "proof.json"


def stops_of(marks: Marks, tests: Mapping[str, str], inventory: Inventory) -> dict[str, str]:
    """Test → the statement of it that stopped an answer.

    tests  the file of each
    """
    found = {}
    for key, test in marks.lost.items():
        if test.outcome in _SEEN:
            function = inventory.get((tests[key], _function(key)))
            text = function.at(test.line) if function is not None and test.line else ""
            found[key] = text or ELSEWHERE
    return found


def held(one: Stops, other: Stops) -> Stops:
    """What is so in both of two runs: an answer, a test, and the statement that stopped it."""
    return {
        name: {test: text for test, text in stops.items() if other[name].get(test) == text}
        for name, stops in one.items()
        if name in other
    }


def read_proof(assignment: Assignment) -> Proof | None:
    """None if the suite was never accepted. Raises CourseError if the file is broken."""
    path = path_of(assignment)
    if not path.exists():
        return None
    try:
        data = json.loads(path.read_bytes())
        checks = {
            file: {name: tuple(texts) for name, texts in functions.items()}
            for file, functions in data["checks"].items()
        }
        return Proof(checks, _by_answer(data["stops"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        line = getattr(error, "lineno", 1)
        raise CourseError(
            "proof-broken",
            f"the record of what the suite noticed cannot be used: {type(error).__name__}: {error}",
            where=places.of_line(path, line),
            next=f"take back the file's last good state, or write it anew with "
            f"autograder verify {assignment.name} --accept",
        ) from None


def write_proof(assignment: Assignment, inventory: Inventory, stops: Stops) -> Path:
    """A line for each statement: json's own indentation would take one for each id."""
    checks: dict[str, dict[str, list[str]]] = {}
    for (file, _), function in sorted(inventory.items()):
        if function.checks:
            checks.setdefault(file, {})[function.name] = list(function.texts)
    by_test: dict[str, dict[str, list[str]]] = {}
    for name in sorted(stops):
        for test, text in sorted(stops[name].items()):
            by_test.setdefault(test, {}).setdefault(text, []).append(name)
    path = path_of(assignment)
    parts = [f' "checks": {_table(checks)}', f' "stops": {_table(by_test)}']
    path.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8")
    return path


def _by_answer(by_test: Mapping[str, Mapping[str, Iterable[str]]]) -> Stops:
    stops: dict[str, dict[str, str]] = {}
    for test, texts in by_test.items():
        for text, ids in texts.items():
            for name in ids:
                stops.setdefault(name, {})[test] = text
    return stops


def _table(table: Mapping[str, Mapping[str, list[str]]]) -> str:
    groups = []
    for name, rows in sorted(table.items()):
        lines = [f"   {_word(key)}: {json.dumps(rows[key], ensure_ascii=False)}" for key in rows]
        groups.append(f"  {_word(name)}: {{\n" + ",\n".join(lines) + "\n  }")
    return "{\n" + ",\n".join(groups) + "\n }" if groups else "{}"


def _word(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _function(key: str) -> str:
    return key.partition("/")[2].partition("[")[0]
