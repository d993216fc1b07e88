"""The local sandbox with cards: real servers and gradings, on a list of cards in memory.

No CUDA is started: the assignment is one for the CPU. What a candidate holds on a card is made up;
who is looked at, ended, replaced or refused because of it is not.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
import torch

from autograder import cuda
from autograder.errors import SandboxUnavailable
from autograder.report import Outcome
from autograder.sandbox import SandboxFailure
from autograder.sandbox.gpu_places import Gpus
from autograder.sandbox.gpus import CONTEXT_BYTES
from autograder.sandbox.local import LocalSandbox
from autograder.sandbox.nvml import Card, NvmlFailure, Use
from autograder.sandbox.warm import Staged, order_of
from tests.sandbox.lab import LIMITS, Lab, full_marks, messages, outcomes

GIB = 1 << 30
ROOM = 50 << 20
CARD = Card(index=0, uuid="GPU-a", name="A card", total_bytes=16 * GIB, free_bytes=16 * GIB)
SECOND = dataclasses.replace(CARD, index=1, uuid="GPU-b")
SLOW = "import time\ndef double(x):\n    time.sleep(0.25)\n    return torch.add(x, x)"
GREEDY = """\
import time

def double(x):
    held = bytearray(b"x" * (80 << 20))
    time.sleep(1.5)
    return torch.add(x, x)
"""
SHARED = """\
import mmap

def double(x):
    shared = mmap.mmap(-1, 400 << 20)
    for at in range(0, 400 << 20, 4096):
        shared[at] = 1
    import time
    time.sleep(1)
    return torch.add(x, x)
"""

pytestmark = pytest.mark.thorough


@dataclass
class Cards:
    """A driver in memory, which is told at any time what to answer."""

    uses_of: Callable[[int], list[Use]] = lambda index: []

    def cards(self) -> tuple[Card, ...]:
        return (CARD, SECOND)

    def uses(self, index: int) -> tuple[Use, ...]:
        return tuple(self.uses_of(index))


@pytest.fixture(scope="module")
def driver() -> Cards:
    return Cards()


@pytest.fixture(scope="module")
def lab(driver: Cards, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    gpus = Gpus(places=(CARD, SECOND), share_bytes=GIB, driver=driver, about="two cards")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("autograder.sandbox.local.HOST_BYTES", 256 << 20)
        patch.setattr("autograder.sandbox.gpu_places._GONE_S", 0.1)
        with LocalSandbox(scratch_bytes=LIMITS.scratch_bytes, gpus=gpus, memory_bytes=0) as sandbox:
            yield Lab(sandbox, tmp_path_factory.mktemp("cards"))


@pytest.fixture(autouse=True)
def nothing_on_the_cards(driver: Cards) -> Iterator[None]:
    yield
    driver.uses_of = lambda index: []


def servers(lab: Lab) -> list[int]:
    return [server.pid for server in lab.sandbox._candidates.servers()]  # type: ignore[attr-defined]


def children(pid: int) -> list[int]:
    try:
        return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def candidates(lab: Lab) -> list[int]:
    return [child for server in servers(lab) for child in children(server)]


def own(pid: int) -> int:
    """Bytes of private memory; 0 of a process that has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return sum(int(line.split()[1]) << 10 for line in lines if line.startswith("RssAnon:"))


def visible(pid: int) -> str:
    variables = Path(f"/proc/{pid}/environ").read_text().split("\0")
    return next(v.partition("=")[2] for v in variables if v.startswith(f"{cuda.VISIBLE}="))


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_each_place_has_a_server_that_sees_its_card_and_no_other(lab: Lab) -> None:
    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(lab.sums_of, double=SLOW) for _ in range(4)]
        graded = [each.result() for each in asked]
    assert all(full_marks(each) for each in graded)
    assert len({each.worker for each in graded}) == 2
    assert sorted(visible(pid) for pid in servers(lab)) == ["GPU-a", "GPU-b"]
    assert visible(lab.sandbox._examiner.pid) == "GPU-a,GPU-b"  # type: ignore[attr-defined]


def test_results_say_what_they_were_made_on(lab: Lab) -> None:
    environment = lab.sandbox.environment  # type: ignore[attr-defined]
    assert (environment.device, environment.gpu) == ("cuda", "two cards")


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU, and CUDA would start")
def test_cuda_that_does_not_start_is_told_before_the_first_grading(lab: Lab) -> None:
    with pytest.raises(SandboxUnavailable) as raised:
        lab.sandbox.missing_walls()
    assert raised.value.code == "gpu-start"
    assert "CUDA does not start in a confined process: " in raised.value.what
    assert full_marks(lab.sums_of())


def test_a_share_of_the_card_is_for_those_who_have_one(lab: Lab) -> None:
    staged = Staged("suite", "reference")
    assert order_of(lab.sums, staged, "socket", True).gpu_memory_bytes == 0
    on_gpu = dataclasses.replace(lab.sums, device="cuda")
    assert order_of(on_gpu, staged, "socket", True).gpu_memory_bytes == LIMITS.gpu_memory_bytes


def test_a_candidate_over_its_share_of_a_card_is_told_so(lab: Lab, driver: Cards) -> None:
    over = GIB + CONTEXT_BYTES + 1

    def uses(index: int) -> list[Use]:
        """What it takes of the host's memory stands for what it would take of the card's."""
        return [Use(p, over) for s in servers(lab) for p in children(s) if own(p) > own(s) + ROOM]

    driver.uses_of = uses
    graded = lab.sums_of(double=GREEDY)
    ended = [n for n, m in messages(graded).items() if "more of the GPU's memory than its" in m]
    assert ended
    assert {outcomes(graded)[name] for name in ended} == {Outcome.CRASHED}
    driver.uses_of = lambda index: []
    assert full_marks(lab.sums_of())


def test_memory_that_stays_on_a_card_is_a_failure_of_ours_and_replaces_the_server(
    lab: Lab, driver: Cards
) -> None:
    seen: set[int] = set()

    def uses(index: int) -> list[Use]:
        """A candidate is never let go, not even when it has ended."""
        seen.update(candidates(lab))
        return [Use(pid, 1) for pid in sorted(seen)]

    wait_until(lambda: len(servers(lab)) == 2)  # none of them is being replaced
    before = set(servers(lab))
    driver.uses_of = uses
    with pytest.raises(SandboxFailure, match="is still held by process"):
        lab.sums_of(double=SLOW)
    driver.uses_of = lambda index: []
    wait_until(lambda: len(servers(lab)) == 2)
    assert len(before & set(servers(lab))) == 1
    assert full_marks(lab.sums_of())


def test_a_grading_that_nobody_watches_is_none(lab: Lab, driver: Cards) -> None:
    def lost(index: int) -> list[Use]:
        raise NvmlFailure("GPU is lost")

    driver.uses_of = lost
    watch = lab.sandbox._guard._watch  # type: ignore[attr-defined]
    wait_until(lambda: not watch._thread.is_alive())
    driver.uses_of = lambda index: []
    with pytest.raises(SandboxFailure, match="not watched: GPU is lost"):
        lab.sums_of()
    assert full_marks(lab.sums_of())


def test_shared_memory_counts_where_the_address_space_does_not(lab: Lab) -> None:
    graded = lab.sums_of(double=SHARED)
    killed = [m for m in messages(graded).values() if "more memory or disk used than" in m]
    assert killed
    assert full_marks(lab.sums_of())
