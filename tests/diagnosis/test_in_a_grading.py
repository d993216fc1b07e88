"""Diagnosis in a grading from end to end, in the local sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.course import Assignment
from autograder.errors import CourseError
from autograder.sandbox.local import LocalSandbox
from autograder.wire import Graded
from tests.sandbox.lab import assignment, submission

SUITE = Path(__file__).parent / "hidden" / "tones"
TONES = {
    "louder": "def louder(x, by):\n    return x * by",
    "Mixer": """class Mixer(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.gain = nn.Parameter(torch.randn(size))

    def forward(self, x):
        return (x * self.gain).sum(dim=-1)""",
}
MEAN = TONES["Mixer"].replace("sum", "mean")
CATALOGUE = {
    "added": ("louder", "def louder(x, by):\n    return x + by"),
    "mean": ("Mixer", MEAN),
    "no_gain": ("Mixer", TONES["Mixer"].replace("(x * self.gain)", "x")),
}
ENTRY = '''"""A title.

cell: {cell}
confuses: one thing, with another
title.ko: 제목
feedback.en: Some words.
feedback.ko: 설명
question.en: A question?
question.ko: 질문?
source: a lecture
"""


{code}
'''


@pytest.fixture(scope="module")
def box() -> Iterator[LocalSandbox]:
    with LocalSandbox() as local:
        yield local


@pytest.fixture
def tones(tmp_path: Path) -> Assignment:
    made = assignment(tmp_path, "tones", TONES, {"louder": 3.0, "Mixer": 2.0})
    for name, (cell, code) in CATALOGUE.items():
        write(made, name, cell, code)
    return replace(made, suite=SUITE)


def write(made: Assignment, name: str, cell: str, code: str) -> Path:
    path = made.misconceptions / f"{name}.py"
    path.parent.mkdir(exist_ok=True)
    path.write_text(ENTRY.format(cell=cell, code=code))
    return path


def recognised(graded: Graded) -> dict[str, str | None]:
    return {test.name: test.misconception for test in graded.tests if test.outcome != "passed"}


def test_a_failed_test_carries_the_id_of_the_mistake(box: LocalSandbox, tones: Assignment) -> None:
    """Also with another initialisation of the student's own."""
    mixer = MEAN.replace("torch.randn(size)", "torch.rand(size + 1)[1:]")
    wrong = {"louder": "def louder(x, by):\n    return by + x", "Mixer": mixer}
    graded = box.grade(submission(TONES | wrong), tones, seed=3)
    assert recognised(graded) == {
        "test_twice_as_loud": "added",
        "test_three_times_as_loud": "added",
        "test_silence_stays": "added",
        "test_a_mixer_mixes": "mean",
    }


def test_without_a_catalogue_nothing_is_recognised(box: LocalSandbox, tones: Assignment) -> None:
    bare = replace(tones, name="bare", misconceptions=tones.misconceptions / "none")
    graded = box.grade(submission(TONES | {"Mixer": MEAN}), bare, seed=3)
    assert recognised(graded) == {"test_a_mixer_mixes": None}


def test_an_entry_that_hangs_costs_its_explanation_and_no_grade(
    box: LocalSandbox, tones: Assignment
) -> None:
    write(tones, "endless", "Mixer", "def Mixer(size):\n    while True:\n        pass")
    hasty = replace(tones, name="hasty", limits=replace(tones.limits, test_s=1.0))
    graded = box.grade(submission(TONES | {"Mixer": MEAN}), hasty, seed=3)
    assert list(recognised(graded)) == ["test_a_mixer_mixes"]


LIARS = {
    "another_size": "yield 'gain', torch.randn(1 << 18)",
    "none": "yield from ()",
    "no_names": "yield '', self.gain",
    "no_end": "for _ in range(9999): yield 'gain', self.gain",
    "other_places": "yield 'gain', torch.randn(3, dtype=torch.float16).t()",
}


@pytest.mark.parametrize("lie", LIARS.values(), ids=LIARS)
def test_parameters_that_lie_are_a_verdict_and_no_mistake(
    box: LocalSandbox, tones: Assignment, lie: str
) -> None:
    """Whatever is forged, the grading comes to an end and names no mistake for it."""
    liar = MEAN + f"\n\n    def named_parameters(self, *a, **k):\n        {lie}"
    graded = box.grade(submission(TONES | {"Mixer": liar}), tones, seed=3)
    assert recognised(graded)["test_a_mixer_mixes"] is None or lie == LIARS["no_names"]
    assert [test.outcome for test in graded.tests if test.cell == "louder"] == ["passed"] * 3


@pytest.mark.parametrize(
    ("cell", "code", "what", "line"),
    [
        ("louder", "def louder(x, by):\n    return x\n\nlouder.by = 1 / 0", "ZeroDivision", 17),
        ("quieter", "def quieter(x):\n    return x", 'no graded symbol "quieter"', 0),
        ("louder", "def loud(x):\n    return x", "does not define `louder`", 14),
    ],
)
def test_a_broken_entry_is_named_when_the_suite_is_opened(
    box: LocalSandbox, tones: Assignment, cell: str, code: str, what: str, line: int
) -> None:
    path = write(tones, "broken", cell, code)
    with pytest.raises(CourseError) as raised:
        box.open(replace(tones, name=f"tones-{line}"))
    assert raised.value.code == "catalogue-broken"
    assert what in raised.value.what
    assert raised.value.where.startswith(str(path))
    assert not line or raised.value.where.endswith(f"line {line}")
