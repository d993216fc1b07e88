"""Tensors that say where they lie, exhausted cards, and CUDA that does not start.

Without a GPU nothing here runs on one; what does is in test_gpu_for_real.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import msgspec
import pytest
import torch

from autograder import cuda, wire
from autograder.candidate import watch
from autograder.codec import tensor_from_wire, tensor_to_wire
from autograder.examiner.candidate import Candidate, Terms
from autograder.examiner.judge import judge
from autograder.examiner.redaction import written_in
from autograder.examiner.verdicts import (
    GpuMemoryExhausted,
    PlatformFailure,
    StudentError,
    how_it_ended,
)
from autograder.report import Outcome
from autograder.sandbox import SandboxFailure
from autograder.sandbox.local import candidates
from autograder.testing import TOLERANCES, Finding, check_like, check_values
from tests.sandbox.lab import SUMS, Lab, messages, outcomes, submission

GPU = torch.device("cuda")
CELL = """\
import torch

CALLS = []

def exhaust(x):
    CALLS.append(x)
    raise torch.OutOfMemoryError(
        "CUDA out of memory. Tried to allocate 9.00 GiB. See documentation for Memory Management")

def exhaust_host(x):
    raise MemoryError

def break_context(x):
    raise torch.AcceleratorError("CUDA error: device-side assert triggered")

def calls(x):
    return len(CALLS)
"""
NAMES = ("exhaust", "exhaust_host", "break_context", "calls")


@pytest.fixture(scope="module")
def terms() -> Iterator[Terms]:
    unit = wire.CodeUnit("cell", CELL, 1, NAMES, risky=False, future=False)
    load = wire.Load(
        units=[unit],
        skip=[],
        symbols=list(NAMES),
        forbidden=[],
        sources={"cell": CELL},
        memory_bytes=1 << 30,
        scratch_bytes=1 << 20,
        message_bytes=1 << 20,
        cpu_s=60,
        device="cpu",
    )
    with candidates(scratch_bytes=1 << 20) as path:
        yield Terms(
            socket_path=str(path),
            load=load,
            missing={},
            call_s=10,
            test_s=20,
            notebook_s=60,
            message_bytes=1 << 20,
            gpu_memory_bytes=2 << 30,
        )


@pytest.fixture
def candidate(terms: Terms) -> Iterator[Candidate]:
    started = Candidate(terms)
    started.begin_test("cell", 0)
    yield started
    started.close()


def call(candidate: Candidate, name: str) -> Any:
    request = wire.Call(0, name, [1], {}, [], [], True, False)
    return candidate.ask(request, wire.Result).value


def test_a_tensor_says_where_it_lies() -> None:
    here = tensor_to_wire(torch.ones(2))
    assert here.place == wire.CPU
    assert tensor_from_wire(here).device.type == "cpu"
    assert tensor_to_wire(torch.ones(2), place=wire.SIMULATED).place == wire.SIMULATED


def test_a_gpu_that_the_run_does_not_have_is_malformed() -> None:
    claimed = msgspec.structs.replace(tensor_to_wire(torch.ones(2)), place=wire.CUDA)
    with pytest.raises(wire.Malformed, match="without one"):
        tensor_from_wire(claimed)


def test_a_candidate_that_claims_a_gpu_in_a_run_without_one_has_misbehaved(lab: Lab) -> None:
    claims = "import sys\n    sys.modules['autograder.codec']._PLACES['cpu'] = 1"
    graded = lab.sums_of(double=f"def double(x):\n    {claims}\n    return torch.add(x, x)")
    for name, outcome in outcomes(graded).items():
        expected = Outcome.CRASHED if "double" in name else Outcome.PASSED
        assert outcome == expected, name
    assert any("a GPU in a run without one" in message for message in messages(graded).values())


@pytest.mark.parametrize("place", [3, -1, "cuda", None])
def test_a_tensor_can_claim_no_other_place(place: Any) -> None:
    data = ["float32", [2], bytes(8), False, place, 0]
    with pytest.raises(msgspec.ValidationError):
        msgspec.msgpack.decode(msgspec.msgpack.encode(data), type=wire.TensorData)


def test_a_result_on_the_cpu_in_place_of_the_gpu_is_a_finding_of_its_own() -> None:
    with pytest.raises(Finding, match="lies on the CPU although it was asked for on a GPU"):
        check_like(torch.ones(2), (2,), device=GPU)
    with pytest.raises(Finding, match="expected cpu, got meta"):
        check_like(torch.ones(2, device="meta"), (2,), device=torch.device("cpu"))


def test_every_float_has_a_tolerance_on_both_devices_and_never_a_smaller_one_on_the_gpu() -> None:
    floats = {torch.float32, torch.float64, torch.float16, torch.bfloat16}
    assert set(TOLERANCES) == {(dtype, kind) for dtype in floats for kind in ("cpu", "cuda")}
    for dtype in floats:
        on_cpu, on_gpu = TOLERANCES[dtype, "cpu"], TOLERANCES[dtype, "cuda"]
        assert all(wide >= narrow for narrow, wide in zip(on_cpu, on_gpu, strict=True))


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_is_compared_as_exactly_as_it_can_be(dtype: torch.dtype) -> None:
    torch.manual_seed(0)
    values = torch.randn(1000)
    check_values(values.to(dtype).exp().log(), values.to(dtype).float().exp().log().to(dtype))
    with pytest.raises(Finding):
        check_values((values * 1.1).to(dtype), values.to(dtype))


def test_products_are_exact_unless_a_suite_asks_otherwise() -> None:
    """The switches are there in every build of torch."""
    cuda.compute_exactly(tf32=True)
    assert torch.backends.cuda.matmul.allow_tf32
    assert torch.backends.cudnn.allow_tf32
    cuda.compute_exactly()
    assert not torch.backends.cuda.matmul.allow_tf32
    assert not torch.backends.cudnn.allow_tf32
    assert torch.backends.cudnn.deterministic


def test_exhausted_memory_of_the_card_has_words_of_its_own(candidate: Candidate) -> None:
    with pytest.raises(GpuMemoryExhausted) as raised:
        call(candidate, "exhaust")
    load = candidate.terms.load
    outcome, words = judge(raised.value, written_in(load.units, load.sources.items()))
    assert outcome is Outcome.ERROR
    first, second, *rest = words.split("\n")
    assert first == "the GPU's memory for one submission (2 GiB) was exhausted"
    assert second.startswith("  cell cell, line 7, in exhaust")
    assert not [line for line in rest if "Memory Management" in line], "torch's advice is no help"
    assert isinstance(raised.value, RuntimeError), "what torch raises is one"


def test_the_next_test_has_a_fresh_card(candidate: Candidate) -> None:
    with pytest.raises(GpuMemoryExhausted):
        call(candidate, "exhaust")
    candidate.begin_test("cell", 1)
    assert call(candidate, "calls") == 0
    assert candidate.generation == 2


def test_a_broken_context_costs_its_own_test(candidate: Candidate) -> None:
    with pytest.raises(StudentError, match="device-side assert"):
        call(candidate, "break_context")
    candidate.begin_test("cell", 1)
    assert call(candidate, "calls") == 0
    assert candidate.generation == 2


def test_host_memory_is_told_apart(candidate: Candidate) -> None:
    with pytest.raises(StudentError) as raised:
        call(candidate, "exhaust_host")
    assert not isinstance(raised.value, GpuMemoryExhausted)
    assert judge(raised.value)[1].startswith("your code raised MemoryError")


def test_a_card_that_others_have_filled_is_nobodys_fault(candidate: Candidate) -> None:
    candidate.card_is_full = lambda: True
    with pytest.raises(PlatformFailure, match="a GPU is full"):
        call(candidate, "exhaust")


def test_without_a_card_the_name_of_an_exception_means_nothing(terms: Terms) -> None:
    candidate = Candidate(replace(terms, gpu_memory_bytes=0))
    candidate.begin_test("cell", 0)
    try:
        with pytest.raises(StudentError) as raised:
            call(candidate, "exhaust")
    finally:
        candidate.close()
    assert not isinstance(raised.value, GpuMemoryExhausted)
    assert judge(raised.value)[1].startswith("your code raised OutOfMemoryError: CUDA out of")


def test_a_candidate_that_was_ended_for_its_greed_is_told_why() -> None:
    assert "more of the GPU's memory than its share" in how_it_ended(wire.OVER_GPU_SHARE)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU, and CUDA would start")
def test_cuda_that_does_not_start_is_a_failure_of_ours(terms: Terms) -> None:
    load = msgspec.structs.replace(terms.load, device="cuda")
    candidate = Candidate(replace(terms, load=load))
    candidate.begin_test("cell", 0)
    with pytest.raises(PlatformFailure, match="CUDA did not start: "):
        call(candidate, "calls")
    with pytest.raises(cuda.CudaFailure):
        cuda.start()


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU, and CUDA would start")
def test_without_cuda_there_is_no_score(lab: Lab) -> None:
    assigned = replace(lab.sums, name="sums on a GPU", device="cuda")
    with pytest.raises(SandboxFailure, match="CUDA did not start in the examiner"):
        lab.grade(assigned, submission(SUMS))


def test_student_code_cannot_blame_cuda(terms: Terms) -> None:
    """Once it runs, nothing that comes from its process is believed about CUDA."""
    lying = (
        "import gc\n"
        "from autograder.candidate.server import Server\n"
        "server = next(x for x in gc.get_objects() if isinstance(x, Server))\n"
        "server.note('cuda-failure:no card')\n"
        "def calls(x):\n    return 1\n"
    )
    unit = wire.CodeUnit("cell", lying, 1, ("calls",), risky=False, future=False)
    load = msgspec.structs.replace(terms.load, units=[unit], symbols=["calls"])
    candidate = Candidate(replace(terms, load=load))
    candidate.begin_test("cell", 0)
    try:
        assert call(candidate, "calls") == 1
    finally:
        candidate.close()


def test_forbidden_operators_are_watched_where_they_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel of its own for every backend: on a GPU another one runs than on the CPU."""
    assert watch.backends() == ("CPU",)
    monkeypatch.setenv(cuda.VISIBLE, "GPU-x")
    assert watch.backends() == ("CPU", "CUDA")
    keys = {
        b: {k for _, k, _ in watch.find("torch.ops.aten.dropout", b).kernels}
        for b in watch.backends()
    }
    assert keys == {"CPU": {"AutogradCPU"}, "CUDA": {"AutogradCUDA"}}
    assert watch.find("torch.softmax", "CUDA") == watch.Target(), "that is Python, on any device"
