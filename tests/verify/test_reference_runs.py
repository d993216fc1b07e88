"""A test that the reference does not always pass is named, with the way in which it does not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from autograder.sandbox.local import LocalSandbox
from autograder.verify.bench import Bench
from autograder.verify.reference import check_reference
from autograder.verify.suite_files import check_names, check_suite, on_second_device

from .workshop import LATER, SHAPE, SUITE, VALUES, Workshop, line_of, said, workshop

FLAKY = '''
@pytest.mark.points(1, cell="later")
def test_now_and_then(student):
    """It depends on how often the clock has ticked."""
    student.later(torch.ones(2))
    check(time.monotonic_ns() // 1000 % 2 == 0, "an odd microsecond")
'''
pytestmark = pytest.mark.thorough  # test_a_shipped_suite_is_proven shows it more briefly

OF_SEED = '''
@pytest.mark.points(1, cell="later")
def test_of_some_seeds(student):
    """It holds for about half of all numbers."""
    student.later(torch.ones(2))
    check(bool(torch.rand(()) < 0.5), "a large number")
'''
OF_ORDER = '''
RAN = []

@pytest.mark.points(1, cell="later")
def test_first(student):
    """It leaves something behind."""
    RAN.append(student.later(torch.ones(2)))

@pytest.mark.points(1, cell="later")
def test_second(student):
    """It relies on what was left behind."""
    check(bool(RAN), "nothing ran before")
'''
HEAD = SUITE.partition("\n@pytest")[0] + "\nimport time\n"


def runs(made: Workshop, box: LocalSandbox, suite: str) -> list[tuple[str, str, str]]:
    points = {"twice": suite.count('cell="twice"'), "later": suite.count('cell="later"')}
    text = made.assignment.reference.read_text()
    text = text.replace('"points": 1.0', f'"points": {points["later"]}')
    made.assignment.reference.write_text(
        text.replace('"points": 2.0', f'"points": {points["twice"]}')
    )
    made.suite(suite)
    bench = made.bench(box)
    return said(check_reference(bench, made.answers, seed=1).findings, "reference")


def test_a_good_suite_has_no_findings(tmp_path: Path, box: LocalSandbox) -> None:
    assert runs(workshop(tmp_path), box, SUITE) == []


def test_a_suite_that_fails_its_reference(tmp_path: Path, box: LocalSandbox) -> None:
    wrong = VALUES.replace("2 * x", "3 * x")
    found = runs(workshop(tmp_path), box, HEAD + SHAPE + wrong + LATER)
    line = line_of(tmp_path / "tests/hidden/small/test_small.py", "def test_values") - 1
    ((what, where, step),) = found
    assert what.startswith("the reference fails test_values: ")
    assert where == f"test_small.py, line {line}"
    assert step == "correct the test or the reference"


def test_a_test_that_passes_now_and_then_is_flaky(tmp_path: Path, box: LocalSandbox) -> None:
    made = workshop(tmp_path)
    # Nine runs and one alone: all on even microseconds once in a thousand times; twice never.
    for _ in range(2):
        found = runs(made, box, HEAD + SHAPE + VALUES + FLAKY)
        if found:
            break
    ((what, _, _),) = found
    assert what.startswith("test_now_and_then is flaky: ")


def test_a_test_that_passes_for_some_seeds_only(tmp_path: Path, box: LocalSandbox) -> None:
    ((what, _, step),) = runs(workshop(tmp_path), box, HEAD + SHAPE + VALUES + OF_SEED)
    assert what.startswith("test_of_some_seeds depends on the seed: the reference fails it under")
    assert "--seed" in step


def test_a_test_that_relies_on_another_one(tmp_path: Path, box: LocalSandbox) -> None:
    ((what, _, _),) = runs(workshop(tmp_path), box, HEAD + SHAPE + VALUES + OF_ORDER)
    assert what.startswith("test_second depends on other tests: the reference fails it ")
    assert "when it runs alone" in what


@pytest.mark.thorough
def test_a_test_that_takes_most_of_its_time(tmp_path: Path, box: LocalSandbox) -> None:
    made = workshop(tmp_path)
    made.suite(HEAD + SHAPE + VALUES + LATER.replace("    x =", "    time.sleep(0.6)\n    x ="))
    limits = replace(made.assignment.limits, test_s=1.0)
    bench = Bench(box, replace(made.assignment, limits=limits), jobs=1, tick=lambda: None)
    found = said(check_reference(bench, made.answers, seed=1).findings, "suite")
    assert any(what.startswith("test_later takes ") for what, _, _ in found)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('    """Every number is doubled."""\n', "", "test_values has no docstring"),
        ('points(1, cell="twice")', 'points(0, cell="twice")', "test_values has no points"),
        ("def test_values", "def test_shape", "2 tests of the cell twice are called test_shape"),
    ],
)
def test_what_a_suite_should_say_about_its_tests(
    tmp_path: Path, box: LocalSandbox, old: str, new: str, words: str
) -> None:
    made = workshop(tmp_path)
    made.suite(SUITE)
    (made.assignment.suite / "test_more.py").write_text(HEAD + VALUES.replace(old, new))
    (made.assignment.suite / "test_small.py").write_text(HEAD + SHAPE + LATER)
    if "points(0" in new:
        text = made.assignment.reference.read_text().replace('"points": 2.0', '"points": 1.0')
        made.assignment.reference.write_text(text)
    bench = made.bench(box)
    found = [
        *check_suite(bench, made.answers),
        *check_names(bench.suite.tests, made.assignment),
    ]
    assert [what.partition(":")[0] for what, _, _ in said(found, "suite")] == [words]


def test_which_symbols_are_tested_on_the_simulated_device(
    tmp_path: Path, box: LocalSandbox
) -> None:
    from autograder.verify.inventory import inventory_of

    made = workshop(tmp_path)
    made.suite(SUITE.replace("student.later(x)", "student.on_another_device().later(x)"))
    inventory = inventory_of(made.assignment.suite)
    assert on_second_device(made.bench(box), inventory) == {"twice": 0, "later": 1}
