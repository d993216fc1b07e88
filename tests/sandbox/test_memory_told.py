"""What each submission's code took of memory is in its report, from every sandbox."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from autograder import wire
from autograder.errors import SandboxUnavailable
from autograder.sandbox import Sandbox, contract
from autograder.sandbox.choice import choose
from autograder.sandbox.contract.bench import Bench, notebook
from autograder.sandbox.contract.exercises import EXERCISES

MIB = 1 << 20
TAKEN = 200 * MIB
SPARE = 100 * MIB  # libraries of torch that a process is the first to look into


@pytest.fixture(
    scope="module",
    params=[
        "local",
        pytest.param("docker", marks=[pytest.mark.needs_docker, pytest.mark.thorough]),
    ],
)
def bench(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Bench]:
    course = contract.make_course(tmp_path_factory.mktemp("memory"))
    try:
        choice = choose(course, request.param)
    except SandboxUnavailable as error:
        assert request.param != "local"
        pytest.skip(f"{error.what}; {error.next}")
    with choice.open(jobs=2) as box:
        yield Bench(box, course)


def graded(bench: Bench, double: str, *helpers: str) -> wire.Graded:
    cells = dict(EXERCISES["arithmetic"].symbols) | {"double": double}
    sandbox: Sandbox = bench.sandbox
    return sandbox.grade(notebook(cells, *helpers), bench.assignment("arithmetic"), seed=1)


def test_modest_code_takes_little(bench: Bench) -> None:
    memory = graded(bench, "def double(x):\n    return x + x").memory_bytes
    assert memory is not None
    assert 0 < memory < SPARE


@pytest.mark.parametrize(
    "line",
    [
        f"torch.ones({TAKEN // 4})",  # given back at once
        f"kept = torch.ones({TAKEN // 4}); __import__('os').abort()",
    ],
    ids=["while it works", "and dies"],
)
def test_what_a_single_call_took_is_told(bench: Bench, line: str) -> None:
    code = f"def double(x):\n    if x.dim() == 2:\n        {line}\n    return x + x"
    memory = graded(bench, code).memory_bytes
    assert memory is not None
    assert TAKEN - 8 * MIB < memory < TAKEN + SPARE  # the kernel counts in batches of pages


def test_symbols_that_are_still_the_stub_are_named(bench: Bench) -> None:
    code = "def double(x):\n    raise NotImplementedError"
    assert graded(bench, code).untouched == ["double"]
    assert graded(bench, "def double(x):\n    return x + x").untouched == []
