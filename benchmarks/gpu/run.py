"""What a GPU costs a submission: to be run on a host that has one.

    python benchmarks/gpu/run.py [--repeat 10] [--json FILE]     where there is a GPU
    python benchmarks/gpu/run.py --rehearse                      tries this script without one

Part 1 starts CUDA in forks of one warm process, as candidates and examiners do: without walls, and
with all of them; then it uses CUDA behind the walls in every way that students may, and says what
fails. Part 2 grades the five references through `autograder grade`, on the CPU and on the GPU.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import glob
import json
import os
import pickle
import platform
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
sys.path.insert(0, str(REPOSITORY))

from autograder.sandbox.gpus import environment, read_facts  # noqa: E402
from autograder.sandbox.nvml import Nvml  # noqa: E402

GIB = 1 << 30


def main() -> int:
    options = _options()
    facts = read_facts()
    if options.rehearse:
        print("A rehearsal on the CPU: no figure below is one of a GPU.")
    elif not facts.cards or not facts.torch_cuda:
        print(f"no GPU to measure: {facts.problem or 'torch was built without CUDA'}")
        return 2
    else:
        os.environ.update(environment(facts.cards[:1]))
    os.environ["OMP_NUM_THREADS"] = "1"
    told: dict[str, Any] = {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "host": f"{platform.machine()}, {os.cpu_count()} cores, Linux {platform.release()}",
        "cards": [f"{c.name}, {c.total_bytes / GIB:.0f} GiB" for c in facts.cards],
        "driver": facts.driver,
        "torch_cuda": facts.torch_cuda,
    }
    _say(**told)
    told["forks"] = _forks(options.repeat, rehearse=options.rehearse)
    if not options.rehearse:
        told["gradings"] = {device: _gradings(device) for device in ("cpu", "cuda")}
    if options.json:
        Path(options.json).write_text(json.dumps(told, indent=1))
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--repeat", type=int, default=10, help="forks per kind (default: 10)")
    parser.add_argument("--json", help="write everything measured to this file")
    parser.add_argument("--rehearse", action="store_true", help="on the CPU, to try this script")
    return parser.parse_args()


def _forks(repeat: int, *, rehearse: bool) -> dict[str, Any]:
    """Medians over `repeat` forks, alone on the card; the first fork is told apart."""
    import torch

    from autograder import cuda
    from autograder.candidate import confine

    torch.set_num_threads(1)
    cuda.import_what_backward_needs()
    confine.prepare()
    told: dict[str, Any] = {}
    start = (lambda: None) if rehearse else cuda.start
    for name, walls in (("without walls", False), ("with all walls", True)):
        runs = [_in_a_fork(lambda w=walls: _measured(start, w)) for _ in range(repeat)]
        told[name] = {"first": runs[0], **_medians(runs[1:] or runs)}
        _say(**{name: told[name]})
    device = "cpu" if rehearse else "cuda"
    told["uses behind the walls"] = _in_a_fork(lambda: _uses(start, device))
    _say(**{"uses behind the walls": told["uses behind the walls"]})
    told["left in /dev/shm"] = glob.glob("/dev/shm/cuda.*")
    _say(**{"left in /dev/shm": told["left in /dev/shm"]})
    return told


def _measured(start: Callable[[], None], walls: bool) -> dict[str, float]:
    """Seconds and bytes of one process that starts CUDA."""
    began = time.monotonic()
    if walls:
        _confine(start)
    else:
        start()
    return {"start_s": time.monotonic() - began, **_host_memory()}


def _confine(start: Callable[[], None]) -> list[str]:
    from autograder.candidate import confine

    return confine.confine(
        keep=_KEEP[0],
        scratch=Path(tempfile.mkdtemp()),
        memory_bytes=2 * GIB,
        scratch_bytes=64 << 20,
        cpu_s=120,
        start_cuda=start,
    )


_KEEP: list[int] = []  # the pipe of the fork that is running


def _host_memory() -> dict[str, float]:
    with contextlib.suppress(OSError):
        pages = Path("/proc/self/statm").read_text().split()
        page = os.sysconf("SC_PAGE_SIZE")
        return {"address_space_bytes": int(pages[0]) * page, "data_bytes": int(pages[5]) * page}
    return {}


def _uses(start: Callable[[], None], device: str) -> dict[str, str]:
    """What students may do with a GPU, each tried behind the walls: "ok", or how it failed."""
    import torch

    walls = _confine(start)
    x = torch.ones(64, 64, device=device, requires_grad=True)
    tries: dict[str, Callable[[], Any]] = {
        "product and gradient": lambda: (x @ x).sum().backward(),
        "convolution": lambda: torch.nn.Conv2d(3, 4, 3).to(device)(
            torch.ones(1, 3, 9, 9, device=device)
        ),
        "convolution and gradient, float64": lambda: (
            (
                torch.nn.Conv2d(3, 4, 5)
                .double()
                .to(device)(torch.ones(2, 3, 9, 9, device=device, dtype=torch.float64))
            )
            .sum()
            .backward()
        ),
        "lstm": lambda: torch.nn.LSTM(4, 5).to(device)(torch.ones(3, 2, 4, device=device)),
        "attention": lambda: torch.nn.functional.scaled_dot_product_attention(
            *(torch.ones(1, 2, 8, 16, device=device) for _ in range(3))
        ),
        "linear algebra": lambda: torch.linalg.svd(x.detach()),
        "fft": lambda: torch.fft.fft(x.detach()).abs().sum().item(),
        "random": lambda: torch.randn(8, device=device).cpu(),
        "compiled on the spot": lambda: torch.special.zeta(
            torch.full((2,), 2.0, device=device), torch.ones(2, device=device)
        ).cpu(),
        "a gigabyte and back": lambda: torch.zeros(1 << 28, device=device).sum().item(),
        "a thread": _in_a_thread(lambda: (x @ x).sum().item()),
        "a gradient of the student's own": _own_gradient(device),
    }
    if device == "cuda":
        tries |= {
            "pinned memory": lambda: torch.ones(1 << 20).pin_memory().to(device),
            "a second stream": lambda: torch.cuda.Stream().synchronize(),
            "an event": lambda: torch.cuda.Event(enable_timing=True).record(),
        }
    told = {name: _tried(attempt) for name, attempt in tries.items()}
    if device == "cuda":
        told["the end"] = _tried(torch.cuda.synchronize)
    return {"walls": ", ".join(walls)} | told


def _in_a_thread(work: Callable[[], Any]) -> Callable[[], Any]:
    from concurrent.futures import ThreadPoolExecutor

    return lambda: ThreadPoolExecutor(1).submit(work).result()


def _own_gradient(device: str) -> Callable[[], Any]:
    """Its backward runs in autograd's thread for the GPU: that has to be confined as well."""
    import torch

    class Own(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            return x * 2

        @staticmethod
        def backward(ctx: Any, grad: Any) -> Any:
            for attempt in (lambda: os.open("/etc/passwd", 0), socket.socket):
                try:
                    attempt()
                except PermissionError:
                    continue
                raise AssertionError("autograd's thread is not confined")
            return grad * 2

    leaf = torch.ones(2, device=device, requires_grad=True)
    return lambda: Own.apply(leaf).sum().backward()


def _tried(attempt: Callable[[], Any]) -> str:
    try:
        attempt()
    except Exception as error:
        return f"{type(error).__name__}: {str(error)[:200]}"
    return "ok"


def _in_a_fork(work: Callable[[], Any]) -> Any:
    """What `work` returns in a fork; with the driver's word on what the fork held, and how long the
    card needed to be free again."""
    reader, writer = os.pipe()
    stop_reader, stop_writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        os.close(stop_writer)
        _KEEP[:] = [writer]
        os.dup2(stop_reader, 0)  # confinement closes all others, and silences this one
        try:
            said: Any = work()
        except BaseException as error:
            said = {"failed": f"{type(error).__name__}: {str(error)[:300]}"}
        os.write(writer, pickle.dumps(said))
        time.sleep(60)  # until it is killed: what it holds can be looked at
        os._exit(0)
    os.close(writer)
    said = pickle.loads(os.read(reader, 1 << 20))
    held = _held(pid)
    began = time.monotonic()
    os.kill(pid, 9)
    os.waitpid(pid, 0)
    said |= {} if held is None else {"card_bytes": held}
    while held is not None and _held(pid):
        time.sleep(0.005)
    said["gone_s"] = time.monotonic() - began
    for fd in (reader, stop_reader, stop_writer):
        os.close(fd)
    return said


def _held(pid: int) -> int | None:
    """Bytes on the cards, as the driver counts; None: it does not know the process."""
    try:
        with Nvml() as nvml:
            uses = [use for card in nvml.cards() for use in nvml.uses(card.index)]
    except Exception:
        return None
    mine = [use.used_bytes or 0 for use in uses if use.pid == pid]
    return sum(mine) if mine else None


def _medians(runs: list[dict[str, Any]]) -> dict[str, Any]:
    failed = [run["failed"] for run in runs if "failed" in run]
    if failed:
        return {"failed": failed[0]}
    return {key: round(statistics.median(run[key] for run in runs), 4) for key in runs[0]}


def _gradings(device: str) -> dict[str, Any]:
    """Each reference, three times: outcomes and seconds, as `autograder grade` tells them."""
    references = sorted(str(p) for p in (REPOSITORY / "solutions").glob("*/*.ipynb"))
    command = [sys.executable, "-m", "autograder", "grade", "--json", "--sandbox", "local"]
    told: dict[str, Any] = {}
    for _ in range(3):
        done = subprocess.run(
            [*command, "--device", device, *references],
            cwd=REPOSITORY, text=True, capture_output=True, check=False,
        )  # fmt: skip
        if done.returncode:
            return {"failed": done.stderr[-2000:]}
        for line in done.stdout.splitlines():
            report = json.loads(line)
            entry = told.setdefault(report["assignment"], {"duration_s": [], "not passed": []})
            entry["duration_s"].append(report["duration_s"])
            entry["score"] = f"{report['score']:g} of {report['max_score']:g}"
            entry["not passed"] += [
                f"{t['name']}: {t['message']}" for t in report["tests"] if t["outcome"] != "passed"
            ]
    _say(**{f"gradings on {device}": told})
    return told


def _say(**told: Any) -> None:
    for name, value in told.items():
        print(f"{name}: {json.dumps(value, ensure_ascii=False)}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
