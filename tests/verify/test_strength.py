"""What a suite noticed when it was accepted is what it has to notice from then on."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from autograder import wire
from autograder.errors import CourseError
from autograder.sandbox.local import LocalSandbox
from autograder.verify.inventory import inventory_of
from autograder.verify.proof import ELSEWHERE, Proof, held, read_proof, write_proof
from autograder.verify.result import Verified
from autograder.verify.strength import Now, check_strength, news

from .workshop import HEAD, LATER, SHAPE, Workshop, line_of, said, workshop

pytestmark = pytest.mark.thorough  # test_a_shipped_suite_is_proven shows it more briefly

# Two checks of which the second notices whatever the first does.
BOTH = '''
@pytest.mark.points(1, cell="twice")
def test_values(student):
    """Every number is doubled."""
    x = torch.randn(4)
    check_tensor(student.twice(x), 2 * x)
    check_tensor(student.twice(x + 1), 2 * x + 2)
'''
SUITE = HEAD + SHAPE + BOTH + LATER
ALL = 100  # there are fewer mutants; as for every sample, careless answers are left out


@pytest.fixture(scope="module")
def accepted(tmp_path_factory: pytest.TempPathFactory, box: LocalSandbox) -> Workshop:
    made = workshop(tmp_path_factory.mktemp("accepted"))
    made.suite(SUITE)
    result = made.verify(box, accept=True)
    assert result.proven
    assert result.notes == (f"accepted: {made.solutions / 'proof.json'}",)
    return made


def weakened(accepted: Workshop, folder: Path, box: LocalSandbox, suite: str) -> Verified:
    shutil.copytree(accepted.folder, folder, dirs_exist_ok=True)
    made = Workshop(folder)
    made.suite(suite)
    return made.verify(box, mutants=ALL)


def test_nothing_has_changed(accepted: Workshop, box: LocalSandbox) -> None:
    result = accepted.verify(box, mutants=4)
    assert result.proven
    assert result.notes == ()


def test_the_record_is_small_and_can_be_read_as_a_diff(accepted: Workshop) -> None:
    lines = (accepted.solutions / "proof.json").read_text().splitlines()
    assert '   "test_later": ["check_tensor(student.later(x), 2 * x + 3)"],' in lines
    assert any('"check_tensor(student.twice(x), 2 * x)": [' in line for line in lines)
    assert len(lines) < 30


def test_a_weaker_suite(accepted: Workshop, tmp_path: Path, box: LocalSandbox) -> None:
    """One check is taken out, and another one made lenient."""
    suite = SUITE.replace("    check_tensor(student.twice(x), 2 * x)\n", "")
    result = weakened(accepted, tmp_path, box, suite.replace("x + 3)", "x + 3, atol=2.5)"))
    line = line_of(tmp_path / "tests/hidden/small/test_small.py", "def test_values")
    (out, *others) = said(result.findings, "strength")
    assert out[:2] == (
        "test_values made 2 checks and makes 1; gone: `check_tensor(student.twice(x), 2 * x)`",
        f"test_small.py, line {line}",
    )
    assert out[2].endswith(f"autograder verify {tmp_path.name} --accept")
    words = [what for what, _, _ in others]
    # What the first check stopped is stopped by the second one.
    past = "in test_values, `check_tensor(student.twice(x), 2 * x)` no longer stops "
    assert any(what.startswith(past) for what in words)
    lenient = next(what for what in words if what.startswith("test_later no longer notices "))
    assert "two_more" in lenient


def test_a_broken_record_is_named(accepted: Workshop, tmp_path: Path) -> None:
    shutil.copytree(accepted.folder, tmp_path, dirs_exist_ok=True)
    made = Workshop(tmp_path)
    path = made.solutions / "proof.json"
    path.write_text(path.read_text().replace('"stops": {', '"stops": {{'))
    with pytest.raises(CourseError) as caught:
        read_proof(made.assignment)
    assert caught.value.where == f"{path}, line {line_of(path, '{{')}"
    assert f"autograder verify {tmp_path.name} --accept" in caught.value.next


def test_a_suite_with_something_wrong_is_not_accepted(tmp_path: Path, box: LocalSandbox) -> None:
    made = workshop(tmp_path)
    made.misconception("same", "twice", "def twice(x):\n    return x * 2")
    result = made.verify(box, accept=True, mutants=0)
    assert result.notes == ("not accepted: first what is wrong has to be corrected",)
    assert not (made.solutions / "proof.json").exists()


# ---------------------------------------------------------------- on paper


def now(made: Workshop, stops: dict[str, dict[str, str]]) -> Now:
    test = wire.TestInfo("test_values", "twice", 1.0, "", file="test_small.py", line=20)
    inventory = inventory_of(made.assignment.suite)
    return Now(made.assignment, {"twice/test_values": test}, inventory, stops)


FIRST, SECOND = (
    "check_tensor(student.twice(x), 2 * x)",
    "check_tensor(student.twice(x + 1), 2 * x + 2)",
)
KEY = "twice/test_values"
PROOF = Proof({"test_small.py": {"test_values": (FIRST, SECOND)}}, {"once": {KEY: FIRST}})


def test_stopped_later_is_weaker_and_stopped_earlier_is_not(tmp_path: Path) -> None:
    made = workshop(tmp_path)
    made.suite(SUITE)
    later = check_strength(PROOF, now(made, {"once": {KEY: SECOND}}))
    assert [each.what.partition(":")[0] for each in later] == [
        f"in test_values, `{FIRST}` no longer stops 1 wrong answers that it stopped"
    ]
    behind = check_strength(PROOF, now(made, {"once": {KEY: ELSEWHERE}}))
    assert len(behind) == 1
    other = Proof(PROOF.checks, {"once": {KEY: SECOND}})
    assert check_strength(other, now(made, {"once": {KEY: FIRST}})) == []


def test_a_test_that_is_gone(tmp_path: Path) -> None:
    made = workshop(tmp_path)
    made.suite(HEAD + SHAPE + LATER)
    found = said(check_strength(PROOF, now(made, {"once": {}})), "strength")
    assert ("the test test_values is gone", "test_small.py") in [each[:2] for each in found]


def test_an_answer_that_was_not_tried_says_nothing(tmp_path: Path) -> None:
    made = workshop(tmp_path)
    made.suite(SUITE)
    assert check_strength(PROOF, now(made, {})) == []


def test_what_is_new_is_told_and_no_failure(tmp_path: Path) -> None:
    made = workshop(tmp_path)
    made.suite(SUITE.replace("2 * x + 2", "2 + 2 * x"))  # an edited check
    today = now(made, {"once": {KEY: FIRST}, "new": {KEY: FIRST}})
    assert check_strength(PROOF, today) == []
    told = news(PROOF, today, ["new"])
    assert [line.partition(" (")[0] for line in told] == [
        "1 wrong answers are new since the suite was accepted",
        "1 wrong answers of the accepted suite are not made any more",
    ]


def test_only_what_holds_under_both_seeds_is_recorded(tmp_path: Path) -> None:
    one = {"a": {KEY: FIRST}, "b": {KEY: FIRST}, "c": {KEY: FIRST}}
    other = {"a": {KEY: FIRST}, "b": {KEY: SECOND}}
    assert held(one, other) == {"a": {KEY: FIRST}, "b": {}}
    made = workshop(tmp_path)
    made.suite(SUITE)
    path = write_proof(made.assignment, inventory_of(made.assignment.suite), held(one, other))
    assert json.loads(path.read_text())["stops"] == {KEY: {FIRST: ["a"]}}


def test_what_counts_as_a_check(tmp_path: Path) -> None:
    made = workshop(tmp_path)
    made.suite(
        "import torch\n\n\ndef pair(x):\n    assert len(x) == 2\n    return x\n\n\n"
        "def unwrap(x):\n    return pair(x)[0]\n\n\n"
        "def test_all(student, x):\n"
        "    y = student.twice(x)\n"
        "    with inputs_unchanged(x=x):\n"
        "        z = y\n"
        "        unwrap(x)\n"
        "    for _ in range(2):\n"
        "        check(x, 'a')\n"
        "        check(x, 'a')\n"
        "    torch.testing.assert_close(\n"
        "        x,\n"
        "        y)\n"
        "    y.pair(x)\n"
    )
    inventory = inventory_of(made.assignment.suite)
    function = inventory["test_small.py", "test_all"]
    assert function.texts == (
        "with inputs_unchanged(x=x):",
        "unwrap(x)",
        "check(x, 'a')",
        "check(x, 'a') #2",
        "torch.testing.assert_close(x, y)",
    )
    first = function.line
    assert [function.at(first + offset) for offset in range(1, 9)] == [
        "",
        "with inputs_unchanged(x=x):",
        "",
        "unwrap(x)",
        "",
        "check(x, 'a')",
        "check(x, 'a') #2",
        "torch.testing.assert_close(x, y)",
    ]
    assert function.at(first + 10) == "torch.testing.assert_close(x, y)"
