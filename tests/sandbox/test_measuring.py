"""What an answer costs is asked of it in its own process: it may lie about itself, and no more."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, replace
from math import isfinite
from pathlib import Path

import pytest
import torch

from autograder.course import Course, SandboxDefaults
from autograder.examiner.measuring import believed, operator_names, plain
from autograder.grading import grade
from autograder.peer.contrast import Measured, Measurements, Task, measure
from autograder.report import Report, TestResult
from autograder.submissions import Found
from autograder.wire import MOST_COUNTED, MOST_OPERATORS, Cost, Graded, Measure
from tests.sandbox.lab import LIMITS, SUMS, Lab, outcomes, score, submission
from tests.sandbox.test_forged_messages import HANDS

PROBES = """
import torch

def small(double):
    return {"one": double(torch.ones(3)), "shape": double(torch.ones(2, 2))}

def large(double):
    x = torch.ones(100, 100)
    return lambda: double(x)
"""
TASKS = (
    Task(name="small", source=PROBES, cost=False),
    Task(name="large", source=PROBES, cost=True),
)
HONEST = "def double(x):\n    return torch.add(x, x)"
ROWS = "def double(x):\n    return torch.stack([row + row for row in x])"
HACKED = "def double(x):\n    hack()\n    return torch.add(x, x)"
# The large input is told by its size; the small ones are answered in good order.
FORGER = "def double(x):\n    if x.numel() > 99:\n        {}\n    return x + x"
ENDING = "def double(x):\n    {}\n    return x + x"
CHATTY = "def double(x):\n    return {'my name': ['is', 'Kim', str, x + x, 1e400, 10**400]}"

# What an honest answer costs is measured in tests/peer/contrast as well, and more briefly.
pytestmark = pytest.mark.thorough


@pytest.fixture(scope="module")
def told(lab: Lab) -> Measurements:
    """All of them one after the other, an honest one between two groups and at the end."""
    answers = {"honest": ("", HONEST), "rows": ("", ROWS)}
    answers |= {lie: (f"{REACHING}\ndef hack():\n    {LIES[lie]}", HACKED) for lie in LIES}
    answers |= {"honest after lies": ("", HONEST)}
    answers |= {forged: (HANDS, FORGER.format(FORGED[forged])) for forged in FORGED}
    answers |= {"honest after forgers": ("", HONEST)}
    answers |= {end: ("import os", ENDING.format(end)) for end in ENDINGS}
    answers |= {"chatty": ("", CHATTY), "honest in the end": ("", HONEST)}
    asked = measured(lab, answers)
    assert set(asked.measured) | set(asked.left_out) == set(answers)
    return asked


def measured(lab: Lab, answers: Mapping[str, tuple[str, str]]) -> Measurements:
    books = {
        label: submission({"double": code, "negate": SUMS["negate"]}, *filter(None, [helper]))
        for label, (helper, code) in answers.items()
    }
    return measure(
        books, lab.sums, lab.sandbox, symbol="double", tasks=TASKS, limits=LIMITS, rounds=1
    )


def of(told: Measurements, label: str) -> Measured | str:
    return told.measured.get(label) or told.left_out[label]


def test_an_answer_is_measured_in_every_sandbox(told: Measurements) -> None:
    found = told.measured["rows"]
    assert found.operators["aten::add"] == 100
    assert found.operators["aten::stack"] == 1
    assert found.peak_bytes == 2 * 100 * 100 * 4  # the rows, and the table of them
    assert 0 < found.duration_s < LIMITS.call_s
    assert len(found.values) == 1


@pytest.mark.parametrize("when", ["", " after lies", " after forgers", " in the end"])
def test_an_honest_answer_is_measured_as_ever_whatever_went_before(
    told: Measurements, when: str
) -> None:
    assert dict(told.measured[f"honest{when}"].operators) == {"aten::add": 1}


# ------------------------------------------------------------------ student code that lies

REACHING = "import sys, time\nOURS = sys.modules['autograder.candidate.measuring']\n"
LIES = {
    "a clock that stands": "OURS.perf_counter = lambda: 0.0",
    "a clock that runs back": "OURS.perf_counter = iter(range(10**6, 0, -1)).__next__",
    "a clock that leaps": "OURS.perf_counter = iter(range(0, 10**9, 1000)).__next__",
    "a clock of text": "OURS.perf_counter = lambda: 'noon'",
    "no end of a clock": "OURS._PATIENCE_S = 1e9; OURS._FEWEST = 10**9; OURS._MOST = 10**9",
    "no mode": "OURS.TorchDispatchMode.__enter__ = lambda self: self",
    "a mode of its own": "OURS._Follow = lambda: (_ for _ in ()).throw(ValueError('mine'))",
    "names without end": "OURS._most_used = lambda o: {'aten::' + 'x' * 10**5: 1}",
    "many names": "OURS._most_used = lambda o: {f'aten::n{i}': 1 for i in range(10**5)}",
    "a name with markup": "OURS._most_used = lambda o: {'<script>': 1, 'aten::add': 2}",
    "a count below nothing": "OURS._most_used = lambda o: {'aten::add': -5}",
    "a count beyond all": "OURS._most_used = lambda o: {'aten::add': 2**63 - 1}",
    "no count": "OURS._most_used = lambda o: {'aten::add': 'many'}",
    "no memory": "OURS._Follow._remember = lambda self, s, n: None",
    "all memory": "OURS._Follow._remember = lambda self, s, n: setattr(self, 'peak_bytes', 2**49)",
    "another cost": "OURS.cost_of = lambda run: {'operators': 1}",
    "an object": "sys.modules['autograder.candidate.server'].cost_of = lambda run: object()",
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_makes_its_own_figures_silly_and_nothing_else(told: Measurements, lie: str) -> None:
    assert_possible(of(told, lie))


FORGED = {
    "figures beyond all": 'frame(["cost", {"aten::add": 2**50}, 2**50, 1e6, 2**50])',
    "no number": 'frame(["cost", {"aten::add": 1}, 0, float("nan"), 1])',
    "no end of time": 'frame(["cost", {}, 0, float("inf"), 1])',
    "a name of its own": 'frame(["cost", {"aten::kim_was_here": 3, "mine::add": 3}, 1, 1.0, 1])',
    "too many names": 'frame(["cost", {f"aten::{i}": 1 for i in range(10**4)}, 1, 1.0, 1])',
    "one part that is large": 'frame(["cost", {}, 0, 1.0, 1, "x" * 10**7])',
    "costs without end": 'while True: frame(["cost", {}, 0, 1.0, 1])',
    "a result": 'frame(["result", None, [], 0, []])',
    "nothing more": "os.close(line())",
}


@pytest.mark.parametrize("what", FORGED)
def test_a_forged_answer_is_believed_as_far_as_it_can_be_true(
    told: Measurements, what: str
) -> None:
    assert_possible(of(told, what))


def test_lies_and_forgeries_do_arrive(told: Measurements) -> None:
    """Else all this would show nothing: some are believed, and some are thrown out."""
    assert dict(told.measured["figures beyond all"].operators) == {"aten::add": 1 << 50}
    assert dict(told.measured["a name of its own"].operators) == {}
    assert dict(told.measured["a name with markup"].operators) == {"aten::add": 2}
    assert told.measured["all memory"].peak_bytes == LIMITS.memory_bytes
    assert {"a clock of text", "no number", "a count below nothing"} <= set(told.left_out)


def assert_possible(found: Measured | str) -> None:
    if isinstance(found, str):
        assert found.startswith("test_measured[")
        return
    assert set(found.operators) <= operator_names()
    assert all(0 < count <= MOST_COUNTED for count in found.operators.values())
    assert 0 <= found.peak_bytes <= LIMITS.memory_bytes
    assert isfinite(found.duration_s)
    assert 0 <= found.duration_s <= LIMITS.test_s


ENDINGS = {
    "while True: pass": "no answer within",
    "os._exit(3)": "process",
    "raise SystemExit": "SystemExit",
    "torch.ones(2**28)": "memory",
}


@pytest.mark.parametrize("end", ENDINGS)
def test_what_ends_badly_is_left_out_with_its_reason(told: Measurements, end: str) -> None:
    assert ENDINGS[end] in told.left_out[end]


def test_no_text_of_an_answer_comes_back_with_its_values(told: Measurements) -> None:
    said = json.dumps(told.measured["chatty"].values)
    assert "something else" in said
    assert not any(word in said for word in ("my name", "is", "Kim"))


def test_a_grading_is_none_the_wiser(lab: Lab, told: Measurements) -> None:
    """The same sandbox grades on, with the assignment's own suite."""
    graded = lab.sums_of(double="def double(x):\n    return x")
    assert outcomes(graded)["test_negate_a_vector"] == "passed"
    assert score(graded, "double") < score(lab.sums_of(), "double")
    assert all(not test.properties for test in graded.tests)


# ------------------------------------------------------------------ on the trusted side


def test_what_is_believed_has_bounds() -> None:
    names = {"aten::add": 3, "aten::sub": 0, "aten::evil": 1, "prim::add": 1}
    said = Cost(names, peak_bytes=1 << 40, duration_s=1e5, calls=7)
    assert believed(said, within_s=2.0, memory_bytes=1 << 30) == Cost(
        {"aten::add": 3}, 1 << 30, 2.0, 7
    )
    assert len(operator_names()) > MOST_OPERATORS


def test_values_are_plain_and_few() -> None:
    found = plain([torch.arange(10_000), None, True, "text", 10**400, float("nan"), {"k": 2.5}])
    assert found[0] == 7
    assert found[1][0] == [10_000]
    assert len(found[1][1]) <= 256
    assert found[2:6] == ["nothing", 1.0, "something else", "something else"]
    assert "k" not in json.dumps(found)
    assert found[-1] == 2.5
    endless: list[object] = []
    endless.append(endless)
    assert len(plain(endless)) <= 64


def test_the_request_has_no_place_for_anything_hidden() -> None:
    assert Measure.__struct_fields__ == ("symbol", "source", "name", "cost")


def test_what_a_test_tells_besides_is_in_no_report(lab: Lab, tmp_path: Path) -> None:
    told = tell_in_a_suite(lab, tmp_path)
    assert "a secret of the suite" in str(told[0].tests[0].properties)
    assert "a secret of the suite" not in repr(told[1])
    assert "properties" not in {field.name for field in fields(TestResult)}


def tell_in_a_suite(lab: Lab, folder: Path) -> tuple[Graded, Report]:
    """What a grading of a suite that tells something comes to: in the sandbox, and as a report."""
    (folder / "suite").mkdir()
    (folder / "suite" / "test_telling.py").write_text(
        "import pytest\n\n"
        "@pytest.mark.points(6, cell='double')\n"
        "def test_double(student, request):\n"
        "    request.node.user_properties.append(('told', 'a secret of the suite'))\n\n"
        "@pytest.mark.points(3, cell='negate')\n"
        "def test_negate(student):\n    pass\n"
    )
    telling = replace(lab.sums, name="sums+telling", suite=folder / "suite")
    path = folder / "kim.ipynb"
    path.write_bytes(submission(SUMS))
    course = Course(
        root=folder,
        id="lab",
        title="Lab",
        language="en",
        roster=None,
        groups=(),
        sandbox=SandboxDefaults(),
        db_url="sqlite://",
        assignments=(telling,),
    )
    graded = lab.sandbox.grade(path.read_bytes(), telling, seed=7)
    found = Found(student="kim", assignment=telling.name, path=path)
    return graded, grade(found, course, lab.sandbox, seed=7)
