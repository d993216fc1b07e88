"""A suite notices what it noticed when it was accepted; otherwise it has become weaker."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from autograder import wire
from autograder.course import Assignment
from autograder.verify import places
from autograder.verify.findings import Finding
from autograder.verify.inventory import FunctionChecks, Inventory
from autograder.verify.proof import ELSEWHERE, Proof, Stops


@dataclass(frozen=True, slots=True)
class Now:
    """What a run has shown."""

    assignment: Assignment
    tests: Mapping[str, wire.TestInfo]
    inventory: Inventory
    stops: Stops  # of every wrong answer that was graded


def check_strength(proof: Proof, now: Now) -> list[Finding]:
    return [*_fewer_checks(proof, now), *_no_longer_noticed(proof, now)]


def news(proof: Proof, now: Now, known: Iterable[str]) -> list[str]:
    """What is not in the proof yet, or no more: told, and no failure.

    known  the ids of all wrong answers that there are
    """
    accept = f"autograder verify {now.assignment.name} --accept"
    there = set(known)
    lines = []
    new = {name for name in now.stops if name not in proof.stops and now.stops[name]}
    if new:
        lines.append(f"{len(new)} wrong answers are new since the suite was accepted ({accept})")
    if gone := set(proof.stops) - there:
        lines.append(f"{len(gone)} wrong answers of the accepted suite are not made any more")
    known_tests = {test for stops in proof.stops.values() for test in stops}
    if added := set(now.tests) - known_tests:
        names = places.listed(sorted(key.partition("/")[2] for key in added), 3)
        lines.append(f"not in the record of the accepted suite: {names} ({accept})")
    return lines


def _fewer_checks(proof: Proof, now: Now) -> list[Finding]:
    findings = []
    for file, functions in proof.checks.items():
        for name, texts in functions.items():
            function = _function(now, file, name)
            if function is None and name.startswith("test_"):
                where = str(now.assignment.suite / file)
                findings.append(_finding(f"the test {name} is gone", where, now))
            elif function is not None and len(function.checks) < len(texts):
                findings.append(_weaker(function, texts, now))
    return findings


def _function(now: Now, file: str, name: str) -> FunctionChecks | None:
    """In its file, or in the one that it has moved to."""
    if (file, name) in now.inventory:
        return now.inventory[file, name]
    return next((f for (_, other), f in now.inventory.items() if other == name), None)


def _weaker(function: FunctionChecks, before: tuple[str, ...], now: Now) -> Finding:
    missing = [text for text in before if text not in function.texts]
    what = f"{function.name} made {len(before)} checks and makes {len(function.checks)}"
    if missing:
        what += "; gone: " + places.listed([f"`{text}`" for text in missing], 3)
    where = places.of_line(now.assignment.suite / function.file, function.line)
    return _finding(what, where, now)


def _no_longer_noticed(proof: Proof, now: Now) -> list[Finding]:
    missed: dict[str, list[str]] = {}
    passed_by: dict[tuple[str, str], list[str]] = {}
    for name, stops in proof.stops.items():
        if name not in now.stops:
            continue  # not made any more, or not in the sample
        for key, text in stops.items():
            if key not in now.tests:
                continue
            stopped_by = now.stops[name].get(key)
            if stopped_by is None:
                missed.setdefault(key, []).append(name)
            elif _got_past(proof, now, key, text, stopped_by):
                passed_by.setdefault((key, text), []).append(name)
    return [
        *(_missed(key, ids, now) for key, ids in missed.items()),
        *(_passed_by(key, text, ids, now) for (key, text), ids in passed_by.items()),
    ]


def _got_past(proof: Proof, now: Now, key: str, text: str, stopped_by: str) -> bool:
    """Whether an answer is stopped later in the test than it was; an edited check is a new one."""
    test = now.tests[key]
    name = test.name.partition("[")[0]
    function = now.inventory.get((test.file, name))
    before = proof.checks.get(test.file, {}).get(name, ())
    if function is None or text == ELSEWHERE or text not in before:
        return False
    if stopped_by == ELSEWHERE:  # it came as far as the check then, and raises behind it now
        return True
    if stopped_by in before:
        return before.index(stopped_by) > before.index(text)
    return text in function.texts and function.texts.index(stopped_by) > function.texts.index(text)


def _missed(key: str, ids: list[str], now: Now) -> Finding:
    test = now.tests[key]
    what = f"{test.name} no longer notices {len(ids)} wrong answers: {places.listed(ids, 4)}"
    return _finding(what, places.of_test(test, now.assignment), now)


def _passed_by(key: str, text: str, ids: list[str], now: Now) -> Finding:
    test = now.tests[key]
    what = (
        f"in {test.name}, `{text}` no longer stops {len(ids)} wrong answers that it stopped: "
        f"{places.listed(ids, 4)}"
    )
    return _finding(what, places.of_test(test, now.assignment), now)


def _finding(what: str, where: str, now: Now) -> Finding:
    step = f"put it back; if it is meant: autograder verify {now.assignment.name} --accept"
    return Finding(check="strength", what=what, where=where, next=step)
