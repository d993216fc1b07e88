"""What a suite says about its tests: points, descriptions, names."""

from __future__ import annotations

from collections import Counter

from autograder import wire
from autograder.course import Assignment
from autograder.verify import places
from autograder.verify.answers import Answers
from autograder.verify.bench import Bench
from autograder.verify.findings import Finding
from autograder.verify.inventory import Inventory


def check_suite(bench: Bench, answers: Answers) -> list[Finding]:
    """Sums of points need no look here: a suite that disagrees with its notebook is not opened."""
    assignment = bench.as_students
    findings = []
    for test in bench.tests.values():
        where = places.of_test(test, assignment)
        if not test.description:
            what = f"{test.name} has no docstring: students would not know what it is about"
            step = "begin it with a sentence that says what should hold"
            findings.append(Finding(check="suite", what=what, where=where, next=step))
        if test.points <= 0:
            what = f"{test.name} has no points: nobody would notice that it fails"
            step = '@pytest.mark.points(1, cell="…")'
            findings.append(Finding(check="suite", what=what, where=where, next=step))
    tested = {test.cell for test in bench.tests.values()}
    for symbol in answers.symbols:
        if symbol not in tested:
            what = f"no test is for the graded symbol {symbol}"
            where = places.of_cell(symbol, assignment)
            step = f"write tests of it in {assignment.suite}"
            findings.append(Finding(check="suite", what=what, where=where, next=step))
    return findings


def check_names(tests: tuple[wire.TestInfo, ...], assignment: Assignment) -> list[Finding]:
    """A test is known by its cell and its name, in reports and here."""
    counts = Counter((test.cell, test.name) for test in tests)
    last = {(test.cell, test.name): test for test in tests}
    return [
        Finding(
            check="suite",
            what=f"{count} tests of the cell {key[0]} are called {key[1]}",
            where=places.of_test(last[key], assignment),
            next="give each test of a cell a name of its own",
        )
        for key, count in counts.items()
        if count > 1
    ]


def on_second_device(bench: Bench, inventory: Inventory) -> dict[str, int]:
    """By symbol, how many of its tests run it on the simulated second device."""
    counts = {test.cell: 0 for test in bench.tests.values()}
    sources = {
        file: (bench.as_students.suite / file).read_text(encoding="utf-8").splitlines()
        for file in {test.file for test in bench.tests.values()}
    }
    for test in bench.tests.values():
        function = inventory.get((test.file, test.name.partition("[")[0]))
        if function is not None:
            text = "\n".join(sources[test.file][function.line - 1 : function.last_line])
            counts[test.cell] += "on_another_device" in text
    return counts
