"""On a GPU, through the whole sandbox. Everywhere else these are skipped, and say why.

Whether there is a GPU is asked of NVML: this process must not start CUDA.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.course import Assignment, Course, load_course
from autograder.report import Outcome
from autograder.sandbox import Sandbox
from autograder.sandbox.choice import choose
from autograder.sandbox.gpus import read_facts
from autograder.sandbox.nvml import Nvml
from autograder.wire import Graded
from tests.notebook.building import notebook
from tests.sandbox.lab import SUMS, assignment, messages, outcomes, submission

ROOT = Path(__file__).parents[2]
FACTS = read_facts()
WHY_NOT = "" if FACTS.cards else FACTS.problem or "this host has no GPU"
WHY_NOT = WHY_NOT or ("" if FACTS.torch_cuda else "torch was built without CUDA")

pytestmark = [pytest.mark.needs_gpu, pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT)]


@pytest.fixture(scope="module")
def course() -> Course:
    course = load_course(ROOT)
    return replace(course, assignments=tuple(replace(a, device="cuda") for a in course.assignments))


@pytest.fixture(scope="module")
def sandbox(course: Course) -> Iterator[Sandbox]:
    with choose(course, "local", device="cuda").open(jobs=1) as opened:
        yield opened


@pytest.fixture(scope="module")
def sums(tmp_path_factory: pytest.TempPathFactory) -> Assignment:
    folder = tmp_path_factory.mktemp("gpu")
    made = assignment(folder, "sums", SUMS, {"double": 6.0, "negate": 3.0})
    limits = replace(made.limits, gpu_memory_bytes=512 << 20)
    return replace(made, device="cuda", limits=limits)


def processes_on_cards() -> int:
    with Nvml() as nvml:
        return sum(len(nvml.uses(card.index)) for card in nvml.cards())


def graded(sandbox: Sandbox, sums: Assignment, **symbols: str) -> Graded:
    return sandbox.grade(submission(SUMS | symbols), sums, seed=7)


NAMES = ("cross_entropy", "inception_block", "lstm_cell", "multi_head_attention", "vae_elbo")


@pytest.mark.parametrize("name", NAMES)
def test_the_reference_has_full_marks(sandbox: Sandbox, course: Course, name: str) -> None:
    assigned = course.assignment(name)
    result = sandbox.grade(assigned.reference.read_bytes(), assigned, seed=7)
    assert {n: m for n, m in messages(result).items() if outcomes(result)[n] != "passed"} == {}


def test_stubs_get_nothing(sandbox: Sandbox, course: Course) -> None:
    assigned = course.assignment("cross_entropy")
    result = sandbox.grade(notebook(), assigned, seed=7)
    assert Outcome.PASSED not in outcomes(result).values()


def test_a_result_that_is_left_on_the_cpu_is_a_finding(sandbox: Sandbox, sums: Assignment) -> None:
    result = graded(sandbox, sums, double="def double(x):\n    return torch.add(x, x).cpu()")
    assert any("lies on the CPU although" in message for message in messages(result).values())


def test_an_exhausted_card_costs_its_own_test(sandbox: Sandbox, sums: Assignment) -> None:
    greedy = "def double(x):\n    return torch.zeros(1 << 28, device=x.device) + x.sum()"
    result = graded(sandbox, sums, double=greedy)
    assert any("(0.5 GiB) was exhausted" in message for message in messages(result).values())
    assert Outcome.PASSED in outcomes(result).values(), "negate is as it was"


def test_nothing_is_left_on_the_card(sandbox: Sandbox, sums: Assignment) -> None:
    before = processes_on_cards()
    graded(sandbox, sums)
    assert processes_on_cards() <= before
